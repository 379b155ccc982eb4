//! [`TruePeak`]: the peak of the waveform between the samples (ITU-R BS.1770-4, Annex 2).
//!
//! Four times the rate, or twice from 96 kHz on, by a windowed sinc of 48 taps. Interpolating is the
//! most expensive part of metering, and mostly in vain: no value between samples exceeds the largest
//! sample around it times the sum of the interpolator's taps. Where that can't beat the peak so far,
//! nothing is interpolated; what is found stays the same.

use std::f64::consts::PI;

use fearless_simd::{Level, dispatch};

/// Taps of the interpolator, all phases together.
const N_TAPS: usize = 48;
/// Most samples under one phase of it, with twice the rate.
const MAX_REACH: usize = 24;
/// Samples interpolated together.
const RUN: usize = 8;
/// Samples taken at once.
const MAX_CHUNK: usize = 512;
/// Rates from which two values a sample are enough, and one.
const TWICE_FROM: u32 = 96_000;
const ONCE_FROM: u32 = 192_000;

/// Peak of one channel.
#[derive(Clone, Debug)]
pub(super) struct TruePeak {
    /// Taps of each phase between the samples, for the newest sample first.
    phases: Vec<Vec<f32>>,
    /// No phase makes more of a sample than this.
    gain: f32,
    /// The last samples, oldest first.
    past: [f32; MAX_REACH],
    peak: f32,
}

impl TruePeak {
    /// For a stream at `rate` hertz.
    pub(super) fn new(rate: u32) -> Self {
        let n_phases = match rate {
            ..TWICE_FROM => 4,
            TWICE_FROM..ONCE_FROM => 2,
            _ => 1,
        };
        // Phase 0 are the samples themselves.
        let phases: Vec<Vec<f32>> = (1..n_phases)
            .map(|phase| (phase..N_TAPS).step_by(n_phases).map(|k| tap(k, n_phases)).collect())
            .collect();
        let gain = |taps: &Vec<f32>| taps.iter().map(|tap| tap.abs()).sum::<f32>();
        Self {
            // A little more, since sums are rounded.
            gain: 1.001 * phases.iter().map(gain).fold(1.0, f32::max),
            phases,
            past: [0.0; MAX_REACH],
            peak: 0.0,
        }
    }

    /// Takes the next samples.
    pub(super) fn push(&mut self, samples: &[f32]) {
        for chunk in samples.chunks(MAX_CHUNK) {
            dispatch!(Level::new(), simd => {
                let _ = simd;
                self.push_chunk(chunk);
            });
        }
    }

    /// The largest magnitude so far, 1 for full scale.
    pub(super) fn peak(&self) -> f32 {
        self.peak
    }

    /// Forgets the stream.
    pub(super) fn reset(&mut self) {
        self.past = [0.0; MAX_REACH];
        self.peak = 0.0;
    }

    #[inline(always)]
    fn push_chunk(&mut self, chunk: &[f32]) {
        let mut line = [0.0; MAX_REACH + MAX_CHUNK + RUN];
        line[..MAX_REACH].copy_from_slice(&self.past);
        line[MAX_REACH..][..chunk.len()].copy_from_slice(chunk);
        // The largest sample around a run is the largest of the runs that it lies among.
        let mut largest_of_runs = [0.0; (MAX_REACH + MAX_CHUNK) / RUN + 1];
        for (largest_of_run, run) in largest_of_runs.iter_mut().zip(line.as_chunks::<RUN>().0) {
            *largest_of_run = largest(run);
        }
        let runs_around = largest_of_runs.windows(MAX_REACH / RUN + 1);
        for (first, runs) in (0..chunk.len()).step_by(RUN).zip(runs_around) {
            if largest(runs) * self.gain > self.peak {
                let n = RUN.min(chunk.len() - first);
                self.interpolate(&line[first..first + MAX_REACH + RUN], n);
            }
        }
        self.past.copy_from_slice(&line[chunk.len()..][..MAX_REACH]);
    }

    /// Looks between the last `RUN` samples of `around`, of which the first `n` have come.
    #[inline(always)]
    fn interpolate(&mut self, around: &[f32], n: usize) {
        let newest = &around[MAX_REACH..];
        self.peak = self.peak.max(largest(&newest[..n]));
        for taps in &self.phases {
            let mut values = [0.0; RUN];
            for (age, tap) in taps.iter().enumerate() {
                let samples = &around[MAX_REACH - age..][..RUN];
                for (value, sample) in values.iter_mut().zip(samples) {
                    *value += sample * tap;
                }
            }
            self.peak = self.peak.max(largest(&values[..n]));
        }
    }
}

#[inline(always)]
fn largest(values: &[f32]) -> f32 {
    values.iter().fold(0.0, |most: f32, x| most.max(x.abs()))
}

/// Tap `k` of a sinc that is 0 at the samples, under a Hann window.
fn tap(k: usize, n_phases: usize) -> f32 {
    let window = 0.5 * (1.0 - (2.0 * PI * k as f64 / N_TAPS as f64).cos());
    let angle = (k as f64 - N_TAPS as f64 / 2.0) * PI / n_phases as f64;
    (window * if angle == 0.0 { 1.0 } else { angle.sin() / angle }) as f32
}

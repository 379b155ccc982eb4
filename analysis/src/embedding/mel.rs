//! [`MelFrames`]: sound as the network was trained to read it.
//!
//! 16 kHz mono; Hann windows of 512 samples, 256 apart, centred; 96 triangular bands of equal area
//! on the mel scale of M. Slaney, "Auditory Toolbox", technical report 1998-010, Interval Research,
//! 1998 (linear below 1 kHz, logarithmic above).

use crate::config::ConfigError;
use crate::framer::Framer;
use crate::resample::RateConverter;
use crate::spectrum::PowerSpectrum;

/// Rate the network listens at, in hertz.
pub(super) const EMBEDDING_RATE: u32 = 16_000;
/// Bands of a frame.
pub(super) const N_BANDS: usize = 96;

/// Length of the blocks that are brought to that rate, in seconds. It decides what is left of the
/// highest bands, which the network reads as logarithms: with 20 ms styles are those of the published
/// front end (librosa, soxr), with 10 ms their cosine is .94, with 40 ms .99.
const BLOCK_SECONDS: f64 = 0.02;

const WINDOW: usize = 512;
const HOP: usize = 256;
const N_BINS: usize = WINDOW / 2 + 1;
/// Powers there are those of a bare Hann window; ours are scaled by 4 / WINDOW in amplitude.
const BARE_POWER: f32 = (WINDOW * WINDOW) as f32 / 16.0;

/// Makes band powers from a stream of any rate.
#[derive(Debug)]
pub(super) struct MelFrames {
    resampler: RateConverter,
    bands: Bands,
}

/// Everything behind the resampler.
#[derive(Debug)]
struct Bands {
    framer: Framer,
    spectrum: PowerSpectrum,
    power: Vec<f32>,
    bands: Vec<Band>,
}

/// First bin and weights of a band.
#[derive(Clone, Debug)]
struct Band {
    first: usize,
    weights: Vec<f32>,
}

impl MelFrames {
    /// For streams at `rate` hertz.
    pub(super) fn new(rate: u32) -> Result<Self, ConfigError> {
        let (low, high) = (0.0, mel(f64::from(EMBEDDING_RATE) / 2.0));
        let edge = |idx: usize| hertz(low + (high - low) * idx as f64 / (N_BANDS + 1) as f64);
        let bands = Bands {
            framer: Framer::new(WINDOW, HOP),
            spectrum: PowerSpectrum::new(WINDOW, 0..WINDOW / 2 + 1),
            power: vec![0.0; N_BINS],
            bands: (0..N_BANDS)
                .map(|idx| Band::new(edge(idx), edge(idx + 1), edge(idx + 2)))
                .collect(),
        };
        let resampler = RateConverter::with_block(rate, EMBEDDING_RATE, BLOCK_SECONDS)?;
        Ok(Self { resampler, bands })
    }

    /// Takes samples; the powers of the bands of every completed frame go to `sink`.
    pub(super) fn push(&mut self, mono: &[f32], sink: &mut impl FnMut([f32; N_BANDS])) {
        let Self { resampler, bands } = self;
        resampler.push(mono, &mut |run| bands.push(run, sink));
    }

    /// Ends the stream: frames whose windows reach beyond the end are dropped.
    pub(super) fn finish(&mut self, sink: &mut impl FnMut([f32; N_BANDS])) {
        let Self { resampler, bands } = self;
        resampler.finish(&mut |run| bands.push(run, sink));
    }

    /// Forgets the stream.
    pub(super) fn reset(&mut self) {
        self.resampler.reset();
        self.bands.framer.reset();
    }
}

impl Bands {
    fn push(&mut self, run: &[f32], sink: &mut impl FnMut([f32; N_BANDS])) {
        let Self { framer, spectrum, power, bands } = self;
        framer.push(run, &mut |_, window| {
            spectrum.power(window, power);
            sink(std::array::from_fn(|idx| bands[idx].power(power)));
        });
    }
}

impl Band {
    fn new(low_hz: f64, centre_hz: f64, high_hz: f64) -> Self {
        let bin_hz = f64::from(EMBEDDING_RATE) / WINDOW as f64;
        let area = 2.0 / (high_hz - low_hz);
        let weight = |bin: usize| {
            let hz = bin as f64 * bin_hz;
            let rising = (hz - low_hz) / (centre_hz - low_hz);
            let falling = (high_hz - hz) / (high_hz - centre_hz);
            rising.min(falling).max(0.0) * area
        };
        let first = (low_hz / bin_hz).ceil().max(0.0) as usize;
        let last = ((high_hz / bin_hz).floor() as usize).min(N_BINS - 1);
        let weights = (first..=last).map(|bin| weight(bin) as f32 * BARE_POWER).collect();
        Self { first, weights }
    }

    fn power(&self, spectrum: &[f32]) -> f32 {
        let bins = spectrum.iter().skip(self.first);
        bins.zip(&self.weights).map(|(power, weight)| power * weight).sum()
    }
}

/// 200/3 Hz a mel up to 1 kHz, 27 mels for a factor of 6.4 above.
const HERTZ_PER_MEL: f64 = 200.0 / 3.0;
const BEND_HZ: f64 = 1000.0;
const BEND_MEL: f64 = BEND_HZ / HERTZ_PER_MEL;

fn log_step() -> f64 {
    6.4f64.ln() / 27.0
}

fn mel(hz: f64) -> f64 {
    if hz < BEND_HZ { hz / HERTZ_PER_MEL } else { BEND_MEL + (hz / BEND_HZ).ln() / log_step() }
}

fn hertz(mel: f64) -> f64 {
    if mel < BEND_MEL {
        mel * HERTZ_PER_MEL
    } else {
        BEND_HZ * ((mel - BEND_MEL) * log_step()).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_goes_there_and_back() {
        for hz in [0.0, 440.0, 999.0, 1000.0, 4000.0, 8000.0] {
            assert!((hertz(mel(hz)) - hz).abs() < 1e-6, "{hz}");
        }
        // Slaney's scale has 15 mels at 1 kHz and 42 at 6.4 kHz.
        assert!((mel(1000.0) - 15.0).abs() < 1e-9 && (mel(6400.0) - 42.0).abs() < 1e-9);
    }

    #[test]
    fn high_tones_are_as_loud_as_where_nothing_is_resampled() {
        let loudest = |rate: u32| {
            let tone: Vec<f32> = (0..rate)
                .map(|i| (std::f32::consts::TAU * 7_000.0 * i as f32 / rate as f32).sin())
                .collect();
            let mut frames = Vec::new();
            MelFrames::new(rate).unwrap().push(&tone, &mut |frame| frames.push(frame));
            frames[30].into_iter().fold(0.0, f32::max)
        };
        let there = loudest(16_000);
        for rate in [22_050, 24_000, 44_100, 48_000] {
            let here = loudest(rate);
            assert!((here / there - 1.0).abs() < 0.05, "{rate}: {here} {there}");
        }
    }

    #[test]
    fn a_tone_is_loudest_in_its_own_band_at_every_rate() {
        for rate in [16_000, 44_100, 48_000] {
            let tone: Vec<f32> = (0..rate)
                .map(|i| (std::f32::consts::TAU * 1000.0 * i as f32 / rate as f32).sin())
                .collect();
            let mut frames = Vec::new();
            MelFrames::new(rate).unwrap().push(&tone, &mut |frame| frames.push(frame));
            let frame = frames[30];
            let loudest = (0..N_BANDS).max_by(|&a, &b| frame[a].total_cmp(&frame[b])).unwrap();
            let centre = hertz(mel(8000.0) * (loudest + 1) as f64 / (N_BANDS + 1) as f64);
            assert!((centre - 1000.0).abs() < 40.0, "{rate}: {centre}");
        }
    }
}

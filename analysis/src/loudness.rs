//! [`LoudnessMeter`]: ITU-R BS.1770-4 loudness, EBU Tech 3342 range, true peak.
//!
//! What `ebur128` measures, which the tests compare with, at a fifth of the cost: energies are summed
//! once, in steps of 0.1 s, and not anew for every window they lie in.

use crate::config::ConfigError;
use crate::facts::LoudnessFacts;
use crate::units::Lufs;

mod k_weighting;
mod levels;
#[cfg(test)]
mod tests;
mod true_peak;

use k_weighting::KWeighting;
use levels::Levels;
use true_peak::TruePeak;

/// BS.1770 gates blocks below this; quieter readings are reported as not measurable.
const GATE_LUFS: f64 = -70.0;
/// What BS.1770 takes away from ten times the logarithm of an energy, in decibels.
const OFFSET_LU: f64 = 0.691;
/// Steps of 0.1 s in the momentary and in the short-term loudness, and between two of the latter
/// that count for the range (EBU Tech 3341, 3342).
const N_MOMENTARY: usize = 4;
const N_SHORT_TERM: usize = 30;
const RANGE_STRIDE: u64 = 10;
/// Loudness units that a block may lie below the mean of all to count: for the integrated loudness
/// and for the range.
const INTEGRATED_GATE_LU: f64 = 10.0;
const RANGE_GATE_LU: f64 = 20.0;
/// Quantiles between which the range lies.
const RANGE: [f64; 2] = [0.1, 0.95];

/// Meter of a stereo stream at its own rate. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(crate) struct LoudnessMeter {
    rate: u32,
    n_samples: u64,
    filter: KWeighting,
    peaks: [TruePeak; 2],
    /// Samples of a step of 0.1 s; energy of the current one, and samples it still lacks.
    step_len: usize,
    step: f64,
    n_missing: usize,
    /// Mean energies of the last steps, a ring, and how many there have been.
    steps: [f64; N_SHORT_TERM],
    n_steps: u64,
    /// All momentary and short-term loudnesses.
    momentary: Levels,
    short_term: Levels,
}

impl LoudnessMeter {
    /// A meter for streams at `rate` hertz.
    ///
    /// # Errors
    /// Where a step would have no samples.
    pub(crate) fn new(rate: u32) -> Result<Self, ConfigError> {
        if rate < 10 {
            return Err(ConfigError::SampleRate { actual: rate });
        }
        let step_len = (rate as usize + 5) / 10;
        Ok(Self {
            rate,
            n_samples: 0,
            filter: KWeighting::new(rate),
            peaks: [TruePeak::new(rate), TruePeak::new(rate)],
            step_len,
            step: 0.0,
            n_missing: step_len,
            steps: [0.0; N_SHORT_TERM],
            n_steps: 0,
            momentary: Levels::new(),
            short_term: Levels::new(),
        })
    }

    /// Takes finite samples of both channels, equally long.
    pub(crate) fn push(&mut self, left: &[f32], right: &[f32]) {
        if cfg!(test) {
            assert_eq!(left.len(), right.len());
        }
        self.n_samples += left.len() as u64;
        for (peak, samples) in self.peaks.iter_mut().zip([left, right]) {
            peak.push(samples);
        }
        let (mut left, mut right) = (left, right);
        while !left.is_empty() {
            let n = self.n_missing.min(left.len());
            self.step += self.filter.energy(&left[..n], &right[..n]);
            (left, right) = (&left[n..], &right[n..]);
            self.n_missing -= n;
            if self.n_missing == 0 {
                self.end_step();
            }
        }
    }

    /// What was measured so far; the loudness of the moment as of the last full tenth of a second.
    pub(crate) fn facts(&self) -> LoudnessFacts {
        let heard_s = self.n_samples as f64 / f64::from(self.rate);
        let gated = |energy: Option<f64>, needed_s: f64| {
            let lufs = energy_to_lufs(energy?);
            (lufs > GATE_LUFS && heard_s >= needed_s).then_some(Lufs(lufs as f32))
        };
        let integrated = gated(self.momentary.gated_mean(INTEGRATED_GATE_LU), 0.4);
        let range = self.short_term.gated_range(RANGE_GATE_LU, RANGE[0], RANGE[1]).unwrap_or(0.0);
        let peak = self.peaks.iter().map(TruePeak::peak).fold(0.0, f32::max);
        LoudnessFacts {
            momentary: gated(Some(self.mean_of_last(N_MOMENTARY)), 0.4),
            short_term: gated(Some(self.mean_of_last(N_SHORT_TERM)), 3.0),
            integrated,
            range_lu: (integrated.is_some() && heard_s >= 3.0).then_some(range as f32),
            true_peak_dbtp: (peak > 1e-6).then(|| 20.0 * f64::from(peak).log10() as f32),
        }
    }

    /// Forgets everything measured.
    pub(crate) fn reset(&mut self) {
        self.n_samples = 0;
        self.filter.reset();
        self.peaks.iter_mut().for_each(TruePeak::reset);
        self.step = 0.0;
        self.n_missing = self.step_len;
        self.steps.fill(0.0);
        self.n_steps = 0;
        self.momentary.reset();
        self.short_term.reset();
    }

    fn end_step(&mut self) {
        self.steps[self.slot(0)] = self.step / self.step_len as f64;
        self.step = 0.0;
        self.n_missing = self.step_len;
        self.n_steps += 1;
        self.filter.settle();
        if self.n_steps >= N_MOMENTARY as u64 {
            self.momentary.add(self.mean_of_last(N_MOMENTARY));
        }
        if self.n_steps >= N_SHORT_TERM as u64 && self.n_steps.is_multiple_of(RANGE_STRIDE) {
            self.short_term.add(self.mean_of_last(N_SHORT_TERM));
        }
    }

    /// Mean energy of the last `n` steps; before the start lies silence.
    fn mean_of_last(&self, n: usize) -> f64 {
        let energies = (0..n).map(|age| self.steps[self.slot(N_SHORT_TERM - 1 - age)]);
        energies.sum::<f64>() / n as f64
    }

    /// Where the step after the last is kept, and those that come `ahead` of it in the ring.
    fn slot(&self, ahead: usize) -> usize {
        (self.n_steps as usize + ahead) % N_SHORT_TERM
    }
}

/// Loudness of a mean energy, summed over channels.
fn energy_to_lufs(energy: f64) -> f64 {
    10.0 * energy.log10() - OFFSET_LU
}

fn lufs_to_energy(lufs: f64) -> f64 {
    10.0_f64.powf((lufs + OFFSET_LU) / 10.0)
}

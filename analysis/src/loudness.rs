//! [`LoudnessMeter`]: ITU-R BS.1770-4 loudness, EBU Tech 3342 range, true peak.

use ebur128::{EbuR128, Mode};

use crate::config::ConfigError;
use crate::facts::LoudnessFacts;
use crate::units::Lufs;

/// BS.1770 gates blocks below this; quieter readings are reported as not measurable.
const GATE_LUFS: f64 = -70.0;

/// Meter of a stereo stream at its own rate. Construction allocates, the rest does not.
pub(crate) struct LoudnessMeter {
    meter: EbuR128,
    rate: u32,
    n_samples: u64,
}

impl std::fmt::Debug for LoudnessMeter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoudnessMeter").field("n_samples", &self.n_samples).finish_non_exhaustive()
    }
}

impl LoudnessMeter {
    /// A meter for streams at `rate` hertz.
    pub(crate) fn new(rate: u32) -> Result<Self, ConfigError> {
        // The histogram keeps the gating blocks in bounded memory.
        let mode = Mode::I | Mode::LRA | Mode::TRUE_PEAK | Mode::HISTOGRAM;
        let meter =
            EbuR128::new(2, rate, mode).map_err(|_| ConfigError::SampleRate { actual: rate })?;
        Ok(Self { meter, rate, n_samples: 0 })
    }

    /// Takes finite samples of both channels, equally long.
    pub(crate) fn push(&mut self, left: &[f32], right: &[f32]) {
        let added = self.meter.add_frames_planar_f32(&[left, right]);
        debug_assert!(added.is_ok(), "two equally long channels are always accepted");
        self.n_samples += left.len() as u64;
    }

    /// What was measured so far.
    pub(crate) fn facts(&self) -> LoudnessFacts {
        let heard_s = self.n_samples as f64 / f64::from(self.rate);
        let gated = |value: Result<f64, ebur128::Error>, needed_s: f64| {
            let value = value.ok().filter(|x| *x > GATE_LUFS && heard_s >= needed_s)?;
            Some(Lufs(value as f32))
        };
        let integrated = gated(self.meter.loudness_global(), 0.4);
        let range = self.meter.loudness_range().ok().filter(|x| x.is_finite() && heard_s >= 3.0);
        let peak = [0, 1].into_iter().filter_map(|channel| self.meter.true_peak(channel).ok());
        let peak = peak.fold(0.0_f64, f64::max);
        LoudnessFacts {
            momentary: gated(self.meter.loudness_momentary(), 0.4),
            short_term: gated(self.meter.loudness_shortterm(), 3.0),
            integrated,
            range_lu: range.filter(|_| integrated.is_some()).map(|x| x as f32),
            true_peak_dbtp: (peak > 1e-6).then(|| 20.0 * peak.log10() as f32),
        }
    }

    /// Forgets everything measured.
    pub(crate) fn reset(&mut self) {
        self.meter.reset();
        self.n_samples = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EBU Tech 3341 case 1: a stereo 1 kHz sine at -23 dBFS reads -23 LUFS.
    #[test]
    fn a_sine_at_minus_23_dbfs_reads_minus_23_lufs() {
        let amplitude = 10f32.powf(-23.0 / 20.0);
        let sine: Vec<f32> = (0..20 * 48_000)
            .map(|i| amplitude * (std::f32::consts::TAU * 1000.0 * i as f32 / 48_000.0).sin())
            .collect();
        let mut meter = LoudnessMeter::new(48_000).unwrap();
        meter.push(&sine, &sine);
        let facts = meter.facts();
        for reading in [facts.momentary, facts.short_term, facts.integrated] {
            assert!((reading.unwrap().0 + 23.0).abs() < 0.1, "{reading:?}");
        }
        assert!((facts.true_peak_dbtp.unwrap() + 23.0).abs() < 0.2);
        assert!(facts.range_lu.unwrap() < 0.1);
    }

    #[test]
    fn silence_has_no_loudness() {
        let mut meter = LoudnessMeter::new(44_100).unwrap();
        meter.push(&[0.0; 200_000], &[0.0; 200_000]);
        assert_eq!(meter.facts(), LoudnessFacts::default());
    }
}

//! [`ThirdOctaves`]: the spectrum of the last seconds in third-octave bands (IEC 61260-1).

use crate::config::ANALYSIS_RATE;
use crate::features::{N_SHORT_BINS, SHORT_FPS, SHORT_WINDOW};
use crate::hearing::{N_THIRD_OCTAVES, THIRD_OCTAVE_CENTRES_HZ};

/// Time in which the weight of older sound falls to 1/e.
const MEMORY_SECONDS: f32 = 3.0;

/// Level shown where there is nothing.
const FLOOR_DB: f32 = -90.0;

/// Fading sum of band powers. Bins at the edge of a band count in proportion.
#[derive(Clone, Debug)]
pub(crate) struct ThirdOctaves {
    /// First bin and the shares of it and the following ones, per band.
    bands: Vec<(usize, Vec<f32>)>,
    power: [f32; N_THIRD_OCTAVES],
}

impl ThirdOctaves {
    pub(crate) fn new() -> Self {
        let bin_hz = ANALYSIS_RATE as f32 / SHORT_WINDOW as f32;
        let half_band = (1.0_f32 / 6.0).exp2();
        let bands = THIRD_OCTAVE_CENTRES_HZ
            .map(|centre_hz| {
                let (low, high) = (centre_hz / half_band / bin_hz, centre_hz * half_band / bin_hz);
                // A bin reaches half a bin to each side of its frequency.
                let first = (low + 0.5).floor().max(0.0) as usize;
                let last = ((high + 0.5).floor() as usize).min(N_SHORT_BINS - 1);
                let overlap = |bin: usize| {
                    let centre = bin as f32;
                    ((centre + 0.5).min(high) - (centre - 0.5).max(low)).max(0.0)
                };
                (first, (first..=last).map(overlap).collect())
            })
            .into();
        Self { bands, power: [0.0; N_THIRD_OCTAVES] }
    }

    pub(crate) fn push(&mut self, power: &[f32; N_SHORT_BINS]) {
        let keep = (-1.0 / (MEMORY_SECONDS * SHORT_FPS as f32)).exp();
        for (sum, (first, shares)) in self.power.iter_mut().zip(&self.bands) {
            let bins = power[*first..].iter();
            let now: f32 = bins.zip(shares).map(|(power, share)| power * share).sum();
            *sum = *sum * keep + now * (1.0 - keep) + 1e-20;
        }
    }

    /// Levels in dB relative to their sum.
    pub(crate) fn levels_db(&self) -> [f32; N_THIRD_OCTAVES] {
        let sum: f32 = self.power.iter().sum();
        if sum < 1e-10 {
            return [FLOOR_DB; N_THIRD_OCTAVES];
        }
        self.power.map(|power| (10.0 * (power / sum).log10()).max(FLOOR_DB))
    }

    pub(crate) fn reset(&mut self) {
        self.power = [0.0; N_THIRD_OCTAVES];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kilohertz_lies_in_its_band_alone() {
        let mut power = [0.0; N_SHORT_BINS];
        power[43] = 1.0; // 1008 Hz
        let mut bands = ThirdOctaves::new();
        for _ in 0..500 {
            bands.push(&power);
        }
        let levels = bands.levels_db();
        assert!(levels[16] > -0.1, "{levels:?}");
        assert!(levels.iter().enumerate().all(|(band, &x)| band == 16 || x < -40.0));
    }
}

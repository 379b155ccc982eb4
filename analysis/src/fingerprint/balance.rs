//! Tonal balance: the long-term third-octave spectrum, and how much it varies within the piece.

use crate::features::{N_SHORT_BINS, SHORT_FPS};
use crate::hearing::THIRD_OCTAVE_CENTRES_HZ;

use super::N_BALANCE;
use super::bands::{BIN_HZ, BandFrame};
use super::moments::Moments;

/// Bands this far below the strongest count as empty.
const FLOOR_DB: f32 = -60.0;
/// Time constant of the smoothing before the spread is taken: about 3 s count, as in the loudness
/// range.
const SMOOTHED_S: f32 = 1.0;
/// Frames between two looks at the smoothed levels (0.5 s).
const LOOK_FRAMES: u32 = SHORT_FPS as u32 / 2;

#[derive(Clone, Debug)]
pub(super) struct Balance {
    /// First bin of each band, and the shares of it and the following ones.
    bands: [(usize, Vec<f32>); N_BALANCE],
    power: Moments<N_BALANCE>,
    /// Band powers of about the last 3 s of sound.
    smoothed: [f32; N_BALANCE],
    /// Their levels relative to each other, as they go by.
    levels_db: Moments<N_BALANCE>,
    /// Sounding frames so far.
    n_sounding: u64,
}

impl Balance {
    pub(super) fn new() -> Self {
        let half_band = 2f32.powf(1.0 / 6.0);
        let bands = std::array::from_fn(|band| {
            let centre = THIRD_OCTAVE_CENTRES_HZ[band] / BIN_HZ;
            shares(centre / half_band, centre * half_band)
        });
        Self {
            bands,
            power: Moments::new(),
            smoothed: [0.0; N_BALANCE],
            levels_db: Moments::new(),
            n_sounding: 0,
        }
    }

    /// Forgets everything, without making the bands anew.
    pub(super) fn reset(&mut self) {
        self.power = Moments::new();
        self.smoothed = [0.0; N_BALANCE];
        self.levels_db = Moments::new();
        self.n_sounding = 0;
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.power.scale(factor);
        self.levels_db.scale(factor);
    }

    pub(super) fn push(&mut self, power: &[f32; N_SHORT_BINS], frame: &BandFrame, weight: f64) {
        if !frame.sounds {
            return;
        }
        // Relative to the reference level, so that a fade doesn't count less than the rest.
        let levels = self.bands.each_ref().map(|band| band_power(power, band) / frame.reference);
        self.power.add(&levels, weight);
        let keep = (-1.0 / (SMOOTHED_S * SHORT_FPS as f32)).exp();
        for (smoothed, level) in self.smoothed.iter_mut().zip(levels) {
            *smoothed = level + keep * (*smoothed - level);
        }
        self.n_sounding += 1;
        // The smoothing needs its own length before it says anything about the music.
        if self.n_sounding > SHORT_FPS as u64
            && self.n_sounding.is_multiple_of(u64::from(LOOK_FRAMES))
        {
            let sum = self.smoothed.iter().sum::<f32>().max(f32::MIN_POSITIVE);
            let levels_db = self.smoothed.map(|power| decibels(power / sum).max(FLOOR_DB));
            self.levels_db.add(&levels_db, weight);
        }
    }

    /// Decibels relative to the mean of the 27 levels, 25 Hz first.
    pub(super) fn values(&self) -> [f32; N_BALANCE] {
        let power = self.power.mean();
        let strongest = power.iter().fold(f32::MIN_POSITIVE, |max, &p| max.max(p));
        let levels_db = power.map(|p| decibels(p / strongest).max(FLOOR_DB));
        let mean = levels_db.iter().sum::<f32>() / N_BALANCE as f32;
        levels_db.map(|level| level - mean)
    }

    /// By how many decibels the levels over about 3 s, relative to that of all bands together,
    /// deviate over time: how loud a passage is does not count, how it is made up does.
    pub(super) fn spread_db(&self) -> [f32; N_BALANCE] {
        self.levels_db.std()
    }
}

fn decibels(ratio: f32) -> f32 {
    10.0 * ratio.max(1e-9).log10()
}

/// The first bin between two positions on the bin axis, and how much of it and the following ones
/// lies between them; a bin `k` covers `k - 0.5` to `k + 0.5`.
fn shares(low: f32, high: f32) -> (usize, Vec<f32>) {
    let first = (low + 0.5) as usize;
    let last = ((high + 0.5) as usize).min(N_SHORT_BINS - 1);
    let share = |bin: usize| {
        let centre = bin as f32;
        (high.min(centre + 0.5) - low.max(centre - 0.5)).max(0.0)
    };
    (first, (first..=last).map(share).collect())
}

fn band_power(power: &[f32; N_SHORT_BINS], (first, shares): &(usize, Vec<f32>)) -> f32 {
    power[*first..].iter().zip(shares).map(|(p, share)| p * share).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_share_the_spectrum_without_gap_or_overlap() {
        let balance = Balance::new();
        let flat = [1.0; N_SHORT_BINS];
        let sum: f32 = balance.bands.iter().map(|band| band_power(&flat, band)).sum();
        let edge = |band: usize, half_bands: f32| {
            THIRD_OCTAVE_CENTRES_HZ[band] / BIN_HZ * 2f32.powf(half_bands / 6.0)
        };
        let (first, last) = (edge(0, -1.0), edge(N_BALANCE - 1, 1.0));
        // Nominal centres are rounded, so neighbouring edges meet within 2 %.
        assert!((sum / (last - first) - 1.0).abs() < 0.02);
    }
}

//! Tonal balance: the long-term third-octave spectrum.

use crate::features::N_SHORT_BINS;
use crate::hearing::THIRD_OCTAVE_CENTRES_HZ;

use super::N_BALANCE;
use super::bands::{BIN_HZ, BandFrame};
use super::moments::Moments;

/// Bands this far below the strongest count as empty.
const FLOOR_DB: f32 = -60.0;

#[derive(Clone, Debug)]
pub(super) struct Balance {
    /// First bin of each band, and the shares of it and the following ones.
    bands: [(usize, Vec<f32>); N_BALANCE],
    power: Moments<N_BALANCE>,
}

impl Balance {
    pub(super) fn new() -> Self {
        let half_band = 2f32.powf(1.0 / 6.0);
        let bands = std::array::from_fn(|band| {
            let centre = THIRD_OCTAVE_CENTRES_HZ[band] / BIN_HZ;
            shares(centre / half_band, centre * half_band)
        });
        Self { bands, power: Moments::new() }
    }

    pub(super) fn reset(&mut self) {
        self.power = Moments::new();
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.power.scale(factor);
    }

    pub(super) fn push(&mut self, power: &[f32; N_SHORT_BINS], frame: &BandFrame, weight: f64) {
        if !frame.sounds {
            return;
        }
        // Relative to the reference level, so that a fade doesn't count less than the rest.
        let levels = self.bands.each_ref().map(|band| band_power(power, band) / frame.reference);
        self.power.add(&levels, weight);
    }

    /// Decibels relative to the mean of the 27 levels, 25 Hz first.
    pub(super) fn values(&self) -> [f32; N_BALANCE] {
        let power = self.power.mean();
        let strongest = power.iter().fold(f32::MIN_POSITIVE, |max, &p| max.max(p));
        let levels_db = power.map(|p| (10.0 * (p / strongest).max(1e-9).log10()).max(FLOOR_DB));
        let mean = levels_db.iter().sum::<f32>() / N_BALANCE as f32;
        levels_db.map(|level| level - mean)
    }
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

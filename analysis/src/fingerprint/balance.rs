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
    /// First and last bin edge of each band, in bins.
    edges: [(f32, f32); N_BALANCE],
    power: Moments<N_BALANCE>,
}

impl Balance {
    pub(super) fn new() -> Self {
        let half_band = 2f32.powf(1.0 / 6.0);
        let edges = std::array::from_fn(|band| {
            let centre = THIRD_OCTAVE_CENTRES_HZ[band] / BIN_HZ;
            (centre / half_band, centre * half_band)
        });
        Self { edges, power: Moments::new() }
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
        let levels = self.edges.map(|(low, high)| band_power(power, low, high) / frame.reference);
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

/// Power between two positions on the bin axis; a bin `k` covers `k - 0.5` to `k + 0.5`.
fn band_power(power: &[f32; N_SHORT_BINS], low: f32, high: f32) -> f32 {
    let first = (low + 0.5) as usize;
    let last = (high + 0.5) as usize;
    let mut sum = 0.0;
    for (bin, p) in power.iter().enumerate().take(last + 1).skip(first) {
        let centre = bin as f32;
        let overlap = high.min(centre + 0.5) - low.max(centre - 0.5);
        sum += p * overlap.max(0.0);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_share_the_spectrum_without_gap_or_overlap() {
        let balance = Balance::new();
        let flat = [1.0; N_SHORT_BINS];
        let sum: f32 = balance.edges.iter().map(|&(l, h)| band_power(&flat, l, h)).sum();
        let first = balance.edges[0].0;
        let last = balance.edges[N_BALANCE - 1].1;
        // Nominal centres are rounded, so neighbouring edges meet within 2 %.
        assert!((sum / (last - first) - 1.0).abs() < 0.02);
    }
}

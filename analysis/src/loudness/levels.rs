//! [`Levels`]: how often each loudness was measured, in bounded memory.

use super::{GATE_LUFS, energy_to_lufs, lufs_to_energy};

/// Bins of a tenth of a loudness unit, from the gate of -70 LUFS up to 30 LUFS.
const N_BINS: usize = 1000;
const BINS_PER_LU: f64 = 10.0;

/// A histogram of energies.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    counts: Vec<u64>,
    /// Energy in the middle of each bin.
    energies: Vec<f64>,
}

impl Levels {
    pub(super) fn new() -> Self {
        let middle = |bin| GATE_LUFS + (bin as f64 + 0.5) / BINS_PER_LU;
        Self {
            counts: vec![0; N_BINS],
            energies: (0..N_BINS).map(|bin| lufs_to_energy(middle(bin))).collect(),
        }
    }

    /// Counts an energy, unless it lies below the gate.
    pub(super) fn add(&mut self, energy: f64) {
        if let Some(bin) = bin_of(energy) {
            self.counts[bin] += 1;
        }
    }

    /// Mean energy of what lies above a gate `gate_lu` below the mean of all; `None` where nothing
    /// was counted.
    pub(super) fn gated_mean(&self, gate_lu: f64) -> Option<f64> {
        let (_, mean) = self.mean_from(0)?;
        let (_, mean) = self.mean_from(self.first_above(mean * 10.0_f64.powf(-gate_lu / 10.0)))?;
        Some(mean)
    }

    /// Loudness units between two quantiles of what lies above such a gate.
    pub(super) fn gated_range(&self, gate_lu: f64, low: f64, high: f64) -> Option<f64> {
        let (_, mean) = self.mean_from(0)?;
        let first = self.first_above(mean * 10.0_f64.powf(-gate_lu / 10.0));
        let (n, _) = self.mean_from(first)?;
        let quantile = |share: f64| {
            let mut n_left = ((n - 1) as f64 * share + 0.5) as u64;
            for (bin, &count) in self.counts.iter().enumerate().skip(first) {
                if n_left < count {
                    return bin;
                }
                n_left -= count;
            }
            N_BINS - 1
        };
        Some((quantile(high) - quantile(low)) as f64 / BINS_PER_LU)
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.counts.fill(0);
    }

    /// Number and mean energy of what is in the bins from `first` on.
    fn mean_from(&self, first: usize) -> Option<(u64, f64)> {
        let (mut n, mut sum) = (0, 0.0);
        for (count, energy) in self.counts.iter().zip(&self.energies).skip(first) {
            n += count;
            sum += *count as f64 * energy;
        }
        (n > 0).then(|| (n, sum / n as f64))
    }

    /// The first bin whose middle is not below `energy`.
    fn first_above(&self, energy: f64) -> usize {
        self.energies.partition_point(|middle| *middle < energy)
    }
}

fn bin_of(energy: f64) -> Option<usize> {
    let above = energy_to_lufs(energy) - GATE_LUFS;
    (above >= 0.0).then_some(((above * BINS_PER_LU) as usize).min(N_BINS - 1))
}

//! [`Whitening`]: fingerprint blocks made comparable.
//!
//! The values of a block differ in unit, spread and redundancy. Each block is standardised, clipped,
//! turned onto its principal axes and divided by their spread over a fixed population of music, then
//! scaled to length 1, so that all blocks weigh the same and half the squared distance of two of
//! them is one minus their cosine. The population is part of the project, not of a user's library:
//! vectors made anywhere can be compared.

mod eigen;
mod measure;

use std::sync::LazyLock;

use analysis::{Fingerprint, N_BALANCE, N_DYNAMICS, N_FEEL, N_RHYTHM, N_TIMBRE, N_TONAL};
use serde::{Deserialize, Serialize};

use crate::aspect::Aspect;

/// At most so many axes of a block are kept.
const MAX_AXES: usize = 64;
/// Values of each whitened block, in the order of [`BLOCKS`].
const BLOCK_LENGTHS: [usize; 6] =
    [at_most_max(N_TIMBRE), N_BALANCE, N_RHYTHM, at_most_max(N_FEEL), N_TONAL, N_DYNAMICS];
/// The aspect each block speaks for.
pub(crate) const BLOCKS: [Aspect; 6] =
    [Aspect::Timbre, Aspect::Balance, Aspect::Rhythm, Aspect::Feel, Aspect::Key, Aspect::Dynamics];
/// Raw values of each block, in the order of [`BLOCKS`].
const RAW_LENGTHS: [usize; 6] = [N_TIMBRE, N_BALANCE, N_RHYTHM, N_FEEL, N_TONAL, N_DYNAMICS];

/// Number of values of a whitened fingerprint.
pub const N_WHITENED: usize = BLOCK_LENGTHS[0]
    + BLOCK_LENGTHS[1]
    + BLOCK_LENGTHS[2]
    + BLOCK_LENGTHS[3]
    + BLOCK_LENGTHS[4]
    + BLOCK_LENGTHS[5];

const fn at_most_max(n: usize) -> usize {
    if n < MAX_AXES { n } else { MAX_AXES }
}

/// Means and axes of the fingerprint blocks over a fixed population of music.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Whitening {
    /// What it was measured on, in words.
    measured_on: String,
    /// Number of pieces it was measured on.
    n_pieces: usize,
    /// In the order of [`BLOCKS`].
    blocks: Vec<Block>,
}

/// One block: `axes * clip((value - mean) / deviation)`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Block {
    aspect: String,
    mean: Vec<f32>,
    deviation: Vec<f32>,
    /// Rows, strongest axis first, already divided by the spread along it.
    axes: Vec<Vec<f32>>,
    /// The axes on their side, one value of all of them after the other.
    #[serde(skip)]
    columns: Vec<f32>,
}

/// Standardised values are clipped here, so that one odd value doesn't drown a block.
const CLIP: f32 = 4.0;

/// A whitening that can't be measured or read.
#[derive(Debug, thiserror::Error)]
pub enum WhiteningError {
    /// Too few fingerprints to measure on.
    #[error("whitening needs at least {expected} fingerprints, got {actual}")]
    TooFew {
        /// How many there must be.
        expected: usize,
        /// How many there were.
        actual: usize,
    },
    /// Not such a file.
    #[error("whitening file can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Made for fingerprints of another shape.
    #[error("whitening file is for other fingerprints; measure it again")]
    OtherShape,
}

impl Whitening {
    /// The whitening compiled in.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<Whitening> = LazyLock::new(|| {
            // A test holds that it can be read; an empty one would only make all blocks equal.
            Whitening::from_json(Whitening::shipped_json()).unwrap_or_default()
        });
        &SHIPPED
    }

    /// The file of the whitening compiled in: what is derived from it is out of date where this is
    /// another one.
    pub fn shipped_json() -> &'static str {
        include_str!("../data/whitening.json")
    }

    /// Measures a whitening on `population`; `measured_on` says in words what that is.
    ///
    /// # Errors
    /// Where there are too few fingerprints.
    pub fn measure(population: &[Fingerprint], measured_on: &str) -> Result<Self, WhiteningError> {
        measure::measure(population, measured_on)
    }

    /// Reads what [`Whitening::to_json`] wrote.
    ///
    /// # Errors
    /// Where it is something else, or for fingerprints of another shape.
    pub fn from_json(json: &str) -> Result<Self, WhiteningError> {
        let mut whitening: Self = serde_json::from_str(json)?;
        let fits = whitening.blocks.len() == BLOCKS.len()
            && whitening.blocks.iter().enumerate().all(|(idx, block)| {
                block.aspect == BLOCKS[idx].name()
                    && block.mean.len() == RAW_LENGTHS[idx]
                    && block.deviation.len() == RAW_LENGTHS[idx]
                    && block.axes.len() == BLOCK_LENGTHS[idx]
                    && block.axes.iter().all(|axis| axis.len() == RAW_LENGTHS[idx])
            });
        if !fits {
            return Err(WhiteningError::OtherShape);
        }
        whitening.blocks.iter_mut().for_each(Block::turn);
        Ok(whitening)
    }

    /// The file.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What it was measured on, in words.
    pub fn measured_on(&self) -> &str {
        &self.measured_on
    }

    /// Number of pieces it was measured on.
    pub fn n_pieces(&self) -> usize {
        self.n_pieces
    }

    /// The whitened blocks of `fingerprint`, each of length 1 (0 where it is exactly average).
    pub fn apply(&self, fingerprint: &Fingerprint) -> [f32; N_WHITENED] {
        let mut whitened = [0.0; N_WHITENED];
        let mut rest = whitened.as_mut_slice();
        for ((block, raw), length) in
            self.blocks.iter().zip(raw_blocks(fingerprint)).zip(BLOCK_LENGTHS)
        {
            let Some((part, others)) = rest.split_at_mut_checked(length) else { break };
            block.apply(raw, part);
            rest = others;
        }
        whitened
    }

    /// Which values of a whitened fingerprint speak for `aspect`; none for tempo.
    pub(crate) fn range(aspect: Aspect) -> std::ops::Range<usize> {
        let mut start = 0;
        for (block, length) in BLOCKS.into_iter().zip(BLOCK_LENGTHS) {
            if block == aspect {
                return start..start + length;
            }
            start += length;
        }
        0..0
    }
}

impl Block {
    /// Fills `columns` from `axes`.
    fn turn(&mut self) {
        let n_raw = self.mean.len();
        self.columns = (0..n_raw)
            .flat_map(|idx| self.axes.iter().filter_map(move |axis| axis.get(idx).copied()))
            .collect();
    }

    fn apply(&self, raw: &[f32], part: &mut [f32]) {
        let mut standard = [0.0; N_TIMBRE];
        for ((s, value), (mean, deviation)) in
            standard.iter_mut().zip(raw).zip(self.mean.iter().zip(&self.deviation))
        {
            *s = standardised(*value, *mean, *deviation);
        }
        // Column by column: all axes grow side by side, each in the order of its values.
        part.fill(0.0);
        for (column, s) in self.columns.chunks_exact(part.len()).zip(standard) {
            for (value, a) in part.iter_mut().zip(column) {
                *value += a * s;
            }
        }
        let length = part.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length > 1e-6 {
            for value in part {
                *value /= length;
            }
        }
    }
}

fn standardised(value: f32, mean: f32, deviation: f32) -> f32 {
    let standard = (value - mean) / deviation;
    if standard.is_finite() { standard.clamp(-CLIP, CLIP) } else { 0.0 }
}

/// The raw blocks in the order of [`BLOCKS`].
fn raw_blocks(fingerprint: &Fingerprint) -> [&[f32]; 6] {
    [
        &fingerprint.timbre,
        &fingerprint.balance,
        &fingerprint.rhythm,
        &fingerprint.feel,
        &fingerprint.tonal,
        &fingerprint.dynamics,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fingerprint;

    #[test]
    fn the_shipped_whitening_can_be_read() {
        let whitening = Whitening::from_json(Whitening::shipped_json()).unwrap();
        assert!(whitening.n_pieces() >= 100);
        assert!(!whitening.measured_on().is_empty());
    }

    #[test]
    fn every_whitened_block_has_length_one() {
        let whitened = Whitening::shipped().apply(&fingerprint(3));
        for aspect in BLOCKS {
            let part = &whitened[Whitening::range(aspect)];
            let length: f32 = part.iter().map(|v| v * v).sum();
            assert!((length - 1.0).abs() < 1e-4, "{aspect:?}: {length}");
        }
        assert_eq!(Whitening::range(Aspect::Tempo), 0..0);
    }

    #[test]
    fn what_is_written_reads_back() {
        let population: Vec<_> = (0..120).map(fingerprint).collect();
        let whitening = Whitening::measure(&population, "made up").unwrap();
        assert_eq!(Whitening::from_json(&whitening.to_json()).unwrap(), whitening);
        assert!(Whitening::from_json("{}").is_err());
    }

    #[test]
    fn a_value_that_is_not_a_number_counts_as_average() {
        let mut broken = fingerprint(1);
        broken.timbre[5] = f32::NAN;
        assert!(Whitening::shipped().apply(&broken).iter().all(|v| v.is_finite()));
    }
}

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

use analysis::{Fingerprint, N_BALANCE, N_DYNAMICS, N_FEEL, N_RHYTHM, N_TIMBRE, N_TONAL, N_WIDTH};
use serde::{Deserialize, Serialize};

use crate::aspect::Aspect;

/// At most so many axes of a block are kept.
const MAX_AXES: usize = 64;

/// Values that are whitened together, and what they speak for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// The name in the file.
    name: &'static str,
    /// The aspect it is a part of.
    pub(crate) aspect: Aspect,
    /// Its share of that aspect's distance. What the shares of an aspect leave to 1 is compared
    /// otherwise, as tempo and key are.
    pub(crate) share: f32,
    /// Values before whitening.
    n_raw: usize,
}

impl Block {
    const fn new(name: &'static str, aspect: Aspect, share: f32, n_raw: usize) -> Self {
        Self { name, aspect, share, n_raw }
    }

    /// Values after whitening.
    const fn len(&self) -> usize {
        if self.n_raw < MAX_AXES { self.n_raw } else { MAX_AXES }
    }

    /// Where they stand among all whitened values.
    pub(crate) fn range(idx: usize) -> std::ops::Range<usize> {
        let start = BLOCKS.iter().take(idx).map(Self::len).sum();
        start..start + BLOCKS.get(idx).map_or(0, Self::len)
    }
}

/// Number of blocks.
const N_BLOCKS: usize = 7;
/// The blocks in the order of the whitened values.
pub(crate) const BLOCKS: [Block; N_BLOCKS] = [
    Block::new("timbre", Aspect::Timbre, 1.0, N_TIMBRE),
    Block::new("balance", Aspect::Balance, 1.0 - WIDTH_SHARE, N_BALANCE),
    Block::new("width", Aspect::Balance, WIDTH_SHARE, N_WIDTH),
    Block::new("rhythm", Aspect::Rhythm, 1.0, N_RHYTHM),
    Block::new("feel", Aspect::Feel, 1.0, N_FEEL),
    Block::new("colour", Aspect::Key, COLOUR_SHARE, N_TONAL),
    Block::new("dynamics", Aspect::Dynamics, 1.0, N_DYNAMICS),
];
/// Share of the balance part that stereo width has.
const WIDTH_SHARE: f32 = 0.45;
/// Share of the key part that harmonic colour has; the rest is the distance of the keys.
pub(crate) const COLOUR_SHARE: f32 = 0.85;

/// Number of values of a whitened fingerprint.
pub const N_WHITENED: usize = {
    let (mut n, mut idx) = (0, 0);
    while idx < N_BLOCKS {
        n += BLOCKS[idx].len();
        idx += 1;
    }
    n
};

/// Means and axes of the fingerprint blocks over a fixed population of music.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Whitening {
    /// What it was measured on, in words.
    measured_on: String,
    /// Number of pieces it was measured on.
    n_pieces: usize,
    /// In the order of [`BLOCKS`].
    blocks: Vec<Measured>,
}

/// What was measured of a block: it becomes `axes * clip((value - mean) / deviation)`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Measured {
    name: String,
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
        let fits = whitening.blocks.len() == N_BLOCKS
            && whitening.blocks.iter().zip(&BLOCKS).all(|(measured, block)| {
                measured.name == block.name
                    && measured.mean.len() == block.n_raw
                    && measured.deviation.len() == block.n_raw
                    && measured.axes.len() == block.len()
                    && measured.axes.iter().all(|axis| axis.len() == block.n_raw)
            });
        if !fits {
            return Err(WhiteningError::OtherShape);
        }
        whitening.blocks.iter_mut().for_each(Measured::turn);
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
        for ((measured, raw), block) in self.blocks.iter().zip(raw_blocks(fingerprint)).zip(&BLOCKS)
        {
            let Some((part, others)) = rest.split_at_mut_checked(block.len()) else { break };
            measured.apply(raw, part);
            rest = others;
        }
        whitened
    }
}

impl Measured {
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
fn raw_blocks(fingerprint: &Fingerprint) -> [&[f32]; N_BLOCKS] {
    [
        &fingerprint.timbre,
        &fingerprint.balance,
        &fingerprint.width,
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
        for (idx, block) in BLOCKS.iter().enumerate() {
            let part = &whitened[Block::range(idx)];
            let length: f32 = part.iter().map(|v| v * v).sum();
            assert!((length - 1.0).abs() < 1e-4, "{}: {length}", block.name);
        }
        assert_eq!(Block::range(N_BLOCKS - 1).end, N_WHITENED);
    }

    #[test]
    fn no_aspect_has_more_blocks_than_it_has_distance() {
        for aspect in Aspect::ALL {
            let blocks = BLOCKS.iter().filter(|block| block.aspect == aspect);
            assert!(blocks.map(|block| block.share).sum::<f32>() <= 1.0 + 1e-6, "{aspect:?}");
        }
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

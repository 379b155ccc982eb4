//! Ranking references by distance, broken down by [`Aspect`].
//!
//! The distance is the sum of seven parts, each 0 for the same and nearly its weight for two
//! unrelated pieces. Whitened blocks are compared as they are; tempo and key compare what was heard,
//! counting as much as both hearings are sure. Where a trained model heard the style of both
//! pieces, the distance of the styles is part of timbre and everything else counts so much less that
//! unrelated pieces are as far apart as without: references with and without a style can be ranked
//! together.

use analysis::{Fingerprint, Key, KeyEstimate, Mode, N_STYLE, TempoEstimate};

use crate::aspect::{Aspect, N_ASPECTS, Weights};
use crate::sketch::SketchQuery;
use crate::snapshot::{ReferenceMatch, TrackId};
use crate::whitening::{BLOCKS, Block, COLOUR_SHARE, N_WHITENED, Whitening};

/// What a part counts when the user weighs all aspects the same, indexed by [`Aspect::index`]; they
/// sum to 1, so that unrelated pieces are nearly 1 apart.
/// Tuned on the population of the whitening: the same track from another part, the same game from
/// another track. Rounded; half or double of any of them changes neither by more than its error.
const BASE_WEIGHTS: [f32; N_ASPECTS] = [0.03, 0.16, 0.21, 0.26, 0.18, 0.04, 0.12];
/// Share of the distance that style has where both pieces have one and all aspects weigh the same.
/// More of it finds more of the same genre, and beyond a third fewer from the same soundtrack. Of the
/// five nearest of 390 pieces of 37 games, two in a hundred more are from the same one than without
/// style; metrics learned from game to game, other layers of the network and other shares gained no
/// more than one in a hundred beyond that.
const STYLE_SHARE: f32 = 1.0 / 3.0;
/// What half or double tempo adds, in octaves.
const OCTAVE_PENALTY: f32 = 0.12;
/// Tempo distances saturate here, in octaves.
const FAR_TEMPO: f32 = 0.4;
/// What a step on the circle of fifths adds to the key distance,
const FIFTH_STEP: f32 = 0.12;
/// and what the other mode adds.
const OTHER_MODE: f32 = 0.28;

/// What the comparison needs to know of one piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prepared {
    pub(crate) vector: [f32; N_WHITENED],
    pub(crate) style: Option<[f32; N_STYLE]>,
    pub(crate) tempo: Option<TempoEstimate>,
    pub(crate) key: Option<KeyEstimate>,
}

/// A piece to find neighbours of, and what counts: made once, compared often.
#[derive(Clone, Debug)]
pub struct Query {
    here: Prepared,
    weights: Weights,
}

impl Query {
    /// Whitens `here`.
    pub fn new(here: &Fingerprint, weights: &Weights) -> Self {
        Self { here: Prepared::new(here), weights: *weights }
    }

    /// The exact distance of reference `track`, which sounds like `there`.
    pub fn compare(&self, track: TrackId, there: &Fingerprint) -> ReferenceMatch {
        self.here.matched(track, &Prepared::new(there), &self.weights)
    }

    /// The same question to be put to sketches.
    pub fn to_sketches(&self) -> SketchQuery {
        SketchQuery::new(&self.here, &self.weights)
    }
}

/// References made ready for ranking: whitened once, compared often. Construction allocates.
#[derive(Clone, Debug, Default)]
pub struct PreparedReferences {
    ids: Vec<TrackId>,
    pieces: Vec<Prepared>,
}

impl PreparedReferences {
    /// Whitens `references`.
    pub fn new<'a>(references: impl IntoIterator<Item = (TrackId, &'a Fingerprint)>) -> Self {
        let mut prepared = Self::default();
        for (id, fingerprint) in references {
            prepared.ids.push(id);
            prepared.pieces.push(Prepared::new(fingerprint));
        }
        prepared
    }

    /// Number of references.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The `k` nearest references, nearest first; equally near ones in the order of their ids.
    pub fn rank(&self, query: &Fingerprint, weights: &Weights, k: usize) -> Vec<ReferenceMatch> {
        let query = Prepared::new(query);
        let mut nearest: Vec<ReferenceMatch> = Vec::with_capacity(k.min(self.len()) + 1);
        if k == 0 {
            return nearest;
        }
        for (&track, piece) in self.ids.iter().zip(&self.pieces) {
            let candidate = query.matched(track, piece, weights);
            if nearest.len() == k
                && nearest.last().is_some_and(|last| candidate.nearer_first(last).is_ge())
            {
                continue;
            }
            let place = nearest.partition_point(|other| other.nearer_first(&candidate).is_lt());
            nearest.insert(place, candidate);
            nearest.truncate(k);
        }
        nearest
    }
}

/// The `k` nearest of `references`, nearest first. Where the same references are asked often,
/// prepare them once instead: [`PreparedReferences`].
pub fn rank<'a>(
    query: &Fingerprint,
    references: impl IntoIterator<Item = (TrackId, &'a Fingerprint)>,
    weights: &Weights,
    k: usize,
) -> Vec<ReferenceMatch> {
    PreparedReferences::new(references).rank(query, weights, k)
}

/// Distance of two fingerprints by aspect; the sum is the distance. Symmetric, 0 for the same.
pub fn compare(one: &Fingerprint, other: &Fingerprint, weights: &Weights) -> [f32; N_ASPECTS] {
    Prepared::new(one).parts(&Prepared::new(other), weights)
}

impl Prepared {
    fn new(fingerprint: &Fingerprint) -> Self {
        Self {
            vector: Whitening::shipped().apply(fingerprint),
            style: fingerprint.style,
            tempo: fingerprint.tempo,
            key: fingerprint.key,
        }
    }

    fn matched(&self, track: TrackId, other: &Self, weights: &Weights) -> ReferenceMatch {
        let parts = self.parts(other, weights);
        ReferenceMatch { track, distance: parts.iter().sum(), parts }
    }

    fn parts(&self, other: &Self, weights: &Weights) -> [f32; N_ASPECTS] {
        let mut parts = [0.0; N_ASPECTS];
        for (idx, block) in BLOCKS.iter().enumerate() {
            let weight = block.share * factor(block.aspect, weights);
            if weight > 0.0 {
                parts[block.aspect.index()] += weight * self.block_distance(other, idx);
            }
        }
        parts[Aspect::Tempo.index()] += part_between_tempos(self.tempo, other.tempo, weights);
        parts[Aspect::Key.index()] += part_between_keys(self.key, other.key, weights);
        if let (Some(here), Some(there)) = (&self.style, &other.style) {
            let StyleWeights { rest, style } = StyleWeights::new(weights);
            parts.iter_mut().for_each(|part| *part *= rest);
            parts[Aspect::Timbre.index()] += style * half_square(here, there);
        }
        parts
    }

    /// One minus the cosine, written so that it is exactly 0 for the same.
    fn block_distance(&self, other: &Self, idx: usize) -> f32 {
        let range = Block::range(idx);
        half_square(&self.vector[range.clone()], &other.vector[range])
    }
}

/// Half the squared distance of two vectors: of those of length 1, one minus the cosine.
fn half_square(one: &[f32], other: &[f32]) -> f32 {
    0.5 * one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f32>()
}

/// What a distance of 1 in an aspect counts. A weight of nothing, or of nonsense, leaves it out.
pub(crate) fn factor(aspect: Aspect, weights: &Weights) -> f32 {
    let weight = weights.0[aspect.index()];
    if weight > 0.0 && weight.is_finite() { weight * BASE_WEIGHTS[aspect.index()] } else { 0.0 }
}

/// What counts where both pieces have a style.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct StyleWeights {
    /// What everything else is multiplied by.
    pub(crate) rest: f32,
    /// What a distance of 1 in style counts.
    pub(crate) style: f32,
}

impl StyleWeights {
    /// Style weighs as timbre does: nothing where that is left out, and ever more of the whole.
    pub(crate) fn new(weights: &Weights) -> Self {
        let timbre = factor(Aspect::Timbre, weights) / BASE_WEIGHTS[Aspect::Timbre.index()];
        let share = STYLE_SHARE * timbre / (1.0 - STYLE_SHARE + STYLE_SHARE * timbre);
        let unrelated: f32 = Aspect::ALL.iter().map(|&aspect| factor(aspect, weights)).sum();
        Self { rest: 1.0 - share, style: share * unrelated }
    }
}

/// What the tempos add to the distance.
pub(crate) fn part_between_tempos(
    one: Option<TempoEstimate>,
    other: Option<TempoEstimate>,
    weights: &Weights,
) -> f32 {
    factor(Aspect::Tempo, weights) * tempo_distance(one, other)
}

/// What the keys add to the distance, harmonic colour left out.
pub(crate) fn part_between_keys(
    one: Option<KeyEstimate>,
    other: Option<KeyEstimate>,
    weights: &Weights,
) -> f32 {
    factor(Aspect::Key, weights) * (1.0 - COLOUR_SHARE) * key_distance(one, other)
}

/// Distance of the tempos on the octave circle, 0 to 1, as far as both are sure. A pulse against
/// none is halfway.
fn tempo_distance(one: Option<TempoEstimate>, other: Option<TempoEstimate>) -> f32 {
    let (one, other) = match (one, other) {
        (Some(one), Some(other)) => (one, other),
        (None, None) => return 0.0,
        _ => return 0.5,
    };
    let octaves = (one.bpm.0.log2() - other.bpm.0.log2()).abs();
    if !octaves.is_finite() {
        return 0.5;
    }
    let folded = octaves.min((octaves - 1.0).abs() + OCTAVE_PENALTY);
    certainty(one.confidence, other.confidence) * (folded / FAR_TEMPO).min(1.0)
}

/// Distance of the keys on the circle of fifths, 0 to 1, as far as both are sure.
fn key_distance(one: Option<KeyEstimate>, other: Option<KeyEstimate>) -> f32 {
    match (one, other) {
        (Some(one), Some(other)) => {
            certainty(one.confidence, other.confidence) * between_keys(one.key, other.key)
        }
        (None, None) => 0.0,
        _ => 0.5,
    }
}

fn certainty(one: f32, other: f32) -> f32 {
    (one.clamp(0.0, 1.0) * other.clamp(0.0, 1.0)).sqrt()
}

/// Whether pieces in these keys go together: the same key, its relative, and their neighbours on
/// the circle of fifths in the same mode.
pub fn keys_go_together(one: Key, other: Key) -> bool {
    let distance = between_keys(one, other);
    distance <= FIFTH_STEP || distance == OTHER_MODE
}

/// 0 for the same key, 1 for the other end of the circle in the other mode.
pub(crate) fn between_keys(one: Key, other: Key) -> f32 {
    let around = (one.sharps() - other.sharps()).rem_euclid(12);
    let steps = around.min(12 - around) as f32;
    let minor = |key: Key| key.mode == Mode::Minor;
    let mode = if minor(one) == minor(other) { 0.0 } else { OTHER_MODE };
    (FIFTH_STEP * steps + mode).min(1.0)
}

#[cfg(test)]
mod tests;

//! Ranking references by distance, broken down by [`Aspect`](crate::Aspect).

use analysis::Fingerprint;

use crate::aspect::{N_ASPECTS, Weights};
use crate::snapshot::{ReferenceMatch, TrackId};

/// References made ready for ranking: whitened once, compared often. Construction allocates.
#[derive(Clone, Debug, Default)]
pub struct PreparedReferences {
    ids: Vec<TrackId>,
}

impl PreparedReferences {
    /// Whitens `references`.
    pub fn new<'a>(references: impl IntoIterator<Item = (TrackId, &'a Fingerprint)>) -> Self {
        Self { ids: references.into_iter().map(|(id, _)| id).collect() }
    }

    /// Number of references.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The `k` nearest references, nearest first.
    pub fn rank(&self, _query: &Fingerprint, _weights: &Weights, _k: usize) -> Vec<ReferenceMatch> {
        Vec::new()
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
pub fn compare(_one: &Fingerprint, _other: &Fingerprint, _weights: &Weights) -> [f32; N_ASPECTS] {
    [0.0; N_ASPECTS]
}

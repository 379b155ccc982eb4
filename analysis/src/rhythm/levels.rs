//! Which metrical level is stated, which others were heard, and how sure that is.

use super::FPS;
use super::periodicity::TempoGrid;
use crate::facts::{Stability, TempoCandidate, TempoEstimate, TempoRelation};
use crate::history::History;
use crate::units::Bpm;

/// Levels with less of the evidence than this are not worth showing.
const LEAST_WEIGHT: f32 = 0.03;

/// How often a tempo that stands out so much is right: a logistic curve over the logarithms of its
/// lead and its clarity (J. Platt, "Probabilistic outputs for support vector machines", 1999).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Calibration {
    base: f32,
    lead: f32,
    clarity: f32,
}

impl Calibration {
    /// Tempos from the periodicity, fitted to 133 files: a clear pulse can still be counted at
    /// another level, an unclear one is often none at all.
    pub(super) const OF_PERIODICITY: Self = Self { base: 0.5, lead: 1.2, clarity: 0.8 };
    /// Live tempos from the periodicity of onsets and network: the same curve, lowered by as much as
    /// 398 files were less often right than it said.
    pub(super) const LIVE_WITH_NETWORK: Self = Self { base: 0.1, ..Self::OF_PERIODICITY };
    /// Tempos of beats decoded with a network, fitted to 424 files; fitted to 309 of them, the
    /// calibration error on the other 115 is 0.05.
    pub(super) const OF_DECODED_BEATS: Self = Self { base: 1.62, lead: 0.95, clarity: 0.72 };

    fn confidence(self, clarity: f32, lead: f32) -> f32 {
        let x = self.base
            + self.lead * lead.clamp(0.3, 4.0).ln()
            + self.clarity * (clarity.clamp(0.01, 0.6) / 0.15).ln();
        (1.0 / (1.0 + (-x).exp())).clamp(0.05, 0.97)
    }
}

/// States `bpm` as the tempo. `scores[i]` is the periodicity at the `i`-th tempo of `grid`, without
/// preference, over the time the statement is about.
pub(super) fn estimate(
    grid: &TempoGrid,
    scores: &[f32],
    bpm: f32,
    stability: Stability,
    calibration: Calibration,
) -> TempoEstimate {
    // A grid step either way: levels need not be exact multiples of a measured tempo.
    let raw = |bpm: f32| {
        grid.nearest(bpm).map(|at| {
            let around = at.saturating_sub(1)..(at + 2).min(grid.len());
            around
                .map(|idx| (scores[idx], scores[idx] * grid.preference(idx)))
                .fold((0.0f32, 0.0f32), |best, here| if here.1 > best.1 { here } else { best })
        })
    };
    let (clarity, stated) = raw(bpm).unwrap_or_default();
    let mut others = [(TempoRelation::Half, 0.0f32); TempoRelation::ALL.len()];
    for (other, relation) in others.iter_mut().zip(TempoRelation::ALL) {
        *other = (relation, raw(bpm * relation.ratio()).map_or(0.0, |level| level.1));
    }
    others.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
    let total = (stated + others.iter().map(|(_, score)| score).sum::<f32>()).max(1e-9);
    let alternatives = History::first_of(
        others.iter().filter(|(_, score)| score / total >= LEAST_WEIGHT).take(4).map(
            |&(relation, score)| TempoCandidate {
                bpm: Bpm(bpm * relation.ratio()),
                relation,
                weight: score / total,
            },
        ),
    );
    let lead = stated / others[0].1.max(1e-6);
    TempoEstimate {
        bpm: Bpm(bpm),
        confidence: calibration.confidence(clarity, lead),
        stability,
        alternatives,
    }
}

/// Tempo of a beat length.
pub(super) fn bpm_of_lag(lag: f32) -> f32 {
    60.0 * FPS / lag
}

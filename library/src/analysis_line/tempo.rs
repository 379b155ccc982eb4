//! [`TempoEntry`]: the tempo of a file, and the even beats that it keeps to.

use analysis::{
    BeatGrid, Bpm, History, Stability, TempoCandidate, TempoEstimate, TempoRelation, TempoSource,
};
use serde::{Deserialize, Serialize};

use super::rounding::{round, share};

/// The tempo of a whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TempoEntry {
    /// Beats per minute.
    pub bpm: f64,
    /// Probability that it is right.
    pub confidence: f64,
    /// "steady" or "drifting".
    pub stability: String,
    /// "length" where no pulse was heard and the tempo is what the length of a loop says; absent where
    /// it was heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Other metrical levels, strongest first.
    pub alternatives: Vec<AlternativeTempo>,
    /// Whether the user chose this level: `grid`, `beats` and `meter` are then still those heard.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chosen: bool,
    /// Beats per minute as heard, where the user chose the level; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_bpm: Option<f64>,
}

/// Another metrical level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlternativeTempo {
    /// Beats per minute.
    pub bpm: f64,
    /// Its ratio to the tempo stated ("1/2").
    pub relation: String,
    /// Share of the evidence.
    pub weight: f64,
}

/// Even beats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridEntry {
    /// Their tempo.
    pub bpm: f64,
    /// When the first one falls, a beat but not always the first of a bar, in milliseconds from the
    /// start of the file.
    pub offset_ms: f64,
    /// How far the beats heard lie off them, root mean square, in milliseconds.
    pub spread_ms: f64,
}

impl TempoEntry {
    pub(super) fn new(estimate: &TempoEstimate, source: TempoSource) -> Self {
        let stability = match estimate.stability {
            Stability::Steady => "steady",
            Stability::Drifting => "drifting",
        };
        Self {
            bpm: round(f64::from(estimate.bpm.0), 2),
            confidence: share(estimate.confidence),
            stability: stability.to_owned(),
            source: (source == TempoSource::Length).then(|| "length".to_owned()),
            alternatives: estimate
                .alternatives
                .iter()
                .map(|candidate| AlternativeTempo {
                    bpm: round(f64::from(candidate.bpm.0), 2),
                    relation: candidate.relation.name().to_owned(),
                    weight: share(candidate.weight),
                })
                .collect(),
            chosen: false,
            heard_bpm: None,
        }
    }

    /// The same tempo at a level that the user chose; absent where the tempo heard has no such
    /// level, whatever was chosen before.
    pub(super) fn counted_at(&self, chosen: Bpm) -> Option<Self> {
        let estimate = self.estimate();
        let as_heard = estimate.counted_at(self.heard()).unwrap_or(estimate);
        let counted = Self::new(&as_heard.counted_at(chosen)?, TempoSource::Pulse);
        let heard_bpm = Some(self.heard_bpm.unwrap_or(self.bpm));
        Some(Self { chosen: true, heard_bpm, source: self.source.clone(), ..counted })
    }

    /// The tempo as heard, whichever level is stated.
    pub(crate) fn heard(&self) -> Bpm {
        Bpm(self.heard_bpm.unwrap_or(self.bpm) as f32)
    }

    /// What tells the tempo: its pulse ("heard"), the length of a loop without one ("length") or the
    /// user who chose its level ("chosen").
    pub(crate) fn told_by(&self) -> &'static str {
        match (self.chosen, &self.source) {
            (true, _) => "chosen",
            (false, Some(_)) => "length",
            (false, None) => "heard",
        }
    }

    /// What it says.
    fn estimate(&self) -> TempoEstimate {
        let level = |other: &AlternativeTempo| {
            Some(TempoCandidate {
                bpm: Bpm(other.bpm as f32),
                relation: TempoRelation::parse(&other.relation)?,
                weight: other.weight as f32,
            })
        };
        TempoEstimate {
            bpm: Bpm(self.bpm as f32),
            confidence: self.confidence as f32,
            stability: match self.stability.as_str() {
                "drifting" => Stability::Drifting,
                _ => Stability::Steady,
            },
            alternatives: History::first_of(self.alternatives.iter().filter_map(level)),
        }
    }
}

impl GridEntry {
    pub(super) fn new(grid: BeatGrid) -> Self {
        Self {
            bpm: round(grid.bpm, 2),
            offset_ms: round(1000.0 * grid.offset.0, 1),
            spread_ms: round(1000.0 * grid.spread.0, 1),
        }
    }
}

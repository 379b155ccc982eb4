//! [`LiveRhythm`]: tempo, beats and meter as they are played.

use super::{OnsetFrame, OnsetStrength};
use crate::config::{AnalysisConfig, TempoRange};
use crate::facts::{Beat, MeterEstimate, TempoEstimate};
use crate::features::ShortFrame;
use crate::history::History;
use crate::units::Seconds;

/// Follows the beat. Construction allocates; `push`, `reset` and `set_tempo_range` do not.
#[derive(Debug)]
pub(crate) struct LiveRhythm {
    onset: OnsetStrength,
    beats: History<Beat, 64>,
}

impl LiveRhythm {
    /// Hears nothing yet.
    pub(crate) fn new(_config: &AnalysisConfig) -> Self {
        Self { onset: OnsetStrength::new(), beats: History::new() }
    }

    /// Takes the next spectrum; returns its onset strength for others to use.
    pub(crate) fn push(&mut self, frame: &ShortFrame<'_>) -> OnsetFrame {
        self.onset.push(frame)
    }

    /// Forgets everything heard.
    pub(crate) fn reset(&mut self) {
        self.onset.reset();
        self.beats.clear();
    }

    /// Looks for beats in another range from here on.
    pub(crate) fn set_tempo_range(&mut self, _range: TempoRange) {}

    /// The tempo shown: appears when there is evidence, changes only against strong evidence.
    pub(crate) fn tempo(&self) -> Option<TempoEstimate> {
        None
    }

    /// The meter shown.
    pub(crate) fn meter(&self) -> Option<MeterEstimate> {
        None
    }

    /// The latest beats called, oldest first.
    pub(crate) fn beats(&self) -> &History<Beat, 64> {
        &self.beats
    }

    /// Number of beats called so far.
    pub(crate) fn n_beats(&self) -> u64 {
        0
    }

    /// Position within the beat at `now`, 0 on the beat to just under 1; 0 where there is no tempo.
    pub(crate) fn beat_phase(&self, _now: Seconds) -> f32 {
        0.0
    }
}

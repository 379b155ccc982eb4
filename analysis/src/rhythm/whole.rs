//! [`TrackRhythm`]: tempo, beats and meter of a whole file.

use super::{OnsetFrame, OnsetStrength, RhythmFacts};
use crate::config::AnalysisConfig;
use crate::features::ShortFrame;

/// Collects a file's onsets, then decodes them as a whole.
#[derive(Debug)]
pub(crate) struct TrackRhythm {
    onset: OnsetStrength,
}

impl TrackRhythm {
    /// For one file.
    pub(crate) fn new(_config: &AnalysisConfig) -> Self {
        Self { onset: OnsetStrength::new() }
    }

    /// Takes the next spectrum; returns its onset strength for others to use.
    pub(crate) fn push(&mut self, frame: &ShortFrame<'_>) -> OnsetFrame {
        self.onset.push(frame)
    }

    /// Decodes everything taken.
    pub(crate) fn finish(self) -> RhythmFacts {
        RhythmFacts::default()
    }
}

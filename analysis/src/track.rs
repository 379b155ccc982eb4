//! [`TrackAnalyzer`]: the whole-file analysis.

use crate::config::{AnalysisConfig, ConfigError};
use crate::facts::{
    Beat, ChordSegment, KeyEstimate, KeySegment, LoudnessFacts, MeterEstimate, TempoEstimate,
    TuningEstimate,
};
use crate::fingerprint::Fingerprint;
use crate::units::Seconds;

/// What a whole file contains.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackAnalysis {
    /// Length of the file.
    pub length: Seconds,
    /// The key of the whole.
    pub key: Option<KeyEstimate>,
    /// Keys over time.
    pub keys: Vec<KeySegment>,
    /// Tuning.
    pub tuning: Option<TuningEstimate>,
    /// Tempo.
    pub tempo: Option<TempoEstimate>,
    /// Meter.
    pub meter: Option<MeterEstimate>,
    /// Beats in time order.
    pub beats: Vec<Beat>,
    /// Chords in time order, without gaps from 0 to the end.
    pub chords: Vec<ChordSegment>,
    /// Loudness.
    pub loudness: LoudnessFacts,
    /// What it sounds like; `None` where it is too short (under 3 s) or silent.
    pub fingerprint: Option<Fingerprint>,
}

/// Collects a file, then decodes it as a whole.
#[derive(Debug)]
pub struct TrackAnalyzer {}

impl TrackAnalyzer {
    /// An analyzer for one file.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn new(config: &AnalysisConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {})
    }

    /// Takes the next samples of both channels, equally long.
    pub fn push(&mut self, _left: &[f32], _right: &[f32]) {}

    /// Decodes everything taken.
    pub fn finish(self) -> TrackAnalysis {
        TrackAnalysis::default()
    }
}

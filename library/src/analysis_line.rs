//! [`AnalysisLine`]: what `analyze` prints about a file, exactly as the command contract has it.
//!
//! These types are a promise to other programs: fields may be added, those here keep their names,
//! units and meaning. Numbers are rounded to what they are worth and are always finite.

mod csv;
mod facts;
mod key;
mod rounding;
mod tempo;
mod timeline;

use std::path::Path;

use analysis::TrackAnalysis;
use serde::{Deserialize, Serialize};

pub use self::facts::{AnalysisFacts, BeatEntry, ChordEntry, LoudnessEntry, MeterEntry};
pub use self::key::{AlternativeKey, KeyEntry, KeySpan};
pub use self::tempo::{AlternativeTempo, TempoEntry};
pub use self::timeline::TimelineEntry;

use self::rounding::round;
use crate::file_analysis::FileAnalysis;

/// One line of `analyze`: a file and what is in it, or why it can't be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnalysisLine {
    /// The path as it was given.
    pub file: String,
    /// Why the file could not be analysed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What is wrong with a file that could be analysed all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Seconds of audio in the file.
    pub audio_seconds: f64,
    /// What was found; absent where there is an error.
    #[serde(flatten)]
    pub facts: Option<AnalysisFacts>,
}

impl AnalysisLine {
    /// The line of a file that was analysed.
    pub fn new(file: impl Into<String>, analysis: &TrackAnalysis, cpu_seconds: f64) -> Self {
        Self {
            file: file.into(),
            error: None,
            warning: None,
            audio_seconds: round(analysis.length.0, 3),
            facts: Some(AnalysisFacts::new(analysis, cpu_seconds)),
        }
    }

    /// The line of a file that can't be analysed.
    pub fn failed(file: impl Into<String>, error: impl ToString) -> Self {
        let error = error.to_string().lines().collect::<Vec<_>>().join(" ");
        Self {
            file: file.into(),
            error: Some(error),
            warning: None,
            audio_seconds: 0.0,
            facts: None,
        }
    }

    /// The line of what [`analyze_file`](crate::analyze_file) gave.
    pub fn of<E: ToString>(path: &Path, result: &Result<FileAnalysis, E>) -> Self {
        let file = path.to_string_lossy();
        match result {
            Ok(done) => Self {
                warning: done.warning.clone(),
                ..Self::new(file, &done.analysis, done.cpu_seconds)
            },
            Err(error) => Self::failed(file, error.to_string()),
        }
    }

    /// The same line with what a user would have been shown.
    pub fn with_timeline(mut self, timeline: Vec<TimelineEntry>) -> Self {
        if let Some(facts) = &mut self.facts {
            facts.timeline = Some(timeline);
        }
        self
    }
}

#[cfg(test)]
mod tests;

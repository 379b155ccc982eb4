//! [`LiveAnalyzer`]: the causal analysis.

use crate::config::{AnalysisConfig, ConfigError};
use crate::fingerprint::Fingerprint;
use crate::hearing::Hearing;

/// A note from a MIDI input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteEvent {
    /// A key goes down: note number 0 to 127.
    On(u8),
    /// A key goes up.
    Off(u8),
    /// All keys go up.
    AllOff,
}

/// Hears a stream as it is played. Construction allocates; `push`, `note` and `reset` do not.
#[derive(Debug)]
pub struct LiveAnalyzer {
    hearing: Hearing,
}

impl LiveAnalyzer {
    /// An analyzer for the given stream.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn new(config: &AnalysisConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self { hearing: Hearing::default() })
    }

    /// Takes the next samples of both channels, equally long.
    pub fn push(&mut self, _left: &[f32], _right: &[f32]) {}

    /// Takes a note that sounds from here on in the stream.
    pub fn note(&mut self, _event: NoteEvent) {}

    /// Says that `n_samples` of the stream were lost here: the clock goes on, nothing is heard.
    pub fn skip(&mut self, _n_samples: u64) {}

    /// Changes what can be told while running (reference pitch, tempo range); the rate stays.
    ///
    /// # Errors
    /// Where the configuration can't be used; the old one stays.
    pub fn configure(&mut self, config: &AnalysisConfig) -> Result<(), ConfigError> {
        config.check()
    }

    /// Forgets everything heard; the next sample is at 0 s.
    pub fn reset(&mut self) {
        self.hearing = Hearing::default();
    }

    /// What is heard now.
    pub fn hearing(&self) -> &Hearing {
        &self.hearing
    }

    /// What the last minute or so sounds like; `None` before there are 5 s of sound.
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        None
    }
}

//! [`TimelineEntry`]: what a user is shown from some moment on.

use analysis::{Bpm, Chord, Key, Seconds};
use serde::{Deserialize, Serialize};

use super::rounding::round;

/// What is shown from `t` on; a field not shown yet is null.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Since when, in seconds.
    pub t: f64,
    /// "Bb minor".
    pub key: Option<String>,
    /// Beats per minute, to a tenth, as the panel shows it.
    pub bpm: Option<f64>,
    /// Harte label.
    pub chord: Option<String>,
}

impl TimelineEntry {
    /// What is shown at `at`: the chord is spelled by the key.
    pub fn new(at: Seconds, key: Option<Key>, bpm: Option<Bpm>, chord: Option<Chord>) -> Self {
        let spelling = key.map(Key::spelling).unwrap_or_default();
        Self {
            t: round(at.0, 3),
            key: key.map(|key| key.to_string()),
            bpm: bpm.map(|bpm| round(f64::from(bpm.0), 1)),
            chord: chord.map(|chord| chord.harte(spelling)),
        }
    }

    /// Whether a user would see the same as in `other`.
    pub fn shows_the_same(&self, other: &Self) -> bool {
        self.key == other.key && self.bpm == other.bpm && self.chord == other.chord
    }
}

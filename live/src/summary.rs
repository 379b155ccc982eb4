//! [`Summary`]: what was last heard, in a form that can be stored.

use advice::Snapshot;
use serde::{Deserialize, Serialize};

/// Version of the form; grows when a field changes its meaning.
const VERSION: u32 = 1;

/// Chords kept.
const N_CHORDS: usize = 8;

/// What was last heard, in plain words. Part of what a host stores with a project: fields never
/// change their meaning, and those that are missing read as not heard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Version of the form.
    pub version: u32,
    /// The key, as "F# minor".
    pub key: Option<String>,
    /// Confidence of the key, 0 to 1.
    pub key_confidence: Option<f32>,
    /// The tempo in BPM.
    pub bpm: Option<f32>,
    /// The latest chords, oldest first, in Harte's notation ("A:min7").
    pub chords: Vec<String>,
    /// Seconds of stream heard.
    pub seconds: f64,
    /// Samples per channel that were lost.
    pub lost_samples: u64,
}

impl Default for Summary {
    fn default() -> Self {
        Self::from(&Snapshot::default())
    }
}

impl From<&Snapshot> for Summary {
    fn from(snapshot: &Snapshot) -> Self {
        let hearing = &snapshot.hearing;
        let spelling = hearing.key.map(|estimate| estimate.key.spelling()).unwrap_or_default();
        let mut chords: Vec<String> = hearing
            .chords
            .iter()
            .chain(&hearing.chord)
            .rev()
            .filter_map(|segment| segment.chord)
            .take(N_CHORDS)
            .map(|chord| chord.harte(spelling))
            .collect();
        chords.reverse();
        Self {
            version: VERSION,
            key: hearing.key.map(|estimate| estimate.key.to_string()),
            key_confidence: hearing.key.map(|estimate| estimate.confidence),
            bpm: hearing.tempo.map(|tempo| tempo.bpm.0),
            chords,
            seconds: hearing.at.0,
            lost_samples: snapshot.lost_samples,
        }
    }
}

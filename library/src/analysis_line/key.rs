//! [`KeyEntry`]: the key of a file, what decided it, and the keys it goes through.

use analysis::{KeyEstimate, KeySegment, PitchClass};
use serde::{Deserialize, Serialize};

use super::rounding::{round, share};

/// The key of a whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyEntry {
    /// Tonic, spelled as the key signature has it ("Bb").
    pub tonic: String,
    /// "major" or "minor".
    pub mode: String,
    /// Probability that it is right.
    pub confidence: f64,
    /// Runners-up, strongest first.
    pub alternatives: Vec<AlternativeKey>,
    /// What colours the mode ("dorian"), where that is plain.
    #[serde(default)]
    pub colour: Option<String>,
    /// What decided; what is not plain is null.
    #[serde(default)]
    pub reason: KeyReasonEntry,
}

/// What speaks for a key and against the runner-up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeyReasonEntry {
    /// A note that sounds and that the runner-up does not have ("F#").
    pub note: Option<String>,
    /// The note that the runner-up would have in its place.
    pub instead_of: Option<String>,
    /// The tonic, where the bass rests on it.
    pub bass: Option<String>,
    /// The change of chords to the tonic heard most often, as Harte labels.
    pub cadence: Option<[String; 2]>,
}

/// A runner-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlternativeKey {
    /// Tonic.
    pub tonic: String,
    /// "major" or "minor".
    pub mode: String,
    /// Share of the evidence.
    pub weight: f64,
}

/// A stretch of one key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeySpan {
    /// Where it begins, in seconds.
    pub start: f64,
    /// Where it ends, in seconds.
    pub end: f64,
    /// "Bb minor".
    pub key: String,
}

impl KeyEntry {
    pub(super) fn new(estimate: &KeyEstimate) -> Self {
        Self {
            tonic: estimate.key.tonic_name().to_owned(),
            mode: estimate.key.mode.name().to_owned(),
            confidence: share(estimate.confidence),
            alternatives: estimate
                .alternatives
                .iter()
                .map(|candidate| AlternativeKey {
                    tonic: candidate.key.tonic_name().to_owned(),
                    mode: candidate.key.mode.name().to_owned(),
                    weight: share(candidate.weight),
                })
                .collect(),
            colour: estimate.colour.map(|colour| colour.name().to_owned()),
            reason: KeyReasonEntry::new(estimate),
        }
    }
}

impl KeyReasonEntry {
    pub(super) fn new(estimate: &KeyEstimate) -> Self {
        let spelling = estimate.key.spelling();
        let name = |note: PitchClass| estimate.key.note_name(note).to_owned();
        // The runner-up's note is spelled as the runner-up has it.
        let other = estimate.alternatives.iter().next().map_or(estimate.key, |other| other.key);
        let reason = &estimate.reason;
        Self {
            note: reason.note.map(name),
            instead_of: reason.instead_of.map(|note| other.note_name(note).to_owned()),
            bass: reason.bass.map(name),
            cadence: reason.cadence.map(|(from, to)| [from.harte(spelling), to.harte(spelling)]),
        }
    }
}

impl KeySpan {
    pub(super) fn new(segment: &KeySegment) -> Self {
        Self {
            start: round(segment.start.0, 3),
            end: round(segment.end.0, 3),
            key: segment.key.to_string(),
        }
    }
}

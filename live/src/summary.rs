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
    /// How much faster than the host the playing was, in per cent.
    pub faster_than_host_percent: Option<f32>,
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
            faster_than_host_percent: snapshot.against_host.map(|against| against.percent),
            chords,
            seconds: hearing.at.0,
            lost_samples: snapshot.lost_samples,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use analysis::{
        Bpm, Chord, ChordQuality, ChordSegment, Key, KeyEstimate, PitchClass, Seconds,
        TempoEstimate,
    };

    fn heard() -> Summary {
        let mut snapshot = Snapshot { lost_samples: 7, ..Snapshot::default() };
        let hearing = &mut snapshot.hearing;
        hearing.at = Seconds(61.5);
        let key = Key::parse("F# minor").unwrap();
        hearing.key = Some(KeyEstimate { key, confidence: 0.75, ..KeyEstimate::default() });
        hearing.tempo = Some(TempoEstimate { bpm: Bpm(123.5), ..TempoEstimate::default() });
        for root in 0..20 {
            let chord =
                (root != 19).then(|| Chord::new(PitchClass::new(root), ChordQuality::Minor));
            hearing.chords.push(ChordSegment { chord, ..ChordSegment::default() });
        }
        let now = Chord::new(PitchClass::new(1), ChordQuality::Dominant7);
        hearing.chord = Some(ChordSegment { chord: Some(now), ..ChordSegment::default() });
        Summary::from(&snapshot)
    }

    #[test]
    fn a_summary_says_what_was_heard_in_plain_words() {
        let summary = heard();
        assert_eq!(summary.key.as_deref(), Some("F# minor"));
        assert_eq!((summary.bpm, summary.seconds, summary.lost_samples), (Some(123.5), 61.5, 7));
        assert_eq!(summary.chords.len(), N_CHORDS);
        assert_eq!(summary.chords.last().map(String::as_str), Some("C#:7"));
        assert_eq!(summary.chords[0], "C:min");
    }

    #[test]
    fn a_summary_survives_storing() {
        let stored = serde_json::to_string(&heard()).unwrap();
        assert_eq!(serde_json::from_str::<Summary>(&stored).unwrap(), heard());
    }

    #[test]
    fn a_summary_with_fields_missing_or_unknown_is_read() {
        let stored = r#"{"bpm": 99.5, "a field of a later version": [1, 2]}"#;
        let summary: Summary = serde_json::from_str(stored).unwrap();
        assert_eq!(summary, Summary { bpm: Some(99.5), ..Summary::default() });
    }
}

use analysis::{
    ANALYSIS_VERSION, Beat, Bpm, Cents, Chord, ChordQuality, ChordSegment, History, Key,
    KeyCandidate, KeyEstimate, KeyReason, KeySegment, LoudnessFacts, Lufs, MeterEstimate,
    ModeColour, PitchClass, Seconds, Stability, TempoCandidate, TempoEstimate, TempoRelation,
    TempoSource, TuningEstimate,
};
use serde_json::{Value, json};

use super::key::KeyReasonEntry;
use super::*;

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

fn song() -> TrackAnalysis {
    TrackAnalysis {
        length: Seconds(15.12),
        key: Some(KeyEstimate {
            key: key("Bb minor"),
            confidence: 0.83,
            alternatives: History::first_of([KeyCandidate { key: key("Db major"), weight: 0.11 }]),
            colour: Some(ModeColour::Dorian),
            reason: KeyReason {
                note: Some(PitchClass::new(9)),
                instead_of: None,
                bass: Some(PitchClass::new(10)),
                cadence: Some((
                    Chord::new(PitchClass::new(5), ChordQuality::Dominant7),
                    Chord::new(PitchClass::new(10), ChordQuality::Minor),
                )),
            },
        }),
        keys: vec![KeySegment { start: Seconds(0.0), end: Seconds(15.12), key: key("Bb minor") }],
        tuning: Some(TuningEstimate { cents: Cents(4.7), confidence: 0.9 }),
        tempo: Some(TempoEstimate {
            bpm: Bpm(125.87),
            confidence: 0.9,
            stability: Stability::Steady,
            alternatives: History::first_of([TempoCandidate {
                bpm: Bpm(62.935),
                relation: TempoRelation::Half,
                weight: 0.2,
            }]),
        }),
        tempo_source: TempoSource::Pulse,
        meter: Some(MeterEstimate { beats_per_bar: 4, confidence: 0.7 }),
        beats: vec![
            Beat { at: Seconds(0.410_04), bar_position: 1 },
            Beat { at: Seconds(0.9), bar_position: 0 },
        ],
        chords: vec![ChordSegment {
            start: Seconds(0.0),
            end: Seconds(1.9),
            chord: Chord::parse("A#:min").unwrap(),
            bass: None,
            confidence: 0.7,
        }],
        has_style_model: false,
        loudness: LoudnessFacts {
            integrated: Some(Lufs(-9.8)),
            range_lu: Some(4.1),
            true_peak_dbtp: Some(-0.3),
            ..LoudnessFacts::default()
        },
        fingerprint: None,
    }
}

#[test]
fn a_line_has_the_fields_of_the_contract() {
    let entry = TimelineEntry::new(
        Seconds(4.0),
        Some(key("Bb minor")),
        Some(Bpm(125.87)),
        Chord::parse("A#:min").unwrap(),
    );
    let line = AnalysisLine::new("song.flac", &song(), 0.031).with_timeline(vec![entry]);
    assert_eq!(
        serde_json::to_value(&line).unwrap(),
        json!({
            "file": "song.flac", "audio_seconds": 15.12, "cpu_seconds": 0.031,
            "analysis_version": ANALYSIS_VERSION,
            "key": {"tonic": "Bb", "mode": "minor", "confidence": 0.83,
                    "alternatives": [{"tonic": "Db", "mode": "major", "weight": 0.11}],
                    "colour": "dorian",
                    "reason": {"note": "A", "instead_of": null, "bass": "Bb",
                               "cadence": ["F:7", "Bb:min"]}},
            "keys": [{"start": 0.0, "end": 15.12, "key": "Bb minor"}],
            "tuning_hz": 441.2,
            "tempo": {"bpm": 125.87, "confidence": 0.9, "stability": "steady",
                      "alternatives": [{"bpm": 62.94, "relation": "1/2", "weight": 0.2}]},
            "meter": {"beats_per_bar": 4, "confidence": 0.7},
            "beats": [{"t": 0.41, "bar_position": 1}, {"t": 0.9, "bar_position": null}],
            "chords": [{"start": 0.0, "end": 1.9, "label": "Bb:min", "confidence": 0.7}],
            "loudness": {"integrated_lufs": -9.8, "range_lu": 4.1, "true_peak_dbtp": -0.3},
            "timeline": [{"t": 4.0, "key": "Bb minor", "bpm": 125.9, "chord": "Bb:min"}],
        })
    );
}

#[test]
fn a_tempo_that_was_not_heard_says_what_it_is_from() {
    let told = TrackAnalysis { tempo_source: TempoSource::Length, ..song() };
    let line = |analysis| serde_json::to_value(AnalysisLine::new("l.wav", analysis, 0.0)).unwrap();
    assert_eq!(line(&told)["tempo"]["source"], json!("length"));
    assert_eq!(line(&song())["tempo"]["source"], Value::Null);
}

#[test]
fn the_notes_of_a_reason_are_spelled_as_their_keys_have_them() {
    let reason = |name: &str, other: &str, note: i32, instead_of: Option<i32>| {
        let estimate = KeyEstimate {
            key: key(name),
            alternatives: History::first_of([KeyCandidate { key: key(other), weight: 0.1 }]),
            reason: KeyReason {
                note: Some(PitchClass::new(note)),
                instead_of: instead_of.map(PitchClass::new),
                ..KeyReason::default()
            },
            ..KeyEstimate::default()
        };
        let entry = KeyReasonEntry::new(&estimate);
        (entry.note.unwrap(), entry.instead_of)
    };
    assert_eq!(reason("A minor", "C major", 8, None), ("G#".to_owned(), None));
    assert_eq!(reason("G minor", "Bb major", 6, None), ("F#".to_owned(), None));
    let f_sharp = Some("F#".to_owned());
    assert_eq!(reason("C major", "G major", 5, Some(6)), ("F".to_owned(), f_sharp));
    let b_flat = Some("Bb".to_owned());
    assert_eq!(reason("D major", "D minor", 11, Some(10)), ("B".to_owned(), b_flat));
}

#[test]
fn a_line_reads_back_as_it_was() {
    for line in [AnalysisLine::new("a.wav", &song(), 0.5), AnalysisLine::failed("b.wav", "broken")]
    {
        let text = serde_json::to_string(&line).unwrap();
        assert_eq!(serde_json::from_str::<AnalysisLine>(&text).unwrap(), line);
    }
}

#[test]
fn a_failed_file_has_its_error_and_nothing_else() {
    let line = AnalysisLine::failed("x.mp3", "first\nsecond");
    assert_eq!(
        serde_json::to_value(&line).unwrap(),
        json!({"file": "x.mp3", "error": "first second", "audio_seconds": 0.0})
    );
}

#[test]
fn silence_prints_null_for_key_and_tempo() {
    let line = AnalysisLine::new("s.wav", &TrackAnalysis::default(), 0.0);
    let value = serde_json::to_value(&line).unwrap();
    for field in ["key", "tempo", "meter", "tuning_hz"] {
        assert_eq!(value.get(field), Some(&Value::Null), "{field}");
    }
    assert_eq!(value["loudness"]["integrated_lufs"], Value::Null);
    assert!(value.get("timeline").is_none());
}

#[test]
fn no_number_is_ever_infinite() {
    let mut analysis = song();
    analysis.loudness.integrated = Some(Lufs(f32::NEG_INFINITY));
    analysis.loudness.true_peak_dbtp = Some(f32::NAN);
    analysis.beats = vec![Beat { at: Seconds(f64::NAN), bar_position: 1 }];
    let line = AnalysisLine::new("n.wav", &analysis, f64::INFINITY);
    let text = serde_json::to_string(&line).unwrap();
    assert!(!text.to_lowercase().contains("nan") && !text.contains("inf"), "{text}");
    let facts = line.facts.unwrap();
    assert_eq!((facts.cpu_seconds, facts.beats[0].t), (0.0, 0.0));
    assert_eq!(facts.loudness.integrated_lufs, None);
}

#[test]
fn a_row_has_as_many_cells_as_the_heading() {
    let line = AnalysisLine::new("a.wav", &song(), 0.5);
    let n_columns = AnalysisLine::csv_header().split(',').count();
    assert_eq!(line.to_csv().split(',').count(), n_columns);
    assert!(line.to_csv().starts_with("a.wav,,15.12,0.5,Bb minor,0.83,441.2,125.87,"));
    let failed = AnalysisLine::failed("odd, \"name\".mp3", "empty");
    assert!(failed.to_csv().starts_with("\"odd, \"\"name\"\".mp3\",empty,0,"));
}

//! Key, tuning and chords: one signal per musical fact.

use analysis::{Chord, ChordQuality, ChordSegment, InputState, Key, Mode, NoteEvent, PitchClass};

use crate::signals::{analyzed, cadence, chord, drums, heard, key, noise, roots};

const RATE: u32 = 24_000;

/// The chord that fills most of the segments.
fn longest(segments: &[ChordSegment]) -> Option<Chord> {
    let len = |s: &ChordSegment| s.end.0 - s.start.0;
    segments.iter().max_by(|a, b| len(a).total_cmp(&len(b))).and_then(|s| s.chord)
}

fn heard_alone(quality: ChordQuality, root: PitchClass) -> Option<Chord> {
    longest(&analyzed(&chord(Chord::new(root, quality), 3.0, RATE, 440.0), RATE).chords)
}

#[test]
fn every_major_and_minor_triad_is_heard_as_itself_on_every_root() {
    for quality in [ChordQuality::Major, ChordQuality::Minor] {
        for root in roots() {
            assert_eq!(heard_alone(quality, root), Some(Chord::new(root, quality)));
        }
    }
}

#[test]
fn a_suspended_fourth_is_heard_on_nearly_every_root() {
    let is_heard = |root: &PitchClass| {
        let chord = Chord::new(*root, ChordQuality::Sus4);
        heard_alone(ChordQuality::Sus4, *root) == Some(chord)
    };
    // It shares two notes with the minor triad on its fourth, and nothing around it decides.
    assert!(roots().filter(is_heard).count() >= 10);
}

#[test]
fn a_chord_that_goes_on_and_on_is_its_own_key() {
    for (quality, mode) in [(ChordQuality::Major, Mode::Major), (ChordQuality::Minor, Mode::Minor)]
    {
        for root in roots() {
            let strummed = chord(Chord::new(root, quality), 0.5, RATE, 440.0).repeat(20);
            let found = analyzed(&strummed, RATE).key.map(|estimate| estimate.key);
            assert_eq!(found, Some(Key::new(root, mode)));
        }
    }
}

#[test]
fn a_richer_chord_keeps_its_root_and_third() {
    use ChordQuality::{Diminished, Dominant7, HalfDiminished7, Major, Major7, Minor, Minor7};
    for (quality, family) in [
        (Dominant7, &[Major, Dominant7][..]),
        (Major7, &[Major, Major7]),
        (Minor7, &[Minor, Minor7]),
        (Diminished, &[Minor, Diminished, HalfDiminished7]),
    ] {
        for root in roots() {
            let found = heard_alone(quality, root).unwrap();
            assert_eq!(found.root, root, "{quality:?}");
            assert!(family.contains(&found.quality), "{quality:?} on {root:?}: {found:?}");
        }
    }
}

#[test]
fn a_cadence_is_in_its_key_in_all_24() {
    for key in Key::all() {
        let analysis = analyzed(&cadence(key, 3, 1.0, RATE, 440.0), RATE);
        assert_eq!(analysis.key.map(|k| k.key), Some(key));
    }
}

#[test]
fn a_key_is_found_at_every_concert_pitch_and_the_pitch_is_told() {
    for a4 in [415.0, 428.0, 436.0, 440.0, 444.0, 452.0] {
        let analysis = analyzed(&cadence(key("D major"), 3, 1.0, RATE, a4), RATE);
        let tuning = analysis.tuning.unwrap();
        let error = (1200.0 * (tuning.a4().0 / a4).log2()).rem_euclid(100.0);
        assert!(error.min(100.0 - error) < 3.0, "{a4}: {tuning:?}");
        // More than a quarter tone down is a semitone lower in another tuning.
        let expected = if a4 > 427.5 { "D major" } else { "C# major" };
        assert_eq!(analysis.key.map(|k| k.key), Some(key(expected)), "{a4}");
    }
}

#[test]
fn a_lift_is_two_keys_and_a_cadence_with_a_seventh_is_one() {
    let mut signal = cadence(key("C major"), 5, 1.0, RATE, 440.0);
    let lift_at = signal.len() as f64 / f64::from(RATE);
    signal.extend(cadence(key("D major"), 5, 1.0, RATE, 440.0));
    let keys = analyzed(&signal, RATE).keys;
    assert_eq!(keys.iter().map(|k| k.key).collect::<Vec<_>>(), [key("C major"), key("D major")]);
    assert!((keys[1].start.0 - lift_at).abs() < 3.0, "{keys:?}");
    assert_eq!(analyzed(&cadence(key("A minor"), 10, 1.0, RATE, 440.0), RATE).keys.len(), 1);
}

#[test]
fn the_lift_is_noticed_live() {
    let mut signal = cadence(key("C major"), 5, 1.0, RATE, 440.0);
    signal.extend(cadence(key("D major"), 6, 1.0, RATE, 440.0));
    let analyzer = heard(&signal, RATE);
    let keys: Vec<Key> = analyzer.hearing().keys.iter().map(|k| k.key).collect();
    assert_eq!(keys, [key("C major"), key("D major")]);
    assert_eq!(analyzer.hearing().key.map(|k| k.key), Some(key("D major")));
}

#[test]
fn silence_noise_and_drums_have_no_key() {
    let silence = vec![0.0; 20 * RATE as usize];
    for (name, signal) in
        [("silence", silence), ("noise", noise(20.0, RATE, 1)), ("drums", drums(110.0, 20.0, RATE))]
    {
        assert_eq!(analyzed(&signal, RATE).key, None, "{name}");
        let analyzer = heard(&signal, RATE);
        assert_eq!(analyzer.hearing().key, None, "{name}");
        assert!(analyzer.hearing().keys.is_empty(), "{name}");
    }
}

#[test]
fn a_key_that_is_no_longer_heard_is_cleared_and_its_stretch_ends() {
    let mut signal = cadence(key("G major"), 3, 1.0, RATE, 440.0);
    signal.extend(noise(120.0, RATE, 5));
    let analyzer = heard(&signal, RATE);
    let hearing = analyzer.hearing();
    assert_eq!(hearing.key, None);
    let last = hearing.keys.last().unwrap();
    assert_eq!(last.key, key("G major"));
    assert!(last.end.0 < hearing.at.0 - 10.0, "{last:?} at {:?}", hearing.at);
}

#[test]
fn one_tone_has_no_key() {
    for hz in [65.4, 440.0, 1000.0] {
        let tone: Vec<f32> = (0..10 * RATE)
            .map(|i| 0.3 * (std::f32::consts::TAU * hz * i as f32 / RATE as f32).sin())
            .collect();
        assert_eq!(analyzed(&tone, RATE).key, None, "{hz} Hz");
        assert_eq!(heard(&tone, RATE).hearing().key, None, "{hz} Hz");
    }
}

#[test]
fn silence_has_no_chord_no_tempo_and_no_loudness() {
    let analyzer = heard(&vec![0.0; 10 * RATE as usize], RATE);
    let hearing = analyzer.hearing();
    assert_eq!(hearing.input, InputState::Silent);
    assert!(hearing.chord.is_none() && hearing.tempo.is_none());
    assert_eq!(hearing.loudness, Default::default());
    assert!(analyzer.fingerprint().is_none());
}

#[test]
fn notes_alone_make_a_key_and_a_chord() {
    let mut analyzer = heard(&[], RATE);
    let silence = vec![0.0; RATE as usize];
    for _ in 0..4 {
        for notes in [[60, 64, 67], [65, 69, 72], [67, 71, 74], [60, 64, 67]] {
            for note in notes {
                analyzer.note(NoteEvent::On(note));
            }
            analyzer.push(&silence, &silence);
            for note in notes {
                analyzer.note(NoteEvent::Off(note));
            }
        }
    }
    assert_eq!(analyzer.hearing().key.map(|k| k.key), Some(key("C major")));
    let sounding = analyzer.hearing().chord.and_then(|s| s.chord);
    assert_eq!(sounding.map(|c| c.root), Some(key("C major").tonic));
}

#[test]
fn shares_of_the_key_candidates_are_a_distribution() {
    let estimate = analyzed(&cadence(key("E minor"), 3, 1.0, RATE, 440.0), RATE).key.unwrap();
    let rest: f32 = estimate.alternatives.iter().map(|c| c.weight).sum();
    assert!(estimate.confidence > 0.5 && estimate.confidence + rest <= 1.0 + 1e-5);
    assert!(estimate.alternatives.iter().all(|c| c.key != estimate.key));
}

#[test]
fn a_note_shorter_than_a_frame_is_heard() {
    let mut analyzer = heard(&[], RATE);
    let silence = vec![0.0; RATE as usize / 10];
    let moment = &silence[..RATE as usize / 100];
    analyzer.push(&silence, &silence);
    analyzer.note(NoteEvent::On(64));
    analyzer.push(moment, moment);
    analyzer.note(NoteEvent::Off(64));
    for _ in 0..3 {
        analyzer.push(&silence, &silence);
    }
    let chroma = analyzer.hearing().chroma;
    assert_eq!(chroma.map(|x| x > 0.5), std::array::from_fn(|class| class == 4), "{chroma:?}");
}

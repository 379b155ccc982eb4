//! Beats are where music sounds, however much of a file is silence.

use crate::signals::{Mono, analyzed, drums};

const RATE: u32 = 24_000;

fn silence(seconds: f64) -> Mono {
    vec![0.0; (seconds * f64::from(RATE)) as usize]
}

/// Every beat that sounds is found, none is counted where nothing does, and the tempo is theirs.
fn assert_beats_only_in(name: &str, signal: &[f32], bpm: f64, sounding: &[(f64, f64)]) {
    let found = analyzed(signal, RATE);
    let tempo = found.tempo.map(|tempo| f64::from(tempo.bpm.0));
    assert!(tempo.is_some_and(|at| (at / bpm - 1.0).abs() < 0.01), "{name}: {tempo:?} for {bpm}");
    let at: Vec<f64> = found.beats.iter().map(|beat| beat.at.0).collect();
    for beat in &at {
        // The beat at which music stops is heard.
        let near = |(from, to): &(f64, f64)| (from - 0.1..to + 0.5 * 60.0 / bpm).contains(beat);
        assert!(sounding.iter().any(near), "{name}: a beat at {beat} in silence");
    }
    let true_beats: f64 = sounding.iter().map(|(from, to)| (to - from) * bpm / 60.0).sum();
    let share = at.len() as f64 / true_beats;
    assert!((0.9..1.1).contains(&share), "{name}: {} beats of {true_beats}", at.len());
}

#[test]
fn a_file_that_ends_in_silence_has_beats_only_before() {
    for (bpm, sounds, silent) in [(120.0, 40.0, 60.0), (97.0, 30.0, 70.0)] {
        let signal = [drums(bpm, sounds, RATE), silence(silent)].concat();
        assert_beats_only_in("at the end", &signal, bpm, &[(0.0, sounds)]);
    }
}

#[test]
fn a_long_silence_between_two_stretches_has_no_beats() {
    let part = drums(110.0, 20.0, RATE);
    let signal = [part.clone(), silence(60.0), part].concat();
    assert_beats_only_in("in the middle", &signal, 110.0, &[(0.0, 20.0), (80.0, 100.0)]);
}

#[test]
fn a_file_that_begins_with_silence_has_beats_only_after() {
    let signal = [silence(60.0), drums(128.0, 30.0, RATE)].concat();
    assert_beats_only_in("at the start", &signal, 128.0, &[(60.0, 90.0)]);
}

//! The demo song against its own truth, heard as a file and heard live. The figures are goldens:
//! each tolerance is what the analysis reaches today, rounded to the safe side.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

use analysis::{
    AnalysisConfig, Beat, Chord, ChordSegment, Key, LiveAnalyzer, Seconds, TrackAnalysis,
    TrackAnalyzer,
};
use song::{Renderer, Truth};

const RATE: u32 = 44_100;
const BLOCK: usize = 512;

/// Renders the song block by block.
fn play(mut on_block: impl FnMut(&[f32], &[f32])) {
    let mut renderer = Renderer::new(&song::demo(), RATE);
    let (mut left, mut right) = ([0.0; BLOCK], [0.0; BLOCK]);
    loop {
        let n = renderer.render(&mut left, &mut right);
        if n == 0 {
            break;
        }
        on_block(&left[..n], &right[..n]);
    }
}

fn analyzed() -> TrackAnalysis {
    let mut analyzer = TrackAnalyzer::new(&AnalysisConfig::at_rate(RATE)).expect("a usable rate");
    play(|left, right| analyzer.push(left, right));
    analyzer.finish()
}

fn chord_at(segments: &[ChordSegment], at: f64) -> Option<Chord> {
    segments.iter().find(|s| s.start.0 <= at && at < s.end.0).and_then(|s| s.chord)
}

/// Share of the song during which `same` holds between truth and estimate.
fn share(truth: &Truth, found: &[ChordSegment], same: impl Fn(Chord, Chord) -> bool) -> f64 {
    let times = (0..(truth.length.0 * 20.0) as usize).map(|i| i as f64 / 20.0);
    let hits =
        times.clone().filter(|&at| match (chord_at(&truth.chords, at), chord_at(found, at)) {
            (Some(truth), Some(found)) => same(truth, found),
            (truth, found) => truth == found,
        });
    hits.count() as f64 / times.count() as f64
}

/// F-measure of beats within 70 ms.
fn beat_f_measure(truth: &[Beat], found: &[Beat]) -> f64 {
    let near = |a: &Beat, b: &Beat| (a.at.0 - b.at.0).abs() <= 0.07;
    let hits = truth.iter().filter(|t| found.iter().any(|f| near(t, f))).count() as f64;
    2.0 * hits / (truth.len() + found.len()) as f64
}

#[test]
fn the_file_has_its_keys_tempo_meter_beats_and_chords() {
    let (truth, heard) = (song::demo().truth(), analyzed());
    let keys = |segments: &[analysis::KeySegment]| -> Vec<Key> {
        segments.iter().map(|segment| segment.key).collect()
    };
    assert_eq!(keys(&heard.keys), keys(&truth.keys));
    let lift = heard.keys[1].start.0 - truth.keys[1].start.0;
    assert!(lift.abs() < 4.0, "the lift was heard {lift:.1} s off");
    assert!(truth.keys.iter().any(|segment| Some(segment.key) == heard.key.map(|k| k.key)));
    let bpm = heard.tempo.expect("a tempo").bpm.0;
    assert!((bpm - truth.bpm.0).abs() < 0.2, "{bpm}");
    assert_eq!(heard.meter.map(|m| m.beats_per_bar), Some(truth.beats_per_bar));
    let f = beat_f_measure(&truth.beats, &heard.beats);
    assert!(f > 0.95, "beats: {f:.3}");
    let roots = share(&truth, &heard.chords, |a, b| a.root == b.root);
    assert!(roots > 0.95, "roots: {roots:.3}");
    let cents = heard.tuning.expect("a tuning").cents.0;
    assert!(cents.abs() < 2.0, "{cents}");
}

#[test]
fn live_the_key_and_tempo_are_right_before_15_s_and_the_lift_is_noticed() {
    let truth = song::demo().truth();
    let mut analyzer = LiveAnalyzer::new(&AnalysisConfig::at_rate(RATE)).expect("a usable rate");
    let (mut key_at, mut tempo_at, mut beats) = (None, None, Vec::new());
    play(|left, right| {
        analyzer.push(left, right);
        let hearing = analyzer.hearing();
        let right_key = hearing.key.map(|k| k.key) == Some(truth.keys[0].key);
        let right_tempo =
            hearing.tempo.is_some_and(|t| (t.bpm.0 - truth.bpm.0).abs() < 0.02 * truth.bpm.0);
        key_at = key_at.or(right_key.then_some(hearing.at));
        tempo_at = tempo_at.or(right_tempo.then_some(hearing.at));
        if beats.len() as u64 != hearing.n_beats {
            beats.extend(hearing.beats.last().copied());
        }
    });
    let before_15_s = |at: Option<Seconds>| at.is_some_and(|at| at.0 < 15.0);
    assert!(before_15_s(key_at), "the key came at {key_at:?}");
    assert!(before_15_s(tempo_at), "the tempo came at {tempo_at:?}");
    let keys: Vec<Key> = analyzer.hearing().keys.iter().map(|segment| segment.key).collect();
    let expected: Vec<Key> = truth.keys.iter().map(|segment| segment.key).collect();
    assert_eq!(keys, expected, "keys shown, in order, and no others");
    let f = beat_f_measure(&truth.beats, &beats);
    assert!(f > 0.85, "live beats: {f:.3}");
}

#[test]
fn a_file_heard_twice_is_heard_the_same() {
    assert_eq!(analyzed(), analyzed());
}

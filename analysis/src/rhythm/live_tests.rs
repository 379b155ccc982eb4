//! Laws of the live decoder of learned activations, on activations made here.

use super::decoder_tests::{Score, f_measure};
use super::live_beats::LiveBeats;
use crate::config::TempoRange;
use crate::facts::Beat;
use crate::learned::beat_net::{Activation, LIVE_DELAY};

/// All beats called, with the delay of each call in seconds of audio.
fn listen(live: &mut LiveBeats, activations: &[Activation]) -> Vec<(Beat, f64)> {
    let early = [Activation::default(); LIVE_DELAY];
    let mut called = Vec::new();
    for (idx, activation) in early.iter().chain(activations).enumerate() {
        if let Some(beat) = live.hear(*activation) {
            // A frame is complete half a window after its centre.
            called.push((beat, 0.02 * idx as f64 + 512.0 / 24_000.0 - beat.at.0));
        }
    }
    called
}

fn called(score: &Score, seed: u64, jitter_s: f64, missing: f64) -> Vec<Beat> {
    let mut live = LiveBeats::new(TempoRange::default());
    let called = listen(&mut live, &score.activations(seed, jitter_s, missing));
    for (beat, delay) in &called {
        assert!((0.0..=0.1001).contains(delay), "{} called {delay} s late", beat.at);
    }
    called.into_iter().map(|(beat, _)| beat).collect()
}

/// F-measure from `start` on.
fn f_from(start: f64, score: &Score, beats: &[Beat]) -> f64 {
    let truth: Vec<f64> = score.beats.iter().map(|(at, _)| *at).filter(|at| *at > start).collect();
    let heard: Vec<f64> = beats.iter().map(|beat| beat.at.0).filter(|at| *at > start).collect();
    f_measure(&truth, &heard)
}

#[test]
fn steady_beats_are_followed_from_the_third_second_on() {
    for (seed, bpm) in
        [58.0, 71.3, 90.0, 104.2, 120.0, 133.7, 156.0, 176.0, 209.0].iter().enumerate()
    {
        let score = Score::starting_at(0.37).steady(60, 4, *bpm);
        let beats = called(&score, seed as u64, 0.01, 0.05);
        let f = f_from(3.5, &score, &beats);
        assert!(f > 0.93, "{bpm}: {f}");
        let downbeats = beats.iter().filter(|beat| {
            let near = |(at, _): &&(f64, u8)| (at - beat.at.0).abs() < 0.07;
            score.beats.iter().find(near).is_some_and(|(_, p)| *p == beat.bar_position)
        });
        assert!(downbeats.count() > 40, "{bpm}");
    }
}

#[test]
fn a_new_tempo_is_taken_up_within_four_seconds() {
    for bpm in [129.6, 102.0, 140.0, 80.0] {
        let before = Score::starting_at(0.5).steady(40, 4, 120.0);
        let changed_at = before.at;
        let score = before.steady(40, 4, bpm);
        let f = f_from(changed_at + 4.0, &score, &called(&score, 3, 0.008, 0.03));
        assert!(f > 0.9, "{bpm}: {f}");
    }
}

#[test]
fn a_ramp_is_followed_live() {
    let score = Score::starting_at(0.2).steady(16, 4, 90.0).ramp(64, 4, 90.0, 120.0);
    let f = f_from(3.5, &score, &called(&score, 4, 0.01, 0.03));
    assert!(f > 0.93, "{f}");
}

#[test]
fn the_time_is_kept_through_a_break() {
    let before = Score::starting_at(0.2).steady(48, 4, 112.0);
    let score = before.pause(16, 112.0);
    let back_at = score.at;
    let score = score.steady(48, 4, 112.0);
    let beats = called(&score, 6, 0.006, 0.0);
    let f = f_from(back_at - 0.05, &score, &beats);
    assert!(f > 0.97, "{f}");
}

#[test]
fn no_activation_is_no_beat() {
    let mut live = LiveBeats::new(TempoRange::default());
    assert!(listen(&mut live, &[Activation::default(); 3_000]).is_empty());
    let faint = [Activation { beat: 0.03, downbeat: 0.01 }; 3_000];
    assert!(listen(&mut live, &faint).is_empty());
    assert!(live.lag().is_none());
}

#[test]
fn after_a_reset_nothing_is_left() {
    let score = Score::starting_at(0.2).steady(40, 3, 147.0);
    let activations = score.activations(9, 0.01, 0.0);
    let mut live = LiveBeats::new(TempoRange::default());
    let first = listen(&mut live, &activations);
    live.reset();
    assert_eq!(listen(&mut live, &activations), first);
}

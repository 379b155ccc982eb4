//! Laws of live beats with a network, on what a network might say.

use super::LiveRhythm;
use super::decoder_tests::{Score, f_measure};
use super::live_activations::Told;
use crate::config::AnalysisConfig;
use crate::features::{N_SHORT_BINS, ShortFrame};
use crate::learned::beat_net::{Activation, BeatNet, LIVE_DELAY, Sight};
use crate::learned::beat_tests::weights_file;
use crate::units::Seconds;

/// Plays a click on every one of `clicks` (seconds) while the network says `activations`, 50 a
/// second. All beats called, each with the delay of its call.
fn listen(rhythm: &mut LiveRhythm, clicks: &[f64], activations: &[Activation]) -> Vec<(f64, f64)> {
    let mut called = Vec::new();
    let mut n_beats = rhythm.n_beats();
    let mut before = Activation::default();
    for frame in 0..2 * activations.len() {
        let at = 0.01 * frame as f64;
        let sounds = clicks.iter().any(|click| (0.0..0.03).contains(&(at - click)));
        let power = [if sounds { 1.0 } else { 1e-6 }; N_SHORT_BINS];
        rhythm.push(&ShortFrame { at: Seconds(at), power: &power });
        if frame % 2 == 0
            && let Some(idx) = (frame / 2).checked_sub(LIVE_DELAY)
        {
            let now = activations[idx];
            let beat_before = before.between(now).beat;
            rhythm.hear(Told {
                frame: 2 * idx,
                beat: now.beat,
                beat_before,
                downbeat: now.downbeat,
            });
            before = now;
        }
        if rhythm.n_beats() > n_beats {
            n_beats = rhythm.n_beats();
            let beat = rhythm.beats().last().unwrap().at.0;
            called.push((beat, at + 512.0 / 24_000.0 - beat));
        }
    }
    called
}

fn rhythm() -> LiveRhythm {
    // What it would hear does not matter: `hear` is told what it says.
    let net = BeatNet::read(&weights_file(Sight::Past), Sight::Past).unwrap();
    LiveRhythm::new(&AnalysisConfig::at_rate(24_000), Some(Box::leak(Box::new(net))))
}

/// F-measure of the beats called from `start` on.
fn f_from(start: f64, score: &Score, called: &[(f64, f64)]) -> f64 {
    let truth: Vec<f64> = score.beats.iter().map(|(at, _)| *at).filter(|at| *at > start).collect();
    let heard: Vec<f64> = called.iter().map(|(at, _)| *at).filter(|at| *at > start).collect();
    f_measure(&truth, &heard)
}

#[test]
fn beats_that_only_the_network_hears_are_followed() {
    for (seed, bpm) in [71.3, 90.0, 120.0, 147.0, 176.0].iter().enumerate() {
        let score = Score::starting_at(0.37).steady(60, 4, *bpm);
        let activations = score.activations(seed as u64, 0.01, 0.05);
        let called = listen(&mut rhythm(), &[], &activations);
        assert!(called.iter().all(|(_, delay)| (0.0..=0.1001).contains(delay)));
        let f = f_from(5.0, &score, &called);
        assert!(f > 0.9, "{bpm}: {f}");
    }
}

#[test]
fn the_network_tells_the_beat_among_even_clicks() {
    for bpm in [84.0, 92.0] {
        for first in [0, 1] {
            let score = Score::starting_at(0.37).steady(60, 4, bpm);
            let half_s = 30.0 / bpm;
            let clicks: Vec<f64> =
                (first..120).map(|idx| 0.37 + (f64::from(idx) - 1.0) * half_s).collect();
            let mut rhythm = rhythm();
            let called = listen(&mut rhythm, &clicks, &score.activations(1, 0.005, 0.0));
            let shown = f64::from(rhythm.tempo().unwrap().bpm.0);
            assert!((shown / bpm - 1.0).abs() < 0.01, "{bpm}: {shown}");
            let f = f_from(6.0, &score, &called);
            assert!(f > 0.9, "{bpm}: {f}");
        }
    }
}

#[test]
fn after_a_reset_nothing_of_the_network_is_left() {
    let score = Score::starting_at(0.2).steady(40, 3, 147.0);
    let activations = score.activations(9, 0.01, 0.0);
    let mut rhythm = rhythm();
    let first = listen(&mut rhythm, &[], &activations);
    rhythm.reset();
    assert_eq!(listen(&mut rhythm, &[], &activations), first);
}

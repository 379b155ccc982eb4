//! Laws of the decoders of learned activations, on activations made here.

use super::beat_decoder::{self, DecodedBeat, DecodedBeats};
use super::levels::bpm_of_lag;
use super::periodicity::{Evidence, Preference, TempoGrid};
use super::tempo_readings::TempoReadings;
use super::{beat_tempo, click, level_choice, pauses};
use crate::config::TempoRange;
use crate::learned::beat_net::Activation;

/// Activations a second.
const RATE: f64 = 50.0;

/// Uniform noise in 0 to 1 that is the same on every machine.
pub(super) struct Noise(pub(super) u64);

impl Noise {
    pub(super) fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }
}

/// Beats in seconds with their positions in the bar, and what a network might make of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Score {
    pub(super) beats: Vec<(f64, u8)>,
    pub(super) at: f64,
    position: u8,
}

impl Score {
    pub(super) fn starting_at(at: f64) -> Self {
        Self { beats: Vec::new(), at, position: 0 }
    }

    /// Goes on for `n_beats` of which the first lasts `60 / from_bpm` and the last `60 / to_bpm`.
    pub(super) fn ramp(
        mut self,
        n_beats: usize,
        beats_per_bar: u8,
        from_bpm: f64,
        to_bpm: f64,
    ) -> Self {
        for idx in 0..n_beats {
            let share = idx as f64 / (n_beats.max(2) - 1) as f64;
            self.beats.push((self.at, self.position % beats_per_bar + 1));
            self.position = self.position % beats_per_bar + 1;
            self.at += 60.0 / (from_bpm + share * (to_bpm - from_bpm));
        }
        self
    }

    pub(super) fn steady(self, n_beats: usize, beats_per_bar: u8, bpm: f64) -> Self {
        self.ramp(n_beats, beats_per_bar, bpm, bpm)
    }

    /// Nothing sounds for a while, in time.
    pub(super) fn pause(mut self, n_beats: usize, bpm: f64) -> Self {
        self.at += n_beats as f64 * 60.0 / bpm;
        self
    }

    /// Bumps of `height` on the beats with an error of up to `jitter_s`, `missing` of them left
    /// out, false ones half as high halfway between a third of them, over a floor.
    pub(super) fn activations(&self, seed: u64, jitter_s: f64, missing: f64) -> Vec<Activation> {
        let mut noise = Noise(seed);
        let mut activations: Vec<Activation> = (0..(self.at * RATE) as usize)
            .map(|_| Activation {
                beat: 0.04 * noise.next() as f32,
                downbeat: 0.02 * noise.next() as f32,
            })
            .collect();
        let mut bump = |at: f64, beat: f64, downbeat: f64| {
            let first = ((at - 0.1) * RATE).max(0.0) as usize;
            for (idx, activation) in activations.iter_mut().enumerate().skip(first).take(12) {
                let off = (idx as f64 / RATE - at) / 0.018;
                let shape = (-0.5 * off * off).exp();
                activation.beat = activation.beat.max((beat * shape) as f32);
                activation.downbeat = activation.downbeat.max((downbeat * shape) as f32);
            }
        };
        for pair in self.beats.windows(2) {
            let (at, position) = pair[0];
            let heard_at = at + jitter_s * (2.0 * noise.next() - 1.0);
            let height = 0.6 + 0.3 * noise.next();
            let first = if position == 1 { 0.75 } else { 0.2 } * height;
            if noise.next() >= missing {
                bump(heard_at, height, first);
            }
            if noise.next() < 0.33 {
                bump(at + 0.5 * (pair[1].0 - at), 0.5 * height, 0.1);
            }
        }
        activations
    }
}

pub(super) fn decoded(activations: &[Activation]) -> DecodedBeats {
    let free = beat_decoder::decode(activations, TempoRange::default());
    let decoded = click::or_free(free, activations);
    DecodedBeats {
        beats: pauses::without(&decoded.beats, activations, &onsets(activations)),
        ..decoded
    }
}

/// Onsets where there is an activation.
fn onsets(activations: &[Activation]) -> Vec<f32> {
    activations.iter().flat_map(|activation| [activation.beat; 2]).collect()
}

fn seconds(decoded: &DecodedBeats) -> Vec<f64> {
    decoded.beats.iter().map(|beat| beat.at / 100.0).collect()
}

/// F-measure at 70 ms.
pub(super) fn f_measure(truth: &[f64], heard: &[f64]) -> f64 {
    let near = |a: &[f64], b: &[f64]| {
        a.iter().filter(|x| b.iter().any(|y| (*x - y).abs() < 0.07)).count() as f64
    };
    2.0 * near(truth, heard).min(near(heard, truth)) / (truth.len() + heard.len()).max(1) as f64
}

fn truth(score: &Score) -> Vec<f64> {
    score.beats.iter().map(|(at, _)| *at).collect()
}

#[track_caller]
fn assert_found(score: &Score, seed: u64, jitter_s: f64, missing: f64) -> DecodedBeats {
    let decoded = decoded(&score.activations(seed, jitter_s, missing));
    let f = f_measure(&truth(score), &seconds(&decoded));
    let (n, expected) = (decoded.beats.len(), score.beats.len());
    assert!(f > 0.95, "{f}: {n} beats, not {expected}");
    decoded
}

#[test]
fn steady_beats_are_found_at_every_tempo_and_in_both_meters() {
    for (idx, bpm) in
        [58.0, 71.3, 90.0, 104.2, 120.0, 133.7, 156.0, 176.0, 209.0].iter().enumerate()
    {
        for beats_per_bar in [3, 4] {
            let score = Score::starting_at(0.37).steady(60, beats_per_bar, *bpm);
            let decoded = assert_found(&score, idx as u64, 0.01, 0.05);
            assert_eq!(decoded.meter.beats_per_bar, beats_per_bar, "{bpm}");
            let right = decoded.beats.iter().filter(|beat| {
                let near = |(at, _): &&(f64, u8)| (at - beat.at / 100.0).abs() < 0.07;
                score.beats.iter().find(near).is_some_and(|(_, p)| *p == beat.position)
            });
            assert!(right.count() > 50, "{bpm} {beats_per_bar}");
        }
    }
}

#[test]
fn a_new_tempo_is_taken_up() {
    for bpm in [129.6, 102.0, 140.0, 80.0] {
        let score = Score::starting_at(0.5).steady(40, 4, 120.0).steady(40, 4, bpm);
        assert_found(&score, 3, 0.008, 0.03);
    }
}

#[test]
fn a_ramp_is_followed() {
    let score = Score::starting_at(0.2).steady(16, 4, 90.0).ramp(64, 4, 90.0, 120.0);
    assert_found(&score, 4, 0.01, 0.03);
    let score = Score::starting_at(0.2).ramp(64, 3, 120.0, 90.0).steady(15, 3, 90.0);
    assert_eq!(assert_found(&score, 5, 0.01, 0.03).meter.beats_per_bar, 3);
}

#[test]
fn the_time_is_kept_through_a_break_and_no_beat_is_stated_in_it() {
    let score = Score::starting_at(0.2).steady(48, 4, 112.0).pause(16, 112.0).steady(48, 4, 112.0);
    let decoded = assert_found(&score, 6, 0.006, 0.0);
    let after: Vec<u8> =
        decoded.beats[decoded.beats.len() - 8..].iter().map(|b| b.position).collect();
    assert!(after.windows(2).all(|pair| pair[1] == pair[0] % 4 + 1), "{after:?}");
}

#[test]
fn one_bar_of_two_moves_the_downbeats() {
    let mut score = Score::starting_at(0.2).steady(34, 4, 120.0);
    score.position = 0;
    let score = score.steady(40, 4, 120.0);
    let decoded = assert_found(&score, 7, 0.006, 0.0);
    let late: Vec<_> = decoded.beats.iter().filter(|beat| beat.at > 2200.0).collect();
    let first = late.iter().find(|beat| beat.position == 1).unwrap();
    let bars_off = (first.at / 100.0 - 0.2 - 17.0) / 2.0;
    assert!((bars_off - bars_off.round()).abs() < 0.05, "{first:?}");
    assert_eq!(decoded.meter.beats_per_bar, 4);
}

#[test]
fn hours_are_decoded_as_well_as_minutes() {
    let score = Score::starting_at(0.3).steady(2_000, 4, 127.3);
    let decoded = assert_found(&score, 8, 0.008, 0.05);
    assert!(decoded.beats.len().abs_diff(2_000) < 4, "{}", decoded.beats.len());
}

#[test]
fn nothing_comes_of_nothing() {
    assert!(decoded(&[]).beats.is_empty());
    decoded(&[Activation::default(); 1]);
    decoded(&[Activation { beat: 1.0, downbeat: 1.0 }; 500]);
    decoded(&[Activation::default(); 3_000]);
}

/// Steady beats, but from the 80th to the 104th the louder ones come halfway between.
fn syncopated() -> (Score, Vec<Activation>) {
    let score = Score::starting_at(0.3).steady(200, 4, 150.3);
    let mut activations = score.activations(11, 0.006, 0.02);
    let half = 0.5 * 60.0 / 150.3;
    let [from, to] = [80, 104].map(|idx: usize| ((score.beats[idx].0 - 0.1) * RATE) as usize);
    for activation in &mut activations[from..to] {
        activation.beat *= 0.1;
    }
    for (at, _) in &score.beats[80..104] {
        activations[((at + half) * RATE).round() as usize].beat = 0.9;
    }
    (score, activations)
}

#[test]
fn beats_on_a_click_stay_on_it_where_the_accents_leave_them() {
    let (score, activations) = syncopated();
    let free = seconds(&beat_decoder::decode(&activations, TempoRange::default()));
    assert!(f_measure(&truth(&score), &free) < 0.92);
    let heard = seconds(&decoded(&activations));
    assert!(f_measure(&truth(&score), &heard) > 0.98, "{heard:?}");
}

#[test]
fn where_players_move_the_beats_move_with_them() {
    for score in [
        Score::starting_at(0.3).ramp(60, 4, 100.0, 106.0).ramp(60, 4, 106.0, 99.0),
        Score::starting_at(0.3).steady(60, 4, 120.0).steady(60, 4, 126.0),
    ] {
        let activations = score.activations(12, 0.008, 0.02);
        let free = beat_decoder::decode(&activations, TempoRange::default());
        assert_eq!(click::or_free(free.clone(), &activations), free);
    }
}

#[test]
fn nothing_is_counted_where_nothing_begins() {
    let score = Score::starting_at(0.3).steady(40, 4, 120.0);
    let activations = score.activations(13, 0.0, 0.0);
    let mut onsets = onsets(&activations);
    let (first, last) = (2000.0 * 0.1, 2000.0 * 0.9);
    onsets[..first as usize].fill(0.0);
    onsets[last as usize..].fill(0.0);
    let beat = |(at, strength): (f64, f32)| DecodedBeat { at: 100.0 * at, position: 1, strength };
    let beats = |strength: f32| -> Vec<DecodedBeat> {
        let outside = |at: f64| !(first..last).contains(&(100.0 * at));
        let beats = score.beats.iter();
        beats.map(|(at, _)| beat((*at, if outside(*at) { strength } else { 0.9 }))).collect()
    };
    let kept = pauses::without(&beats(0.6), &activations, &onsets);
    assert!(kept.iter().all(|beat| (first - 6.0..last + 6.0).contains(&beat.at)), "{kept:?}");
    assert!(kept.len() > 30, "{kept:?}");
    // Soft beginnings that the network is sure of are beats.
    assert_eq!(pauses::without(&beats(0.9), &activations, &onsets).len(), 40);
}

#[test]
fn what_sounds_from_the_start_on_begins_there() {
    let score = Score::starting_at(0.02).steady(40, 4, 120.0);
    let activations = score.activations(14, 0.0, 0.0);
    let mut onsets = onsets(&activations);
    onsets[..20].fill(0.0);
    let beat = |idx: usize, at: f64| {
        let strength = if idx == 0 { 0.5 } else { 0.9 };
        DecodedBeat { at: 100.0 * at, position: 1, strength }
    };
    let beats: Vec<DecodedBeat> =
        score.beats.iter().enumerate().map(|(idx, (at, _))| beat(idx, *at)).collect();
    assert_eq!(pauses::without(&beats, &activations, &onsets).len(), 40);
    assert!(decoded(&activations).beats[0].at < 4.0);
}

#[test]
fn beats_out_of_order_do_no_harm() {
    let beats = [30.0, 10.0, 20.0, 5.0, 1e9].map(|at| DecodedBeat { at, ..DecodedBeat::default() });
    pauses::without(&beats, &[Activation::default(); 12], &[0.0; 7]);
    pauses::without(&[], &[], &[]);
}

/// Beats with others, `height` times as high, halfway between them, and onsets on the first only:
/// the tempo decoded with the onsets, and without.
fn doubled(bpm: f64, height: f32) -> (f32, f32) {
    let beats = Score::starting_at(0.4).steady(48, 4, bpm);
    let halves = Score::starting_at(0.4).steady(96, 4, 2.0 * bpm).activations(2, 0.006, 0.0);
    let mut activations = beats.activations(1, 0.006, 0.0);
    for (activation, half) in activations.iter_mut().zip(halves) {
        activation.beat = activation.beat.max(height * half.beat);
        activation.downbeat = 0.3 * activation.beat;
    }
    let range = TempoRange::default();
    let grid = TempoGrid::new(range, Preference::OF_ONSETS);
    let mut onsets = TempoReadings::new(Evidence::ONSETS);
    for frame in 0..2 * activations.len() {
        let at = 0.01 * frame as f64;
        let sounds = beats.beats.iter().any(|(beat, _)| (0.0..0.02).contains(&(at - beat)));
        onsets.push([f32::from(u8::from(sounds)); 6], &grid);
    }
    onsets.finish(&grid);
    let bpm = |decoded: &DecodedBeats| {
        bpm_of_lag(beat_tempo::of_beats(decoded.beats.iter().map(|beat| beat.at)).unwrap().0)
    };
    (
        bpm(&level_choice::decode(&activations, &onsets, range)),
        bpm(&beat_decoder::decode(&activations, range)),
    )
}

#[test]
fn what_is_faint_between_the_beats_does_not_double_the_tempo() {
    for bpm in [76.0, 90.0] {
        let (chosen, likeliest) = doubled(bpm, 0.7);
        assert!((likeliest / (2.0 * bpm as f32) - 1.0).abs() < 0.02, "{bpm}: {likeliest}");
        assert!((chosen / bpm as f32 - 1.0).abs() < 0.02, "{bpm}: {chosen}");
    }
}

#[test]
fn beats_that_are_all_clear_are_all_stated() {
    for bpm in [98.0, 104.0] {
        let (chosen, _) = doubled(bpm, 1.0);
        assert!((chosen / (2.0 * bpm as f32) - 1.0).abs() < 0.02, "{bpm}: {chosen}");
    }
}

//! [`LiveRhythm`]: tempo, beats and meter as they are played.
//!
//! A running periodicity gives the tempo, a cumulative score of onsets at beat distances its phase
//! (Stark, Davies and Plumbley, "Real-Time Beat-Synchronous Analysis of Musical Audio", DAFx 2009);
//! a beat is called once the moment it was predicted for has been heard. Where there is a trained
//! network, what it says joins both: it comes too late to place the beat it tells of, but not to
//! place the next.

use super::bar_tracker::{BarTracker, first_odds};
use super::bars::BeatCues;
use super::live_activations::{LiveActivations, Told};
use super::onset::{N_ONSET_BANDS, N_PROFILE, OnsetFrame, OnsetStrength};
use super::shown::{LiveTempo, TempoReading};
use super::tempo_step::TempoStep;
use crate::config::{AnalysisConfig, TempoRange};
use crate::facts::{Beat, MeterEstimate, TempoEstimate};
use crate::features::{BandFrame, ShortFrame};
use crate::history::History;
use crate::learned::beat_net::{Activation, BeatNet};
use crate::units::Seconds;

use super::FPS;

/// Frames of cumulative score kept: more than the longest distance considered.
const N_SCORES: usize = 512;
/// A beat is called this many frames after the moment predicted (40 ms, and half a window more),
/// and placed no more than this many frames before that: never more than 0.1 s late.
const LOOK_AHEAD: usize = 4;
const LOOK_BACK: usize = 7;
/// Penalty of a distance an octave off the tempo, in standard deviations of onset strength.
const TIGHTNESS: f32 = 250.0;
/// Share of the score handed on from beat to beat: phases older than some 20 beats are forgotten.
const HAND_ON: f32 = 0.95;
/// Distances considered, in beats.
const SHORTEST: f32 = 0.6;
const LONGEST: f32 = 1.6;
/// How far from the prediction a beat may fall, in beats, and what a whole beat off would cost.
const REACH: f32 = 0.2;
const REACH_COST: f32 = 50.0;
/// A beat with less than this share of the usual onset strength is weak; after this many in a row
/// the music has paused and beats are only counted, not called.
const WEAK: f32 = 0.25;
const PAUSE_BEATS: usize = 4;
/// What a beat that the network is sure of adds to the score, in standard deviations of onset
/// strength. 6 to 12 are alike on rendered clips.
const TOLD_STRENGTH: f32 = 8.0;
/// Frames of the network (50 a second) either side of a beat that tell whether it is a first one.
const TOLD_REACH: usize = 4;
const N_TOLD: usize = N_SCORES / 2;
/// A beat this far from a whole beat after the one before, or at a tempo this much (in ratio) off
/// the one before, was not expected.
const EXPECTED_WITHIN: f32 = 0.25;
const SAME_TEMPO: f32 = 1.1;
/// Another phase must score this much more to be followed.
const PHASE_MARGIN: f32 = 1.0;

/// Follows the beat. Construction allocates; `push`, `reset` and `set_tempo_range` do not.
#[derive(Debug)]
pub(crate) struct LiveRhythm {
    network: Option<LiveActivations>,
    /// How likely the network last said a beat to be, 0 to 1.
    told: f32,
    step: TempoStep,
    onset: OnsetStrength,
    tempo: LiveTempo,
    bars: BarTracker,
    n_frames: usize,
    /// Centre of the newest frame.
    now: Seconds,
    /// Cumulative score per frame, a ring.
    scores: [f32; N_SCORES],
    /// Bass and treble flux per frame, a ring.
    outer_flux: [[f32; 2]; N_SCORES],
    /// Onset strength per frame, a ring.
    strengths: [f32; N_SCORES],
    /// What the network said, per frame of its own, a ring.
    heard: [Activation; N_TOLD],
    /// Strength of the usual beat, 0 before the first; weak beats since the last other.
    usual_strength: f32,
    n_weak: usize,
    /// Where the next beat is expected, in frames; `None` while there is no pulse.
    next: Option<f32>,
    /// Frame of the last beat called.
    last: Option<usize>,
    /// Beat length the bars were counted with, and whether the last beat came where the one before
    /// let it be expected.
    bar_lag: f32,
    was_expected: bool,
    profile_sum: [f32; N_PROFILE],
    n_profiles: usize,
    profile_before: Option<[f32; N_PROFILE]>,
    beats: History<Beat, 64>,
    n_beats: u64,
}

impl LiveRhythm {
    /// Hears nothing yet.
    pub(crate) fn new(config: &AnalysisConfig, net: Option<&'static BeatNet>) -> Self {
        Self {
            network: net.map(LiveActivations::new),
            told: 0.0,
            step: TempoStep::default(),
            onset: OnsetStrength::new(),
            tempo: LiveTempo::new(config.tempo_range, net.is_some()),
            bars: BarTracker::default(),
            n_frames: 0,
            now: Seconds(0.0),
            scores: [0.0; N_SCORES],
            outer_flux: [[0.0; 2]; N_SCORES],
            strengths: [0.0; N_SCORES],
            heard: [Activation::default(); N_TOLD],
            usual_strength: 0.0,
            n_weak: 0,
            next: None,
            last: None,
            bar_lag: 0.0,
            was_expected: false,
            profile_sum: [0.0; N_PROFILE],
            n_profiles: 0,
            profile_before: None,
            beats: History::new(),
            n_beats: 0,
        }
    }

    /// Takes the next spectrum; returns its onset strength for others to use.
    pub(crate) fn push(&mut self, frame: &ShortFrame<'_>) -> OnsetFrame {
        let onset = self.onset.push(frame);
        self.now = onset.at;
        let reading = self.tempo.push(&onset, self.told);
        let slot = self.n_frames % N_SCORES;
        self.scores[slot] = onset.strength + HAND_ON * self.best_predecessor(reading);
        self.outer_flux[slot] = [onset.bands[0], onset.bands[N_ONSET_BANDS - 1]];
        self.strengths[slot] = onset.strength;
        self.n_frames += 1;
        match reading {
            Some(reading) => self.follow(reading.lag),
            None => self.next = None,
        }
        onset
    }

    /// Takes the next frame of bands, after the spectrum of the same moment.
    pub(crate) fn push_bands(&mut self, frame: &BandFrame) {
        if let Some(told) = self.network.as_mut().and_then(|network| network.push(frame)) {
            self.hear(told);
        }
    }

    /// Lets what the network says count towards the beats to come.
    pub(super) fn hear(&mut self, told: Told) {
        self.told = told.beat;
        let lag = self.tempo.lag().unwrap_or_default();
        if let Some(lag) = self.step.push(told.frame, told.beat, lag) {
            self.tempo.step_to(lag);
        }
        self.heard[told.frame / 2 % N_TOLD] =
            Activation { beat: told.beat, downbeat: told.downbeat };
        self.scores[told.frame % N_SCORES] += TOLD_STRENGTH * told.beat;
        if let Some(before) = told.frame.checked_sub(1) {
            self.scores[before % N_SCORES] += TOLD_STRENGTH * told.beat_before;
        }
    }

    /// Forgets everything heard.
    pub(crate) fn reset(&mut self) {
        if let Some(network) = &mut self.network {
            network.reset();
        }
        self.told = 0.0;
        self.step = TempoStep::default();
        self.onset.reset();
        self.tempo.reset();
        self.bars = BarTracker::default();
        self.n_frames = 0;
        self.now = Seconds(0.0);
        self.scores = [0.0; N_SCORES];
        self.outer_flux = [[0.0; 2]; N_SCORES];
        self.strengths = [0.0; N_SCORES];
        self.heard = [Activation::default(); N_TOLD];
        self.usual_strength = 0.0;
        self.n_weak = 0;
        self.next = None;
        self.last = None;
        self.bar_lag = 0.0;
        self.was_expected = false;
        self.profile_sum = [0.0; N_PROFILE];
        self.n_profiles = 0;
        self.profile_before = None;
        self.beats.clear();
        self.n_beats = 0;
    }

    /// Looks for beats in another range from here on; what was heard counts on.
    pub(crate) fn set_tempo_range(&mut self, range: TempoRange) {
        self.tempo.set_range(range);
    }

    /// The tempo shown: appears when there is evidence, changes only against strong evidence.
    pub(crate) fn tempo(&self) -> Option<TempoEstimate> {
        self.tempo.shown()
    }

    /// The meter shown.
    pub(crate) fn meter(&self) -> Option<MeterEstimate> {
        self.tempo.shown().and_then(|_| self.bars.meter())
    }

    /// The latest beats called, oldest first.
    pub(crate) fn beats(&self) -> &History<Beat, 64> {
        &self.beats
    }

    /// Number of beats called so far.
    pub(crate) fn n_beats(&self) -> u64 {
        self.n_beats
    }

    /// Position within the beat at `now`, 0 on the beat to just under 1; 0 where there is no pulse.
    pub(crate) fn beat_phase(&self, now: Seconds) -> f32 {
        let (Some(next), Some(lag)) = (self.next, self.tempo.lag()) else { return 0.0 };
        let newest = self.n_frames.saturating_sub(1) as f32;
        let since_newest = ((now.0 - self.now.0) * f64::from(FPS)) as f32;
        let beats_ahead = (next - newest - since_newest) / lag;
        let phase = (-beats_ahead).rem_euclid(1.0);
        if phase < 1.0 { phase } else { 0.0 }
    }

    /// Score of the best frame a beat before the newest one.
    fn best_predecessor(&self, reading: Option<TempoReading>) -> f32 {
        let Some(TempoReading { lag }) = reading else { return 0.0 };
        let shortest = (lag * SHORTEST).round() as usize;
        let longest = ((lag * LONGEST).round() as usize).min(N_SCORES - 1).min(self.n_frames);
        (shortest..=longest)
            .map(|distance| {
                let octaves = (distance as f32 / lag).log2();
                self.scores[(self.n_frames - distance) % N_SCORES] - TIGHTNESS * octaves * octaves
            })
            .fold(0.0, f32::max)
    }

    /// Calls the beat that was predicted, once it has been heard, and predicts the next.
    fn follow(&mut self, lag: f32) {
        let newest = self.n_frames - 1;
        let next = match self.next {
            Some(next) => next,
            None => self.first_prediction(newest, lag),
        };
        self.next = Some(next);
        self.sum_profile(newest as f32, lag);
        if (newest as f32) < next + LOOK_AHEAD as f32 {
            return;
        }
        let reach = REACH * lag;
        let earliest = ((next - reach).max(0.0) as usize).max(newest.saturating_sub(LOOK_BACK));
        let latest = ((next + reach) as usize).min(newest);
        let beat = self.best_in(earliest, latest, |frame| {
            let beats_off = (frame as f32 - next) / lag;
            -REACH_COST * beats_off * beats_off
        });
        self.call(beat, newest, lag);

        let leader = self.best_in((newest + 1).saturating_sub(lag as usize), newest, |_| 0.0);
        let score = |frame: usize| self.scores[frame % N_SCORES];
        let mut next = beat as f32 + lag;
        if score(leader) > score(beat) + PHASE_MARGIN {
            // Take the other phase over, without a beat too close to this one.
            next = leader as f32 + lag;
            if next < beat as f32 + 0.5 * lag {
                next += lag;
            } else if next > beat as f32 + 1.5 * lag {
                next -= lag;
            }
        }
        self.next = Some(next);
    }

    fn first_prediction(&self, newest: usize, lag: f32) -> f32 {
        let leader = self.best_in(newest.saturating_sub(lag as usize), newest, |_| 0.0);
        let earliest = (newest as f32 - LOOK_AHEAD as f32)
            .max(self.last.map_or(0.0, |last| last as f32 + 0.5 * lag));
        let mut next = leader as f32 + lag;
        while next < earliest {
            next += lag;
        }
        next
    }

    /// The frame of the highest score with `bonus` between two frames, both included.
    fn best_in(&self, first: usize, last: usize, bonus: impl Fn(usize) -> f32) -> usize {
        let mut best = (first, f32::MIN);
        for frame in first..=last {
            let score = self.scores[frame % N_SCORES] + bonus(frame);
            if score > best.1 {
                best = (frame, score);
            }
        }
        best.0
    }

    fn call(&mut self, beat: usize, newest: usize, lag: f32) {
        self.count_bar(beat, lag);
        self.last = Some(beat);
        if self.has_paused(beat, newest) {
            return;
        }
        let delay = Seconds((newest - beat) as f64 / f64::from(FPS));
        self.beats.push(Beat {
            at: Seconds((self.now.0 - delay.0).max(0.0)),
            bar_position: self.bars.position(1),
        });
        self.n_beats += 1;
    }

    /// Whether the music stopped some beats ago, so that this one is heard by nobody.
    fn has_paused(&mut self, beat: usize, newest: usize) -> bool {
        let strongest = (beat.saturating_sub(5)..(beat + 6).min(newest + 1))
            .map(|frame| self.strengths[frame % N_SCORES])
            .fold(0.0, f32::max);
        if strongest < WEAK * self.usual_strength {
            self.n_weak += 1;
        } else {
            self.n_weak = 0;
            let share = if self.usual_strength > 0.0 { 0.1 } else { 1.0 };
            self.usual_strength += share * (strongest - self.usual_strength);
        }
        self.n_weak >= PAUSE_BEATS
    }

    /// The beat before the one called now is over: its cues are complete.
    fn count_bar(&mut self, beat: usize, lag: f32) {
        let at_tempo = (1.0 / SAME_TEMPO..SAME_TEMPO).contains(&(lag / self.bar_lag));
        self.bar_lag = lag;
        let profile = self.profile_sum.map(|sum| sum / self.n_profiles.max(1) as f32);
        let recent =
            |last: usize| beat.saturating_sub(last) < N_SCORES - LOOK_AHEAD && self.n_profiles > 0;
        if let Some(last) = self.last.filter(|last| recent(*last)) {
            let onsets = (last.saturating_sub(5)..last + 6)
                .map(|frame| self.outer_flux[frame % N_SCORES])
                .fold([0.0f32; 2], |most, flux| [most[0].max(flux[0]), most[1].max(flux[1])]);
            let cues = BeatCues::new(onsets, self.profile_before.as_ref(), &profile);
            let first_odds = first_odds(self.told_around(last));
            self.bars.push(cues, first_odds, self.was_expected && at_tempo);
            self.profile_before = Some(profile);
            let beats_since = (beat - last) as f32 / lag;
            self.was_expected = (beats_since - 1.0).abs() < EXPECTED_WITHIN;
        } else {
            self.was_expected = false;
        }
        self.profile_sum = [0.0; N_PROFILE];
        self.n_profiles = 0;
    }

    /// What the network said around a frame; nothing without one.
    fn told_around(&self, frame: usize) -> impl Iterator<Item = Activation> + '_ {
        let first = (frame / 2).saturating_sub(TOLD_REACH);
        let n = if self.network.is_some() { 2 * TOLD_REACH + 1 } else { 0 };
        (first..first + n).map(|idx| self.heard[idx % N_TOLD])
    }

    /// Adds the newest spectrum to the beat it lies in, attack and end left out.
    fn sum_profile(&mut self, newest: f32, lag: f32) {
        let Some(last) = self.last else { return };
        let since = (newest - last as f32) / lag;
        if (0.15..0.95).contains(&since) {
            for (sum, value) in self.profile_sum.iter_mut().zip(self.onset.profile()) {
                *sum += value;
            }
            self.n_profiles += 1;
        }
    }
}

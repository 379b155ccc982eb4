//! [`LiveBars`]: collects what tells bars from the sound between two beats called, and counts bars.

use super::bar_tracker::{BarTracker, first_odds};
use super::bars::BeatCues;
use super::live_activations::Told;
use super::onset::{N_PROFILE, OnsetFrame, OnsetStrength};
use super::recent::{N_KEPT, Recent};
use crate::facts::MeterEstimate;
use crate::learned::beat_net::Activation;

/// Frames around a beat in which its onset may lie.
const NEAR: usize = 5;
/// The part of a beat whose spectrum is its own: attack and end are left out.
const WITHIN: std::ops::Range<f32> = 0.15..0.95;
/// Frames of the network (50 a second) either side of a beat that tell whether it is a first one.
const TOLD_REACH: usize = 4;
/// A beat this far from a whole beat after the one before, or at a tempo this much (in ratio) off
/// the one before, was not expected.
const EXPECTED_WITHIN: f32 = 0.25;
const SAME_TEMPO: f32 = 1.1;

/// The bars of the beats called so far.
#[derive(Debug)]
pub(super) struct LiveBars {
    tracker: BarTracker,
    n_frames: usize,
    /// Bass and treble flux per frame.
    outer_flux: Recent<[f32; 2]>,
    /// What the network said, where there is one, per frame of its own.
    told: Option<Recent<Activation>>,
    /// How many frames of its own it has told of.
    n_told: usize,
    /// Frame of the last beat called.
    last: Option<usize>,
    /// Whether the beat before the last one was counted.
    is_counting: bool,
    /// Beat length the bars were counted with, and whether the last beat came where the one before
    /// let it be expected.
    lag: f32,
    was_expected: bool,
    /// Sum of the spectra of the beat that goes on, and that of the beat before it.
    profile_sum: [f32; N_PROFILE],
    n_profiles: usize,
    profile_before: Option<[f32; N_PROFILE]>,
}

impl LiveBars {
    /// No beats yet. Never allocates.
    pub(super) fn new(has_network: bool) -> Self {
        Self {
            tracker: BarTracker::default(),
            n_frames: 0,
            outer_flux: Recent::default(),
            told: has_network.then(Recent::default),
            n_told: 0,
            last: None,
            is_counting: false,
            lag: 0.0,
            was_expected: false,
            profile_sum: [0.0; N_PROFILE],
            n_profiles: 0,
            profile_before: None,
        }
    }

    /// Takes the onsets of the next frame.
    pub(super) fn push(&mut self, onset: &OnsetFrame) {
        *self.outer_flux.at_mut(self.n_frames) = onset.outer_flux();
        self.n_frames += 1;
    }

    /// Takes what the network says of a frame.
    pub(super) fn tell(&mut self, told: Told) {
        if let Some(frames) = &mut self.told {
            *frames.at_mut(told.frame / 2) =
                Activation { beat: told.beat, downbeat: told.downbeat };
            self.n_told = told.frame / 2 + 1;
        }
    }

    /// Adds the newest spectrum to the beat it lies in.
    pub(super) fn hear(&mut self, onsets: &OnsetStrength, lag: f32) {
        let Some(last) = self.last else { return };
        let newest = self.n_frames.saturating_sub(1) as f32;
        if WITHIN.contains(&((newest - last as f32) / lag)) {
            for (sum, value) in self.profile_sum.iter_mut().zip(onsets.profile()) {
                *sum += value;
            }
            self.n_profiles += 1;
        }
    }

    /// Counts a beat called at frame `beat`: the one before is over and its cues are complete.
    pub(super) fn count(&mut self, beat: usize, lag: f32) {
        let at_tempo = (1.0 / SAME_TEMPO..SAME_TEMPO).contains(&(lag / self.lag));
        self.lag = lag;
        let profile = self.profile_sum.map(|sum| sum / self.n_profiles.max(1) as f32);
        // The flux of its onset must still be kept.
        let is_recent = |last: &usize| {
            self.n_frames.saturating_sub(last.saturating_sub(NEAR)) <= N_KEPT && self.n_profiles > 0
        };
        let recent = self.last.filter(is_recent);
        self.is_counting = recent.is_some();
        if let Some(last) = recent {
            let around = last.saturating_sub(NEAR)..last + NEAR + 1;
            let fluxes = around.map(|frame| self.outer_flux.at(frame));
            let cues = BeatCues::new(fluxes, self.profile_before.as_ref(), &profile);
            let first_odds = first_odds(self.told_around(last));
            self.tracker.push(cues, first_odds, self.was_expected && at_tempo);
            self.profile_before = Some(profile);
            let beats_since = (beat - last) as f32 / lag;
            self.was_expected = (beats_since - 1.0).abs() < EXPECTED_WITHIN;
        } else {
            self.was_expected = false;
        }
        self.profile_sum = [0.0; N_PROFILE];
        self.n_profiles = 0;
        self.last = Some(beat);
    }

    /// Frame of the last beat counted.
    pub(super) fn last(&self) -> Option<usize> {
        self.last
    }

    /// Position in the bar of the beat counted last, from 1; 0 where it is not known.
    pub(super) fn position(&self) -> u8 {
        if self.is_counting { self.tracker.position(1) } else { 0 }
    }

    /// The meter, where it is known.
    pub(super) fn meter(&self) -> Option<MeterEstimate> {
        self.tracker.meter()
    }

    /// What the network said around a frame; nothing without one.
    fn told_around(&self, frame: usize) -> impl Iterator<Item = Activation> + '_ {
        let first = (frame / 2).saturating_sub(TOLD_REACH);
        let frames = first..(first + 2 * TOLD_REACH + 1).min(self.n_told);
        self.told.iter().flat_map(move |told| frames.clone().map(|idx| told.at(idx)))
    }
}

//! [`LiveRhythm`]: tempo, beats and meter as they are played.
//!
//! A running periodicity gives the tempo, a cumulative score of onsets at beat distances its phase;
//! a beat is called once the moment it was predicted for has been heard. Where there is a trained
//! network, what it says joins both: it comes too late to place the beat it tells of, but not to
//! place the next.

use super::FPS;
use super::beat_score::BeatScore;
use super::live_activations::{LiveActivations, Told};
use super::live_bars::LiveBars;
use super::live_pauses::LivePauses;
use super::live_tempo::LiveTempo;
use super::onset::{OnsetFrame, OnsetStrength};
use super::tempo_step::TempoStep;
use crate::config::{AnalysisConfig, TempoRange};
use crate::facts::{Beat, MeterEstimate, TempoEstimate};
use crate::features::{BandFrame, ShortFrame};
use crate::history::History;
use crate::learned::beat_net::BeatNet;
use crate::units::Seconds;

/// A beat is called this many frames after the moment predicted (40 ms, and half a window more),
/// and placed no more than this many frames before that: never more than 0.1 s late.
const LOOK_AHEAD: usize = 4;
const LOOK_BACK: usize = 7;
/// How far from the prediction a beat may fall, in beats, and what a whole beat off would cost.
const REACH: f32 = 0.2;
const REACH_COST: f32 = 50.0;
/// What a beat that the network is sure of adds to the score, in standard deviations of onset
/// strength. 6 to 12 are alike on rendered clips.
const TOLD_STRENGTH: f32 = 8.0;
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
    score: BeatScore,
    pauses: LivePauses,
    bars: LiveBars,
    n_frames: usize,
    /// Centre of the newest frame.
    now: Seconds,
    /// Where the next beat is expected, in frames; `None` while there is no pulse.
    next: Option<f32>,
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
            score: BeatScore::default(),
            pauses: LivePauses::default(),
            bars: LiveBars::new(net.is_some()),
            n_frames: 0,
            now: Seconds(0.0),
            next: None,
            beats: History::new(),
            n_beats: 0,
        }
    }

    /// Takes the next spectrum; returns its onset strength for others to use.
    pub(crate) fn push(&mut self, frame: &ShortFrame<'_>) -> OnsetFrame {
        let onset = self.onset.push(frame);
        self.now = onset.at;
        let lag = self.tempo.push(&onset, self.told);
        self.score.push(onset.strength, lag);
        self.pauses.push(onset.strength);
        self.bars.push(&onset);
        self.n_frames += 1;
        match lag {
            Some(lag) => self.follow(lag),
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
        self.bars.tell(told);
        self.score.add(told.frame, TOLD_STRENGTH * told.beat);
        if let Some(before) = told.frame.checked_sub(1) {
            self.score.add(before, TOLD_STRENGTH * told.beat_before);
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
        self.score = BeatScore::default();
        self.pauses = LivePauses::default();
        self.bars = LiveBars::new(self.network.is_some());
        self.n_frames = 0;
        self.now = Seconds(0.0);
        self.next = None;
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

    /// Calls the beat that was predicted, once it has been heard, and predicts the next.
    fn follow(&mut self, lag: f32) {
        let newest = self.n_frames - 1;
        let next = match self.next {
            Some(next) => next,
            None => self.first_prediction(newest, lag),
        };
        self.next = Some(next);
        self.bars.hear(&self.onset, lag);
        if (newest as f32) < next + LOOK_AHEAD as f32 {
            return;
        }
        let reach = REACH * lag;
        let earliest = ((next - reach).max(0.0) as usize).max(newest.saturating_sub(LOOK_BACK));
        let latest = ((next + reach) as usize).min(newest);
        let beat = self.score.best_in(earliest, latest, |frame| {
            let beats_off = (frame as f32 - next) / lag;
            -REACH_COST * beats_off * beats_off
        });
        self.call(beat, newest, lag);

        let leader = self.score.best_in((newest + 1).saturating_sub(lag as usize), newest, |_| 0.0);
        let mut next = beat as f32 + lag;
        if self.score.at(leader) > self.score.at(beat) + PHASE_MARGIN {
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
        let leader = self.score.best_in(newest.saturating_sub(lag as usize), newest, |_| 0.0);
        let earliest = (newest as f32 - LOOK_AHEAD as f32)
            .max(self.bars.last().map_or(0.0, |last| last as f32 + 0.5 * lag));
        let mut next = leader as f32 + lag;
        while next < earliest {
            next += lag;
        }
        next
    }

    fn call(&mut self, beat: usize, newest: usize, lag: f32) {
        self.bars.count(beat, lag);
        if self.pauses.has_paused(beat) {
            return;
        }
        let delay = Seconds((newest - beat) as f64 / f64::from(FPS));
        self.beats.push(Beat {
            at: Seconds((self.now.0 - delay.0).max(0.0)),
            bar_position: self.bars.position(),
        });
        self.n_beats += 1;
    }
}

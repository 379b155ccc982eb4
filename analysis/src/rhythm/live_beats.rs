//! [`LiveBeats`]: beats and bars as they are played, from the live network's activations.

use super::FPS;
use super::bar_filter::BarFilter;
use super::beat_follower::BeatFollower;
use super::beat_space::BeatSpace;
use crate::config::TempoRange;
use crate::facts::{Beat, MeterEstimate};
use crate::learned::beat_net::{Activation, LIVE_DELAY};
use crate::units::Seconds;

/// Cost of a change of tempo: less than for whole files, where the future helps.
const TIGHTNESS: f32 = 60.0;
/// Weight of what one frame says: neighbours say much the same.
const EVIDENCE: f32 = 0.5;
/// Frames (100 a second) before the newest one heard at which a beat may lie so as not to be called
/// more than 0.1 s late: the network and its window take 81 ms.
const LATEST: f32 = 1.8;
/// Frames from one hearing to the next.
const STEP: f32 = 2.0;
/// Constant error of the times, in frames.
const SHIFT: f64 = -1.0;
/// A beat with less activation than this share of the usual one is weak; after this many in a row
/// the music has paused and beats are only counted; after this many more it is over.
const WEAK: f32 = 0.25;
const PAUSE_BEATS: usize = 4;
const OVER_BEATS: usize = 36;
/// Activations kept, 50 a second: a beat at 55 BPM and more.
const N_KEPT: usize = 64;

/// Hears the beat. Construction allocates, the rest does not.
#[derive(Debug)]
pub(super) struct LiveBeats {
    space: BeatSpace,
    follower: BeatFollower,
    bars: BarFilter,
    kept: [Activation; N_KEPT],
    /// Activations so far.
    n_heard: usize,
    usual_strength: f32,
    n_weak: usize,
    /// The last beat counted, in frames (100 a second).
    last: Option<f32>,
}

impl LiveBeats {
    pub(super) fn new(range: TempoRange) -> Self {
        let space = BeatSpace::new(range, TIGHTNESS);
        Self {
            follower: BeatFollower::new(&space),
            space,
            bars: BarFilter::default(),
            kept: [Activation::default(); N_KEPT],
            n_heard: 0,
            usual_strength: 0.0,
            n_weak: 0,
            last: None,
        }
    }

    /// Forgets everything heard.
    pub(super) fn reset(&mut self) {
        self.follower.reset();
        self.bars = BarFilter::default();
        self.kept = [Activation::default(); N_KEPT];
        self.n_heard = 0;
        self.usual_strength = 0.0;
        self.n_weak = 0;
        self.last = None;
    }

    /// Looks for beats in another range from here on.
    pub(super) fn set_range(&mut self, range: TempoRange) {
        self.space.set_range(range);
        self.follower.set_space(&self.space);
    }

    /// Length of a beat in frames (100 a second); `None` while there is no pulse.
    pub(super) fn lag(&self) -> Option<f32> {
        self.follower.followed().map(|followed| followed.lag)
    }

    /// The meter heard.
    pub(super) fn meter(&self) -> Option<MeterEstimate> {
        self.follower.followed().and_then(|_| self.bars.meter())
    }

    /// Position within the beat, 0 on it to just under 1; 0 where there is no pulse.
    pub(super) fn beat_phase(&self, now: Seconds) -> f32 {
        let Some(followed) = self.follower.followed() else { return 0.0 };
        let beats_ahead = (seconds(followed.at) - now.0) * 100.0 / f64::from(followed.lag);
        let phase = (-beats_ahead).rem_euclid(1.0) as f32;
        if phase < 1.0 { phase } else { 0.0 }
    }

    /// Takes the next activation, 50 a second; returns the beat it completes.
    pub(super) fn hear(&mut self, activation: Activation) -> Option<Beat> {
        self.n_heard += 1;
        if self.n_heard <= LIVE_DELAY {
            // What the network says of the time before the start.
            return None;
        }
        let before = self.kept[(self.n_heard - 1) % N_KEPT];
        self.kept[self.n_heard % N_KEPT] = activation;
        for activation in [before.between(activation), activation] {
            self.follower.push(EVIDENCE * activation.beat_odds());
        }
        self.follower.look(2);
        let newest = self.follower.n_frames() as f32 - 1.0;
        let followed = self.follower.followed()?;
        // Called as late as may be: heard, not only expected.
        if followed.at - STEP >= newest - LATEST {
            return None;
        }
        self.follower.step();
        let at = followed.at.max(newest - LATEST);
        if self.last.is_some_and(|last| at < last + 0.4 * followed.lag) {
            return None;
        }
        self.last = Some(at);
        self.count(at)
    }

    /// Counts a beat; returns it unless the music has paused.
    fn count(&mut self, at: f32) -> Option<Beat> {
        let (strength, first) = self.peak(at);
        self.bars.push(first);
        if strength < WEAK * self.usual_strength {
            self.n_weak += 1;
        } else {
            self.n_weak = 0;
            let share = if self.usual_strength > 0.0 { 0.1 } else { 1.0 };
            self.usual_strength += share * (strength - self.usual_strength);
        }
        if self.n_weak >= OVER_BEATS {
            self.follower.drop_pulse();
            self.bars = BarFilter::default();
        }
        (self.n_weak < PAUSE_BEATS)
            .then(|| Beat { at: Seconds(seconds(at).max(0.0)), bar_position: self.bars.position() })
    }

    /// Activation at the peak near a moment, and how likely it is that of a downbeat.
    fn peak(&self, at: f32) -> (f32, f32) {
        // Activation `n` (from 1) lies at frame `2 (n - 1 - LIVE_DELAY) + 1`.
        let nearest = (0.5 * (at - 1.0)).round().max(0.0) as usize + 1 + LIVE_DELAY;
        let around = nearest.saturating_sub(2)..=(nearest + 2).min(self.n_heard);
        let peak = around
            .map(|n| self.kept[n % N_KEPT])
            .fold(Activation::default(), |a, b| if b.beat > a.beat { b } else { a });
        (peak.beat, peak.downbeat / peak.beat.max(1e-6))
    }
}

/// When a frame of the follower was: the first lies halfway before the first activation.
fn seconds(frame: f32) -> f64 {
    (f64::from(frame) + SHIFT) / f64::from(FPS)
}

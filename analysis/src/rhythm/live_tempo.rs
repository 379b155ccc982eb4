//! [`LiveTempo`]: the working tempo that beats follow, and the calm one that is shown.

use super::least_clarity::LeastClarity;
use super::levels::bpm_of_lag;
use super::onset::OnsetFrame;
use super::shown::ShownTempo;
use super::tempo_belief::TempoBelief;
use crate::config::TempoRange;
use crate::facts::TempoEstimate;

/// Frames between two readings of the periodicity, and before the first.
const STRIDE: usize = 25;
const FIRST_READING: usize = 150;
/// Frames before a tempo is shown.
const FIRST_SHOWN: usize = 400;
/// An onset at least, in some band; and frames without one after which nothing is played any more:
/// what was heard goes on to look periodic for half a minute.
const ONSET: f32 = 0.05;
const QUIET_FRAMES: usize = 200;

/// Tempo, read four times a second. Construction allocates, the rest does not.
#[derive(Debug)]
pub(super) struct LiveTempo {
    belief: TempoBelief,
    clarity: LeastClarity,
    n_frames: usize,
    /// Working beat length in frames, 0 before the first reading.
    lag: f32,
    has_pulse: bool,
    /// Frames since the last onset.
    n_quiet: usize,
    shown: ShownTempo,
}

impl LiveTempo {
    /// Hears nothing yet.
    pub(super) fn new(range: TempoRange, has_network: bool) -> Self {
        Self {
            belief: TempoBelief::new(range, has_network),
            clarity: if has_network { LeastClarity::WITH_NETWORK } else { LeastClarity::OF_ONSETS },
            n_frames: 0,
            lag: 0.0,
            has_pulse: false,
            n_quiet: 0,
            shown: ShownTempo::default(),
        }
    }

    /// Takes the next onset frame, and what the network said last of beats (0 to 1, 0 without
    /// one). Beat length in frames; `None` while there is no pulse.
    pub(super) fn push(&mut self, onset: &OnsetFrame, told: f32) -> Option<f32> {
        self.belief.push(onset, told);
        self.n_quiet =
            if onset.bands.iter().any(|flux| *flux > ONSET) { 0 } else { self.n_quiet + 1 };
        self.n_frames += 1;
        if self.n_frames >= FIRST_READING && self.n_frames.is_multiple_of(STRIDE) {
            self.read();
        }
        self.lag()
    }

    /// Goes over to beats of `lag` frames, which the players have: what was heard before them fades,
    /// and the tempo shown follows at once.
    pub(super) fn step_to(&mut self, lag: f32) {
        if self.lag().is_some_and(|from| self.belief.step(from, lag)) {
            self.lag = lag;
            self.shown.step_to(bpm_of_lag(lag), &self.belief);
        }
    }

    /// Working beat length in frames; `None` while there is no pulse.
    pub(super) fn lag(&self) -> Option<f32> {
        (self.has_pulse && self.lag > 0.0).then_some(self.lag)
    }

    /// The tempo shown.
    pub(super) fn shown(&self) -> Option<TempoEstimate> {
        self.shown.tempo()
    }

    /// Forgets everything heard.
    pub(super) fn reset(&mut self) {
        self.belief.reset();
        self.n_frames = 0;
        self.forget_readings();
        self.shown = ShownTempo::default();
    }

    /// Looks in another range from here on. The tempo shown goes unless the new range has it.
    pub(super) fn set_range(&mut self, range: TempoRange) {
        if self.belief.set_range(range) {
            self.forget_readings();
            self.shown.set_range(range);
        }
    }

    fn forget_readings(&mut self) {
        self.lag = 0.0;
        self.has_pulse = false;
        self.n_quiet = 0;
    }

    fn read(&mut self) {
        let reading = self.belief.read();
        let seconds = self.n_frames as f32 / super::FPS;
        self.lag = reading.lag;
        self.has_pulse = self.clarity.is_pulse(reading.mean, seconds, self.has_pulse);
        if self.has_pulse {
            let may_be_shown =
                self.n_frames >= FIRST_SHOWN && self.clarity.may_be_shown(reading.clarity, seconds);
            self.shown.read(bpm_of_lag(reading.lag), may_be_shown, &self.belief);
        }
        let is_heard = self.shown.tempo().is_none() || self.clarity.is_still_heard(reading.clarity);
        self.shown.end(self.has_pulse && self.n_quiet < QUIET_FRAMES && is_heard);
    }
}

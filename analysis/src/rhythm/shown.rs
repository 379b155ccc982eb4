//! The tempo live: the working tempo that beats follow, and the calm one that is shown.

use super::least_clarity::LeastClarity;
use super::levels::{self, Calibration, bpm_of_lag};
use super::onset::OnsetFrame;
use super::periodicity::{
    Evidence, GRID_STEP, Periodicity, Preference, SHARE_OF_ONSETS, TempoGrid,
};
use crate::config::TempoRange;
use crate::facts::{Stability, TempoEstimate};

/// Frames between two readings of the periodicity, and before the first.
const STRIDE: usize = 25;
const FIRST_READING: usize = 150;
const MEMORY_S: f32 = 4.0;
/// Share of the belief kept per reading, and the costs of moving it.
const BELIEF_KEEP: f32 = 0.97;
const DRIFT_COST: f32 = 0.03;
const JUMP_COST: f32 = 0.5;
/// Share of the periodicity that is kept when the tempo steps.
const KEPT_OVER_STEP: f32 = 0.15;
/// Share of the mean periodicity kept per reading.
const MEAN_KEEP: f32 = 0.93;
/// Frames before a tempo is shown, and readings it must have held by then.
const FIRST_SHOWN: usize = 400;
const FIRST_HELD: usize = 4;
/// Readings that another tempo must hold to replace the one shown (2 s).
const CHANGE_HELD: usize = 8;
/// Readings without a pulse after which the tempo shown is over (24 s): eight bars at 80 BPM; but
/// no more than twice those there were with one.
const OVER_AFTER: usize = 96;
/// An onset at least, in some band; and frames without one after which nothing is played any more:
/// what was heard goes on to look periodic for half a minute.
const ONSET: f32 = 0.05;
const QUIET_FRAMES: usize = 200;
/// Tempos closer than this are the one shown.
const SAME: f32 = 0.015;
/// Readings after which the figure shown is made more exact, by at least this much.
const REFINED_AFTER: usize = 24;
const REFINED_BY: f32 = 0.006;

/// What beats follow.
#[derive(Clone, Copy, Debug)]
pub(super) struct TempoReading {
    /// Beat length in frames.
    pub(super) lag: f32,
}

/// Tempo, read four times a second. Construction allocates, the rest does not.
#[derive(Debug)]
pub(super) struct LiveTempo {
    onsets: Periodicity,
    network: Option<Periodicity>,
    grid: TempoGrid,
    /// Per tempo: the newest reading of each, and of both; what speaks for it so far, and its mean
    /// periodicity.
    onset_reading: Vec<f32>,
    network_reading: Vec<f32>,
    reading: Vec<f32>,
    belief: Vec<f32>,
    mean: Vec<f32>,
    mean_weight: f32,
    clarity: LeastClarity,
    n_frames: usize,
    /// Working beat length in frames, 0 before the first reading.
    lag: f32,
    has_pulse: bool,
    /// Frames since the last onset, and readings without a pulse since the last with one.
    n_quiet: usize,
    n_without: usize,
    /// Readings with a pulse since the tempo is shown.
    n_with: usize,
    shown: Option<TempoEstimate>,
    /// A tempo that is not shown, and for how many readings it has held.
    rival_bpm: f32,
    rival_held: usize,
    /// Sum of the readings that agree with the tempo shown.
    agreed_sum: f32,
    n_agreed: usize,
    next_refinement: usize,
}

impl LiveTempo {
    /// Hears nothing yet.
    pub(super) fn new(range: TempoRange, has_network: bool) -> Self {
        let preference =
            if has_network { Preference::BESIDE_NETWORK } else { Preference::OF_ONSETS };
        let zeros = || vec![0.0; TempoGrid::capacity()];
        Self {
            onsets: Periodicity::new(MEMORY_S, Evidence::ONSETS),
            network: has_network.then(|| Periodicity::new(MEMORY_S, Evidence::NETWORK)),
            grid: TempoGrid::new(range, preference),
            onset_reading: zeros(),
            network_reading: zeros(),
            reading: zeros(),
            belief: zeros(),
            mean: zeros(),
            mean_weight: 0.0,
            clarity: if has_network { LeastClarity::WITH_NETWORK } else { LeastClarity::OF_ONSETS },
            n_frames: 0,
            lag: 0.0,
            has_pulse: false,
            n_quiet: 0,
            n_without: 0,
            n_with: 0,
            shown: None,
            rival_bpm: 0.0,
            rival_held: 0,
            agreed_sum: 0.0,
            n_agreed: 0,
            next_refinement: REFINED_AFTER,
        }
    }

    /// Takes the next onset frame, and what the network said last of beats (0 to 1, 0 without
    /// one); `None` while there is no pulse.
    pub(super) fn push(&mut self, onset: &OnsetFrame, told: f32) -> Option<TempoReading> {
        self.onsets.push(onset.bands);
        self.n_quiet =
            if onset.bands.iter().any(|flux| *flux > ONSET) { 0 } else { self.n_quiet + 1 };
        if let Some(network) = &mut self.network {
            network.push([told]);
        }
        self.n_frames += 1;
        if self.n_frames >= FIRST_READING && self.n_frames.is_multiple_of(STRIDE) {
            self.read();
        }
        self.lag().map(|lag| TempoReading { lag })
    }

    /// Goes over to beats of `lag` frames, which the players have: what was heard before them fades,
    /// and the tempo shown follows at once.
    pub(super) fn step_to(&mut self, lag: f32) {
        let bpm = bpm_of_lag(lag);
        let from = self.lag().and_then(|lag| self.grid.nearest(bpm_of_lag(lag)));
        let (Some(idx), Some(from)) = (self.grid.nearest(bpm), from) else { return };
        self.onsets.fade(KEPT_OVER_STEP);
        if let Some(network) = &mut self.network {
            network.fade(KEPT_OVER_STEP);
        }
        // What was believed of every level before holds at the same levels of the new tempo: on a
        // logarithmic grid all of it moves by as many places.
        let places = idx as isize - from as isize;
        let n = self.grid.len();
        for values in [&mut self.belief, &mut self.mean] {
            moved(&mut values[..n], places);
        }
        self.lag = lag;
        if self.shown.is_some_and(|shown| (bpm / shown.bpm.0 - 1.0).abs() >= SAME) {
            self.commit(bpm, Stability::Drifting);
            self.agree_afresh();
        }
    }

    /// Working beat length in frames; `None` while there is no pulse.
    pub(super) fn lag(&self) -> Option<f32> {
        (self.has_pulse && self.lag > 0.0).then_some(self.lag)
    }

    /// The tempo shown.
    pub(super) fn shown(&self) -> Option<TempoEstimate> {
        self.shown
    }

    /// Forgets everything heard.
    pub(super) fn reset(&mut self) {
        self.onsets.reset();
        if let Some(network) = &mut self.network {
            network.reset();
        }
        self.n_frames = 0;
        self.shown = None;
        self.forget_readings();
    }

    /// Looks in another range from here on. The tempo shown goes unless the new range has it.
    pub(super) fn set_range(&mut self, range: TempoRange) {
        if !self.grid.set_range(range) {
            return;
        }
        self.forget_readings();
        self.shown = self.shown.filter(|tempo| (range.min.0..=range.max.0).contains(&tempo.bpm.0));
    }

    fn forget_readings(&mut self) {
        self.belief.fill(0.0);
        self.mean.fill(0.0);
        self.mean_weight = 0.0;
        self.lag = 0.0;
        self.has_pulse = false;
        self.n_quiet = 0;
        self.n_without = 0;
        self.n_with = 0;
        self.rival_held = 0;
        self.agree_afresh();
    }

    fn read(&mut self) {
        self.score();
        let top = self.update_belief();
        self.mean_weight = self.mean_weight * MEAN_KEEP + 1.0;
        for (mean, value) in self.mean.iter_mut().zip(&self.reading) {
            *mean += (value - *mean) / self.mean_weight;
        }
        let seconds = self.n_frames as f32 / super::FPS;
        self.has_pulse = self.clarity.is_pulse(self.mean[top], seconds, self.has_pulse);
        self.lag = self.refined_lag(top);
        let clarity = self.clarity_of(top);
        if self.has_pulse {
            self.show(self.clarity.may_be_shown(clarity, seconds));
        }
        let is_heard = self.shown.is_none() || self.clarity.is_still_heard(clarity);
        if self.has_pulse && self.n_quiet < QUIET_FRAMES && is_heard {
            self.n_without = 0;
            self.n_with += usize::from(self.shown.is_some());
        } else {
            self.n_without += 1;
        }
        if self.n_without >= OVER_AFTER.min((2 * self.n_with).max(FIRST_HELD)) {
            self.shown = None;
            self.rival_held = 0;
            self.n_with = 0;
        }
    }

    /// Reads how strongly everything repeats now.
    fn score(&mut self) {
        self.onsets.score(&self.grid, &mut self.onset_reading);
        let Some(network) = &mut self.network else {
            self.reading.copy_from_slice(&self.onset_reading);
            return;
        };
        network.score(&self.grid, &mut self.network_reading);
        let both = self.onset_reading.iter().zip(&self.network_reading);
        for (reading, (onsets, network)) in self.reading.iter_mut().zip(both) {
            *reading = (SHARE_OF_ONSETS * onsets + network) / (SHARE_OF_ONSETS + 1.0);
        }
    }

    /// How clearly the `top` tempo is heard: what the network says repeats with it or, without one,
    /// how sure the tempo is.
    fn clarity_of(&self, top: usize) -> f32 {
        if self.network.is_some() {
            self.network_reading[top]
        } else {
            self.estimate(bpm_of_lag(self.lag), Stability::Steady).confidence
        }
    }

    /// What speaks for each tempo: the readings so far along the best path to it. Returns the best.
    fn update_belief(&mut self) -> usize {
        let n = self.grid.len();
        let most = self.belief[..n].iter().copied().fold(f32::MIN, f32::max);
        let mut before = f32::MIN;
        let mut best = 0;
        for idx in 0..n {
            let here = self.belief[idx];
            let after = if idx + 1 < n { self.belief[idx + 1] } else { f32::MIN };
            let came = here.max(before.max(after) - DRIFT_COST).max(most - JUMP_COST);
            before = here;
            let preferred = self.reading[idx] * self.grid.preference(idx);
            self.belief[idx] = BELIEF_KEEP * came + preferred;
            if self.belief[idx] > self.belief[best] {
                best = idx;
            }
        }
        best
    }

    /// Beat length at the peak of the newest reading near the `top` tempo, between grid points.
    fn refined_lag(&self, top: usize) -> f32 {
        let n = self.grid.len();
        let preferred = |idx: usize| self.reading[idx] * self.grid.preference(idx);
        let near = top.saturating_sub(2)..(top + 3).min(n);
        let peak = near.fold(top, |best, i| if preferred(i) > preferred(best) { i } else { best });
        let mut steps = 0.0;
        if peak > 0 && peak + 1 < n {
            let (a, b, c) = (preferred(peak - 1), preferred(peak), preferred(peak + 1));
            let curvature = a - 2.0 * b + c;
            if curvature < -1e-9 {
                steps = (0.5 * (a - c) / curvature).clamp(-0.5, 0.5);
            }
        }
        self.grid.lag(peak) * (-steps * GRID_STEP).exp()
    }

    /// Shows what has held long enough; the first only where it `may_be_shown`.
    fn show(&mut self, may_be_shown: bool) {
        let bpm = bpm_of_lag(self.lag);
        let near = |other: f32, tolerance: f32| (bpm / other - 1.0).abs() < tolerance;
        let Some(shown) = self.shown else {
            if near(self.rival_bpm, 0.04) {
                self.rival_held += 1;
                // Early readings lean to the slow side: the last few count.
                self.rival_bpm += 0.5 * (bpm - self.rival_bpm);
            } else {
                self.rival_held = 0;
                self.rival_bpm = bpm;
            }
            if may_be_shown && self.n_frames >= FIRST_SHOWN && self.rival_held >= FIRST_HELD {
                self.commit(self.rival_bpm, Stability::Steady);
                self.agree_afresh();
            }
            return;
        };
        if near(shown.bpm.0, SAME) {
            self.rival_held = 0;
            self.agreed_sum += bpm;
            self.n_agreed += 1;
            let (mut stated, mut stability) = (shown.bpm.0, shown.stability);
            if self.n_agreed == self.next_refinement {
                stability = Stability::Steady;
                let mean = self.agreed_sum / self.n_agreed as f32;
                if (mean / stated - 1.0).abs() > REFINED_BY {
                    stated = mean;
                }
                self.agreed_sum = 0.0;
                self.n_agreed = 0;
                self.next_refinement = 4 * REFINED_AFTER;
            }
            self.commit(stated, stability);
            return;
        }
        // From reading to reading: a tempo that moves is followed on its way.
        self.rival_held = if near(self.rival_bpm, 0.02) { self.rival_held + 1 } else { 0 };
        self.rival_bpm = bpm;
        if self.rival_held >= CHANGE_HELD {
            // A small move is the same music drifting, a large one another level or another piece.
            let drifted = (bpm / shown.bpm.0).ln().abs() < 0.1;
            let stability = if drifted { Stability::Drifting } else { Stability::Steady };
            self.commit(bpm, stability);
            self.agree_afresh();
        }
    }

    fn commit(&mut self, bpm: f32, stability: Stability) {
        self.shown = Some(self.estimate(bpm, stability));
    }

    fn estimate(&self, bpm: f32, stability: Stability) -> TempoEstimate {
        let mean = &self.mean[..self.grid.len()];
        let calibration = if self.network.is_some() {
            Calibration::LIVE_WITH_NETWORK
        } else {
            Calibration::OF_PERIODICITY
        };
        levels::estimate(&self.grid, mean, bpm, stability, calibration)
    }

    fn agree_afresh(&mut self) {
        self.rival_held = 0;
        self.agreed_sum = 0.0;
        self.n_agreed = 0;
        self.next_refinement = REFINED_AFTER;
    }
}

/// Moves `values` up by `places`, or down; what moves in is 0.
fn moved(values: &mut [f32], places: isize) {
    let n = places.unsigned_abs().min(values.len());
    if places > 0 {
        values.rotate_right(n);
        values[..n].fill(0.0);
    } else {
        values.rotate_left(n);
        let end = values.len() - n;
        values[end..].fill(0.0);
    }
}

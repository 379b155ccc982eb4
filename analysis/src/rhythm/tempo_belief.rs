//! [`TempoBelief`]: what speaks for each tempo live, in what onsets and network repeat.

use super::levels::{self, Calibration, bpm_of_lag};
use super::onset::OnsetFrame;
use super::periodicity::{
    Evidence, GRID_STEP, Periodicity, Preference, SHARE_OF_ONSETS, TempoGrid,
};
use crate::config::TempoRange;
use crate::facts::{Stability, TempoEstimate};

const MEMORY_S: f32 = 4.0;
/// Share of the belief kept per reading, and the costs of moving it.
const BELIEF_KEEP: f32 = 0.97;
const DRIFT_COST: f32 = 0.03;
const JUMP_COST: f32 = 0.5;
/// Share of the mean periodicity kept per reading.
const MEAN_KEEP: f32 = 0.93;
/// Share of the periodicity that is kept when the tempo steps.
const KEPT_OVER_STEP: f32 = 0.15;

/// What the newest reading says.
#[derive(Clone, Copy, Debug)]
pub(super) struct TempoReading {
    /// Beat length in frames of the likeliest tempo.
    pub(super) lag: f32,
    /// How strongly it has repeated of late.
    pub(super) mean: f32,
    /// How clearly it is heard: what the network says repeats with it or, without one, how sure the
    /// tempo is.
    pub(super) clarity: f32,
}

/// Belief in each tempo of a grid. Construction allocates, the rest does not.
#[derive(Debug)]
pub(super) struct TempoBelief {
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
}

impl TempoBelief {
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
        }
    }

    /// Takes the next onset frame, and what the network said last of beats (0 to 1, 0 without one).
    pub(super) fn push(&mut self, onset: &OnsetFrame, told: f32) {
        self.onsets.push(onset.bands);
        if let Some(network) = &mut self.network {
            network.push([told]);
        }
    }

    /// Reads how strongly everything repeats now.
    pub(super) fn read(&mut self) -> TempoReading {
        self.score();
        let top = self.update_belief();
        self.mean_weight = self.mean_weight * MEAN_KEEP + 1.0;
        for (mean, value) in self.mean.iter_mut().zip(&self.reading) {
            *mean += (value - *mean) / self.mean_weight;
        }
        let lag = self.refined_lag(top);
        TempoReading { lag, mean: self.mean[top], clarity: self.clarity(top, lag) }
    }

    /// What is stated of a tempo now.
    pub(super) fn estimate(&self, bpm: f32, stability: Stability) -> TempoEstimate {
        let mean = &self.mean[..self.grid.len()];
        let calibration = if self.network.is_some() {
            Calibration::LIVE_WITH_NETWORK
        } else {
            Calibration::OF_PERIODICITY
        };
        levels::estimate(&self.grid, mean, bpm, stability, calibration)
    }

    /// The players went over from beats of `from` frames to such of `to`: what was heard before
    /// fades, what was believed moves along. False where the range has no such beats.
    pub(super) fn step(&mut self, from: f32, to: f32) -> bool {
        let place = |lag: f32| self.grid.nearest(bpm_of_lag(lag));
        let (Some(from), Some(to)) = (place(from), place(to)) else { return false };
        self.onsets.fade(KEPT_OVER_STEP);
        if let Some(network) = &mut self.network {
            network.fade(KEPT_OVER_STEP);
        }
        // What was believed of every level before holds at the same levels of the new tempo: on a
        // logarithmic grid all of it moves by as many places.
        let places = to as isize - from as isize;
        let n = self.grid.len();
        for values in [&mut self.belief, &mut self.mean] {
            moved(&mut values[..n], places);
        }
        true
    }

    /// Looks in another range from here on and believes nothing yet; false where it is the same.
    pub(super) fn set_range(&mut self, range: TempoRange) -> bool {
        let is_other = self.grid.set_range(range);
        if is_other {
            self.forget_readings();
        }
        is_other
    }

    /// Forgets everything heard.
    pub(super) fn reset(&mut self) {
        self.onsets.reset();
        if let Some(network) = &mut self.network {
            network.reset();
        }
        self.forget_readings();
    }

    fn forget_readings(&mut self) {
        self.belief.fill(0.0);
        self.mean.fill(0.0);
        self.mean_weight = 0.0;
    }

    /// How strongly each tempo repeats.
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

    fn clarity(&self, top: usize, lag: f32) -> f32 {
        if self.network.is_some() {
            self.network_reading[top]
        } else {
            self.estimate(bpm_of_lag(lag), Stability::Steady).confidence
        }
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

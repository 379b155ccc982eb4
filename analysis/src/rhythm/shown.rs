//! [`ShownTempo`]: the calm tempo, which appears when it has held and changes only when another has.

use super::tempo_belief::TempoBelief;
use crate::config::TempoRange;
use crate::facts::{Stability, TempoEstimate};

/// Readings that a first tempo must have held before it is shown.
const FIRST_HELD: usize = 4;
/// Readings that another tempo must hold to replace the one shown (2 s).
const CHANGE_HELD: usize = 8;
/// Readings without a pulse after which the tempo shown is over (24 s): eight bars at 80 BPM; but
/// no more than twice those there were with one.
const OVER_AFTER: usize = 96;
/// Tempos closer than this are the one shown.
const SAME: f32 = 0.015;
/// Readings after which the figure shown is made more exact, by at least this much.
const REFINED_AFTER: usize = 24;
const REFINED_BY: f32 = 0.006;

/// The tempo shown, reading by reading (four a second).
#[derive(Debug)]
pub(super) struct ShownTempo {
    tempo: Option<TempoEstimate>,
    /// Readings without a pulse since the last with one.
    n_without: usize,
    /// Readings with a pulse since the tempo is shown.
    n_with: usize,
    /// A tempo that is not shown, and for how many readings it has held.
    rival_bpm: f32,
    rival_held: usize,
    /// Sum of the readings that agree with the tempo shown.
    agreed_sum: f32,
    n_agreed: usize,
    next_refinement: usize,
}

impl Default for ShownTempo {
    fn default() -> Self {
        Self {
            tempo: None,
            n_without: 0,
            n_with: 0,
            rival_bpm: 0.0,
            rival_held: 0,
            agreed_sum: 0.0,
            n_agreed: 0,
            next_refinement: REFINED_AFTER,
        }
    }
}

impl ShownTempo {
    /// What is shown.
    pub(super) fn tempo(&self) -> Option<TempoEstimate> {
        self.tempo
    }

    /// Shows what has held long enough; the first only where it `may_be_shown`.
    pub(super) fn read(&mut self, bpm: f32, may_be_shown: bool, belief: &TempoBelief) {
        let near = |other: f32, tolerance: f32| (bpm / other - 1.0).abs() < tolerance;
        let Some(shown) = self.tempo else {
            if near(self.rival_bpm, 0.04) {
                self.rival_held += 1;
                // Early readings lean to the slow side: the last few count.
                self.rival_bpm += 0.5 * (bpm - self.rival_bpm);
            } else {
                self.rival_held = 0;
                self.rival_bpm = bpm;
            }
            if may_be_shown && self.rival_held >= FIRST_HELD {
                self.tempo = Some(belief.estimate(self.rival_bpm, Stability::Steady));
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
            self.tempo = Some(belief.estimate(stated, stability));
            return;
        }
        // From reading to reading: a tempo that moves is followed on its way.
        self.rival_held = if near(self.rival_bpm, 0.02) { self.rival_held + 1 } else { 0 };
        self.rival_bpm = bpm;
        if self.rival_held >= CHANGE_HELD {
            // A small move is the same music drifting, a large one another level or another piece.
            let drifted = (bpm / shown.bpm.0).ln().abs() < 0.1;
            let stability = if drifted { Stability::Drifting } else { Stability::Steady };
            self.tempo = Some(belief.estimate(bpm, stability));
            self.agree_afresh();
        }
    }

    /// Counts the reading as one in which the tempo shown `is_heard`, or not; for so long, and it is
    /// over.
    pub(super) fn end(&mut self, is_heard: bool) {
        if is_heard {
            self.n_without = 0;
            self.n_with += usize::from(self.tempo.is_some());
        } else {
            self.n_without += 1;
        }
        if self.n_without >= OVER_AFTER.min((2 * self.n_with).max(FIRST_HELD)) {
            self.tempo = None;
            self.rival_held = 0;
            self.n_with = 0;
        }
    }

    /// Follows the players, who went over to another tempo, at once.
    pub(super) fn step_to(&mut self, bpm: f32, belief: &TempoBelief) {
        if self.tempo.is_some_and(|shown| (bpm / shown.bpm.0 - 1.0).abs() >= SAME) {
            self.tempo = Some(belief.estimate(bpm, Stability::Drifting));
            self.agree_afresh();
        }
    }

    /// Forgets all but the tempo shown, and that too unless `range` has it.
    pub(super) fn set_range(&mut self, range: TempoRange) {
        let tempo = self.tempo.filter(|tempo| (range.min.0..=range.max.0).contains(&tempo.bpm.0));
        *self = Self { tempo, ..Self::default() };
    }

    fn agree_afresh(&mut self) {
        self.rival_held = 0;
        self.agreed_sum = 0.0;
        self.n_agreed = 0;
        self.next_refinement = REFINED_AFTER;
    }
}

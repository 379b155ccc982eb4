//! [`KeyGap`]: how far it is to the key of the target on the circle of fifths.

use analysis::{Key, KeyEstimate, Mode};

use super::Compared;
use super::steady::{Gate, KNOWN_FROM};
use crate::matching::between_keys;
use crate::scenes::{CueBand, importance_of};
use crate::snapshot::Cue;

/// What the target asks of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyGoal {
    /// This key: a reference has one.
    Key(Key),
    /// This mode on any tonic: scenes know no more.
    Mode(Mode),
}

/// The key heard beside that of the target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyGap {
    /// The key heard.
    pub here: Key,
    /// What the target asks for.
    pub goal: KeyGoal,
    /// How many fifths up from the key heard the target's lies, -5 to 6, by their signatures: each
    /// adds a sharp or takes a flat away. 0 where the mode alone is asked for.
    pub fifths: i8,
    /// Whether the target is in the other mode.
    pub other_mode: bool,
    /// How sure both keys are, 0 to 1.
    pub confidence: f32,
    /// How much closing the gap would help, 0 where there is none.
    pub gain: f32,
}

impl KeyGap {
    /// Whether there is nothing to change.
    pub fn is_there(&self) -> bool {
        self.fifths == 0 && !self.other_mode
    }

    /// Whether the target has the same notes in the other mode.
    pub fn is_relative(&self) -> bool {
        self.fifths == 0 && self.other_mode && matches!(self.goal, KeyGoal::Key(_))
    }
}

/// Tells the key again and again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KeyTeller {
    gate: Gate,
}

impl KeyTeller {
    /// The key beside that of a reference.
    pub(super) fn beside_reference(
        &mut self,
        here: Option<KeyEstimate>,
        there: Option<KeyEstimate>,
    ) -> Compared<KeyGap> {
        let Some(there) = there else { return Compared::Open };
        let Some((here, sure)) = self.heard(here) else { return Compared::Unheard };
        let confidence = (sure * there.confidence.clamp(0.0, 1.0)).sqrt();
        let fifths = (there.key.sharps() - here.sharps() + 5).rem_euclid(12) - 5;
        // Transposed, a piece is still the same: the furthest key counts as one deviation of a cue.
        let gain = between_keys(here, there.key) * importance_of(Cue::Mode) * confidence;
        Compared::Known(KeyGap {
            here,
            goal: KeyGoal::Key(there.key),
            fifths: fifths as i8,
            other_mode: here.mode != there.key.mode,
            confidence,
            gain,
        })
    }

    /// The mode beside that of a scene, a band over the share of major.
    pub(super) fn inside_band(
        &mut self,
        band: &CueBand,
        here: Option<KeyEstimate>,
    ) -> Compared<KeyGap> {
        let Some((here, confidence)) = self.heard(here) else { return Compared::Unheard };
        let share_of_major = if here.mode == Mode::Major { 1.0 } else { 0.0 };
        let beyond = (band.deviation(share_of_major).abs() - 1.0).clamp(0.0, super::figure::FAR);
        let other_mode = beyond > 0.0;
        let goal = if other_mode { here.parallel().mode } else { here.mode };
        Compared::Known(KeyGap {
            here,
            goal: KeyGoal::Mode(goal),
            fifths: 0,
            other_mode,
            confidence,
            gain: beyond * band.importance() * confidence,
        })
    }

    fn heard(&mut self, here: Option<KeyEstimate>) -> Option<(Key, f32)> {
        super::pass(
            &mut self.gate,
            here.map(|key| (key.key, key.confidence.clamp(0.0, 1.0))),
            KNOWN_FROM,
        )
    }

    pub(super) fn reset(&mut self) {
        self.gate.reset();
    }
}

//! [`Aim`]: a target, and how far what is heard is from it, aspect by aspect.
//!
//! A target is a scene or a reference that the user writes towards. The [`Gap`] to it is told in
//! figures that a musician can act on: each aspect by itself, in its own unit, what is heard beside
//! what is aimed at. An aspect that was not heard surely enough stays unknown, and one that the
//! target says nothing about is left open. Loudness itself is never compared: an idea in the making
//! has none yet.
//!
//! What is shown must be readable while music plays, so an [`Aim`] is calm: figures are rounded and
//! move only when what is heard has moved by more than half a step beyond, and what is known stays
//! known until it is clearly less sure.

mod balance;
mod figure;
mod gap;
mod key;
mod reference;
mod scene;
mod steady;
mod tempo;
#[cfg(test)]
mod tests;

use analysis::Fingerprint;

use self::reference::ReferenceAim;
use self::scene::SceneAim;
use self::steady::Gate;
use crate::scenes::SceneProfile;
use crate::snapshot::{SceneId, TrackId};

pub use balance::{BalanceGap, BalanceRegion};
pub use figure::FigureGap;
pub use gap::{Compared, Gap, GapAspect, GapValue};
pub use key::{KeyGap, KeyGoal};
pub use tempo::{TempoGap, TempoLevel};

/// What the user writes towards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A scene.
    Scene(SceneId),
    /// A reference of the library.
    Reference(TrackId),
}

/// A gap that promises less is not worth a word.
const WORTH_A_WORD: f32 = 0.1;
/// Another aspect must promise so much more than the one called the largest gap.
const BETTER: f32 = 1.4;

/// Tells the gap to one target again and again. Construction allocates; reading a gap does not.
#[derive(Clone, Debug)]
pub struct Aim {
    target: Target,
    towards: Towards,
    largest: Option<GapAspect>,
}

#[derive(Clone, Debug)]
enum Towards {
    Scene(SceneAim),
    Reference(Box<ReferenceAim>),
}

impl Aim {
    /// Aims at a scene.
    pub fn at_scene(scene: SceneId, profile: &SceneProfile) -> Self {
        Self {
            target: Target::Scene(scene),
            towards: Towards::Scene(SceneAim::new(profile)),
            largest: None,
        }
    }

    /// Aims at the reference `track`, which sounds like `there`.
    pub fn at_reference(track: TrackId, there: &Fingerprint) -> Self {
        Self {
            target: Target::Reference(track),
            towards: Towards::Reference(Box::new(ReferenceAim::new(there))),
            largest: None,
        }
    }

    /// What is aimed at.
    pub fn target(&self) -> Target {
        self.target
    }

    /// The gap between `here` and the target. What was told before matters only for the last half
    /// step: the first reading of an [`Aim`] is that of `here` alone.
    pub fn gap(&mut self, here: &Fingerprint) -> Gap {
        let mut gap = match &mut self.towards {
            Towards::Scene(scene) => scene.gap(self.target, here),
            Towards::Reference(reference) => reference.gap(self.target, here),
        };
        let most = GapAspect::ALL
            .into_iter()
            .filter(|&aspect| gap.gain(aspect) >= WORTH_A_WORD)
            .max_by(|&a, &b| gap.gain(a).total_cmp(&gap.gain(b)));
        let kept = self.largest.filter(|&kept| {
            let gain = gap.gain(kept);
            // Where no other is worth a word, it stays until it is clearly not worth one itself.
            gain > 0.5 * WORTH_A_WORD && most.is_none_or(|most| gain * BETTER >= gap.gain(most))
        });
        self.largest = kept.or(most);
        gap.largest = self.largest;
        gap
    }

    /// Forgets what was told before: another piece begins.
    pub fn reset(&mut self) {
        self.largest = None;
        match &mut self.towards {
            Towards::Scene(scene) => scene.reset(),
            Towards::Reference(reference) => reference.reset(),
        }
    }
}

/// Takes `reading` where it is as sure as `known_from` asks.
fn pass<T>(gate: &mut Gate, reading: Option<(T, f32)>, known_from: f32) -> Option<(T, f32)> {
    let confidence = reading.as_ref().map_or(0.0, |(_, confidence)| *confidence);
    if gate.passes(confidence, known_from) { reading } else { None }
}

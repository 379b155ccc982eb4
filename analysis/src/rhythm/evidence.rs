//! What a network's activations say of each moment: log odds of a beat, and of a downbeat, sounding
//! there against nothing sounding there, at 100 frames a second.
//!
//! The odds are those of Böck, Krebs and Widmer ("Joint Beat and Downbeat Tracking with Recurrent
//! Neural Networks", ISMIR 2016): a moment outside the beats' regions is as likely as their
//! complement, shared among the rest of the beat.

use crate::learned::beat_net::Activation;

/// Regions in a beat: the likelihood of a moment without beat is shared among the others.
const OTHER_REGIONS: f32 = 15.0;
/// No activation is surer than this, nor less sure than the other.
const MOST: f32 = 0.98;
const LEAST: f32 = 0.004;
/// No beat is surer (or less sure) than this to be the first of a bar.
const LEAST_FIRST: f32 = 0.04;

/// What was heard at a frame (100 a second) of `activations` (50 a second): one of them, or halfway
/// between two; `None` after the last.
pub(super) fn at_frame(activations: &[Activation], frame: usize) -> Option<Activation> {
    let before = activations.get(frame / 2)?;
    let after = activations.get(frame.div_ceil(2))?;
    Some(before.between(*after))
}

/// The same frame by frame, from the first activation to the last.
pub(super) fn by_frame(activations: &[Activation]) -> impl Iterator<Item = Activation> {
    (0..).map_while(|frame| at_frame(activations, frame))
}

/// Log odds at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Odds {
    /// Of a beat that is not the first of its bar.
    pub(super) beat: f32,
    /// Of the first beat of a bar.
    pub(super) downbeat: f32,
}

impl Activation {
    /// Halfway between two frames.
    pub(super) fn between(self, other: Self) -> Self {
        Self {
            beat: 0.5 * (self.beat + other.beat),
            downbeat: 0.5 * (self.downbeat + other.downbeat),
        }
    }

    /// Log odds of any beat.
    pub(super) fn beat_odds(self) -> f32 {
        let beat = self.beat.clamp(LEAST, MOST);
        (OTHER_REGIONS * beat / (1.0 - beat)).ln()
    }

    /// What it says.
    pub(super) fn odds(self) -> Odds {
        let first = (self.downbeat / self.beat.max(1e-6)).clamp(LEAST_FIRST, 1.0 - LEAST_FIRST);
        let any = self.beat_odds();
        Odds { beat: any + (1.0 - first).ln(), downbeat: any + first.ln() }
    }
}

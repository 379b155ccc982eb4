//! [`Collection`]: a user's pieces, and how one stands among them.
//!
//! A scene label is relative to a collection's own style: battle is told from peace much better
//! inside one soundtrack than across soundtracks. So besides its fit, a piece has a standing: how
//! many of the collection fit less well, and how unusual its cues are there.

use super::SceneProfiles;
use super::band::cue_values;
use super::cues::CueReadings;
use super::norms::Norm;
use super::scale::unscaled;
use crate::snapshot::{Cue, SceneFit};

/// Fewer pieces than this say nothing about what is usual.
const MIN_PIECES: usize = 8;

/// The cues of many pieces.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    pieces: Vec<CueReadings>,
    norms: [Option<Norm>; Cue::ALL.len()],
}

impl Collection {
    /// Of `pieces`; a cue that fewer than eight of them have stays unknown.
    pub fn new(pieces: Vec<CueReadings>) -> Self {
        let all: Vec<&CueReadings> = pieces.iter().collect();
        let norm = |cue| {
            let values = cue_values(&all, cue);
            (values.len() >= MIN_PIECES).then(|| Norm::of(cue, values))
        };
        let norms = Cue::ALL.map(norm);
        Self { pieces, norms }
    }

    /// Number of pieces.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// What is usual here: the median, in the cue's unit (of the mode, the share of major).
    pub fn middle(&self, cue: Cue) -> Option<f32> {
        self.norms[cue.index()].map(|norm| unscaled(cue, norm.middle))
    }

    /// How far `value` is from the middle, in deviations of this collection (z-score on the scale
    /// of the cue); above 0 for more.
    pub fn z(&self, cue: Cue, value: f32) -> Option<f32> {
        self.norms[cue.index()].map(|norm| norm.z(cue, value)).filter(|z| z.is_finite())
    }

    /// Of each of `fits`, the share of the collection that fits the scene less well, 0 to 1; equals
    /// count half. `None` where there are too few pieces to tell.
    pub fn standings(&self, profiles: &SceneProfiles, fits: &[SceneFit]) -> Option<Vec<f32>> {
        if self.pieces.len() < MIN_PIECES {
            return None;
        }
        let mut n_below = vec![0.0f32; fits.len()];
        for piece in &self.pieces {
            for (fit, n) in fits.iter().zip(&mut n_below) {
                let other = profiles.fit_one(fit.scene, piece);
                *n += if other < fit.fit { 1.0 } else { 0.0 };
                *n += if other == fit.fit { 0.5 } else { 0.0 };
            }
        }
        Some(n_below.into_iter().map(|n| n / self.pieces.len() as f32).collect())
    }
}

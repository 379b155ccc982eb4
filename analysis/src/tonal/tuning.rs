//! [`TuningTracker`]: how far the music lies from A4 = 440 Hz.
//!
//! The phase of the salience at the period of a semitone (cf. K. Dressler and S. Streich, "Tuning
//! frequency estimation using circular statistics", ISMIR 2007).

use std::f32::consts::TAU;

use crate::facts::TuningEstimate;
use crate::features::TonalFrame;
use crate::units::Cents;

/// Salience sharper than this at one place within the semitone counts as tuned at all. Noise stays
/// below .03, the instruments of our material lie above .08.
const MIN_SHARPNESS: f32 = 0.04;

/// Circular mean of the position within the semitone.
#[derive(Clone, Debug)]
pub(crate) struct TuningTracker {
    /// cos and sin of a bin's place within its semitone, `[36]`.
    directions: [(f32, f32); 36],
    real: f32,
    imaginary: f32,
    total: f32,
    keep: f32,
}

impl TuningTracker {
    /// `keep` is what remains of the evidence after each frame: 1 for a whole file, less for a
    /// stream whose tuning may move.
    pub(crate) fn new(keep: f32) -> Self {
        let directions = std::array::from_fn(|bin| {
            let angle = TAU * bin as f32 / 3.0;
            (angle.cos(), angle.sin())
        });
        Self { directions, real: 0.0, imaginary: 0.0, total: 0.0, keep }
    }

    pub(crate) fn push(&mut self, frame: &TonalFrame) {
        self.real *= self.keep;
        self.imaginary *= self.keep;
        self.total *= self.keep;
        for (x, (cos, sin)) in frame.full.iter().zip(&self.directions) {
            self.real += x * cos;
            self.imaginary += x * sin;
            self.total += x;
        }
    }

    /// Deviation in cents, -50 to 50; 0 before anything was heard.
    pub(crate) fn cents(&self) -> f32 {
        if self.total > 0.0 { self.imaginary.atan2(self.real) / TAU * 100.0 } else { 0.0 }
    }

    /// The tuning, where partials agree on one.
    pub(crate) fn estimate(&self) -> Option<TuningEstimate> {
        let sharpness = self.real.hypot(self.imaginary) / self.total.max(1e-9);
        (sharpness > MIN_SHARPNESS).then(|| TuningEstimate {
            cents: Cents(self.cents()),
            confidence: (sharpness / 0.25).min(1.0),
        })
    }

    pub(crate) fn reset(&mut self) {
        (self.real, self.imaginary, self.total) = (0.0, 0.0, 0.0);
    }
}

//! Onset strength: how much begins to sound in each 10 ms, in a few frequency bands.

use crate::features::ShortFrame;
use crate::units::Seconds;

/// Number of frequency bands of an [`OnsetFrame`].
pub(crate) const N_ONSET_BANDS: usize = 6;

/// Onset strength at one moment, independent of the level of the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct OnsetFrame {
    /// Centre of the window.
    pub(crate) at: Seconds,
    /// All bands together.
    pub(crate) strength: f32,
    /// Band by band, low to high; the first is the bass (below about 150 Hz).
    pub(crate) bands: [f32; N_ONSET_BANDS],
}

/// Turns short spectra into onset strength. Construction allocates, [`OnsetStrength::push`] and
/// [`OnsetStrength::reset`] do not.
#[derive(Debug)]
pub(crate) struct OnsetStrength {}

impl OnsetStrength {
    /// Hears nothing yet.
    pub(crate) fn new() -> Self {
        Self {}
    }

    /// Takes the next spectrum.
    pub(crate) fn push(&mut self, frame: &ShortFrame<'_>) -> OnsetFrame {
        OnsetFrame { at: frame.at, ..OnsetFrame::default() }
    }

    /// Forgets everything heard.
    pub(crate) fn reset(&mut self) {}
}

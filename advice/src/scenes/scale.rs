//! The scale on which a cue is compared: rates and frequencies are heard as ratios.

use crate::snapshot::Cue;

/// Fewer onsets a second than this are hardly told apart.
const SLOWEST_DENSITY: f32 = 0.3;

/// `value` on the scale of `cue`.
pub(super) fn scaled(cue: Cue, value: f32) -> f32 {
    match cue {
        Cue::Tempo | Cue::Brightness => value.ln(),
        Cue::OnsetDensity => (value.max(0.0) + SLOWEST_DENSITY).ln(),
        Cue::Mode | Cue::LoudnessRange | Cue::Bass | Cue::Roughness => value,
    }
}

/// The value of `cue` at a place on its scale.
pub(super) fn unscaled(cue: Cue, place: f32) -> f32 {
    match cue {
        Cue::Tempo | Cue::Brightness => place.exp(),
        Cue::OnsetDensity => (place.exp() - SLOWEST_DENSITY).max(0.0),
        Cue::Mode | Cue::LoudnessRange | Cue::Bass | Cue::Roughness => place,
    }
}

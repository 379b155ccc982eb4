//! What more and less of a cue is called, where pieces are compared.

use advice::Cue;

/// The words for a greater and for a smaller value of `cue`.
pub(crate) fn more_and_less(cue: Cue) -> (&'static str, &'static str) {
    match cue {
        Cue::Tempo => ("faster", "slower"),
        Cue::Mode => ("more major", "more minor"),
        Cue::Brightness => ("brighter", "darker"),
        Cue::OnsetDensity => ("denser", "sparser"),
        Cue::LoudnessRange => ("more dynamic", "more even"),
        Cue::Bass => ("more bass", "less bass"),
        Cue::Roughness => ("rougher", "smoother"),
    }
}

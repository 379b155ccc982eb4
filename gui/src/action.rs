//! [`Action`]: what the user asked for; the shell carries it out.

use std::path::PathBuf;

use advice::Target;
use analysis::{Bpm, Hertz, TempoRange};

use crate::i18n::Language;
use crate::notation::{KeyCode, Notation};

/// Something the user asked for. The panel changes no setting itself: it shows the new value when
/// the shell passes it back in.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Hold the shown values, or let them move again.
    Hold(bool),
    /// Forget what was heard and start over.
    Reset,
    /// Take this frequency as the players' A4; `None` estimates it.
    SetReferenceA4(Option<Hertz>),
    /// Look for tempos in this range. Always a range that `AnalysisConfig::check` accepts.
    SetTempoRange(TempoRange),
    /// Count the tempo at the level of `bpm`: look for tempos in `range`, which has no other level
    /// of it, and remember `bpm` where what is played can be recognised.
    ChooseLevel {
        /// The tempo chosen.
        bpm: Bpm,
        /// A range that `AnalysisConfig::check` accepts.
        range: TempoRange,
    },
    /// Show every text in this language.
    SetLanguage(Language),
    /// Write notes, chords and keys like this.
    SetNotation(Notation),
    /// Show this code beside the key.
    SetKeyCode(KeyCode),
    /// Open the reference library in this folder.
    OpenLibrary(PathBuf),
    /// Close the reference library.
    CloseLibrary,
    /// Find references of the library by this name and pass them back in; for an empty one none.
    FindReferences(String),
    /// Write towards this scene or reference, of those in the snapshot or found by name.
    Pin(Target),
    /// Write towards nothing in particular.
    Unpin,
    /// Play the built-in demo song.
    PlayDemo,
    /// Stop the built-in demo song.
    StopDemo,
    /// Listen to the input device of that name.
    SelectInput(String),
    /// Play through the output device of that name.
    SelectOutput(String),
}

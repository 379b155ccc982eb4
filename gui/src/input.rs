//! [`PanelInput`]: everything the panel is given for one frame, borrowed.

use advice::{NamedReference, SceneProfiles, Snapshot, TrackId};
use analysis::{Hertz, TempoRange};

use crate::i18n::Language;
use crate::notation::{KeyCode, Notation};

/// What one frame of the panel is drawn from.
#[derive(Clone, Copy)]
pub struct PanelInput<'a> {
    /// What was heard, matched and suggested.
    pub snapshot: &'a Snapshot,
    /// Looks up the name of a reference.
    pub reference_name: &'a dyn Fn(TrackId) -> Option<String>,
    /// The scene profiles the snapshot's scenes come from (`SceneProfiles::shipped()`).
    pub scenes: &'a SceneProfiles,
    /// The reference library.
    pub library: LibraryView<'a>,
    /// References of it that were looked for by name.
    pub found: FoundView<'a>,
    /// What the user writes towards, as the shell remembers it; the snapshot says whether it was
    /// found.
    pub pinned: Option<PinnedView<'a>>,
    /// The settings in force.
    pub settings: SettingsView,
    /// A word from the shell.
    pub notice: Option<Notice<'a>>,
    /// The built-in demo song.
    pub demo: DemoView,
    /// The sound devices to choose from; `None` where the host chooses.
    pub devices: Option<DevicesView<'a>>,
}

/// State of the reference library.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LibraryView<'a> {
    /// None is open.
    #[default]
    Closed,
    /// One is being read.
    Loading,
    /// One is open.
    Open {
        /// Its folder.
        path: &'a str,
        /// How many tracks it has.
        n_tracks: usize,
    },
    /// It could not be opened; what went wrong, in the user's words.
    Error(&'a str),
}

/// What was found for a name: the answer to [`Action::FindReferences`](crate::Action::FindReferences).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FoundView<'a> {
    /// What was asked for; empty also where what was asked means nothing any more, because another
    /// library was opened: then it is asked for again.
    pub asked: &'a str,
    /// Whether the answer is still to come; until then what was found before is shown.
    pub is_searching: bool,
    /// What was found, best first.
    pub references: &'a [NamedReference],
    /// Whether there is more than that.
    pub has_more: bool,
    /// Why nothing could be found, in the user's words.
    pub problem: Option<&'a str>,
}

/// A target that is remembered, whether it is there or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinnedView<'a> {
    /// The scene of that key.
    Scene(&'a str),
    /// A reference, by its title.
    Reference(&'a str),
}

/// The settings in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SettingsView {
    /// The players' A4; `None` estimates it.
    pub reference_a4: Option<Hertz>,
    /// Tempos looked for.
    pub tempo_range: TempoRange,
    /// Whether the shown values are held.
    pub held: bool,
    /// Language of every text.
    pub language: Language,
    /// How notes, chords and keys are written; `None` goes with the language.
    pub notation: Option<Notation>,
    /// The code beside the key.
    pub key_code: KeyCode,
}

impl SettingsView {
    /// How notes, chords and keys are written.
    pub(crate) fn notation_in_force(&self) -> Notation {
        self.notation.unwrap_or_else(|| Notation::of_language(self.language))
    }
}

impl Default for SettingsView {
    fn default() -> Self {
        Self {
            reference_a4: None,
            tempo_range: TempoRange::default(),
            held: false,
            language: Language::English,
            notation: None,
            key_code: KeyCode::default(),
        }
    }
}

/// Whether the built-in demo song can be played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DemoView {
    /// Not here (a host plays the music).
    #[default]
    Unavailable,
    /// It can be played.
    Available,
    /// It is playing.
    Playing,
}

/// A word from the shell: the panel writes the sentence in the user's language and puts `detail`
/// behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice<'a> {
    /// What happened.
    pub kind: NoticeKind,
    /// A name or a reason, shown as given; may be empty.
    pub detail: &'a str,
}

/// What a [`Notice`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// There is no input device: plug one in, or play the demo song.
    NoInputDevice,
    /// There is no output device: nothing can be heard, listening goes on. Shown as a problem only
    /// where `detail` gives a reason: that there is none at all is no mistake.
    NoOutputDevice,
    /// A sound device failed or was unplugged; `detail` says which and why.
    DeviceFailed,
    /// A file could not be played; `detail` says which and why.
    FileFailed,
    /// A file is playing; `detail` is its name.
    FilePlaying,
    /// The file has been played to its end; `detail` is its name.
    FileEnded,
    /// The demo song is playing.
    DemoPlaying,
    /// Drawing failed and was started again; `detail` is the reason.
    PanelFailed,
    /// The project was saved by a newer version: what this one does not know is left out.
    StateNewer,
    /// Parts of the saved project could not be read and have their defaults.
    StateDamaged,
    /// The metrical level chosen could not be kept with the file; `detail` says why.
    LevelNotKept,
    /// Something else went wrong; `detail` is the whole sentence.
    Problem,
}

/// Sound devices to choose from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DevicesView<'a> {
    /// Names of the input devices.
    pub inputs: &'a [String],
    /// The input in use.
    pub input: Option<&'a str>,
    /// Names of the output devices.
    pub outputs: &'a [String],
    /// The output in use.
    pub output: Option<&'a str>,
}

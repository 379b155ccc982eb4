//! [`Notation`]: how notes, chords and keys are written. Everything inside is a pitch class; names
//! are made here and nowhere else.
//!
//! | notation | notes | chords | keys |
//! |---|---|---|---|
//! | English | C C♯ B♭ B | B♭m7 | B♭ minor |
//! | German | C Cis B H | Bm7 | b-Moll |
//! | solfège, fixed do | Do Do♯ Si♭ Si | Si♭m7 | Si♭ minor |
//! | numbered (jianpu) | C C♯ B♭ B | B♭m7 | 6=♭B minor |
//!
//! German: minor tonics are written small, and "Dur" and "Moll" belong to the name, so they stay in
//! a panel of another language. Solfège: "Si", as the countries say that name notes this way; "Ti"
//! belongs to the movable do.
//!
//! Numbered: a score in numbers begins with what its 1 is, "1=♭B", the sign before the letter. A
//! minor tune is written around 6, and scores say either what 6 is or only what 1 is. "6=G" is taken
//! here, because "1=♭B" of a tune in G minor would be read as the key on B flat. Chords above such
//! scores are letters, as in every lead sheet, and so are the notes heard: 1 to 7 are places in a
//! tune, not pitches.

mod key_code;
mod spelling;
#[cfg(test)]
mod table;

use analysis::{Chord, ChordQuality, Key, Mode};

pub use key_code::KeyCode;
pub(crate) use spelling::{Note, Speller};

use crate::i18n::Language;

/// How notes, chords and keys are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Notation {
    /// C to B, with ♯ and ♭.
    #[default]
    English,
    /// C to H, B for B flat, Cis, Es; "c-Moll".
    German,
    /// Do to Si, with ♯ and ♭; Do is always C.
    Solfege,
    /// Keys as numbered scores give them, "1=C"; notes and chords as in English.
    Numbered,
}

impl Notation {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::Solfege, Self::Numbered];

    /// What settings store: "english", "german", "solfege", "numbered".
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "english",
            Self::German => "german",
            Self::Solfege => "solfege",
            Self::Numbered => "numbered",
        }
    }

    /// The notation of a [`Notation::tag`].
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notation| notation.tag() == tag)
    }

    /// What readers of that language are used to: in force until a notation is chosen.
    pub fn of_language(language: Language) -> Self {
        match language {
            Language::English => Self::English,
            Language::SimplifiedChinese => Self::Numbered,
        }
    }

    /// A note, "B♭".
    pub(crate) fn note(self, note: Note) -> String {
        match self {
            Self::English | Self::Numbered => format!("{}{}", note.letter(), signs(note)),
            Self::German => german(note),
            Self::Solfege => format!("{}{}", syllable(note), signs(note)),
        }
    }

    /// A chord, its notes spelled by `speller`.
    pub(crate) fn chord(self, chord: Chord, speller: Speller) -> ChordName {
        let notes: Vec<String> =
            speller.chord(chord).into_iter().map(|note| self.note(note)).collect();
        ChordName {
            root: notes.first().cloned().unwrap_or_default(),
            suffix: suffix(chord.quality),
            notes,
        }
    }

    /// A key.
    pub(crate) fn key(self, key: Key) -> KeyName {
        let tonic = Speller::of_key(key).note(key.tonic);
        let (lead, tonic, mode) = match (self, key.mode) {
            (Self::English | Self::Solfege, mode) => ("", self.note(tonic), ModeName::Word(mode)),
            (Self::German, Mode::Major) => ("", self.note(tonic), ModeName::Ending("-Dur")),
            (Self::German, Mode::Minor) => {
                ("", self.note(tonic).to_lowercase(), ModeName::Ending("-Moll"))
            }
            (Self::Numbered, mode) => {
                let lead = if mode == Mode::Major { "1=" } else { "6=" };
                (lead, format!("{}{}", signs(tonic), tonic.letter()), ModeName::Word(mode))
            }
        };
        KeyName { lead, tonic, mode }
    }
}

/// A chord as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChordName {
    /// "B♭".
    pub(crate) root: String,
    /// "m7".
    pub(crate) suffix: String,
    /// "B♭", "D♭", "F", "A♭".
    pub(crate) notes: Vec<String>,
}

impl ChordName {
    /// "B♭m7".
    pub(crate) fn symbol(&self) -> String {
        format!("{}{}", self.root, self.suffix)
    }
}

/// A key as it is written: three pieces, side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeyName {
    /// "6=", mostly nothing.
    pub(crate) lead: &'static str,
    /// "B♭".
    pub(crate) tonic: String,
    /// The mode.
    pub(crate) mode: ModeName,
}

/// The mode in a [`KeyName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ModeName {
    /// A word of the panel's language, after a blank.
    Word(Mode),
    /// An ending of the tonic's name.
    Ending(&'static str),
}

/// "♯", "♭♭" or nothing.
fn signs(note: Note) -> String {
    let sign = if note.n_sharps() < 0 { "♭" } else { "♯" };
    sign.repeat(note.n_sharps().unsigned_abs() as usize)
}

fn syllable(note: Note) -> &'static str {
    match note.letter() {
        'C' => "Do",
        'D' => "Re",
        'E' => "Mi",
        'F' => "Fa",
        'G' => "Sol",
        'A' => "La",
        _ => "Si",
    }
}

/// "Cis", "Es", "B", "Heses".
fn german(note: Note) -> String {
    let letter = if note.letter() == 'B' { 'H' } else { note.letter() };
    let n_more = note.n_sharps().unsigned_abs() as usize;
    match (letter, note.n_sharps()) {
        (_, 0..) => format!("{letter}{}", "is".repeat(n_more)),
        ('H', -1) => "B".to_owned(),
        // Before the first ending the vowel is dropped: Es, As.
        ('A' | 'E', _) => format!("{letter}s{}", "es".repeat(n_more.saturating_sub(1))),
        (..) => format!("{letter}{}", "es".repeat(n_more)),
    }
}

/// What follows the root of a chord symbol, "m7♭5".
fn suffix(quality: ChordQuality) -> String {
    quality.suffix().replace("b5", "♭5")
}

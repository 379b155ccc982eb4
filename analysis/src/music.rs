//! Pitch classes, keys and chords: one type inside, spelled at the edge.
//!
//! Labels follow Harte et al., "Symbolic representation of musical chords: a proposed syntax for
//! text annotations", ISMIR 2005 (`C:min7/b3`, `N`).

use std::fmt;

/// One of the twelve equal-tempered pitch classes; 0 is C.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PitchClass(u8);

/// How the five black keys are spelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spelling {
    /// C#, D#, F#, G#, A#.
    Sharps,
    /// Db, Eb, Gb, Ab, Bb.
    #[default]
    Flats,
}

const SHARP_NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
const FLAT_NAMES: [&str; 12] = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"];

impl PitchClass {
    /// All twelve, C first.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..12).map(Self)
    }

    /// The pitch class `semitones` above C, modulo the octave.
    pub fn new(semitones: i32) -> Self {
        Self(semitones.rem_euclid(12) as u8)
    }

    /// Semitones above C, 0 to 11.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The pitch class `semitones` above (below where negative) this one.
    pub fn transposed(self, semitones: i32) -> Self {
        Self::new(i32::from(self.0) + semitones)
    }

    /// Semitones from `other` up to this one, 0 to 11.
    pub fn above(self, other: Self) -> usize {
        (self.index() + 12 - other.index()) % 12
    }

    /// English name, black keys spelled as asked.
    pub fn name(self, spelling: Spelling) -> &'static str {
        match spelling {
            Spelling::Sharps => SHARP_NAMES[self.index()],
            Spelling::Flats => FLAT_NAMES[self.index()],
        }
    }

    /// Reads an English note name with any number of accidentals ("F##", "Bb").
    pub fn parse(text: &str) -> Option<Self> {
        let mut chars = text.chars();
        let natural = match chars.next()?.to_ascii_uppercase() {
            'C' => 0,
            'D' => 2,
            'E' => 4,
            'F' => 5,
            'G' => 7,
            'A' => 9,
            'B' => 11,
            _ => return None,
        };
        let mut semitones = natural;
        for accidental in chars {
            semitones += match accidental {
                '#' | '♯' => 1,
                'b' | '♭' => -1,
                _ => return None,
            };
        }
        Some(Self::new(semitones))
    }
}

/// Major or minor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// Major (Ionian).
    #[default]
    Major,
    /// Minor (natural, harmonic or melodic).
    Minor,
}

impl Mode {
    /// Both modes.
    pub const ALL: [Self; 2] = [Self::Major, Self::Minor];

    /// "major" or "minor", as the contract prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
        }
    }
}

/// One of the 24 major and minor keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The tonic.
    pub tonic: PitchClass,
    /// Major or minor.
    pub mode: Mode,
}

impl Key {
    /// The key on `tonic`.
    pub fn new(tonic: PitchClass, mode: Mode) -> Self {
        Self { tonic, mode }
    }

    /// All 24 keys: C to B major, then C to B minor.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..24).map(Self::from_index)
    }

    /// The key of [`Key::index`] (taken modulo 24).
    pub fn from_index(index: usize) -> Self {
        let mode = if index % 24 < 12 { Mode::Major } else { Mode::Minor };
        Self::new(PitchClass::new((index % 12) as i32), mode)
    }

    /// 0 to 11 for the major keys, 12 to 23 for the minor ones.
    pub fn index(self) -> usize {
        self.tonic.index() + if self.mode == Mode::Minor { 12 } else { 0 }
    }

    /// The key with the same notes in the other mode.
    pub fn relative(self) -> Self {
        match self.mode {
            Mode::Major => Self::new(self.tonic.transposed(-3), Mode::Minor),
            Mode::Minor => Self::new(self.tonic.transposed(3), Mode::Major),
        }
    }

    /// The key with the same tonic in the other mode.
    pub fn parallel(self) -> Self {
        let mode = if self.mode == Mode::Major { Mode::Minor } else { Mode::Major };
        Self::new(self.tonic, mode)
    }

    /// Position on the circle of fifths as a signed count of sharps (-5 to 6); flats are negative.
    pub fn sharps(self) -> i32 {
        let major = if self.mode == Mode::Major { self } else { self.relative() };
        (i32::from(major.tonic.0) * 7 + 5).rem_euclid(12) - 5
    }

    /// The spelling musicians use for this key's black keys.
    pub fn spelling(self) -> Spelling {
        if self.sharps() > 0 { Spelling::Sharps } else { Spelling::Flats }
    }

    /// A note as this key has it: the leading note of a minor key is a raised one.
    pub fn note_name(self, note: PitchClass) -> &'static str {
        let is_leading = self.mode == Mode::Minor && note == self.tonic.transposed(-1);
        note.name(if is_leading { Spelling::Sharps } else { self.spelling() })
    }

    /// The tonic in the key's own spelling.
    pub fn tonic_name(self) -> &'static str {
        self.tonic.name(self.spelling())
    }

    /// Pitch classes of the scale (major, or natural minor), tonic first.
    pub fn scale(self) -> [PitchClass; 7] {
        let steps = match self.mode {
            Mode::Major => [0, 2, 4, 5, 7, 9, 11],
            Mode::Minor => [0, 2, 3, 5, 7, 8, 10],
        };
        steps.map(|step| self.tonic.transposed(step))
    }

    /// Camelot code, "8B" for C major, as used by mixing software.
    pub fn camelot(self) -> (u8, char) {
        let number = (self.sharps() + 7).rem_euclid(12) + 1;
        (number as u8, if self.mode == Mode::Major { 'B' } else { 'A' })
    }

    /// Reads "Bb minor", "F# maj" and the like.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let tonic = PitchClass::parse(words.next()?)?;
        let mode = match words.next()? {
            "major" | "maj" => Mode::Major,
            "minor" | "min" => Mode::Minor,
            _ => return None,
        };
        words.next().is_none().then_some(Self { tonic, mode })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.tonic_name(), self.mode.name())
    }
}

/// The chord qualities Jamboree tells apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChordQuality {
    /// Major triad.
    #[default]
    Major,
    /// Minor triad.
    Minor,
    /// Diminished triad.
    Diminished,
    /// Augmented triad.
    Augmented,
    /// Suspended second.
    Sus2,
    /// Suspended fourth.
    Sus4,
    /// Dominant seventh.
    Dominant7,
    /// Major seventh.
    Major7,
    /// Minor seventh.
    Minor7,
    /// Half-diminished seventh.
    HalfDiminished7,
    /// Diminished seventh.
    Diminished7,
}

impl ChordQuality {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Major,
        Self::Minor,
        Self::Diminished,
        Self::Augmented,
        Self::Sus2,
        Self::Sus4,
        Self::Dominant7,
        Self::Major7,
        Self::Minor7,
        Self::HalfDiminished7,
        Self::Diminished7,
    ];

    /// Semitones above the root, root first.
    pub fn intervals(self) -> &'static [u8] {
        match self {
            Self::Major => &[0, 4, 7],
            Self::Minor => &[0, 3, 7],
            Self::Diminished => &[0, 3, 6],
            Self::Augmented => &[0, 4, 8],
            Self::Sus2 => &[0, 2, 7],
            Self::Sus4 => &[0, 5, 7],
            Self::Dominant7 => &[0, 4, 7, 10],
            Self::Major7 => &[0, 4, 7, 11],
            Self::Minor7 => &[0, 3, 7, 10],
            Self::HalfDiminished7 => &[0, 3, 6, 10],
            Self::Diminished7 => &[0, 3, 6, 9],
        }
    }

    /// Harte shorthand ("min7").
    pub fn harte(self) -> &'static str {
        match self {
            Self::Major => "maj",
            Self::Minor => "min",
            Self::Diminished => "dim",
            Self::Augmented => "aug",
            Self::Sus2 => "sus2",
            Self::Sus4 => "sus4",
            Self::Dominant7 => "7",
            Self::Major7 => "maj7",
            Self::Minor7 => "min7",
            Self::HalfDiminished7 => "hdim7",
            Self::Diminished7 => "dim7",
        }
    }

    /// What a lead sheet writes after the root ("m7").
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Major => "",
            Self::Minor => "m",
            Self::Diminished => "dim",
            Self::Augmented => "aug",
            Self::Sus2 => "sus2",
            Self::Sus4 => "sus4",
            Self::Dominant7 => "7",
            Self::Major7 => "maj7",
            Self::Minor7 => "m7",
            Self::HalfDiminished7 => "m7b5",
            Self::Diminished7 => "dim7",
        }
    }
}

/// A chord: root and quality. "No chord" is `Option::None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Chord {
    /// The root.
    pub root: PitchClass,
    /// The quality.
    pub quality: ChordQuality,
}

impl Chord {
    /// The chord of `quality` on `root`.
    pub fn new(root: PitchClass, quality: ChordQuality) -> Self {
        Self { root, quality }
    }

    /// Pitch classes, root first.
    pub fn pitch_classes(self) -> impl Iterator<Item = PitchClass> {
        self.quality.intervals().iter().map(move |&step| self.root.transposed(i32::from(step)))
    }

    /// Harte label, "Bb:min7".
    pub fn harte(self, spelling: Spelling) -> String {
        format!("{}:{}", self.root.name(spelling), self.quality.harte())
    }

    /// Harte label over another bass than the root, "Bb:min7/b3".
    pub fn harte_over(self, bass: PitchClass, spelling: Spelling) -> String {
        const DEGREES: [&str; 12] =
            ["1", "b2", "2", "b3", "3", "4", "b5", "5", "#5", "6", "b7", "7"];
        format!("{}/{}", self.harte(spelling), DEGREES[bass.above(self.root)])
    }

    /// Lead-sheet symbol, "Bbm7".
    pub fn symbol(self, spelling: Spelling) -> String {
        format!("{}{}", self.root.name(spelling), self.quality.suffix())
    }

    /// Reads a Harte label; `Some(None)` for "N", `None` where it can't be read. A bass note after
    /// a slash is ignored.
    pub fn parse(label: &str) -> Option<Option<Self>> {
        if label == "N" {
            return Some(None);
        }
        let label = label.split('/').next()?;
        let (root, quality) = label.split_once(':').unwrap_or((label, "maj"));
        let root = PitchClass::parse(root)?;
        let quality = ChordQuality::ALL.into_iter().find(|q| q.harte() == quality)?;
        Some(Some(Self { root, quality }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_print_and_parse_back() {
        for key in Key::all() {
            assert_eq!(Key::parse(&key.to_string()), Some(key));
            assert_eq!(Key::from_index(key.index()), key);
            assert_eq!(key.relative().relative(), key);
            assert_eq!(key.relative().sharps(), key.sharps());
        }
    }

    #[test]
    fn chords_print_and_parse_back() {
        for root in PitchClass::all() {
            for quality in ChordQuality::ALL {
                let chord = Chord::new(root, quality);
                assert_eq!(Chord::parse(&chord.harte(Spelling::Sharps)), Some(Some(chord)));
            }
        }
        let minor = Chord::new(PitchClass::new(10), ChordQuality::Minor7);
        let label = minor.harte_over(PitchClass::new(1), Spelling::Flats);
        assert_eq!((label.as_str(), Chord::parse(&label)), ("Bb:min7/b3", Some(Some(minor))));
        assert_eq!(Chord::parse("N"), Some(None));
        assert_eq!(Chord::parse("H:maj"), None);
    }

    #[test]
    fn black_keys_are_spelled_as_the_key_signature_has_them() {
        let name = |text: &str| Key::parse(text).map(|key| key.to_string());
        assert_eq!(name("A# minor").as_deref(), Some("Bb minor"));
        assert_eq!(name("Gb minor").as_deref(), Some("F# minor"));
        assert_eq!(name("D# major").as_deref(), Some("Eb major"));
    }

    #[test]
    fn camelot_codes_match_the_published_wheel() {
        let code = |text: &str| Key::parse(text).map(Key::camelot);
        assert_eq!(code("C major"), Some((8, 'B')));
        assert_eq!(code("A minor"), Some((8, 'A')));
        assert_eq!(code("E major"), Some((12, 'B')));
        assert_eq!(code("F minor"), Some((4, 'A')));
        assert_eq!(code("B major"), Some((1, 'B')));
    }
}

//! [`PitchClass`]: a note without its octave, and how it is spelled.

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

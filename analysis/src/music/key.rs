//! [`Key`]: a tonic and a mode.

use std::fmt;

use super::pitch_class::{PitchClass, Spelling};

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
        (major.tonic.index() as i32 * 7 + 5).rem_euclid(12) - 5
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

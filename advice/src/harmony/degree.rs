//! Chords as scale degrees: "bVII", "IIm7", "Vsus".

use analysis::{Chord, ChordQuality, Key, Mode};

/// A chord relative to the tonic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Degree {
    semitones: u8,
    quality: ChordQuality,
}

/// A degree with sevenths taken off: what contexts are looked up by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Reduced {
    semitones: u8,
    triad: ChordQuality,
}

/// Longest numerals first, so that "V" doesn't match "VII".
const NUMERALS: [(&str, i32); 7] =
    [("VII", 11), ("III", 4), ("VI", 9), ("IV", 5), ("II", 2), ("V", 7), ("I", 0)];

impl Degree {
    /// Reads a degree counted from the major scale of the tonic. A power chord ("I5") becomes the
    /// triad that the scale of `mode` has there, major where it has none; "o" is a diminished
    /// triad, "h7" a half-diminished seventh, "sus" a suspended fourth.
    pub(super) fn parse(text: &str, mode: Mode) -> Option<Self> {
        let (shift, text) = match text.as_bytes().first()? {
            b'b' => (-1, text.get(1..)?),
            b'#' => (1, text.get(1..)?),
            _ => (0, text),
        };
        let (numeral, degree) = NUMERALS.into_iter().find(|(n, _)| text.starts_with(n))?;
        let semitones = (degree + shift).rem_euclid(12) as u8;
        let quality = match text.get(numeral.len()..)? {
            "" => ChordQuality::Major,
            "m" => ChordQuality::Minor,
            "o" => ChordQuality::Diminished,
            "+" => ChordQuality::Augmented,
            "sus" => ChordQuality::Sus4,
            "7" => ChordQuality::Dominant7,
            "maj7" => ChordQuality::Major7,
            "m7" => ChordQuality::Minor7,
            "h7" => ChordQuality::HalfDiminished7,
            "5" => scale_triad(semitones, mode),
            _ => return None,
        };
        Some(Self { semitones, quality })
    }

    pub(super) fn chord(self, key: Key) -> Chord {
        Chord::new(key.tonic.transposed(i32::from(self.semitones)), self.quality)
    }

    pub(super) fn reduced(self) -> Reduced {
        Reduced { semitones: self.semitones, triad: triad(self.quality) }
    }
}

impl Reduced {
    pub(super) fn of(chord: Chord, key: Key) -> Self {
        Self { semitones: chord.root.above(key.tonic) as u8, triad: triad(chord.quality) }
    }
}

fn triad(quality: ChordQuality) -> ChordQuality {
    match quality {
        ChordQuality::Dominant7 | ChordQuality::Major7 => ChordQuality::Major,
        ChordQuality::Minor7 => ChordQuality::Minor,
        ChordQuality::HalfDiminished7 | ChordQuality::Diminished7 => ChordQuality::Diminished,
        // The counts don't tell the two suspensions apart.
        ChordQuality::Sus2 => ChordQuality::Sus4,
        other => other,
    }
}

fn scale_triad(semitones: u8, mode: Mode) -> ChordQuality {
    match (mode, semitones) {
        (Mode::Major, 2 | 4 | 9) | (Mode::Minor, 0 | 5 | 7) => ChordQuality::Minor,
        _ => ChordQuality::Major,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_become_chords_in_the_key() {
        let in_key = |degree: &str, key: &str| {
            let key = Key::parse(key).unwrap();
            Degree::parse(degree, key.mode).map(|d| d.chord(key).symbol(key.spelling()))
        };
        assert_eq!(in_key("V7", "Bb major").as_deref(), Some("F7"));
        assert_eq!(in_key("bVII", "A minor").as_deref(), Some("G"));
        assert_eq!(in_key("#IVh7", "C major").as_deref(), Some("Gbm7b5"));
        assert_eq!(in_key("I5", "E minor").as_deref(), Some("Em"));
        assert_eq!(in_key("VI5", "C major").as_deref(), Some("Am"));
        assert_eq!(in_key("IVsus", "C major").as_deref(), Some("Fsus4"));
        assert_eq!(in_key("VIII", "C major"), None);
        assert_eq!(in_key("X", "C major"), None);
    }

    #[test]
    fn sevenths_are_looked_up_as_triads() {
        let key = Key::parse("C major").unwrap();
        let reduced = |label: &str| Reduced::of(Chord::parse(label).unwrap().unwrap(), key);
        assert_eq!(reduced("G:7"), reduced("G:maj"));
        assert_eq!(reduced("D:min7"), reduced("D:min"));
        assert_ne!(reduced("D:min"), reduced("D:maj"));
    }
}

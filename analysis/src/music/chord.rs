//! [`Chord`]: a root and a quality.
//!
//! Labels follow Harte et al., "Symbolic representation of musical chords: a proposed syntax for
//! text annotations", ISMIR 2005 (`C:min7/b3`, `N`).

use super::pitch_class::{PitchClass, Spelling};

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
}

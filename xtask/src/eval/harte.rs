//! Chord labels as the evaluation compares them: root and the set of semitones above it.
//!
//! Syntax after Harte et al., "Symbolic representation of musical chords: a proposed syntax for
//! text annotations", ISMIR 2005; encoding after Raffel et al., "mir_eval: a transparent
//! implementation of common MIR metrics", ISMIR 2014.

/// A label, encoded. Bit `n` of `notes` is the note `n` semitones above the root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harte {
    /// No chord.
    None,
    /// A chord that the annotator could not name.
    Unknown,
    /// A chord.
    Chord {
        /// Semitones above C.
        root: u8,
        /// Notes above the root, bass included.
        notes: u16,
    },
}

const QUALITIES: [(&str, &[i32]); 24] = [
    ("maj", &[0, 4, 7]),
    ("min", &[0, 3, 7]),
    ("aug", &[0, 4, 8]),
    ("dim", &[0, 3, 6]),
    ("sus4", &[0, 5, 7]),
    ("sus2", &[0, 2, 7]),
    ("7", &[0, 4, 7, 10]),
    ("maj7", &[0, 4, 7, 11]),
    ("min7", &[0, 3, 7, 10]),
    ("minmaj7", &[0, 3, 7, 11]),
    ("maj6", &[0, 4, 7, 9]),
    ("min6", &[0, 3, 7, 9]),
    ("dim7", &[0, 3, 6, 9]),
    ("hdim7", &[0, 3, 6, 10]),
    // Extensions beyond the octave are not compared.
    ("maj9", &[0, 4, 7, 11]),
    ("min9", &[0, 3, 7, 10]),
    ("9", &[0, 4, 7, 10]),
    ("min11", &[0, 3, 7, 10]),
    ("11", &[0, 4, 7, 10]),
    ("maj13", &[0, 4, 7, 11]),
    ("min13", &[0, 3, 7, 10]),
    ("13", &[0, 4, 7, 10]),
    ("1", &[0]),
    ("5", &[0, 7]),
];

/// Major triad, and its notes up to the fifth.
const MAJOR: u16 = 0b1001_0001;
/// Minor triad.
const MINOR: u16 = 0b1000_1001;
/// The fifth and below: what tells triads apart.
const UP_TO_FIFTH: u16 = 0xff;
/// Triads and sevenths of the MIREX "sevenths" vocabulary: maj, min, maj7, 7, min7.
const SEVENTHS: [u16; 5] = [MAJOR, MINOR, MAJOR | 1 << 11, MAJOR | 1 << 10, MINOR | 1 << 10];

impl Harte {
    /// Reads a label; one that can't be read counts as no chord.
    pub(crate) fn read_or_none(label: &str) -> Self {
        Self::read(label).unwrap_or(Self::None)
    }

    /// The root in semitones above C.
    pub(crate) fn root(self) -> Option<u8> {
        match self {
            Self::Chord { root, .. } => Some(root),
            Self::None | Self::Unknown => None,
        }
    }

    fn read(label: &str) -> Option<Self> {
        match label {
            "N" => return Some(Self::None),
            "X" => return Some(Self::Unknown),
            _ => {}
        }
        let (chord, bass) = label.split_once('/').map_or((label, None), |(c, b)| (c, Some(b)));
        let (root, kind) = chord.split_once(':').map_or((chord, None), |(r, k)| (r, Some(k)));
        let (quality, degrees) = match kind {
            None => ("maj", None),
            Some(kind) => match kind.split_once('(') {
                None => (kind, None),
                Some((quality, degrees)) => (quality, Some(degrees.strip_suffix(')')?)),
            },
        };
        let mut notes = [0_i32; 12];
        if !(quality.is_empty() && degrees.is_some()) {
            let (_, steps) = QUALITIES.iter().find(|(name, _)| *name == quality)?;
            for &step in *steps {
                notes[step as usize] = 1;
            }
        }
        notes[0] = 1;
        // Each degree counts once however often it is written.
        let mut seen = Vec::new();
        for degree in degrees.into_iter().flat_map(|d| d.split(',')) {
            if seen.contains(&degree) {
                continue;
            }
            seen.push(degree);
            let (sign, name) = degree.strip_prefix('*').map_or((1, degree), |rest| (-1, rest));
            let step = semitones(name)?;
            if step < 12 {
                notes[step.rem_euclid(12) as usize] += sign;
            }
        }
        let bass = bass.map_or(Some(0), semitones)?.rem_euclid(12) as usize;
        let bits = (0..12).filter(|&i| notes[i] > 0 || i == bass).fold(0, |bits, i| bits | 1 << i);
        Some(Self::Chord { root: pitch_class(root)?, notes: bits })
    }

    /// Whether `self`, the truth, and `heard` agree over major and minor triads and no chord;
    /// `None` where the truth is neither.
    pub(crate) fn same_triad(self, heard: Self) -> Option<bool> {
        match self {
            Self::None => Some(heard == Self::None),
            Self::Unknown => None,
            Self::Chord { root, notes } => {
                [MAJOR, MINOR].contains(&(notes & UP_TO_FIFTH)).then_some(match heard {
                    Self::Chord { root: r, notes: n } => {
                        r == root && (n ^ notes) & UP_TO_FIFTH == 0
                    }
                    _ => false,
                })
            }
        }
    }

    /// The same over major, minor, major seventh, dominant seventh, minor seventh and no chord.
    pub(crate) fn same_seventh(self, heard: Self) -> Option<bool> {
        match self {
            Self::None => Some(heard == Self::None),
            Self::Unknown => None,
            Self::Chord { notes, .. } => SEVENTHS.contains(&notes).then_some(self == heard),
        }
    }
}

fn pitch_class(name: &str) -> Option<u8> {
    let accidentals = name.get(1..)?;
    // One kind of accidental only, as the syntax has it.
    let uniform = accidentals.chars().all(|c| c == '#') || accidentals.chars().all(|c| c == 'b');
    let upper = name.chars().next()?.is_ascii_uppercase();
    (uniform && upper)
        .then(|| analysis::PitchClass::parse(name))
        .flatten()
        .map(|class| class.index() as u8)
}

/// Semitones of a scale degree ("b3", "##4", "13").
fn semitones(degree: &str) -> Option<i32> {
    let sharps = degree.chars().take_while(|c| *c == '#').count();
    let flats = degree.chars().take_while(|c| *c == 'b').count();
    if sharps > 0 && flats > 0 {
        return None;
    }
    let steps = match &degree[sharps + flats..] {
        "1" => 0,
        "2" => 2,
        "3" => 4,
        "4" => 5,
        "5" => 7,
        "6" => 9,
        "7" => 11,
        "8" => 12,
        "9" => 14,
        "10" => 16,
        "11" => 17,
        "12" => 19,
        "13" => 21,
        _ => return None,
    };
    Some(steps + sharps as i32 - flats as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn triad(truth: &str, heard: &str) -> Option<bool> {
        Harte::read_or_none(truth).same_triad(Harte::read_or_none(heard))
    }

    fn seventh(truth: &str, heard: &str) -> Option<bool> {
        Harte::read_or_none(truth).same_seventh(Harte::read_or_none(heard))
    }

    #[test]
    fn triads_agree_whatever_lies_above_the_fifth() {
        assert_eq!(triad("C:maj7", "C:7"), Some(true));
        assert_eq!(triad("Bb:min", "A#:min7"), Some(true));
        assert_eq!(triad("C:maj", "C:sus4"), Some(false));
        assert_eq!(triad("C", "G"), Some(false));
        assert_eq!(triad("C:hdim7", "C:hdim7"), None);
        assert_eq!(triad("N", "N"), Some(true));
        assert_eq!(triad("N", "C:maj"), Some(false));
        assert_eq!(triad("X", "N"), None);
    }

    #[test]
    fn a_bass_outside_the_chord_counts_as_a_note_of_it() {
        assert_eq!(triad("C:maj/3", "C:maj"), Some(true));
        assert_eq!(triad("C:maj/2", "C:maj"), None);
        assert_eq!(seventh("C:maj/b7", "C:7"), Some(true));
    }

    #[test]
    fn sevenths_must_agree_as_a_whole() {
        assert_eq!(seventh("C:maj7", "C:maj"), Some(false));
        assert_eq!(seventh("C:7", "C:9"), Some(true));
        assert_eq!(seventh("C:min6", "C:min6"), None);
        assert_eq!(seventh("C:maj(7)", "C:maj7"), Some(true));
        assert_eq!(seventh("C:7(*7)", "C:maj"), Some(false));
    }

    #[test]
    fn unreadable_labels_are_no_chord() {
        for label in ["H:maj", "C:foo", "C:maj/14", "c:maj", "C#b:maj", "", "C:maj(x)"] {
            assert_eq!(Harte::read_or_none(label), Harte::None, "{label}");
        }
    }
}

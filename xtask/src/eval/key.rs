//! Keys: the MIREX weighted score, as mir_eval gives it.

use std::collections::BTreeMap;

use analysis::{Key, Mode, PitchClass};

/// Reads "Bb minor", "F#_maj", "c:min" and the like; `None` where there is no key.
pub(crate) fn parse(text: &str) -> Option<Key> {
    let text = text.trim();
    let mut chars = text.chars();
    let letter = chars.next().filter(|c| matches!(c, 'A'..='G' | 'a'..='g'))?;
    let mut rest = chars.as_str();
    let mut tonic = PitchClass::parse(&letter.to_string())?;
    if let Some(accidental) = rest.chars().next().filter(|c| matches!(c, '#' | '♯' | 'b' | '♭'))
    {
        tonic = tonic.transposed(if matches!(accidental, '#' | '♯') { 1 } else { -1 });
        rest = &rest[accidental.len_utf8()..];
    }
    let rest = rest.trim_start_matches([' ', ':', '_']);
    let word: &str = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    let mode = match word {
        "maj" | "major" => Mode::Major,
        "min" | "minor" => Mode::Minor,
        _ => return None,
    };
    Some(Key::new(tonic, mode))
}

/// How an estimate relates to the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Relation {
    Exact,
    FifthAbove,
    FifthBelow,
    Relative,
    Parallel,
    Other,
    NoKey,
}

impl Relation {
    pub(crate) fn of(truth: Key, heard: Option<Key>) -> Self {
        let Some(heard) = heard else { return Self::NoKey };
        let same_mode = truth.mode == heard.mode;
        match heard.tonic.above(truth.tonic) {
            0 if same_mode => Self::Exact,
            7 if same_mode => Self::FifthAbove,
            5 if same_mode => Self::FifthBelow,
            _ if heard == truth.relative() => Self::Relative,
            0 => Self::Parallel,
            _ => Self::Other,
        }
    }

    /// MIREX weights, in mir_eval's reading: of the fifths only the one above counts.
    pub(crate) fn score(self) -> f64 {
        match self {
            Self::Exact => 1.0,
            Self::FifthAbove => 0.5,
            Self::Relative => 0.3,
            Self::Parallel => 0.2,
            Self::FifthBelow | Self::Other | Self::NoKey => 0.0,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::FifthAbove => "fifth above",
            Self::FifthBelow => "fifth below",
            Self::Relative => "relative",
            Self::Parallel => "parallel",
            Self::Other => "other",
            Self::NoKey => "no key",
        }
    }
}

/// How often each relation occurred.
pub(crate) type Confusion = BTreeMap<Relation, usize>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_the_truth_files_write_them() {
        let key = |text: &str| parse(text).map(|key| key.to_string());
        assert_eq!(key("Bb minor").as_deref(), Some("Bb minor"));
        assert_eq!(key("f#:maj").as_deref(), Some("F# major"));
        assert_eq!(key("A_min"), Some("A minor".into()));
        assert_eq!(key("D minor7"), None);
        for text in ["", "H major", "C", "C dorian"] {
            assert_eq!(key(text), None);
        }
    }

    #[test]
    fn only_the_fifth_above_scores() {
        let score =
            |truth: &str, heard: &str| Relation::of(parse(truth).unwrap(), parse(heard)).score();
        assert_eq!(score("C major", "C major"), 1.0);
        assert_eq!(score("C major", "G major"), 0.5);
        assert_eq!(score("C major", "F major"), 0.0);
        assert_eq!(score("A minor", "E minor"), 0.5);
        assert_eq!(score("C major", "A minor"), 0.3);
        assert_eq!(score("A minor", "C major"), 0.3);
        assert_eq!(score("C major", "C minor"), 0.2);
        assert_eq!(score("C major", "E minor"), 0.0);
        assert_eq!(score("C major", "?"), 0.0);
    }
}

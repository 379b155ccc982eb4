//! Which references are asked: the options that narrow a search.

use std::path::PathBuf;

use advice::{ReferenceMatch, Weights};
use analysis::{Bpm, Fingerprint, Key};
use clap::Args;
use library::{Filter, LibraryError, References};

use crate::eval::key;

/// What a reference has to be to be looked at.
#[derive(Debug, Default, Args)]
pub(crate) struct Among {
    /// Only references of these tempos, as in 90-110
    #[arg(long, value_name = "LOW-HIGH", value_parser = tempos)]
    tempo: Option<(Bpm, Bpm)>,
    /// Only references in keys that go with this one, as in Am or "F# minor": itself, its relative
    /// and the next ones on the circle of fifths
    #[arg(long, value_name = "KEY", value_parser = a_key)]
    key: Option<Key>,
    /// Only references below this folder
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Only references with this word in title, artist or genre
    #[arg(long, value_name = "WORD")]
    tag: Option<String>,
}

impl Among {
    /// The `k` references nearest to `here` of those asked for.
    ///
    /// # Errors
    /// Where the library can't be read.
    pub(super) fn rank(
        &self,
        references: &References,
        here: &Fingerprint,
        weights: &Weights,
        k: usize,
    ) -> Result<Vec<ReferenceMatch>, LibraryError> {
        if !self.is_narrowed() {
            return references.rank(here, weights, k);
        }
        let Self { tempo, key, folder, tag } = self;
        let filter = Filter { tempo: *tempo, key: *key, folder: folder.clone(), tag: tag.clone() };
        references.rank_among(&references.select(&filter)?, here, weights, k)
    }

    /// Whether not all references are asked.
    pub(super) fn is_narrowed(&self) -> bool {
        let Self { tempo, key, folder, tag } = self;
        tempo.is_some() || key.is_some() || folder.is_some() || tag.is_some()
    }
}

fn tempos(text: &str) -> Result<(Bpm, Bpm), String> {
    let bpm = |text: &str| {
        text.trim().parse().ok().filter(|bpm: &f32| (1.0..=1000.0).contains(bpm)).map(Bpm)
    };
    let range = match text.split_once(['-', '–']) {
        Some((low, high)) => bpm(low).zip(bpm(high)),
        None => bpm(text).map(|one| (one, one)),
    };
    range
        .filter(|(low, high)| low.0 <= high.0)
        .ok_or_else(|| "expected the lowest and the highest tempo in BPM, as in 90-110".to_owned())
}

fn a_key(text: &str) -> Result<Key, String> {
    // "Am" and "A" as musicians write them, besides the forms of truth files.
    let text = text.trim();
    let written = text.strip_suffix('m').map(|tonic| format!("{tonic} minor"));
    key::parse(text)
        .or_else(|| key::parse(&written?))
        .or_else(|| key::parse(&format!("{text} major")))
        .ok_or_else(|| "expected a key, as in Am, Bb or \"F# minor\"".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tempos_are_read_as_a_range_or_one_and_anything_else_is_refused() {
        assert_eq!(tempos("90-110"), Ok((Bpm(90.0), Bpm(110.0))));
        assert_eq!(tempos("90.5 – 110"), Ok((Bpm(90.5), Bpm(110.0))));
        assert_eq!(tempos("120"), Ok((Bpm(120.0), Bpm(120.0))));
        for wrong in ["", "-", "110-90", "90-", "-90", "fast", "NaN-1", "0-5000"] {
            assert!(tempos(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn keys_are_read_as_musicians_write_them() {
        for (text, name) in [
            ("Am", "A minor"),
            ("a minor", "A minor"),
            ("F#m", "F# minor"),
            ("Bb", "Bb major"),
            ("C", "C major"),
            ("Eb:maj", "Eb major"),
        ] {
            assert_eq!(a_key(text).unwrap(), Key::parse(name).unwrap(), "{text}");
        }
        for wrong in ["", "H", "Amm", "minor", "A dorian"] {
            assert!(a_key(wrong).is_err(), "{wrong}");
        }
    }
}

//! [`ChordStatistics`]: which chords followed which in real songs.

use analysis::{Chord, Key};

use crate::snapshot::{Corpus, NextChord};

/// Where the counts of a corpus come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repertoire {
    /// Who annotated what, and where it was published.
    pub source: String,
    /// Licence of the annotations.
    pub licence: String,
    /// What kind of songs, in words.
    pub repertoire: String,
    /// Number of songs.
    pub n_songs: u32,
}

/// Counts of chord successions, by corpus.
#[derive(Clone, Debug, Default)]
pub struct ChordStatistics {}

impl ChordStatistics {
    /// The counts compiled in.
    pub fn shipped() -> &'static Self {
        static SHIPPED: ChordStatistics = ChordStatistics {};
        &SHIPPED
    }

    /// Where the counts of `corpus` come from.
    pub fn repertoire(&self, _corpus: Corpus) -> Option<&Repertoire> {
        None
    }

    /// The at most `k` chords that most often followed `heard` (oldest first, the chord sounding
    /// now last; only the last three count) in songs of `key`'s mode, likeliest first. Contexts
    /// that were counted too rarely are shortened.
    pub fn next(&self, _corpus: Corpus, _key: Key, _heard: &[Chord], _k: usize) -> Vec<NextChord> {
        Vec::new()
    }
}

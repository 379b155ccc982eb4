//! [`ChordStatistics`]: which chords followed which in real songs.
//!
//! Counts of chord successions by scale degree, from McGill Billboard (Burgoyne, Wild & Fujinaga,
//! "An expert ground truth set for audio chord recognition and music analysis", ISMIR 2011; CC0)
//! and POP909 (Wang et al., "POP909: A pop-song dataset for music arrangement generation", ISMIR
//! 2020; MIT). Up to three chords of context; a context counted too rarely is shortened (Katz,
//! "Estimation of probabilities from sparse data", IEEE TASSP 35, 1987, without the discounting).

mod degree;

use std::collections::HashMap;
use std::sync::LazyLock;

use analysis::{Chord, Key, Mode};
use serde::Deserialize;

use crate::snapshot::{Corpus, NextChord};
use degree::{Degree, Reduced};

/// Longest context.
const MAX_CONTEXT: usize = 3;
/// Contexts counted less often than this are shortened.
const MIN_COUNT: u32 = 40;

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
pub struct ChordStatistics {
    billboard: Table,
    pop909: Table,
}

/// One corpus.
#[derive(Clone, Debug, Default)]
struct Table {
    repertoire: Repertoire,
    major: Contexts,
    minor: Contexts,
}

type Contexts = HashMap<Vec<Reduced>, Continuations>;

/// What followed one context.
#[derive(Clone, Debug, Default)]
struct Continuations {
    n_counted: u32,
    next: Vec<(Degree, u32)>,
}

/// The data file, as `examples/derive_chord_counts.rs` writes it.
#[derive(Deserialize)]
struct CountsFile {
    source: String,
    licence: String,
    repertoire: String,
    n_songs: u32,
    modes: HashMap<String, HashMap<String, CountsEntry>>,
}

#[derive(Deserialize)]
struct CountsEntry {
    n: u32,
    next: Vec<(String, u32)>,
}

impl ChordStatistics {
    /// The counts compiled in.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<ChordStatistics> = LazyLock::new(|| ChordStatistics {
            // Tests hold that both can be read.
            billboard: Table::read(include_str!("../data/harmony/billboard.json"))
                .unwrap_or_default(),
            pop909: Table::read(include_str!("../data/harmony/pop909.json")).unwrap_or_default(),
        });
        &SHIPPED
    }

    /// Where the counts of `corpus` come from.
    pub fn repertoire(&self, corpus: Corpus) -> &Repertoire {
        &self.table(corpus).repertoire
    }

    /// The at most `k` chords that most often followed `heard` (oldest first, the chord sounding
    /// now last; only the last three count) in songs of `key`'s mode, likeliest first. Contexts
    /// that were counted too rarely are shortened. Empty where the chord sounding is too rare in
    /// this key. A continuation that only colours the chord sounding (G, G7) is passed over.
    pub fn next(&self, corpus: Corpus, key: Key, heard: &[Chord], k: usize) -> Vec<NextChord> {
        let table = self.table(corpus);
        let contexts = match key.mode {
            Mode::Major => &table.major,
            Mode::Minor => &table.minor,
        };
        let context: Vec<Reduced> = heard.iter().map(|&chord| Reduced::of(chord, key)).collect();
        let Some(&now) = context.last() else { return Vec::new() };
        for length in (1..=MAX_CONTEXT.min(context.len())).rev() {
            let Some(tail) = context.get(context.len() - length..) else { continue };
            let Some(found) = contexts.get(tail).filter(|found| found.n_counted >= MIN_COUNT)
            else {
                continue;
            };
            let total = found.n_counted as f32;
            let mut merged: Vec<(Chord, u32)> = Vec::new();
            for &(degree, count) in &found.next {
                let chord = degree.chord(key);
                if Reduced::of(chord, key) == now {
                    continue;
                }
                // A power chord and the triad it stands for are one suggestion.
                match merged.iter_mut().find(|(other, _)| *other == chord) {
                    Some((_, sum)) => *sum += count,
                    None => merged.push((chord, count)),
                }
            }
            let degree = |chord: Chord| (chord.root.above(key.tonic), chord.quality);
            merged.sort_by(|a, b| b.1.cmp(&a.1).then(degree(a.0).cmp(&degree(b.0))));
            if merged.is_empty() {
                continue;
            }
            return merged
                .into_iter()
                .take(k)
                .map(|(chord, count)| NextChord {
                    chord,
                    probability: count as f32 / total,
                    n_counted: found.n_counted,
                    n_context: length as u8,
                    corpus,
                })
                .collect();
        }
        Vec::new()
    }

    fn table(&self, corpus: Corpus) -> &Table {
        match corpus {
            Corpus::Billboard => &self.billboard,
            Corpus::Pop909 => &self.pop909,
        }
    }
}

impl Table {
    fn read(json: &str) -> Option<Self> {
        let mut file: CountsFile = serde_json::from_str(json).ok()?;
        let mut contexts = |mode: Mode| -> Option<Contexts> {
            let mut contexts = Contexts::new();
            for (context, entry) in file.modes.remove(mode.name())? {
                let (context, read) = entry.read(&context, mode)?;
                contexts.entry(context).or_default().merge(read);
            }
            Some(contexts)
        };
        let (major, minor) = (contexts(Mode::Major)?, contexts(Mode::Minor)?);
        let CountsFile { source, licence, repertoire, n_songs, .. } = file;
        let repertoire = Repertoire { source, licence, repertoire, n_songs };
        Some(Self { repertoire, major, minor })
    }
}

impl Continuations {
    /// Power chords and the triads they stand for are one context.
    fn merge(&mut self, other: Self) {
        self.n_counted += other.n_counted;
        for (degree, count) in other.next {
            match self.next.iter_mut().find(|(known, _)| *known == degree) {
                Some((_, sum)) => *sum += count,
                None => self.next.push((degree, count)),
            }
        }
    }
}

impl CountsEntry {
    fn read(self, context: &str, mode: Mode) -> Option<(Vec<Reduced>, Continuations)> {
        let context: Option<Vec<Reduced>> =
            context.split(' ').map(|degree| Some(Degree::parse(degree, mode)?.reduced())).collect();
        let next: Option<Vec<(Degree, u32)>> = self
            .next
            .into_iter()
            .map(|(degree, count)| Some((Degree::parse(&degree, mode)?, count)))
            .collect();
        Some((context?, Continuations { n_counted: self.n, next: next? }))
    }
}

#[cfg(test)]
mod tests;

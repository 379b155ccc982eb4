//! [`Filter`]: which references are looked at, and the [`Selection`] that passed it.

use std::fs;
use std::path::PathBuf;

use advice::{key_of, keys_go_together, tempo_bytes};
use analysis::{Bpm, Fingerprint, Key};

use super::References;
use super::bits::Bits;
use super::part::Part;
use crate::error::LibraryError;

/// Which references are looked at; those that pass all that is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// From the one tempo to the other, both included. What has no tempo does not pass.
    pub tempo: Option<(Bpm, Bpm)>,
    /// Keys that go with this one: itself, its relative, and the next ones on the circle of fifths.
    /// What has no key does not pass.
    pub key: Option<Key>,
    /// Files below this folder.
    pub folder: Option<PathBuf>,
    /// A word in the title, the artist or the genre that the file says it has.
    pub tag: Option<String>,
}

/// The references that pass a [`Filter`]: made once, searched as often as wanted. Belongs to the
/// [`References`] that made it.
#[derive(Clone, Debug)]
pub struct Selection {
    filter: Filter,
    /// Of each part, the rows that pass; those at the edges of a range of tempos do so for now.
    pub(super) rows: Vec<Bits>,
}

impl References {
    /// The references that pass `filter`.
    ///
    /// # Errors
    /// Where the library's database can't be read.
    pub fn select(&self, filter: &Filter) -> Result<Selection, LibraryError> {
        let mut rows: Vec<Bits> = self.parts.iter().map(|part| passing(part, filter)).collect();
        if let Some(folder) = &filter.folder {
            // As files are named in the database. A folder that is gone may still be asked for.
            let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.clone());
            self.keep(&mut rows, &self.names.ask_store(|store| store.tracks_below(&folder))?);
        }
        if let Some(word) = filter.tag.as_deref().map(str::trim).filter(|word| !word.is_empty()) {
            self.keep(&mut rows, &self.names.ask_store(|store| store.tracks_tagged(word))?);
        }
        Ok(Selection { filter: filter.clone(), rows })
    }

    fn keep(&self, rows: &mut [Bits], ids: &[u32]) {
        let highest = ids.iter().max().map_or(0, |&id| id as usize);
        let mut wanted = Bits::none(highest + 1);
        ids.iter().for_each(|&id| wanted.insert(id as usize));
        for (part, rows) in self.parts.iter().zip(rows) {
            for row in rows.clone().rows() {
                if !part.sketches.id(row).is_some_and(|id| wanted.contains(id as usize)) {
                    rows.remove(row);
                }
            }
        }
    }
}

impl Selection {
    /// Whether a fingerprint really passes, where a sketch was not enough to tell.
    pub(super) fn passes(&self, fingerprint: &Fingerprint) -> bool {
        self.filter.tempo.is_none_or(|(low, high)| {
            fingerprint.tempo.is_some_and(|tempo| (low.0..=high.0).contains(&tempo.bpm.0))
        })
    }
}

/// The living rows that pass by their sketches.
fn passing(part: &Part, filter: &Filter) -> Bits {
    let mut rows = part.living.clone();
    let tempos = filter.tempo.map(|(low, high)| tempo_bytes(low, high));
    if tempos.is_none() && filter.key.is_none() {
        return rows;
    }
    for (row, &heard) in part.sketches.heard().iter().enumerate() {
        let has_tempo = tempos.as_ref().is_none_or(|tempos| tempos.contains(&heard[0]));
        let has_key = filter
            .key
            .is_none_or(|key| key_of(heard).is_some_and(|other| keys_go_together(key, other)));
        if !(has_tempo && has_key) {
            rows.remove(row);
        }
    }
    rows
}

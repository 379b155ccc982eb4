//! The metrical level that the user chose for a file, kept in a library by what the file holds: it
//! may move, be copied and be analysed anew, or be no track of the library at all.
//!
//! What is kept is the tempo in beats per minute, not a relation: another analysis may state another
//! level, and the one chosen is still the same.

use std::fs::File;
use std::io;
use std::path::Path;

use analysis::{Bpm, TempoEstimate};

use crate::analysis_line::AnalysisFacts;
use crate::error::LibraryError;
use crate::fingerprint_record::{from_bytes, to_bytes};
use crate::library::{Library, check_there};
use crate::store::{ContentHash, Store};

/// The tempo chosen for `file` in the library in `library`; reads the file once, and writes nothing.
///
/// # Errors
/// Where the file or the library can't be read.
pub fn chosen_tempo(library: &Path, file: &Path) -> Result<Option<Bpm>, LibraryError> {
    check_there(library)?;
    let content = content_of(file)?;
    let chosen = Store::open_to_read(library)?.chosen_tempo(&content)?;
    Ok(chosen.map(|bpm| Bpm(bpm as f32)))
}

/// BLAKE3 of a file's bytes.
pub(crate) fn content_of(file: &Path) -> Result<ContentHash, LibraryError> {
    let failed = |error| LibraryError::reading(file, error);
    // Opening a pipe would wait for ever.
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(failed(io::Error::other("it is not a regular file")));
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(file).map_err(failed)?).map_err(failed)?;
    Ok(*hasher.finalize().as_bytes())
}

impl Library {
    /// The tempo that was heard in `file`, whichever level of it was chosen since; `None` where it is
    /// no track of the library or has none.
    ///
    /// # Errors
    /// Where the file or the library can't be read.
    pub fn heard_tempo(&self, file: &Path) -> Result<Option<Bpm>, LibraryError> {
        let tracks = self.store.facts_of(&content_of(file)?)?;
        let facts = tracks.iter().find_map(|(_, facts)| understood(facts));
        Ok(facts.and_then(|facts| facts.tempo).map(|tempo| tempo.heard()))
    }

    /// Keeps `chosen` as the tempo of what `file` holds: tracks that hold the same state their tempo
    /// at that level from now on, also when they are analysed anew, and are compared by it. Returns
    /// how many these are.
    ///
    /// # Errors
    /// Where the file can't be read, or the library can't be written.
    pub fn choose_tempo(&mut self, file: &Path, chosen: Bpm) -> Result<usize, LibraryError> {
        let content = content_of(file)?;
        let mut changed = Vec::new();
        for (id, facts) in self.store.facts_of(&content)? {
            let Some(mut facts) = understood(&facts) else { continue };
            let heard = facts.tempo.as_ref().map(|tempo| tempo.heard());
            if !facts.choose_tempo(chosen) {
                continue;
            }
            let record = match self.record_of(id) {
                // The next `index` analyses it anew, and minds what was chosen.
                Err(LibraryError::Damaged { .. }) => None,
                record => record?,
            };
            let fingerprint = record.and_then(|record| from_bytes(&record));
            let record = fingerprint.map(|mut fingerprint| {
                // From the level heard: a third of a third would be no level of what is stated.
                heard.map(|heard| choose(&mut fingerprint.tempo, heard));
                choose(&mut fingerprint.tempo, chosen);
                to_bytes(&fingerprint)
            });
            changed.push((id, serde_json::to_string(&facts).unwrap_or_default(), record));
        }
        self.store.all_or_nothing(|| {
            self.store.keep_chosen_tempo(&content, f64::from(chosen.0))?;
            changed.iter().try_for_each(|(id, facts, record)| {
                self.store.tell_anew(*id, facts, record.as_deref())
            })
        })?;
        self.store.checkpoint()?;
        Ok(changed.len())
    }
}

/// Counts a tempo at the level chosen; whether it has that level.
pub(crate) fn choose(tempo: &mut Option<TempoEstimate>, chosen: Bpm) -> bool {
    let counted = tempo.and_then(|tempo| tempo.counted_at(chosen));
    *tempo = counted.or(*tempo);
    counted.is_some()
}

/// Damaged facts are found anew by the next `index`.
fn understood(facts: &str) -> Option<AnalysisFacts> {
    serde_json::from_str(facts).ok()
}

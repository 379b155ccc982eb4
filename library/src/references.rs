//! [`References`]: what a plugin reads of a library.
//!
//! What the pieces sound like is as it was when the library was opened, whatever a writer does
//! meanwhile; what they are called is looked up when it is asked for. A million references are
//! opened in a moment and take no memory of their own: their sketches are mapped, and the
//! fingerprints of the few that are near are read one at a time.

mod bits;
mod by_name;
mod choosing;
mod filter;
mod names;
mod part;
mod pin;
mod rows;
mod sample;
mod search;
mod shared;
mod table;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use advice::{SceneProfiles, TrackId};
use analysis::{Bpm, Fingerprint, Key, Seconds};

pub use self::filter::{Filter, Selection};
use self::names::Names;
use self::part::Part;
pub use self::pin::Pin;
pub use self::rows::LibraryRow;
pub use self::table::{TableError, TableRow};
use crate::error::LibraryError;
use crate::library::check_there;
use crate::manifest::FEATURE_VERSION;
use crate::scene_files;
use crate::store::{Label, Store};

/// Tries at reading while a writer moves records between segments.
const N_TRIES: usize = 5;

/// The references of a library: shared as `Arc<References>`.
#[derive(Debug, Default)]
pub struct References {
    dir: PathBuf,
    parts: Vec<Part>,
    n_references: usize,
    names: Names,
    /// With the user's own; `None` where there are none.
    scenes: Option<SceneProfiles>,
    scene_complaints: Vec<String>,
}

/// One reference.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceEntry {
    /// Its number in the library. It keeps it where it moves, unless another file takes its place.
    pub id: TrackId,
    /// Where the file lies, absolute.
    pub file: PathBuf,
    /// Its title: the file's own tag, or the file name without extension.
    pub title: String,
    /// The artist, where the file says so.
    pub artist: Option<String>,
    /// What it sounds like.
    pub fingerprint: Fingerprint,
    /// Its length.
    pub length: Seconds,
    /// Its key, where there is one.
    pub key: Option<Key>,
    /// Its tempo, where there is one.
    pub bpm: Option<Bpm>,
}

impl References {
    /// Opens the library in `dir`. Writes nothing, so the disk may be read-only; an `index` may be
    /// running meanwhile. Allocates and reads files: never on the audio thread.
    ///
    /// # Errors
    /// Where there is no library, or it can't be read, is damaged or of another version.
    pub fn load(dir: &Path) -> Result<Self, LibraryError> {
        let mut n_tries = 1;
        loop {
            match Self::load_once(dir) {
                // The writer has just replaced a segment: what is read next is whole again.
                Err(LibraryError::Damaged { .. }) if n_tries < N_TRIES => n_tries += 1,
                result => return result,
            }
        }
    }

    /// As [`References::load`], but what another part of this process has already read, if it still
    /// holds it and the library has not changed since: plugins of one project share one copy. Waits
    /// while another thread reads a library.
    ///
    /// # Errors
    /// As [`References::load`].
    pub fn load_shared(dir: &Path) -> Result<Arc<Self>, LibraryError> {
        shared::load(dir)
    }

    fn load_once(dir: &Path) -> Result<Self, LibraryError> {
        check_there(dir)?;
        let store = Store::open_to_read(dir)?;
        store.begin_reading()?;
        let parts = part::read(dir, &store)?;
        store.end_reading()?;
        let n_references = parts.iter().map(Part::n_living).sum();
        let (scenes, scene_complaints) = scene_files::of_library(dir);
        Ok(Self {
            dir: dir.to_owned(),
            parts,
            n_references,
            names: Names::of(store),
            scenes,
            scene_complaints,
        })
    }

    /// The library's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The scenes to fit with: those shipped, and the user's own from the library's folder `scenes`.
    pub fn scenes(&self) -> &SceneProfiles {
        self.scenes.as_ref().unwrap_or(SceneProfiles::shipped())
    }

    /// What is the matter with files in the folder `scenes`, a sentence each.
    pub fn scene_complaints(&self) -> &[String] {
        &self.scene_complaints
    }

    /// Which features the fingerprints hold.
    pub fn feature_version(&self) -> u32 {
        FEATURE_VERSION
    }

    /// Number of references.
    pub fn len(&self) -> usize {
        self.n_references
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.n_references == 0
    }

    /// All references, by id: reads everything there is, so this is for small libraries.
    ///
    /// # Errors
    /// Where the library can't be read or is damaged.
    pub fn entries(&self) -> Result<Vec<ReferenceEntry>, LibraryError> {
        let mut ids: Vec<u32> = self.parts.iter().flat_map(Part::living_ids).collect();
        ids.sort_unstable();
        let mut entries = Vec::with_capacity(ids.len());
        for id in ids {
            entries.extend(self.entry(TrackId(id))?);
        }
        Ok(entries)
    }

    /// The reference with that id; `None` where there is none, or it was dropped meanwhile.
    ///
    /// # Errors
    /// Where the library can't be read or is damaged.
    pub fn entry(&self, id: TrackId) -> Result<Option<ReferenceEntry>, LibraryError> {
        let place = self.parts.iter().find_map(|part| Some((part, part.row_of(id.0)?)));
        let (Some((part, row)), Some(label)) = (place, self.names.label(id)?) else {
            return Ok(None);
        };
        let fingerprint = part.fingerprint(row)?;
        let title = title_of(&label);
        Ok(Some(ReferenceEntry {
            id,
            file: label.path,
            title,
            artist: label.artist,
            length: Seconds(label.audio_seconds),
            key: fingerprint.key.map(|estimate| estimate.key),
            bpm: fingerprint.tempo.map(|estimate| estimate.bpm),
            fingerprint,
        }))
    }

    /// The title of the reference with that id. What was asked for lately is remembered, and `None`
    /// where the answer would have to be waited for: a panel may ask with every picture it draws.
    pub fn name(&self, id: TrackId) -> Option<String> {
        self.names.title(id)
    }
}

fn title_of(label: &Label) -> String {
    let from_file = || label.path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    label.title.clone().or_else(from_file).unwrap_or_default()
}

#[cfg(test)]
mod scale_tests;
#[cfg(test)]
mod tests;

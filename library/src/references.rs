//! [`References`]: what a plugin reads of a library, whole, once, never changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use advice::TrackId;
use analysis::{Bpm, Fingerprint, Key, Seconds};

use crate::error::LibraryError;
use crate::fingerprint_record::from_bytes;
use crate::library::check_there;
use crate::manifest::FEATURE_VERSION;
use crate::segments::{self, Segment};
use crate::store::{Store, StoredTrack, VectorPlace};

/// Tries at reading while a writer moves records between segments.
const N_TRIES: usize = 5;

/// The references of a library: immutable, shared as `Arc<References>`.
#[derive(Clone, Debug, Default)]
pub struct References {
    dir: PathBuf,
    entries: Vec<ReferenceEntry>,
}

/// One reference.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceEntry {
    /// Its number in the library, the same for as long as it stays in it.
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
    /// Reads the library in `dir`. Writes nothing, so the disk may be read-only; an `index` may be
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

    fn load_once(dir: &Path) -> Result<Self, LibraryError> {
        check_there(dir)?;
        let store = Store::open_to_read(dir)?;
        store.begin_reading()?;
        let mut segments = HashMap::new();
        let tracks = store.tracks()?;
        let mut entries = Vec::with_capacity(tracks.len());
        for track in tracks {
            entries.push(entry(dir, track, &mut segments)?);
        }
        Ok(Self { dir: dir.to_owned(), entries })
    }

    /// The library's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Which features the fingerprints hold.
    pub fn feature_version(&self) -> u32 {
        FEATURE_VERSION
    }

    /// All references, by id.
    pub fn entries(&self) -> &[ReferenceEntry] {
        &self.entries
    }

    /// The reference with that id.
    pub fn entry(&self, id: TrackId) -> Option<&ReferenceEntry> {
        let idx = self.entries.binary_search_by_key(&id.0, |entry| entry.id.0).ok()?;
        self.entries.get(idx)
    }

    /// The title of the reference with that id.
    pub fn name(&self, id: TrackId) -> Option<&str> {
        self.entry(id).map(|entry| entry.title.as_str())
    }
}

fn entry(
    dir: &Path,
    track: StoredTrack,
    segments: &mut HashMap<i64, Segment>,
) -> Result<ReferenceEntry, LibraryError> {
    let damaged = |path: PathBuf| LibraryError::Damaged {
        path,
        reason: format!("has no fingerprint of {}", track.path.display()),
    };
    let fingerprint = match &track.vector {
        VectorPlace::Here(record) => from_bytes(record).ok_or_else(|| damaged(dir.to_owned()))?,
        VectorPlace::Segment { id, row } => {
            if !segments.contains_key(id) {
                segments.insert(*id, Segment::read(dir, *id)?);
            }
            segments
                .get(id)
                .and_then(|segment| segment.record(*row as usize))
                .and_then(from_bytes)
                .ok_or_else(|| damaged(segments::path_of(dir, *id)))?
        }
    };
    let id = u32::try_from(track.id).map_err(|_| damaged(dir.to_owned()))?;
    let title = track.title.unwrap_or_else(|| {
        track.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    });
    Ok(ReferenceEntry {
        id: TrackId(id),
        file: track.path,
        title,
        artist: track.artist,
        length: Seconds(track.audio_seconds),
        key: fingerprint.key.map(|estimate| estimate.key),
        bpm: fingerprint.tempo.map(|estimate| estimate.bpm),
        fingerprint,
    })
}

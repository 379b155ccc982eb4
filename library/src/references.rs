//! [`References`]: what a plugin reads of a library, whole, never changed.

mod shared;

use std::path::{Path, PathBuf};
use std::sync::Arc;

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
        let mut tracks = store.tracks()?;
        // Segment by segment, so that only one of them is in memory.
        tracks.sort_by_key(|track| match track.vector {
            VectorPlace::Here(_) => None,
            VectorPlace::Segment { id, .. } => Some(id),
        });
        let mut entries = Vec::with_capacity(tracks.len());
        let mut segment = None;
        for track in tracks {
            entries.push(entry(dir, track, &mut segment)?);
        }
        entries.sort_by_key(|entry| entry.id.0);
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
    open_segment: &mut Option<(i64, Segment)>,
) -> Result<ReferenceEntry, LibraryError> {
    let damaged = |path: PathBuf| LibraryError::Damaged {
        path,
        reason: format!("has no fingerprint of {}", track.path.display()),
    };
    let fingerprint = match &track.vector {
        VectorPlace::Here(record) => from_bytes(record).ok_or_else(|| damaged(dir.to_owned()))?,
        VectorPlace::Segment { id, row } => {
            if open_segment.as_ref().is_none_or(|(open, _)| open != id) {
                // Before the next one is read.
                *open_segment = None;
                *open_segment = Some((*id, Segment::read(dir, *id)?));
            }
            open_segment
                .as_ref()
                .and_then(|(_, segment)| segment.record(*row as usize))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint_record::{tests::some_fingerprint, to_bytes};
    use crate::library::Library;
    use crate::store::{NewTrack, Stamp, Stored};

    #[test]
    fn references_are_in_order_whatever_segments_they_lie_in() {
        let dir = tempfile::tempdir().unwrap();
        let library = Library::open_or_create(dir.path()).unwrap();
        for idx in 0..6 {
            let track = NewTrack {
                path: &format!("/music/{idx}.wav"),
                stamp: Stamp { size: 4, modified_ns: 9 },
                content: None,
                title: None,
                artist: None,
                audio_seconds: 3.5,
                result: Ok(Stored {
                    facts: "{}",
                    fingerprint: Some(&to_bytes(&some_fingerprint(idx))),
                }),
            };
            library.store.put(&track).unwrap();
        }
        // Track 1 has number 1; 3 and 6 stay in the database.
        for rows in [[5u8, 1], [2, 4]] {
            let id = library.store.new_segment(2).unwrap();
            let records: Vec<u8> =
                rows.iter().flat_map(|&row| to_bytes(&some_fingerprint(row - 1))).collect();
            segments::write(dir.path(), id, &records).unwrap();
            library.store.moved_to_segment(id, &rows.map(i64::from)).unwrap();
        }
        let references = References::load(dir.path()).unwrap();
        assert_eq!(references.entries().len(), 6);
        for (idx, entry) in (0u8..).zip(references.entries()) {
            assert_eq!(
                (entry.id, entry.title.as_str()),
                (TrackId(u32::from(idx) + 1), &*idx.to_string())
            );
            assert!(Some(entry.fingerprint) == from_bytes(&to_bytes(&some_fingerprint(idx))));
        }
    }
}

//! [`Library`]: a folder that remembers what is in your music, opened for writing.
//!
//! `manifest.json` says what it is, `meta.sqlite` has a row for every track, `vectors-*.seg` the
//! fingerprints, `vectors-*.sketch` what is searched of them. One writer at a time holds
//! `writer.lock`; readers ([`References`](crate::References)) need no lock.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::LibraryError;
use crate::manifest::Manifest;
use crate::segments::{self, Segment};
use crate::store::{Place, SegmentRow, Store};

mod compaction;
mod damage;

const LOCK_NAME: &str = "writer.lock";

/// Tracks whose fingerprints may wait in the database.
const SETTLE_EVERY: usize = 2_048;

/// What may lie in a folder before it is a library: scenes, and what an interrupted making of one
/// leaves behind.
const BEGINNINGS: [&str; 4] = [LOCK_NAME, "meta.sqlite", "manifest.json.tmp", "scenes"];

/// A reference library, opened for writing.
pub struct Library {
    dir: PathBuf,
    pub(crate) store: Store,
    settle_every: usize,
    /// Held as long as the library is open.
    _lock: File,
}

impl Library {
    /// Opens the library in `dir`; makes the folder and the library where there is none yet.
    ///
    /// # Errors
    /// Where the path is taken by something else, can't be written, is being written by another
    /// process, or holds a library of another version.
    pub fn open_or_create(dir: &Path) -> Result<Self, LibraryError> {
        match fs::metadata(dir) {
            Ok(metadata) if !metadata.is_dir() => {
                return Err(LibraryError::NotAFolder { path: dir.to_owned() });
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(dir).map_err(|error| parent_error(dir, error))?;
            }
            Err(error) => return Err(parent_error(dir, error)),
        }
        if Manifest::read(dir)?.is_none() {
            check_empty(dir)?;
        }
        let library = Self::open_for_writing(dir)?;
        library.store.index_titles()?;
        Ok(library)
    }

    /// Opens the library in `dir`, which must be there, for a small change: makes no index that an
    /// older version did not.
    ///
    /// # Errors
    /// As [`Library::open_or_create`], and where there is none.
    pub fn open(dir: &Path) -> Result<Self, LibraryError> {
        check_there(dir)?;
        Self::open_for_writing(dir)
    }

    fn open_for_writing(dir: &Path) -> Result<Self, LibraryError> {
        let lock = lock(dir)?;
        let store = Store::open_to_write(dir)?;
        // Only now: a folder with a manifest is a whole library.
        if Manifest::read(dir)?.as_ref() != Some(&Manifest::current()) {
            Manifest::current().write(dir)?;
        }
        Ok(Self { dir: dir.to_owned(), store, settle_every: SETTLE_EVERY, _lock: lock })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Number of tracks in it, those that could not be analysed left out.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn n_tracks(&self) -> Result<usize, LibraryError> {
        self.store.n_analysed().map(|n_tracks| n_tracks as usize)
    }

    /// Number of tracks whose file holds the same bytes as that of an earlier one.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub fn n_copies(&self) -> Result<usize, LibraryError> {
        self.store.totals().map(|totals| totals.n_copies)
    }

    /// Lets fingerprints wait in the database until there are so many; 2,048 unless told. Fewer make
    /// for more, smaller writes, and readers find less there.
    pub fn settle_every(&mut self, n_tracks: usize) {
        self.settle_every = n_tracks.max(1);
    }

    /// Tidies up after `n_new` changes, where these are enough.
    pub(crate) fn settle_after(&mut self, n_new: usize) -> Result<Vec<Lost>, LibraryError> {
        if n_new.is_multiple_of(self.settle_every) { self.settle() } else { Ok(Vec::new()) }
    }

    /// Tidies up after changes: fingerprints to segments, log to database.
    pub(crate) fn settle(&mut self) -> Result<Vec<Lost>, LibraryError> {
        let lost = compaction::compact(&self.dir, &self.store)?;
        self.store.checkpoint()?;
        Ok(lost)
    }

    /// Gives up the fingerprints that are no longer what was written; their tracks are to be
    /// analysed again.
    pub(crate) fn give_up_damaged(&mut self) -> Result<Vec<Lost>, LibraryError> {
        damage::give_up(&self.dir, &self.store)
    }

    /// The fingerprint of a track, as a record; `None` where it has none.
    pub(crate) fn record_of(&self, id: i64) -> Result<Option<Vec<u8>>, LibraryError> {
        match self.store.place_of(id)? {
            None => Ok(None),
            Some(Place::Here(record)) => Ok(Some(record)),
            Some(Place::Segment { id, row }) => {
                let n_rows = self
                    .store
                    .segments()?
                    .iter()
                    .find(|segment| segment.id == id)
                    .map(|segment| segment.n_rows);
                let segment = Segment::open(&self.dir, id, n_rows.unwrap_or_default())?;
                segment.record(row as usize).map(Some)
            }
        }
    }
}

/// Fingerprints that are lost.
#[derive(Clone, Debug)]
pub(crate) struct Lost {
    /// The file they lay in, or that refers to them,
    pub(crate) path: PathBuf,
    /// what is the matter with it,
    pub(crate) reason: String,
    /// and the number of tracks they belonged to.
    pub(crate) n_tracks: usize,
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Library").field("dir", &self.dir).finish_non_exhaustive()
    }
}

/// Checks that there is a library in `dir` that this version can read.
pub(crate) fn check_there(dir: &Path) -> Result<(), LibraryError> {
    match fs::metadata(dir) {
        Ok(metadata) if !metadata.is_dir() => {
            Err(LibraryError::NotAFolder { path: dir.to_owned() })
        }
        Ok(_) => match Manifest::read(dir)? {
            Some(_) => Ok(()),
            None => Err(LibraryError::Missing { path: dir.to_owned() }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(LibraryError::Missing { path: dir.to_owned() })
        }
        Err(error) => Err(LibraryError::reading(dir, error)),
    }
}

/// A path below a file is no folder either.
fn parent_error(dir: &Path, error: io::Error) -> LibraryError {
    match error.kind() {
        io::ErrorKind::NotADirectory => LibraryError::NotAFolder {
            path: dir.ancestors().find(|path| path.is_file()).unwrap_or(dir).to_owned(),
        },
        _ => LibraryError::writing(dir, error),
    }
}

/// A new library must not be strewn among other things.
fn check_empty(dir: &Path) -> Result<(), LibraryError> {
    for entry in fs::read_dir(dir).map_err(|error| LibraryError::reading(dir, error))? {
        let name = entry.map_err(|error| LibraryError::reading(dir, error))?.file_name();
        let name = name.to_string_lossy();
        if !BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) {
            return Err(LibraryError::NotALibrary { path: dir.to_owned() });
        }
    }
    Ok(())
}

fn lock(dir: &Path) -> Result<File, LibraryError> {
    let path = dir.join(LOCK_NAME);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| LibraryError::writing(dir, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LibraryError::Busy { path: dir.to_owned() }),
        // Some network disks have no locks; then it is up to the user.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::Error(error)) => Err(LibraryError::writing(&path, error)),
    }
}

/// Removes segment files that the database does not know: left by a crash, or replaced.
pub(crate) fn remove_unknown_segments(dir: &Path, known: &[SegmentRow]) {
    for id in segments::list(dir) {
        if !known.iter().any(|segment| segment.id == id) {
            segments::remove(dir, id);
        }
    }
}

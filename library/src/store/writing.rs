//! What becomes of the table as files are found: analysed, moved, copied, touched, gone.

use std::path::{Path, PathBuf};

use analysis::ANALYSIS_VERSION;
use rusqlite::{OptionalExtension as _, params};

use super::{ContentHash, Stamp, Store};
use crate::error::LibraryError;

/// A finished track, to be stored.
#[derive(Clone, Debug)]
pub(crate) struct NewTrack<'a> {
    pub(crate) path: &'a str,
    pub(crate) stamp: Stamp,
    pub(crate) content: Option<ContentHash>,
    pub(crate) title: Option<&'a str>,
    pub(crate) artist: Option<&'a str>,
    pub(crate) genre: Option<&'a str>,
    pub(crate) audio_seconds: f64,
    pub(crate) result: Result<Stored<'a>, &'a str>,
}

/// What was found in a track.
#[derive(Clone, Debug)]
pub(crate) struct Stored<'a> {
    pub(crate) facts: &'a str,
    pub(crate) fingerprint: Option<&'a [u8]>,
}

impl Store {
    /// Stores a finished track in place of what was known about its path.
    pub(crate) fn put(&self, track: &NewTrack<'_>) -> Result<(), LibraryError> {
        let (stored, error) = match &track.result {
            Ok(stored) => (Some(stored), None),
            Err(error) => (None, Some(*error)),
        };
        self.execute(
            "INSERT INTO track (path, size, modified_ns, content, title, artist, genre,
                 analysis_version, error, audio_seconds, facts, fingerprint)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (path) DO UPDATE SET size = excluded.size,
                 modified_ns = excluded.modified_ns, content = excluded.content,
                 title = excluded.title, artist = excluded.artist, genre = excluded.genre,
                 analysis_version = excluded.analysis_version, error = excluded.error,
                 audio_seconds = excluded.audio_seconds, facts = excluded.facts,
                 fingerprint = excluded.fingerprint, segment = NULL, segment_row = NULL",
            params![
                track.path,
                track.stamp.size,
                track.stamp.modified_ns,
                track.content,
                track.title,
                track.artist,
                track.genre,
                ANALYSIS_VERSION,
                error,
                track.audio_seconds,
                stored.map(|stored| stored.facts),
                stored.and_then(|stored| stored.fingerprint),
            ],
        )
    }

    /// The track now lies at `path`. What was known about that path gives way.
    pub(crate) fn move_to(&self, id: i64, path: &str, stamp: Stamp) -> Result<(), LibraryError> {
        self.transaction(|| {
            self.execute("DELETE FROM track WHERE path = ?1 AND id <> ?2", params![path, id])?;
            self.execute(
                "UPDATE track SET path = ?2, size = ?3, modified_ns = ?4 WHERE id = ?1",
                params![id, path, stamp.size, stamp.modified_ns],
            )
        })
    }

    /// The same content, with the fingerprint `record`, lies at `path` as well.
    pub(crate) fn copy_to(
        &self,
        id: i64,
        path: &str,
        stamp: Stamp,
        record: Option<&[u8]>,
    ) -> Result<(), LibraryError> {
        self.transaction(|| {
            self.execute("DELETE FROM track WHERE path = ?1 AND id <> ?2", params![path, id])?;
            self.execute(
                "INSERT INTO track (path, size, modified_ns, content, title, artist, genre,
                     analysis_version, error, audio_seconds, facts, fingerprint)
                 SELECT ?2, ?3, ?4, content, title, artist, genre, analysis_version, error,
                     audio_seconds, facts, ?5
                 FROM track WHERE id = ?1",
                params![id, path, stamp.size, stamp.modified_ns, record],
            )
        })
    }

    /// The file at `path` has another date and holds the same.
    pub(crate) fn touch(&self, path: &str, stamp: Stamp) -> Result<(), LibraryError> {
        self.execute(
            "UPDATE track SET size = ?2, modified_ns = ?3 WHERE path = ?1",
            params![path, stamp.size, stamp.modified_ns],
        )
    }

    /// Where a track lies; `None` if it is gone or no longer has that content.
    pub(crate) fn path_with(
        &self,
        id: i64,
        content: &ContentHash,
    ) -> Result<Option<PathBuf>, LibraryError> {
        self.db
            .query_row(
                "SELECT path FROM track WHERE id = ?1 AND content = ?2",
                params![id, content],
                |row| row.get::<_, String>(0).map(PathBuf::from),
            )
            .optional()
            .map_err(|error| self.failed(error))
    }

    /// Forgets a track, if it still lies at `path`; says whether it did.
    pub(crate) fn remove_if_at(&self, id: i64, path: &Path) -> Result<bool, LibraryError> {
        self.db
            .execute(
                "DELETE FROM track WHERE id = ?1 AND path = ?2",
                params![id, path.to_string_lossy()],
            )
            .map(|n_removed| n_removed > 0)
            .map_err(|error| self.failed(error))
    }
}

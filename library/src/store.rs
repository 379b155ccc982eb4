//! [`Store`]: the table of tracks, `meta.sqlite` in a library.
//!
//! One writer, many readers, also in other processes: the database is in WAL mode, and every track
//! is committed as soon as it is finished.

mod chosen;
mod labels;
mod opening;
mod rows;
mod selecting;
mod vectors;
mod writing;

pub(crate) use labels::Label;
pub use rows::Totals;
pub(crate) use rows::TrackRow;
pub(crate) use vectors::{Place, SegmentRow};
pub(crate) use writing::{NewTrack, Stored};

use std::path::{Path, PathBuf};

use analysis::ANALYSIS_VERSION;
use rusqlite::{Connection, Row};

use crate::error::LibraryError;
use crate::style_model::style_model;

/// The database of a library.
pub(crate) struct Store {
    db: Connection,
    path: PathBuf,
    /// Format of the database.
    format: u32,
}

/// What tells whether a file is still the one that was analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Bytes.
    pub(crate) size: i64,
    /// Nanoseconds since 1970.
    pub(crate) modified_ns: i64,
}

/// BLAKE3 of a file's bytes.
pub(crate) type ContentHash = [u8; 32];

/// What is known about a path.
#[derive(Clone, Debug)]
pub(crate) struct KnownTrack {
    pub(crate) id: i64,
    pub(crate) path: PathBuf,
    pub(crate) stamp: Stamp,
    pub(crate) content: Option<ContentHash>,
    pub(crate) error: Option<String>,
    /// Whether it was analysed by this version of the analysis, with the model that is installed.
    pub(crate) is_current: bool,
}

impl Store {
    /// The database file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Everything known, by id.
    pub(crate) fn known_tracks(&self) -> Result<Vec<KnownTrack>, LibraryError> {
        // Where the model was installed since, its say is still to be heard.
        let hears_style = style_model().is_ok_and(|model| model.is_some());
        self.tracks_known(hears_style)
    }

    /// Everything known, by id; where `hears_style`, what was found without style is out of date.
    fn tracks_known(&self, hears_style: bool) -> Result<Vec<KnownTrack>, LibraryError> {
        // Damaged facts are found anew.
        let is_complete = match hears_style {
            true => {
                "facts IS NULL
                 OR CASE WHEN json_valid(facts) THEN json_extract(facts, '$.style') IS TRUE END"
            }
            false => "TRUE",
        };
        self.all(
            &format!(
                "SELECT id, path, size, modified_ns, content, error, analysis_version,
                     coalesce({is_complete}, FALSE)
                 FROM track ORDER BY id"
            ),
            [],
            |row| {
                Ok(KnownTrack {
                    id: row.get(0)?,
                    path: PathBuf::from(row.get::<_, String>(1)?),
                    stamp: Stamp { size: row.get(2)?, modified_ns: row.get(3)? },
                    content: row.get(4)?,
                    error: row.get(5)?,
                    is_current: row.get::<_, u32>(6)? == ANALYSIS_VERSION && row.get(7)?,
                })
            },
        )
    }

    /// Number of tracks that were analysed.
    pub(crate) fn n_analysed(&self) -> Result<u32, LibraryError> {
        self.db
            .query_row("SELECT count(*) FROM track WHERE error IS NULL", [], |row| row.get(0))
            .map_err(|error| self.failed(error))
    }

    /// Moves everything from the log into the database file, so that read-only disks will do.
    pub(crate) fn checkpoint(&self) -> Result<(), LibraryError> {
        // Readers may hold the log back; then it is done by a later writer.
        self.db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(|error| self.failed(error))
    }

    /// Reads as of one moment, whatever writers do meanwhile.
    pub(crate) fn begin_reading(&self) -> Result<(), LibraryError> {
        self.execute("BEGIN", [])
    }

    /// Ends what [`Store::begin_reading`] began: a reader that stays must not hold back the writer.
    pub(crate) fn end_reading(&self) -> Result<(), LibraryError> {
        self.execute("COMMIT", [])
    }

    fn all<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, LibraryError> {
        let query = || -> rusqlite::Result<Vec<T>> {
            self.db.prepare_cached(sql)?.query_map(params, read)?.collect()
        };
        query().map_err(|error| self.failed(error))
    }

    fn execute(&self, sql: &str, params: impl rusqlite::Params) -> Result<(), LibraryError> {
        let run = || self.db.prepare_cached(sql)?.execute(params);
        run().map(|_| ()).map_err(|error| self.failed(error))
    }

    fn transaction(
        &self,
        work: impl FnOnce() -> Result<(), LibraryError>,
    ) -> Result<(), LibraryError> {
        let transaction = self.db.unchecked_transaction().map_err(|error| self.failed(error))?;
        work()?;
        transaction.commit().map_err(|error| self.failed(error))
    }

    fn failed(&self, error: rusqlite::Error) -> LibraryError {
        LibraryError::database(&self.path, error)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use rusqlite::params;

    use super::*;

    /// Makes a database with one track in it.
    pub(crate) fn store_with_one_track(dir: &Path) {
        let store = Store::open_to_write(dir).unwrap();
        let track = NewTrack {
            path: "/music/a.wav",
            stamp: Stamp { size: 4, modified_ns: 9 },
            content: Some([7; 32]),
            title: Some("A"),
            artist: None,
            genre: None,
            audio_seconds: 3.5,
            result: Ok(Stored { facts: "{\"style\":true}", fingerprint: Some(&[1, 2, 3]) }),
        };
        store.put(&track).unwrap();
        store.checkpoint().unwrap();
    }

    #[test]
    fn a_second_result_for_a_path_replaces_the_first() {
        let dir = tempfile::tempdir().unwrap();
        store_with_one_track(dir.path());
        store_with_one_track(dir.path());
        let store = Store::open_to_read(dir.path()).unwrap();
        let tracks = store.known_tracks().unwrap();
        assert_eq!(tracks.len(), 1);
        assert_eq!(tracks[0].content, Some([7; 32]));
    }

    #[test]
    fn what_was_heard_without_style_or_is_damaged_is_out_of_date_only_where_style_is_heard() {
        let dir = tempfile::tempdir().unwrap();
        store_with_one_track(dir.path());
        let store = Store::open_to_write(dir.path()).unwrap();
        let is_current = |hears_style| store.tracks_known(hears_style).unwrap()[0].is_current;
        for (facts, with_style) in [
            (Some("{\"style\":true}"), true),
            (Some("{\"style\":false}"), false),
            (Some("{}"), false),
            (Some("{\"style\":tr"), false),
            (None, true),
        ] {
            store.execute("UPDATE track SET facts = ?1", params![facts]).unwrap();
            assert_eq!((is_current(true), is_current(false)), (with_style, true), "{facts:?}");
        }
    }
}

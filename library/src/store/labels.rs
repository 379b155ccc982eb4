//! What tracks are called.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{OptionalExtension as _, params};

use super::opening::PATIENCE;
use super::{ContentHash, Store};
use crate::error::LibraryError;

/// Made where it is missing when tracks are going to be put in (it may take long), and kept by the database itself
/// whatever version writes. Without it titles are found too, by reading every track whole.
pub(super) const SCHEMA: &str =
    "CREATE INDEX IF NOT EXISTS track_by_title ON track (title) WHERE title IS NOT NULL;";

/// What a track is called.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) path: PathBuf,
    pub(crate) title: Option<String>,
    pub(crate) artist: Option<String>,
    pub(crate) audio_seconds: f64,
}

impl Store {
    /// Makes the index of titles where there is none; that reads every track.
    pub(crate) fn index_titles(&self) -> Result<(), LibraryError> {
        self.db.execute_batch(SCHEMA).map_err(|error| self.failed(error))
    }

    /// What a track is called; `None` where there is none of that number any more.
    pub(crate) fn label(&self, id: u32) -> Result<Option<Label>, LibraryError> {
        let query = || {
            self.db
                .prepare_cached(
                    "SELECT path, title, artist, audio_seconds FROM track WHERE id = ?1",
                )?
                .query_row(params![id], |row| {
                    Ok(Label {
                        path: PathBuf::from(row.get::<_, String>(0)?),
                        title: row.get(1)?,
                        artist: row.get(2)?,
                        audio_seconds: row.get(3)?,
                    })
                })
                .optional()
        };
        query().map_err(|error| self.failed(error))
    }

    /// As [`Store::label`]; an error where another process holds the database just now.
    pub(crate) fn label_at_once(&self, id: u32) -> Result<Option<Label>, LibraryError> {
        self.be_patient_for(Duration::ZERO)?;
        let label = self.label(id);
        self.be_patient_for(PATIENCE)?;
        label
    }

    /// BLAKE3 of a track's file; `None` where that is not known, or there is no such track.
    pub(crate) fn content_of(&self, id: u32) -> Result<Option<ContentHash>, LibraryError> {
        let found = self.all("SELECT content FROM track WHERE id = ?1", params![id], |row| {
            row.get::<_, Option<ContentHash>>(0)
        })?;
        Ok(found.into_iter().next().flatten())
    }

    /// The tracks whose file has that content, first come first.
    pub(crate) fn tracks_with(&self, content: &ContentHash) -> Result<Vec<u32>, LibraryError> {
        self.all("SELECT id FROM track WHERE content = ?1 ORDER BY id", params![content], |row| {
            row.get(0)
        })
    }

    /// The track at `path`, if there is one.
    pub(crate) fn tracks_at(&self, path: &Path) -> Result<Vec<u32>, LibraryError> {
        let path = path.to_string_lossy();
        self.all("SELECT id FROM track WHERE path = ?1", params![path], |row| row.get(0))
    }

    /// Hands out the titles that files have themselves, with the numbers of their tracks, until
    /// `look` breaks off. The index has them together, without the facts between them.
    pub(crate) fn each_title(
        &self,
        look: impl FnMut(u32, &str) -> ControlFlow<()>,
    ) -> Result<(), LibraryError> {
        self.each_name("SELECT id, title FROM track WHERE title IS NOT NULL", look)
    }

    /// As [`Store::each_title`], where the files lie.
    pub(crate) fn each_path(
        &self,
        look: impl FnMut(u32, &str) -> ControlFlow<()>,
    ) -> Result<(), LibraryError> {
        self.each_name("SELECT id, path FROM track", look)
    }

    fn each_name(
        &self,
        sql: &str,
        mut look: impl FnMut(u32, &str) -> ControlFlow<()>,
    ) -> Result<(), LibraryError> {
        let mut query = || -> rusqlite::Result<()> {
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                // A name that is no text can't be asked for.
                let Ok(name) = row.get_ref(1)?.as_str() else { continue };
                if look(row.get(0)?, name).is_break() {
                    break;
                }
            }
            Ok(())
        };
        query().map_err(|error| self.failed(error))
    }

    fn be_patient_for(&self, time: Duration) -> Result<(), LibraryError> {
        self.db.busy_timeout(time).map_err(|error| self.failed(error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::store_with_one_track;
    use super::*;

    #[test]
    fn names_are_read_from_indexes_not_from_whole_tracks() {
        let dir = tempfile::tempdir().unwrap();
        store_with_one_track(dir.path());
        let store = Store::open_to_read(dir.path()).unwrap();
        for of in ["title FROM track WHERE title IS NOT NULL", "path FROM track"] {
            let plan = store
                .all(&format!("EXPLAIN QUERY PLAN SELECT id, {of}"), [], |row| {
                    row.get::<_, String>(3)
                })
                .unwrap();
            assert!(plan.iter().all(|step| step.contains("COVERING INDEX")), "{of}: {plan:?}");
        }
    }
}

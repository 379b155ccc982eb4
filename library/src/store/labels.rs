//! What tracks are called.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{OptionalExtension as _, params};

use super::opening::PATIENCE;
use super::{ContentHash, Store};
use crate::error::LibraryError;

/// What a track is called.
#[derive(Clone, Debug)]
pub(crate) struct Label {
    pub(crate) path: PathBuf,
    pub(crate) title: Option<String>,
    pub(crate) artist: Option<String>,
    pub(crate) audio_seconds: f64,
}

impl Store {
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

    /// At most `n` tracks that have `name` in their title or path, in capitals or not.
    pub(crate) fn tracks_named(
        &self,
        name: &str,
        n: usize,
    ) -> Result<Vec<(u32, Label)>, LibraryError> {
        let escaped = name.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        self.all(
            "SELECT id, path, title, artist, audio_seconds FROM track
             WHERE error IS NULL AND (title LIKE ?1 ESCAPE '\\' OR path LIKE ?1 ESCAPE '\\')
             ORDER BY id LIMIT ?2",
            params![format!("%{escaped}%"), n as i64],
            |row| {
                let label = Label {
                    path: PathBuf::from(row.get::<_, String>(1)?),
                    title: row.get(2)?,
                    artist: row.get(3)?,
                    audio_seconds: row.get(4)?,
                };
                Ok((row.get(0)?, label))
            },
        )
    }

    fn be_patient_for(&self, time: Duration) -> Result<(), LibraryError> {
        self.db.busy_timeout(time).map_err(|error| self.failed(error))
    }
}

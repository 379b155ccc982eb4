//! What tracks are called.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::{OptionalExtension as _, params};

use super::Store;
use super::opening::PATIENCE;
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

    fn be_patient_for(&self, time: Duration) -> Result<(), LibraryError> {
        self.db.busy_timeout(time).map_err(|error| self.failed(error))
    }
}

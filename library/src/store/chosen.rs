//! Tempos that the user chose for what files hold, wherever these lie.

use rusqlite::{OptionalExtension as _, params};

use super::{ContentHash, Store};
use crate::error::LibraryError;

/// Made where it is missing when a library is opened for writing. It has no part in the format:
/// versions that do not know it neither read nor harm it.
pub(super) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS chosen_tempo (
    content BLOB PRIMARY KEY,   -- BLAKE3 of the file
    bpm     REAL NOT NULL
) STRICT, WITHOUT ROWID;
";

impl Store {
    /// The tempo chosen for a content, in beats per minute.
    pub(crate) fn chosen_tempo(&self, content: &ContentHash) -> Result<Option<f64>, LibraryError> {
        if !self.has_choices()? {
            return Ok(None);
        }
        let query = || {
            self.db
                .prepare_cached("SELECT bpm FROM chosen_tempo WHERE content = ?1")?
                .query_row(params![content], |row| row.get(0))
                .optional()
        };
        query().map_err(|error| self.failed(error))
    }

    /// Keeps the tempo chosen for a content, in place of one chosen before.
    pub(crate) fn keep_chosen_tempo(
        &self,
        content: &ContentHash,
        bpm: f64,
    ) -> Result<(), LibraryError> {
        self.execute(
            "INSERT INTO chosen_tempo VALUES (?1, ?2)
             ON CONFLICT (content) DO UPDATE SET bpm = excluded.bpm",
            params![content, bpm],
        )
    }

    /// The tracks with a content, and what was found in each.
    pub(crate) fn facts_of(
        &self,
        content: &ContentHash,
    ) -> Result<Vec<(i64, String)>, LibraryError> {
        self.all(
            "SELECT id, facts FROM track WHERE content = ?1 AND facts IS NOT NULL ORDER BY id",
            params![content],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Replaces what was found in a track and, where one is given, its fingerprint.
    pub(crate) fn tell_anew(
        &self,
        id: i64,
        facts: &str,
        record: Option<&[u8]>,
    ) -> Result<(), LibraryError> {
        self.execute("UPDATE track SET facts = ?2 WHERE id = ?1", params![id, facts])?;
        let Some(record) = record else { return Ok(()) };
        self.execute(
            "UPDATE track SET fingerprint = ?2, segment = NULL, segment_row = NULL WHERE id = ?1",
            params![id, record],
        )
    }

    /// Does several things, or none of them.
    pub(crate) fn all_or_nothing(
        &self,
        work: impl FnOnce() -> Result<(), LibraryError>,
    ) -> Result<(), LibraryError> {
        self.transaction(work)
    }

    /// Readers may come upon a library in which nobody has chosen yet.
    fn has_choices(&self) -> Result<bool, LibraryError> {
        self.db
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'chosen_tempo')",
                [],
                |row| row.get(0),
            )
            .map_err(|error| self.failed(error))
    }
}

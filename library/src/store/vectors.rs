//! Where fingerprints lie: new ones in the database, the others in segments.

use rusqlite::{OptionalExtension as _, params};

use super::Store;
use crate::error::LibraryError;

/// A segment that tracks refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentRow {
    pub(crate) id: i64,
    /// Records written to it.
    pub(crate) n_rows: u32,
    /// Records that no track refers to any more.
    pub(crate) n_removed: u32,
}

/// Where a fingerprint lies.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// In the database.
    Here(Vec<u8>),
    /// In a segment.
    Segment { id: i64, row: u32 },
}

impl Store {
    /// The segments, by id.
    pub(crate) fn segments(&self) -> Result<Vec<SegmentRow>, LibraryError> {
        // Before format 2 nothing was known of rows that were left.
        let n_removed = match self.format {
            ..2 => "0",
            2.. => "(SELECT count(*) FROM removed WHERE removed.segment = segment.id)",
        };
        self.all(&format!("SELECT id, n_rows, {n_removed} FROM segment ORDER BY id"), [], |row| {
            Ok(SegmentRow { id: row.get(0)?, n_rows: row.get(1)?, n_removed: row.get(2)? })
        })
    }

    /// The rows of a segment that no track refers to any more.
    pub(crate) fn removed_rows(&self, segment: i64) -> Result<Vec<u32>, LibraryError> {
        if self.format < 2 {
            return Ok(Vec::new());
        }
        self.all("SELECT row FROM removed WHERE segment = ?1", params![segment], |row| row.get(0))
    }

    /// The tracks whose fingerprints lie in a segment, with their rows, by id.
    pub(crate) fn tracks_in(&self, segment: i64) -> Result<Vec<(u32, u32)>, LibraryError> {
        self.all(
            "SELECT id, segment_row FROM track WHERE segment = ?1 ORDER BY id",
            params![segment],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// The fingerprints that lie in the database, by id of their tracks.
    pub(crate) fn loose_records(&self) -> Result<Vec<(u32, Vec<u8>)>, LibraryError> {
        self.all(
            "SELECT id, fingerprint FROM track WHERE fingerprint IS NOT NULL ORDER BY id",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Where the fingerprint of a track lies, if it has one.
    pub(crate) fn place_of(&self, id: i64) -> Result<Option<Place>, LibraryError> {
        let query = || {
            self.db
                .prepare_cached(
                    "SELECT fingerprint, segment, segment_row FROM track
                     WHERE id = ?1 AND (fingerprint IS NOT NULL OR segment IS NOT NULL)",
                )?
                .query_row(params![id], |row| match row.get(0)? {
                    Some(record) => Ok(Place::Here(record)),
                    None => Ok(Place::Segment { id: row.get(1)?, row: row.get(2)? }),
                })
                .optional()
        };
        query().map_err(|error| self.failed(error))
    }

    /// The number that the next segment gets, never used before.
    pub(crate) fn next_segment(&self) -> Result<i64, LibraryError> {
        self.db
            .query_row(
                "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'segment'",
                [],
                |row| row.get(0),
            )
            .map_err(|error| self.failed(error))
    }

    /// The fingerprints of `ids` lie in segment `segment`, in this order, from now on. It is on the
    /// disk when this returns, so that what they lay in before may be removed.
    pub(crate) fn adopt_segment(&self, segment: i64, ids: &[u32]) -> Result<(), LibraryError> {
        self.set_synchronous("FULL")?;
        let adopted = self.transaction(|| {
            self.execute(
                "INSERT INTO segment (id, n_rows) VALUES (?1, ?2)",
                params![segment, ids.len() as u32],
            )?;
            for (row, id) in (0u32..).zip(ids) {
                self.execute(
                    "UPDATE track SET fingerprint = NULL, segment = ?2, segment_row = ?3
                     WHERE id = ?1",
                    params![id, segment, row],
                )?;
            }
            Ok(())
        });
        self.set_synchronous("NORMAL")?;
        adopted
    }

    fn set_synchronous(&self, value: &str) -> Result<(), LibraryError> {
        self.db.pragma_update(None, "synchronous", value).map_err(|error| self.failed(error))
    }

    /// The fingerprints in a segment are lost: its tracks are to be analysed again. The number of
    /// tracks.
    pub(crate) fn give_up_segment(&self, segment: i64) -> Result<usize, LibraryError> {
        let n_tracks = self
            .db
            .execute(
                "UPDATE track SET segment = NULL, segment_row = NULL, analysis_version = 0
                 WHERE segment = ?1",
                params![segment],
            )
            .map_err(|error| self.failed(error))?;
        self.drop_segment(segment)?;
        Ok(n_tracks)
    }

    /// The fingerprints of `ids` are lost: they are to be analysed again.
    pub(crate) fn give_up_tracks(&self, ids: &[u32]) -> Result<(), LibraryError> {
        self.transaction(|| {
            ids.iter().try_for_each(|id| {
                self.execute(
                    "UPDATE track SET fingerprint = NULL, segment = NULL, segment_row = NULL,
                         analysis_version = 0
                     WHERE id = ?1",
                    params![id],
                )
            })
        })
    }

    /// Forgets a segment that no track refers to.
    pub(crate) fn drop_segment(&self, segment: i64) -> Result<(), LibraryError> {
        self.transaction(|| {
            self.execute("DELETE FROM segment WHERE id = ?1", params![segment])?;
            self.execute("DELETE FROM removed WHERE segment = ?1", params![segment])
        })
    }
}

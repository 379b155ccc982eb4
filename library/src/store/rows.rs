//! Everything that is known about tracks, a stretch at a time.

use std::path::PathBuf;

use rusqlite::params;

use super::{ContentHash, Store};
use crate::error::LibraryError;

/// A row of the table of tracks.
#[derive(Clone, Debug)]
pub(crate) struct TrackRow {
    pub(crate) id: u32,
    pub(crate) path: PathBuf,
    pub(crate) content: Option<ContentHash>,
    pub(crate) title: Option<String>,
    pub(crate) artist: Option<String>,
    pub(crate) genre: Option<String>,
    pub(crate) analysis_version: u32,
    pub(crate) error: Option<String>,
    pub(crate) audio_seconds: f64,
    pub(crate) facts: Option<String>,
}

/// How many tracks there are, and how long.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// Tracks that were analysed.
    pub n_tracks: usize,
    /// Their length together, in seconds.
    pub audio_seconds: f64,
    /// Files that could not be analysed.
    pub n_failed: usize,
    /// Tracks whose file holds the same bytes as that of an earlier one.
    pub n_copies: usize,
}

impl Store {
    /// Up to `n` tracks after number `id`, by number; with what was found in them where `facts`.
    pub(crate) fn rows_after(&self, id: u32, n: usize) -> Result<Vec<TrackRow>, LibraryError> {
        let genre = if self.format < 2 { "NULL" } else { "genre" };
        self.all(
            &format!(
                "SELECT id, path, content, title, artist, {genre}, analysis_version, error,
                     audio_seconds, facts
                 FROM track WHERE id > ?1 ORDER BY id LIMIT ?2"
            ),
            params![id, n as i64],
            |row| {
                Ok(TrackRow {
                    id: row.get(0)?,
                    path: PathBuf::from(row.get::<_, String>(1)?),
                    content: row.get(2)?,
                    title: row.get(3)?,
                    artist: row.get(4)?,
                    genre: row.get(5)?,
                    analysis_version: row.get(6)?,
                    error: row.get(7)?,
                    audio_seconds: row.get(8)?,
                    facts: row.get(9)?,
                })
            },
        )
    }

    /// How many tracks there are, and how long.
    pub(crate) fn totals(&self) -> Result<Totals, LibraryError> {
        self.db
            .query_row(
                "SELECT count(*) FILTER (WHERE error IS NULL),
                     coalesce(sum(audio_seconds) FILTER (WHERE error IS NULL), 0.0),
                     count(error),
                     count(content) FILTER (WHERE error IS NULL)
                         - count(DISTINCT content) FILTER (WHERE error IS NULL)
                 FROM track",
                [],
                |row| {
                    Ok(Totals {
                        n_tracks: row.get::<_, u32>(0)? as usize,
                        audio_seconds: row.get(1)?,
                        n_failed: row.get::<_, u32>(2)? as usize,
                        n_copies: row.get::<_, u32>(3)? as usize,
                    })
                },
            )
            .map_err(|error| self.failed(error))
    }

    /// The first `n` files that could not be analysed, by path, and why.
    pub(crate) fn failures(&self, n: usize) -> Result<Vec<(PathBuf, String)>, LibraryError> {
        self.all(
            "SELECT path, error FROM track WHERE error IS NOT NULL ORDER BY path LIMIT ?1",
            params![n as i64],
            |row| Ok((PathBuf::from(row.get::<_, String>(0)?), row.get(1)?)),
        )
    }

    /// The groups of tracks whose files hold the same bytes, by number.
    pub(crate) fn copies(&self) -> Result<Vec<Vec<u32>>, LibraryError> {
        let tracks: Vec<(u32, u32)> = self.all(
            "SELECT several.first, track.id FROM track JOIN (
                 SELECT content, min(id) AS first FROM track
                 WHERE content IS NOT NULL AND error IS NULL
                 GROUP BY content HAVING count(*) > 1
             ) AS several ON track.content = several.content
             WHERE track.error IS NULL ORDER BY several.first, track.id",
            params![],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let groups = tracks.chunk_by(|one, other| one.0 == other.0);
        Ok(groups.map(|group| group.iter().map(|&(_, id)| id).collect()).collect())
    }
}

//! [`LibraryRow`]: everything a library knows about a track, for tables and summaries.

use std::path::PathBuf;

use advice::TrackId;
use analysis::{Fingerprint, Seconds};

use super::References;
use crate::analysis_line::AnalysisFacts;
use crate::error::LibraryError;
use crate::store::{Totals, TrackRow};

/// Everything a library knows about a track.
#[derive(Clone, Debug, PartialEq)]
pub struct LibraryRow {
    /// Its number in the library.
    pub id: TrackId,
    /// Where the file lies, absolute.
    pub file: PathBuf,
    /// BLAKE3 of the file's bytes, where it could be read.
    pub content: Option<[u8; 32]>,
    /// Title, artist and genre, as the file has them.
    pub title: Option<String>,
    /// The artist.
    pub artist: Option<String>,
    /// The genre.
    pub genre: Option<String>,
    /// The analysis it was made with.
    pub analysis_version: u32,
    /// Why the file could not be analysed.
    pub error: Option<String>,
    /// Its length.
    pub length: Seconds,
    /// What was found in it.
    pub facts: Option<AnalysisFacts>,
    /// What it sounds like; `None` where it is too short, or was put into the library after this
    /// was opened.
    pub fingerprint: Option<Fingerprint>,
}

impl References {
    /// Up to `n` tracks after `after`, by number: from the first where that is `None`. Files that
    /// could not be analysed are among them.
    ///
    /// # Errors
    /// Where the library can't be read.
    pub fn rows(&self, after: Option<TrackId>, n: usize) -> Result<Vec<LibraryRow>, LibraryError> {
        let after = after.map_or(0, |id| id.0);
        let rows = self.names.ask_store(|store| store.rows_after(after, n))?;
        rows.into_iter().map(|row| self.with_fingerprint(row)).collect()
    }

    fn with_fingerprint(&self, row: TrackRow) -> Result<LibraryRow, LibraryError> {
        let place = self.parts.iter().find_map(|part| Some((part, part.row_of(row.id)?)));
        let fingerprint = match place.map(|(part, row)| part.fingerprint(row)) {
            // The next `index` finds it and sees to it.
            None | Some(Err(LibraryError::Damaged { .. })) => None,
            Some(fingerprint) => Some(fingerprint?),
        };
        Ok(LibraryRow {
            id: TrackId(row.id),
            file: row.path,
            content: row.content,
            title: row.title,
            artist: row.artist,
            genre: row.genre,
            analysis_version: row.analysis_version,
            error: row.error,
            length: Seconds(row.audio_seconds),
            facts: row.facts.and_then(|facts| serde_json::from_str(&facts).ok()),
            fingerprint,
        })
    }

    /// How many tracks there are, how long, and how many copies.
    ///
    /// # Errors
    /// Where the library can't be read.
    pub fn totals(&self) -> Result<Totals, LibraryError> {
        self.names.ask_store(|store| store.totals())
    }

    /// The first `n` files that could not be analysed, by path, and why.
    ///
    /// # Errors
    /// Where the library can't be read.
    pub fn failures(&self, n: usize) -> Result<Vec<(PathBuf, String)>, LibraryError> {
        self.names.ask_store(|store| store.failures(n))
    }

    /// The groups of tracks whose files hold the same bytes.
    ///
    /// # Errors
    /// Where the library can't be read.
    pub fn copies(&self) -> Result<Vec<Vec<TrackId>>, LibraryError> {
        let groups = self.names.ask_store(|store| store.copies())?;
        Ok(groups.into_iter().map(|group| group.into_iter().map(TrackId).collect()).collect())
    }
}

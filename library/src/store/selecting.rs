//! Tracks by folder and by tag.

use std::path::Path;

use rusqlite::params;

use super::Store;
use crate::error::LibraryError;

impl Store {
    /// The tracks below `folder`, which is absolute.
    pub(crate) fn tracks_below(&self, folder: &Path) -> Result<Vec<u32>, LibraryError> {
        let separator = std::path::MAIN_SEPARATOR;
        let mut first = folder.to_string_lossy().into_owned();
        if !first.ends_with(separator) {
            first.push(separator);
        }
        // All that begins with it, by the index of paths: up to the next character after the
        // separator, in the same place.
        let mut last = first.clone();
        last.pop();
        last.push(char::from_u32(u32::from(separator) + 1).unwrap_or(char::MAX));
        self.ids("SELECT id FROM track WHERE path >= ?1 AND path < ?2", params![first, last])
    }

    /// The tracks that have `word` in their title, artist or genre, in capitals or not.
    pub(crate) fn tracks_tagged(&self, word: &str) -> Result<Vec<u32>, LibraryError> {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let genre = if self.format < 2 { "" } else { "OR genre LIKE ?1 ESCAPE '\\'" };
        self.ids(
            &format!(
                "SELECT id FROM track
                 WHERE title LIKE ?1 ESCAPE '\\' OR artist LIKE ?1 ESCAPE '\\' {genre}"
            ),
            params![format!("%{escaped}%")],
        )
    }

    fn ids(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<u32>, LibraryError> {
        self.all(sql, params, |row| row.get(0))
    }
}

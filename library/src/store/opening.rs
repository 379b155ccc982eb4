//! Opening the database: for the one writer, for readers beside it, and on read-only disks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::Store;
use crate::error::LibraryError;
use crate::manifest::LIBRARY_FORMAT;

/// How long another process may hold the database before it counts as an error.
const PATIENCE: Duration = Duration::from_secs(10);

const FILE_NAME: &str = "meta.sqlite";

const SCHEMA: &str = "
CREATE TABLE track (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    path             TEXT NOT NULL UNIQUE,  -- absolute
    size             INTEGER NOT NULL,      -- bytes
    modified_ns      INTEGER NOT NULL,      -- since 1970
    content          BLOB,                  -- BLAKE3 of the file; null where it could not be read
    title            TEXT,
    artist           TEXT,
    analysis_version INTEGER NOT NULL,
    error            TEXT,                  -- why it could not be analysed
    audio_seconds    REAL NOT NULL,
    facts            TEXT,                  -- JSON, as a line of `analyze`
    fingerprint      BLOB,                  -- until it is moved to a segment
    segment          INTEGER,               -- vectors-NNNNNN.seg
    segment_row      INTEGER
) STRICT;
CREATE INDEX track_by_content ON track (content);
CREATE INDEX track_by_segment ON track (segment);
CREATE TABLE segment (id INTEGER PRIMARY KEY AUTOINCREMENT, n_rows INTEGER NOT NULL) STRICT;
";

impl Store {
    /// Opens the database for writing; makes it where there is none.
    pub(crate) fn open_to_write(dir: &Path) -> Result<Self, LibraryError> {
        let path = dir.join(FILE_NAME);
        let failed = |error| LibraryError::database(&path, error);
        let db = Connection::open(&path).map_err(failed)?;
        db.busy_timeout(PATIENCE).map_err(failed)?;
        db.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
        // In WAL mode a killed process loses nothing, and a power cut at most the last tracks.
        db.pragma_update(None, "synchronous", "NORMAL").map_err(failed)?;
        let store = Self { db, path };
        if store.format()? == 0 {
            let make = format!("BEGIN; {SCHEMA} PRAGMA user_version = {LIBRARY_FORMAT}; COMMIT;");
            store.db.execute_batch(&make).map_err(|error| store.failed(error))?;
        }
        store.check_format(dir)?;
        Ok(store)
    }

    /// Opens the database for reading; also where neither the folder nor the disk can be written.
    pub(crate) fn open_to_read(dir: &Path) -> Result<Self, LibraryError> {
        let path = dir.join(FILE_NAME);
        if !path.exists() {
            return Err(LibraryError::Damaged { path, reason: "is missing".to_owned() });
        }
        let store = match Self::open_shared(&path) {
            Ok(db) => Self { db, path },
            // Readers of a WAL database write beside it; where they can't, nobody else can either.
            Err(_) => Self::open_immutable(path)?,
        };
        store.check_format(dir)?;
        Ok(store)
    }

    fn open_shared(path: &Path) -> rusqlite::Result<Connection> {
        let db = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        db.busy_timeout(PATIENCE)?;
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(db)
    }

    fn open_immutable(path: PathBuf) -> Result<Self, LibraryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        match Connection::open_with_flags(immutable_uri(&path), flags) {
            Ok(db) => Ok(Self { db, path }),
            Err(error) => Err(LibraryError::database(&path, error)),
        }
    }

    fn format(&self) -> Result<u32, LibraryError> {
        self.db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(|error| self.failed(error))
    }

    fn check_format(&self, dir: &Path) -> Result<(), LibraryError> {
        let found = self.format()?;
        if found > LIBRARY_FORMAT {
            return Err(LibraryError::Newer { path: dir.to_owned(), found, known: LIBRARY_FORMAT });
        }
        Ok(())
    }
}

/// The address of a database that nobody is going to change, so that nothing is written beside it.
fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'?' | b'#' | b'%' => uri.push_str(&format!("%{byte:02x}")),
            b'\\' => uri.push('/'),
            _ if byte.is_ascii() => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02x}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

#[cfg(test)]
mod tests {
    use super::super::tests::store_with_one_track;
    use super::*;

    #[test]
    fn a_database_that_nothing_may_be_written_beside_can_be_read() {
        let dir = tempfile::tempdir().unwrap();
        let odd = dir.path().join("a #1% ü?");
        std::fs::create_dir(&odd).unwrap();
        store_with_one_track(&odd);
        let store = Store::open_immutable(odd.join(FILE_NAME)).unwrap();
        assert_eq!(store.tracks().unwrap().len(), 1);
        assert!(!odd.join("meta.sqlite-shm").exists());
    }
}

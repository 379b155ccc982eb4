//! Opening the database: for the one writer, for readers beside it, and on read-only disks.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{Store, chosen, labels};
use crate::error::LibraryError;
use crate::manifest::LIBRARY_FORMAT;

/// How long another process may hold the database before it counts as an error.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

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
    genre            TEXT,
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

/// What format 2 added, and triggers. Rows that tracks leave are written down by the database
/// itself, whatever changes a track, and in the same transaction: readers need not look at every
/// track for them.
const SINCE_FORMAT_2: &str = "
CREATE TABLE removed (
    segment INTEGER NOT NULL,
    row     INTEGER NOT NULL,
    PRIMARY KEY (segment, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX track_loose ON track (id) WHERE fingerprint IS NOT NULL;
";

/// They write down the rows that tracks leave. Two tracks of format 1 may share a row, which is
/// written down once. `INSERT OR IGNORE` will not do: in a trigger it is overruled by what the
/// statement that set it off does about conflicts, and one with `ON CONFLICT DO UPDATE` fails.
const TRIGGERS: &str = "
DROP TRIGGER IF EXISTS track_changed;
DROP TRIGGER IF EXISTS track_removed;
CREATE TRIGGER track_changed AFTER UPDATE OF segment, segment_row ON track
WHEN OLD.segment IS NOT NULL
    AND (NEW.segment IS NOT OLD.segment OR NEW.segment_row IS NOT OLD.segment_row)
BEGIN
    INSERT INTO removed SELECT OLD.segment, OLD.segment_row WHERE NOT EXISTS
        (SELECT 1 FROM removed WHERE segment = OLD.segment AND row = OLD.segment_row);
END;
CREATE TRIGGER track_removed AFTER DELETE ON track WHEN OLD.segment IS NOT NULL
BEGIN
    INSERT INTO removed SELECT OLD.segment, OLD.segment_row WHERE NOT EXISTS
        (SELECT 1 FROM removed WHERE segment = OLD.segment AND row = OLD.segment_row);
END;
";

/// From format 1. Its segments have no sketches and are therefore written anew before long: then
/// every track has a row of its own, and every row is in the order of the tracks.
const FROM_FORMAT_1: &str = "ALTER TABLE track ADD COLUMN genre TEXT;";

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
        let store = Self::checked(db, path, dir)?;
        let make = match store.format {
            0 => SCHEMA,
            1 => FROM_FORMAT_1,
            _ if store.has_old_triggers()? => "",
            _ => {
                store.db.execute_batch(chosen::SCHEMA).map_err(|error| store.failed(error))?;
                return Ok(store);
            }
        };
        let since = if store.format < 2 { SINCE_FORMAT_2 } else { "" };
        let make = format!(
            "BEGIN; {make} {since} {TRIGGERS} {} {} PRAGMA user_version = {LIBRARY_FORMAT}; COMMIT;",
            chosen::SCHEMA,
            labels::SCHEMA,
        );
        store.db.execute_batch(&make).map_err(|error| store.failed(error))?;
        Ok(Self { format: LIBRARY_FORMAT, ..store })
    }

    /// Opens the database for reading; also where neither the folder nor the disk can be written.
    pub(crate) fn open_to_read(dir: &Path) -> Result<Self, LibraryError> {
        Self::open_to_read_within(dir, PATIENCE)
    }

    /// As [`Store::open_to_read`], but waits no longer than `patience` where another process holds
    /// the database.
    pub(crate) fn open_to_read_within(
        dir: &Path,
        patience: Duration,
    ) -> Result<Self, LibraryError> {
        let path = dir.join(FILE_NAME);
        if !path.exists() {
            return Err(LibraryError::Damaged { path, reason: "is missing".to_owned() });
        }
        let db = match Self::open_shared(&path, patience) {
            Ok(db) => db,
            // Readers of a WAL database write beside it; where they can't, nobody else can either.
            // A log that is left must be read, though: without it the database may be half of two.
            Err(error) if has_log(dir) => return Err(LibraryError::database(&path, error)),
            Err(_) => Self::open_immutable(&path)?,
        };
        Self::checked(db, path, dir)
    }

    /// Whether it is one of the first of format 2, whose triggers could fail.
    fn has_old_triggers(&self) -> Result<bool, LibraryError> {
        self.db
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM sqlite_schema
                     WHERE type = 'trigger' AND sql LIKE '%INSERT OR IGNORE%')",
                [],
                |row| row.get(0),
            )
            .map_err(|error| self.failed(error))
    }

    fn open_shared(path: &Path, patience: Duration) -> rusqlite::Result<Connection> {
        let db = Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        db.busy_timeout(patience)?;
        db.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(db)
    }

    fn open_immutable(path: &Path) -> Result<Connection, LibraryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        Connection::open_with_flags(immutable_uri(path), flags)
            .map_err(|error| LibraryError::database(path, error))
    }

    /// A database of a format known here; 0 is one that is still empty.
    fn checked(db: Connection, path: PathBuf, dir: &Path) -> Result<Self, LibraryError> {
        let format = db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(|error| LibraryError::database(&path, error))?;
        if format > LIBRARY_FORMAT {
            let path = dir.to_owned();
            return Err(LibraryError::Newer { path, found: format, known: LIBRARY_FORMAT });
        }
        Ok(Self { db, path, format })
    }
}

fn has_log(dir: &Path) -> bool {
    std::fs::metadata(dir.join(format!("{FILE_NAME}-wal"))).is_ok_and(|log| log.len() > 0)
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
        let path = odd.join(FILE_NAME);
        let store = Store::checked(Store::open_immutable(&path).unwrap(), path, &odd).unwrap();
        assert_eq!(store.loose_records().unwrap(), [(1, vec![1, 2, 3])]);
        assert!(!odd.join("meta.sqlite-shm").exists());
    }
}

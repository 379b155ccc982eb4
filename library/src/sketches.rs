//! Sketches of the pieces of a segment: a file beside it, derived from it, that a search runs
//! through whole.
//!
//! `vectors-NNNNNN.sketch` = magic, bytes of a sketch, number of rows (u32, little endian), BLAKE3 of
//! what sketches are derived with, then four tables: the number of the track in each row, ascending
//! (u32); the first bytes of the BLAKE3 of its record, by which a damaged one is known when it is
//! read; what was heard; the values. A file that is missing, cut short or out of date is made anew
//! from the segment.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use advice::{HeardBytes, SKETCH_LEN, Sketch, Whitening};

use crate::atomic_file::write_atomically;
use crate::error::LibraryError;
use crate::fingerprint_record::from_bytes;
use crate::mapping::FileBytes;

/// The last byte is the version of this layout and of [`Sketch`].
const MAGIC: &[u8; 8] = b"JAMBOSK\x01";
const HASH_LEN: usize = 32;
const HEADER_LEN: usize = MAGIC.len() + 2 * 4 + HASH_LEN;
const ROW_LEN: usize = 4 + 4 + 4 + SKETCH_LEN;

/// What tells whether a record is still what was sketched.
pub(crate) type Check = [u8; 4];

/// The check of a record.
pub(crate) fn check_of(record: &[u8]) -> Check {
    blake3::hash(record).as_bytes().first_chunk().copied().unwrap_or_default()
}

/// Sketches in rows, in memory or in a file.
#[derive(Debug)]
pub(crate) enum Sketches {
    Here(SketchRows),
    File { bytes: FileBytes, n_rows: usize },
}

/// Sketches in memory.
#[derive(Debug, Default)]
pub(crate) struct SketchRows {
    ids: Vec<[u8; 4]>,
    checks: Vec<Check>,
    heard: Vec<HeardBytes>,
    values: Vec<[u8; SKETCH_LEN]>,
}

impl SketchRows {
    /// Adds the piece of a record; false where it is none.
    pub(crate) fn push(&mut self, id: u32, record: &[u8]) -> bool {
        let Some(fingerprint) = from_bytes(record) else { return false };
        let sketch = Sketch::new(&fingerprint);
        self.ids.push(id.to_le_bytes());
        self.checks.push(check_of(record));
        self.heard.push(sketch.heard);
        self.values.push(sketch.values);
        true
    }

    /// Writes them as those of segment `id`.
    pub(crate) fn write(&self, dir: &Path, id: i64) -> Result<(), LibraryError> {
        let path = path_of(dir, id);
        let mut header = Vec::with_capacity(HEADER_LEN);
        header.extend_from_slice(MAGIC);
        header.extend_from_slice(&(SKETCH_LEN as u32).to_le_bytes());
        header.extend_from_slice(&(self.ids.len() as u32).to_le_bytes());
        header.extend_from_slice(BASIS.as_bytes());
        let tables = [
            header.as_slice(),
            self.ids.as_flattened(),
            self.checks.as_flattened(),
            self.heard.as_flattened(),
            self.values.as_flattened(),
        ];
        write_atomically(&path, &tables).map_err(|error| LibraryError::writing(&path, error))
    }
}

/// What sketches are derived with: those derived with anything else are out of date.
static BASIS: LazyLock<blake3::Hash> =
    LazyLock::new(|| blake3::hash(Whitening::shipped_json().as_bytes()));

impl Sketches {
    /// The sketches of segment `id`, which has `n_rows`; `None` where there are no good ones.
    pub(crate) fn open(dir: &Path, id: i64, n_rows: u32) -> Option<Self> {
        let bytes = FileBytes::open(&path_of(dir, id)).ok()?;
        let n_rows = n_rows as usize;
        let rest = bytes.strip_prefix(MAGIC)?;
        let rest = rest.strip_prefix(&(SKETCH_LEN as u32).to_le_bytes())?;
        let rest = rest.strip_prefix(&(n_rows as u32).to_le_bytes())?;
        let rows = rest.strip_prefix(BASIS.as_bytes())?;
        (rows.len() == n_rows * ROW_LEN).then_some(Self::File { bytes, n_rows })
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Here(rows) => rows.ids.len(),
            Self::File { n_rows, .. } => *n_rows,
        }
    }

    /// The number of the track in a row.
    pub(crate) fn id(&self, row: usize) -> Option<u32> {
        self.ids().get(row).map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// The row of a track, where there is one.
    pub(crate) fn row_of(&self, id: u32) -> Option<usize> {
        self.ids().binary_search_by_key(&id, |bytes| u32::from_le_bytes(*bytes)).ok()
    }

    pub(crate) fn check(&self, row: usize) -> Option<Check> {
        let checks = match self {
            Self::Here(rows) => &rows.checks,
            Self::File { .. } => self.table(4),
        };
        checks.get(row).copied()
    }

    fn ids(&self) -> &[[u8; 4]] {
        match self {
            Self::Here(rows) => &rows.ids,
            Self::File { .. } => self.table(0),
        }
    }

    pub(crate) fn heard(&self) -> &[HeardBytes] {
        match self {
            Self::Here(rows) => &rows.heard,
            Self::File { .. } => self.table(8),
        }
    }

    pub(crate) fn values(&self) -> &[[u8; SKETCH_LEN]] {
        match self {
            Self::Here(rows) => &rows.values,
            Self::File { .. } => self.table(12),
        }
    }

    /// The table of a file that begins after `before` bytes of every row.
    fn table<const N: usize>(&self, before: usize) -> &[[u8; N]] {
        let Self::File { bytes, n_rows } = self else { return &[] };
        let start = HEADER_LEN + n_rows * before;
        bytes.get(start..start + n_rows * N).unwrap_or_default().as_chunks().0
    }
}

/// Removes the sketches of segment `id`: where they can't be removed, they are tried again later.
pub(crate) fn remove(dir: &Path, id: i64) {
    let _ = std::fs::remove_file(path_of(dir, id));
}

/// Where the sketches of segment `id` lie.
pub(crate) fn path_of(dir: &Path, id: i64) -> PathBuf {
    dir.join(format!("vectors-{id:06}.sketch"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint_record::{tests::some_fingerprint, to_bytes};

    #[test]
    fn sketches_come_back_as_they_went_and_others_are_none() {
        let dir = tempfile::tempdir().unwrap();
        let mut rows = SketchRows::default();
        for id in [3, 7, 8] {
            assert!(rows.push(id, &to_bytes(&some_fingerprint(id as u8))));
        }
        assert!(!rows.push(9, b"no record"));
        rows.write(dir.path(), 5).unwrap();
        let read = Sketches::open(dir.path(), 5, 3).unwrap();
        let here = Sketches::Here(rows);
        assert_eq!((read.len(), here.len()), (3, 3));
        assert_eq!((read.row_of(7), read.row_of(4), read.id(2)), (Some(1), None, Some(8)));
        assert_eq!((read.heard(), read.values()), (here.heard(), here.values()));
        assert_eq!(read.check(1), Some(check_of(&to_bytes(&some_fingerprint(7)))));

        assert!(
            Sketches::open(dir.path(), 5, 4).is_none()
                && Sketches::open(dir.path(), 6, 3).is_none()
        );
        let path = path_of(dir.path(), 5);
        let good = std::fs::read(&path).unwrap();
        let mut other = good.clone();
        other[20] ^= 1;
        for bytes in [&good[..good.len() - 1], &other, b"text"] {
            std::fs::write(&path, bytes).unwrap();
            assert!(Sketches::open(dir.path(), 5, 3).is_none());
        }
    }
}

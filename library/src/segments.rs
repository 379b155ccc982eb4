//! Vector segments: immutable files of fingerprint records.
//!
//! `vectors-NNNNNN.seg` = magic, format, feature version, record length, number of records (u32,
//! little endian), BLAKE3 of the records, the records. Written once, whole, and never changed; which
//! record belongs to which track stands in the database.

use std::fs;
use std::path::{Path, PathBuf};

use crate::atomic_file::write_atomically;
use crate::error::LibraryError;
use crate::fingerprint_record::RECORD_LEN;
use crate::manifest::{FEATURE_VERSION, LIBRARY_FORMAT};

const MAGIC: &[u8; 8] = b"JAMBOFP\n";
const HASH_LEN: usize = 32;
const HEADER_LEN: usize = MAGIC.len() + 4 * 4 + HASH_LEN;

/// The records of one segment, checked.
pub(crate) struct Segment {
    bytes: Vec<u8>,
}

impl Segment {
    /// Reads and checks the segment `id` of the library in `dir`.
    pub(crate) fn read(dir: &Path, id: i64) -> Result<Self, LibraryError> {
        let path = path_of(dir, id);
        let bytes = fs::read(&path).map_err(|error| LibraryError::reading(&path, error))?;
        match check(&bytes) {
            Ok(()) => Ok(Self { bytes }),
            Err(reason) => Err(LibraryError::Damaged { path, reason: reason.to_owned() }),
        }
    }

    /// The record in a row.
    pub(crate) fn record(&self, row: usize) -> Option<&[u8]> {
        let start = HEADER_LEN + row.checked_mul(RECORD_LEN)?;
        self.bytes.get(start..start + RECORD_LEN)
    }
}

/// Writes `records`, each [`RECORD_LEN`] long, as segment `id`.
pub(crate) fn write(dir: &Path, id: i64, records: &[u8]) -> Result<(), LibraryError> {
    let path = path_of(dir, id);
    let n_records = (records.len() / RECORD_LEN) as u32;
    let mut header = Vec::with_capacity(HEADER_LEN);
    header.extend_from_slice(MAGIC);
    for value in [LIBRARY_FORMAT, FEATURE_VERSION, RECORD_LEN as u32, n_records] {
        header.extend_from_slice(&value.to_le_bytes());
    }
    header.extend_from_slice(blake3::hash(records).as_bytes());
    write_atomically(&path, &[&header, records])
        .map_err(|error| LibraryError::writing(&path, error))
}

/// Removes a segment that no track refers to any more. One that can't be removed only takes room,
/// and is tried again the next time.
pub(crate) fn remove(dir: &Path, id: i64) {
    let _ = fs::remove_file(path_of(dir, id));
}

/// The segments lying in `dir`.
pub(crate) fn list(dir: &Path) -> Vec<i64> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            name.to_str()?.strip_prefix("vectors-")?.strip_suffix(".seg")?.parse().ok()
        })
        .collect()
}

/// Where segment `id` lies.
pub(crate) fn path_of(dir: &Path, id: i64) -> PathBuf {
    dir.join(format!("vectors-{id:06}.seg"))
}

fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let (header, records) = bytes.split_at_checked(HEADER_LEN).ok_or("is cut short")?;
    let (numbers, hash) = header.strip_prefix(MAGIC).ok_or("is not a vector file")?.split_at(4 * 4);
    let number = |idx: usize| {
        numbers
            .get(4 * idx..)
            .and_then(|rest| rest.first_chunk::<4>())
            .map(|bytes| u32::from_le_bytes(*bytes))
    };
    if number(2) != Some(RECORD_LEN as u32) || number(1) != Some(FEATURE_VERSION) {
        return Err("holds other values than the manifest says");
    }
    if number(3).map(|n_records| n_records as usize * RECORD_LEN) != Some(records.len()) {
        return Err("is cut short");
    }
    if blake3::hash(records).as_bytes() != hash {
        return Err("does not hold what was written to it");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint_record::{tests::some_fingerprint, to_bytes};

    #[test]
    fn records_come_back_by_row() {
        let dir = tempfile::tempdir().unwrap();
        let records: Vec<u8> = (0..3).flat_map(|idx| to_bytes(&some_fingerprint(idx))).collect();
        write(dir.path(), 7, &records).unwrap();
        assert_eq!(list(dir.path()), [7]);
        let segment = Segment::read(dir.path(), 7).unwrap();
        assert_eq!(segment.record(2), Some(&to_bytes(&some_fingerprint(2))[..]));
        assert_eq!(segment.record(3), None);
    }

    #[test]
    fn a_damaged_segment_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), 1, &to_bytes(&some_fingerprint(1))).unwrap();
        let path = path_of(dir.path(), 1);
        let good = fs::read(&path).unwrap();
        let mut flipped = good.clone();
        flipped[HEADER_LEN + 100] ^= 1;
        for bytes in [&good[..good.len() - 1], &flipped, &good[..10], b"text"] {
            fs::write(&path, bytes).unwrap();
            assert!(matches!(Segment::read(dir.path(), 1), Err(LibraryError::Damaged { .. })));
        }
    }
}

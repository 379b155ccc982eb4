//! Vector segments: immutable files of fingerprint records.
//!
//! `vectors-NNNNNN.seg` = magic, format, feature version, record length, number of records (u32,
//! little endian), BLAKE3 of the records, the records. Written once, whole, and never changed; which
//! record belongs to which track stands in the database.

use std::fs::{self, File};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use crate::atomic_file::write_atomically;
use crate::error::LibraryError;
use crate::fingerprint_record::RECORD_LEN;
use crate::manifest::{FEATURE_VERSION, LIBRARY_FORMAT};
use crate::sketches;

const MAGIC: &[u8; 8] = b"JAMBOFP\n";
const HASH_LEN: usize = 32;
const HEADER_LEN: usize = MAGIC.len() + 4 * 4 + HASH_LEN;

/// A segment, open: its records are read one at a time, wherever they lie.
#[derive(Debug)]
pub(crate) struct Segment {
    file: File,
    path: PathBuf,
}

impl Segment {
    /// Opens the segment `id` of the library in `dir`, which has `n_rows` records. That it holds
    /// them is seen by its length; whether they are what was written, by [`Segment::verify`] for
    /// all and by the checks in `sketches.rs` for each.
    pub(crate) fn open(dir: &Path, id: i64, n_rows: u32) -> Result<Self, LibraryError> {
        let path = path_of(dir, id);
        let reading = |error| LibraryError::reading(&path, error);
        let mut file = File::open(&path).map_err(reading)?;
        let n_bytes = file.metadata().map_err(reading)?.len();
        let mut header = Vec::with_capacity(HEADER_LEN);
        Read::by_ref(&mut file)
            .take(HEADER_LEN as u64)
            .read_to_end(&mut header)
            .map_err(reading)?;
        match check(&header, n_bytes, n_rows) {
            Ok(()) => Ok(Self { file, path }),
            Err(reason) => Err(LibraryError::Damaged { path, reason: reason.to_owned() }),
        }
    }

    /// Reads all records and says whether they are what was written.
    pub(crate) fn verify(&self) -> Result<(), LibraryError> {
        let reading = |error| LibraryError::reading(&self.path, error);
        let mut file = &self.file;
        file.seek(SeekFrom::Start((HEADER_LEN - HASH_LEN) as u64)).map_err(reading)?;
        let mut expected = [0; HASH_LEN];
        file.read_exact(&mut expected).map_err(reading)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(file).map_err(reading)?;
        if hasher.finalize() == blake3::Hash::from_bytes(expected) {
            Ok(())
        } else {
            Err(self.altered())
        }
    }

    /// The record in a row.
    pub(crate) fn record(&self, row: usize) -> Result<Vec<u8>, LibraryError> {
        let mut record = vec![0; RECORD_LEN];
        let start = (HEADER_LEN + row * RECORD_LEN) as u64;
        read_at(&self.file, &mut record, start).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => LibraryError::Damaged {
                path: self.path.clone(),
                reason: format!("has no row {row}"),
            },
            _ => LibraryError::reading(&self.path, error),
        })?;
        Ok(record)
    }

    /// What is to be said where a record is not what was written.
    pub(crate) fn altered(&self) -> LibraryError {
        LibraryError::Damaged {
            path: self.path.clone(),
            reason: "does not hold what was written to it".to_owned(),
        }
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, start)
}

#[cfg(windows)]
fn read_at(file: &File, mut buffer: &mut [u8], mut start: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, start)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n_read => {
                buffer = buffer.get_mut(n_read..).unwrap_or_default();
                start += n_read as u64;
            }
        }
    }
    Ok(())
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

/// Removes a segment that no track refers to any more, and its sketches. One that can't be removed
/// only takes room, and is tried again the next time.
pub(crate) fn remove(dir: &Path, id: i64) {
    let _ = fs::remove_file(path_of(dir, id));
    sketches::remove(dir, id);
}

/// The segments lying in `dir`.
pub(crate) fn list(dir: &Path) -> Vec<i64> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name();
            let name = name.to_str()?.strip_prefix("vectors-")?;
            name.strip_suffix(".seg").or_else(|| name.strip_suffix(".sketch"))?.parse().ok()
        })
        .collect()
}

/// Where segment `id` lies.
pub(crate) fn path_of(dir: &Path, id: i64) -> PathBuf {
    dir.join(format!("vectors-{id:06}.seg"))
}

fn check(header: &[u8], n_bytes: u64, n_rows: u32) -> Result<(), &'static str> {
    let numbers = header.strip_prefix(MAGIC).ok_or("is not a vector file")?;
    if header.len() < HEADER_LEN {
        return Err("is cut short");
    }
    let number = |idx: usize| {
        numbers
            .get(4 * idx..)
            .and_then(|rest| rest.first_chunk::<4>())
            .map(|bytes| u32::from_le_bytes(*bytes))
    };
    if number(2) != Some(RECORD_LEN as u32) || number(1) != Some(FEATURE_VERSION) {
        return Err("holds other values than the manifest says");
    }
    if number(3) != Some(n_rows) {
        return Err("holds other records than the database says");
    }
    if n_bytes != HEADER_LEN as u64 + u64::from(n_rows) * RECORD_LEN as u64 {
        return Err("is cut short");
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
        let segment = Segment::open(dir.path(), 7, 3).unwrap();
        segment.verify().unwrap();
        assert_eq!(segment.record(2).unwrap(), to_bytes(&some_fingerprint(2)));
        assert!(matches!(segment.record(3), Err(LibraryError::Damaged { .. })));
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
            let opened = Segment::open(dir.path(), 1, 1);
            let believed = opened.and_then(|segment| segment.verify());
            assert!(matches!(believed, Err(LibraryError::Damaged { .. })));
        }
        fs::write(&path, good).unwrap();
        assert!(Segment::open(dir.path(), 1, 2).is_err(), "it has one row");
    }
}

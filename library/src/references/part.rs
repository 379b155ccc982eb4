//! [`Part`]: the references of one segment, or those that wait in the database.

use std::path::{Path, PathBuf};

use analysis::Fingerprint;

use super::bits::Bits;
use crate::error::LibraryError;
use crate::fingerprint_record::{RECORD_LEN, from_bytes};
use crate::segments::Segment;
use crate::sketches::{SketchRows, Sketches, check_of};
use crate::store::{SegmentRow, Store};

/// References in rows, in the order of their ids.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) sketches: Sketches,
    records: Records,
    /// The rows that tracks refer to.
    pub(super) living: Bits,
}

#[derive(Debug)]
enum Records {
    Here {
        bytes: Vec<u8>,
        dir: PathBuf,
    },
    /// In a segment, whose rows may be in another order.
    Segment {
        segment: Segment,
        rows: Option<Vec<u32>>,
    },
}

/// Everything in the library in `dir`.
pub(super) fn read(dir: &Path, store: &Store) -> Result<Vec<Part>, LibraryError> {
    let mut parts = Vec::new();
    for segment in store.segments()? {
        parts.extend(Part::of_segment(dir, store, segment)?);
    }
    parts.push(Part::of_loose(dir, store)?);
    Ok(parts)
}

impl Part {
    fn of_segment(
        dir: &Path,
        store: &Store,
        SegmentRow { id, n_rows, .. }: SegmentRow,
    ) -> Result<Option<Self>, LibraryError> {
        let Some(sketches) = Sketches::open(dir, id, n_rows) else {
            return Self::without_sketches(dir, store, id, n_rows);
        };
        let segment = Segment::open(dir, id, n_rows)?;
        let mut living = Bits::all(sketches.len());
        for row in store.removed_rows(id)? {
            living.remove(row as usize);
        }
        Ok(Some(Self { sketches, records: Records::Segment { segment, rows: None }, living }))
    }

    /// A segment of an older format, or one whose sketches are missing or out of date: they are made
    /// here and kept in memory, until the next `index` writes them. What is no fingerprint is left
    /// out, which `index` sees to as well.
    fn without_sketches(
        dir: &Path,
        store: &Store,
        id: i64,
        n_rows: u32,
    ) -> Result<Option<Self>, LibraryError> {
        let tracks = store.tracks_in(id)?;
        if tracks.is_empty() {
            return Ok(None);
        }
        let segment = Segment::open(dir, id, n_rows)?;
        segment.verify()?;
        let mut sketches = SketchRows::default();
        let mut rows = Vec::new();
        for (track, row) in tracks {
            if sketches.push(track, &segment.record(row as usize)?) {
                rows.push(row);
            }
        }
        let living = Bits::all(rows.len());
        let records = Records::Segment { segment, rows: Some(rows) };
        Ok(Some(Self { sketches: Sketches::Here(sketches), records, living }))
    }

    /// What is not in a segment yet. What is no fingerprint is left out: the next `index` sees to it.
    fn of_loose(dir: &Path, store: &Store) -> Result<Self, LibraryError> {
        let mut sketches = SketchRows::default();
        let mut bytes = Vec::new();
        for (id, record) in store.loose_records()? {
            if sketches.push(id, &record) {
                bytes.extend_from_slice(&record);
            }
        }
        let living = Bits::all(bytes.len() / RECORD_LEN);
        let records = Records::Here { bytes, dir: dir.to_owned() };
        Ok(Self { sketches: Sketches::Here(sketches), records, living })
    }

    pub(super) fn n_living(&self) -> usize {
        self.living.count()
    }

    pub(super) fn living_ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.living.rows().filter_map(|row| self.sketches.id(row))
    }

    /// The row of a living reference.
    pub(super) fn row_of(&self, id: u32) -> Option<usize> {
        self.sketches.row_of(id).filter(|&row| self.living.contains(row))
    }

    /// What the reference in a row sounds like, exactly.
    pub(super) fn fingerprint(&self, row: usize) -> Result<Fingerprint, LibraryError> {
        match &self.records {
            Records::Here { bytes, dir } => bytes
                .as_chunks::<RECORD_LEN>()
                .0
                .get(row)
                .and_then(|record| from_bytes(record))
                .ok_or_else(|| no_fingerprint(dir, self.sketches.id(row).unwrap_or_default())),
            Records::Segment { segment, rows } => {
                let place = rows.as_ref().and_then(|rows| rows.get(row));
                let record = segment.record(place.map_or(row, |&place| place as usize))?;
                if self.sketches.check(row) != Some(check_of(&record)) {
                    return Err(segment.altered());
                }
                from_bytes(&record).ok_or_else(|| segment.altered())
            }
        }
    }
}

fn no_fingerprint(dir: &Path, id: u32) -> LibraryError {
    let reason = format!("has no fingerprint of track {id} that can be read");
    LibraryError::Damaged { path: dir.to_owned(), reason }
}

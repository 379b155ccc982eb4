//! Moves fingerprints from the database into segments, and small or thinned segments together.
//!
//! A new segment is on the disk before the database refers to it, and an old one is removed only
//! when nothing refers to it any more: a crash at any moment leaves a whole library.

use std::collections::HashMap;
use std::path::Path;

use super::remove_unknown_segments;
use crate::error::LibraryError;
use crate::fingerprint_record::RECORD_LEN;
use crate::segments::{self, Segment};
use crate::store::{Store, VectorPlace};

/// Records in a full segment, about 60 MB.
const FULL: usize = 65_536;
/// Segments with fewer living records are rewritten together with what is new.
const SMALL: u32 = 4_096;

/// Brings the fingerprints of the library in `dir` into order.
pub(super) fn compact(dir: &Path, store: &Store) -> Result<(), LibraryError> {
    let in_use = store.segments_in_use()?;
    remove_unknown_segments(dir, &in_use);
    let mut to_rewrite = Vec::new();
    for &(id, n_living) in &in_use {
        let n_rows = store.segment_rows(id)?;
        if n_living < SMALL || n_living * 2 < n_rows {
            to_rewrite.push((id, n_living, n_rows));
        }
    }
    let tracks = store.tracks()?;
    let has_new = tracks.iter().any(|track| matches!(track.vector, VectorPlace::Here(_)));
    let is_thinned = to_rewrite.iter().any(|&(_, n_living, n_rows)| n_living * 2 < n_rows);
    if !has_new && !is_thinned {
        return store.forget_unused_segments();
    }

    let mut readers = HashMap::new();
    for &(id, _, _) in &to_rewrite {
        readers.insert(id, Segment::read(dir, id)?);
    }
    let mut batch = Batch::default();
    for track in tracks {
        let record = match &track.vector {
            VectorPlace::Here(record) => record.as_slice(),
            VectorPlace::Segment { id, row } => match readers.get(id) {
                None => continue,
                Some(segment) => {
                    segment.record(*row as usize).ok_or_else(|| LibraryError::Damaged {
                        path: segments::path_of(dir, *id),
                        reason: format!("has no row {row}"),
                    })?
                }
            },
        };
        if record.len() != RECORD_LEN {
            continue;
        }
        batch.ids.push(track.id);
        batch.records.extend_from_slice(record);
        if batch.ids.len() == FULL {
            batch.write(dir, store)?;
        }
    }
    batch.write(dir, store)?;
    store.forget_unused_segments()?;
    remove_unknown_segments(dir, &store.segments_in_use()?);
    Ok(())
}

#[derive(Default)]
struct Batch {
    ids: Vec<i64>,
    records: Vec<u8>,
}

impl Batch {
    fn write(&mut self, dir: &Path, store: &Store) -> Result<(), LibraryError> {
        if self.ids.is_empty() {
            return Ok(());
        }
        let segment = store.new_segment(self.ids.len() as u32)?;
        segments::write(dir, segment, &self.records)?;
        store.moved_to_segment(segment, &self.ids)?;
        self.ids.clear();
        self.records.clear();
        Ok(())
    }
}

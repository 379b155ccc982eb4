//! Moves fingerprints from the database into segments, and small or thinned segments together.
//!
//! A new segment and its sketches are on the disk before the database refers to them, and old ones
//! are removed only when the database on the disk no longer does: a crash at any moment leaves a
//! whole library. Segments are merged like the digits of a binary counter: each with those that are
//! no larger than what is to be written anyway (P. O'Neil et al., "The log-structured merge-tree",
//! Acta Informatica 33, 1996), so that a record is written a few times at most.

use std::collections::HashMap;
use std::path::Path;

use super::{Lost, damage, remove_unknown_segments};
use crate::error::LibraryError;
use crate::fingerprint_record::RECORD_LEN;
use crate::segments;
use crate::sketches::{SketchRows, Sketches};
use crate::store::{SegmentRow, Store};

/// Records in a full segment, about 66 MB.
const FULL: usize = 65_536;
/// Segments with more records are merged no further.
const LARGE: u32 = FULL as u32 / 2;
/// A segment that has lost one in so many records is written anew.
const THINNED: u32 = 8;

/// Brings the fingerprints of the library in `dir` into order; what turned out to be lost.
pub(super) fn compact(dir: &Path, store: &Store) -> Result<Vec<Lost>, LibraryError> {
    let segments = store.segments()?;
    remove_unknown_segments(dir, &segments);
    let loose = store.loose_records()?;
    let mut lost = Vec::new();
    let mut open = HashMap::new();
    let mut places: Vec<(u32, Place)> =
        (0..loose.len()).filter_map(|idx| Some((loose.get(idx)?.0, Place::Loose(idx)))).collect();
    for segment in to_rewrite(dir, segments, loose.len()) {
        let (file, gone) = damage::salvage(dir, store, segment)?;
        lost.extend(gone);
        let Some(file) = file else { continue };
        let tracks = store.tracks_in(segment.id)?;
        places.extend(tracks.iter().map(|&(id, row)| (id, Place::Segment { id: segment.id, row })));
        open.insert(segment.id, file);
    }
    places.sort_unstable_by_key(|&(id, _)| id);
    let mut batch = Batch::default();
    let mut unreadable = Vec::new();
    for (id, place) in places {
        let is_taken = match place {
            Place::Loose(idx) => {
                let record = loose.get(idx).map(|(_, record)| record.as_slice());
                batch.push(id, record.unwrap_or_default())
            }
            Place::Segment { id: segment, row } => {
                let Some(file) = open.get(&segment) else { continue };
                batch.push(id, &file.record(row as usize)?)
            }
        };
        if !is_taken {
            unreadable.push(id);
        }
        if batch.ids.len() == FULL {
            batch.write(dir, store)?;
        }
    }
    batch.write(dir, store)?;
    lost.extend(damage::give_up_unreadable(store, &unreadable)?);
    for id in open.into_keys() {
        store.drop_segment(id)?;
    }
    remove_unknown_segments(dir, &store.segments()?);
    Ok(lost)
}

#[derive(Clone, Copy)]
enum Place {
    Loose(usize),
    Segment { id: i64, row: u32 },
}

/// The segments to write anew, together with `n_loose` records from the database.
fn to_rewrite(dir: &Path, mut segments: Vec<SegmentRow>, n_loose: usize) -> Vec<SegmentRow> {
    let n_living = |segment: &SegmentRow| segment.n_rows.saturating_sub(segment.n_removed);
    segments.sort_by_key(n_living);
    let mut n_to_write = n_loose;
    segments.retain(|segment| {
        let is_thinned = segment.n_removed > segment.n_rows / THINNED;
        let is_small = n_living(segment) < LARGE && n_living(segment) as usize <= n_to_write;
        let is_bare = || Sketches::open(dir, segment.id, segment.n_rows).is_none();
        let is_taken = is_thinned || is_small || is_bare();
        if is_taken {
            n_to_write += n_living(segment) as usize;
        }
        is_taken
    });
    segments
}

#[derive(Default)]
struct Batch {
    ids: Vec<u32>,
    records: Vec<u8>,
    sketches: SketchRows,
}

impl Batch {
    /// Adds a record; false where it is none.
    fn push(&mut self, id: u32, record: &[u8]) -> bool {
        let is_one = record.len() == RECORD_LEN && self.sketches.push(id, record);
        if is_one {
            self.ids.push(id);
            self.records.extend_from_slice(record);
        }
        is_one
    }

    fn write(&mut self, dir: &Path, store: &Store) -> Result<(), LibraryError> {
        if self.ids.is_empty() {
            return Ok(());
        }
        let segment = store.next_segment()?;
        segments::write(dir, segment, &self.records)?;
        self.sketches.write(dir, segment)?;
        store.adopt_segment(segment, &self.ids)?;
        *self = Self::default();
        Ok(())
    }
}

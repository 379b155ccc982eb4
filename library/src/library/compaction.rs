//! Moves fingerprints from the database into segments, and small or thinned segments together.
//!
//! A new segment and its sketches are on the disk before the database refers to them, and old ones
//! are removed only when the database on the disk no longer does: a crash at any moment leaves a
//! whole library. Segments are merged like the digits of a binary counter: each with those that are
//! no larger than what is to be written anyway (P. O'Neil et al., "The log-structured merge-tree",
//! Acta Informatica 33, 1996), so that a record is written a few times at most.

use std::collections::HashMap;
use std::path::Path;

use super::{Lost, remove_unknown_segments};
use crate::error::LibraryError;
use crate::fingerprint_record::RECORD_LEN;
use crate::segments::{self, Segment};
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
        let tracks = store.tracks_in(segment.id)?;
        let file = Segment::open(dir, segment.id, segment.n_rows);
        let file = file.and_then(|file| file.verify().map(|()| file));
        match file {
            Ok(file) => {
                places.extend(
                    tracks.iter().map(|&(id, row)| (id, Place::Segment { id: segment.id, row })),
                );
                open.insert(segment.id, file);
            }
            // One that nothing is left of may well be gone.
            Err(LibraryError::Damaged { .. }) if tracks.is_empty() => {
                store.drop_segment(segment.id)?;
            }
            Err(LibraryError::Damaged { path, reason }) => {
                let n_tracks = store.give_up_segment(segment.id)?;
                lost.push(Lost { path, reason, n_tracks });
            }
            Err(error) => return Err(error),
        }
    }
    places.sort_unstable_by_key(|&(id, _)| id);
    let mut batch = Batch::default();
    for (id, place) in places {
        match place {
            Place::Loose(idx) => {
                let record = loose.get(idx).map(|(_, record)| record.as_slice());
                batch.push(id, record.unwrap_or_default());
            }
            Place::Segment { id: segment, row } => {
                let Some(file) = open.get(&segment) else { continue };
                batch.push(id, &file.record(row as usize)?);
            }
        }
        if batch.ids.len() == FULL {
            batch.write(dir, store)?;
        }
    }
    batch.write(dir, store)?;
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
    /// Adds a record; what is none stays where it is.
    fn push(&mut self, id: u32, record: &[u8]) {
        if record.len() == RECORD_LEN && self.sketches.push(id, record) {
            self.ids.push(id);
            self.records.extend_from_slice(record);
        }
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

//! Fingerprints that are no longer what was written: found, and given up, so that their files are
//! analysed again.
//!
//! Every record is held against its check in the sketches beside it, one at a time: the segments
//! are read once, and take no memory. One bad byte costs one fingerprint, not a segment of them.

use std::path::Path;

use super::Lost;
use crate::error::LibraryError;
use crate::fingerprint_record::from_bytes;
use crate::segments::Segment;
use crate::sketches::{self, Sketches, check_of};
use crate::store::{SegmentRow, Store};

/// Gives up all that is lost of the library in `dir`.
pub(super) fn give_up(dir: &Path, store: &Store) -> Result<Vec<Lost>, LibraryError> {
    let mut lost = Vec::new();
    for segment in store.segments()? {
        lost.extend(salvage(dir, store, segment)?.1);
    }
    let loose = store.loose_records()?;
    let unreadable = loose.iter().filter(|(_, record)| from_bytes(record).is_none());
    lost.extend(give_up_unreadable(store, &unreadable.map(|&(id, _)| id).collect::<Vec<_>>())?);
    Ok(lost)
}

/// Opens a segment, where anything is left of it, and gives up what is not.
pub(super) fn salvage(
    dir: &Path,
    store: &Store,
    row: SegmentRow,
) -> Result<(Option<Segment>, Option<Lost>), LibraryError> {
    let lost = |error, n_tracks: usize| match error {
        LibraryError::Damaged { path, reason } if n_tracks > 0 => {
            Some(Lost { path, reason, n_tracks })
        }
        _ => None,
    };
    match examine(dir, store, row) {
        Ok((segment, ids)) => {
            store.give_up_tracks(&ids)?;
            let lost = lost(segment.altered(), ids.len());
            Ok((Some(segment), lost))
        }
        Err(error @ LibraryError::Damaged { .. }) => {
            let n_tracks = store.give_up_segment(row.id)?;
            Ok((None, lost(error, n_tracks)))
        }
        Err(error) => Err(error),
    }
}

/// Gives up tracks whose records are whole and no fingerprints.
pub(super) fn give_up_unreadable(store: &Store, ids: &[u32]) -> Result<Option<Lost>, LibraryError> {
    store.give_up_tracks(ids)?;
    Ok((!ids.is_empty()).then(|| Lost {
        path: store.path().to_owned(),
        reason: "refers to fingerprints that can't be read".to_owned(),
        n_tracks: ids.len(),
    }))
}

/// A segment, and the tracks whose records in it are lost.
fn examine(
    dir: &Path,
    store: &Store,
    SegmentRow { id, n_rows, .. }: SegmentRow,
) -> Result<(Segment, Vec<u32>), LibraryError> {
    let segment = Segment::open(dir, id, n_rows)?;
    let Some(sketches) = Sketches::open(dir, id, n_rows) else {
        segment.verify()?;
        return Ok((segment, Vec::new()));
    };
    // What can't be read is as good as gone, whatever the disk says about it.
    let check = |row| segment.record(row).ok().map(|record| check_of(&record));
    let is_wrong = |row: &u32| {
        let found = check(*row as usize);
        found.is_none() || found != sketches.check(*row as usize)
    };
    let wrong: Vec<u32> = (0..n_rows).filter(is_wrong).collect();
    if wrong.is_empty() {
        return Ok((segment, Vec::new()));
    }
    let tracks = store.tracks_in(id)?;
    let is_lost = |&&(_, row): &&(u32, u32)| wrong.binary_search(&row).is_ok();
    let lost: Vec<u32> = tracks.iter().filter(is_lost).map(|&(id, _)| id).collect();
    if !lost.is_empty() && segment.verify().is_ok() {
        // It is the sketches that are damaged: without them, they are made anew.
        drop(sketches);
        sketches::remove(dir, id);
        return Ok((segment, Vec::new()));
    }
    Ok((segment, lost))
}

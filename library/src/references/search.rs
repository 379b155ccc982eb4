//! Finding the nearest references: all of them by their sketches, the nearest exactly.
//!
//! The sketches are read front to back, once. The nearest are then taken up in the order of their
//! sketched distances and compared exactly, until no sketch that is left can belong to a piece
//! nearer than those found: as near as a sketch tells, which [`SketchQuery::roughness`] says.

use std::cmp::Ordering;

use advice::{Query, ReferenceMatch, SketchQuery, TrackId, Weights};
use analysis::Fingerprint;

use super::bits::{Bits, WORD};
use super::filter::Selection;
use super::{Part, References};
use crate::error::LibraryError;
use crate::simd;

/// Candidates kept at first, and so many times more where they were not enough.
const N_CANDIDATES: usize = 2_048;
const MORE: usize = 8;
/// Where more than that are equally near, any of them will do.
const ENOUGH: usize = 100_000;

impl References {
    /// The `k` references nearest to `here`, nearest first; equally near ones in the order of their
    /// ids. One whose record is damaged is passed over. Reads files: never on the audio thread.
    ///
    /// # Errors
    /// Where the library can't be read.
    pub fn rank(
        &self,
        here: &Fingerprint,
        weights: &Weights,
        k: usize,
    ) -> Result<Vec<ReferenceMatch>, LibraryError> {
        self.nearest(here, weights, k, None)
    }

    /// As [`References::rank`], among the references of `selection`.
    ///
    /// # Errors
    /// As [`References::rank`].
    pub fn rank_among(
        &self,
        selection: &Selection,
        here: &Fingerprint,
        weights: &Weights,
        k: usize,
    ) -> Result<Vec<ReferenceMatch>, LibraryError> {
        self.nearest(here, weights, k, Some(selection))
    }

    fn nearest(
        &self,
        here: &Fingerprint,
        weights: &Weights,
        k: usize,
        selection: Option<&Selection>,
    ) -> Result<Vec<ReferenceMatch>, LibraryError> {
        let k = k.min(self.len());
        if k == 0 {
            return Ok(Vec::new());
        }
        let query = Query::new(here, weights);
        let sketched = query.to_sketches();
        let mut limit = N_CANDIDATES.max(2 * k);
        loop {
            let candidates = self.scan(&sketched, selection, limit);
            let is_all = candidates.len() < limit;
            let mut found = Found { k, matches: Vec::with_capacity(k + 1) };
            let mut is_certain = is_all || limit >= ENOUGH;
            for candidate in candidates {
                if found
                    .furthest()
                    .is_some_and(|far| candidate.distance > far + sketched.roughness())
                {
                    is_certain = true;
                    break;
                }
                let Some(part) = self.parts.get(candidate.part as usize) else { continue };
                let fingerprint = match part.fingerprint(candidate.row as usize) {
                    // The others are still good; the next `index` finds it and sees to it.
                    Err(LibraryError::Damaged { .. }) => continue,
                    fingerprint => fingerprint?,
                };
                if selection.is_none_or(|selection| selection.passes(&fingerprint)) {
                    found.add(query.compare(TrackId(candidate.id), &fingerprint));
                }
            }
            if is_certain {
                return Ok(found.matches);
            }
            limit = limit.saturating_mul(MORE);
        }
    }

    /// The `limit` nearest by their sketches, nearest first.
    fn scan(
        &self,
        query: &SketchQuery,
        selection: Option<&Selection>,
        limit: usize,
    ) -> Vec<Candidate> {
        let mut candidates = Candidates::new(limit);
        for (idx, part) in (0u32..).zip(&self.parts) {
            let rows = match selection {
                None => Some(&part.living),
                Some(selection) => selection.rows.get(idx as usize),
            };
            if let Some(rows) = rows {
                candidates.scan(query, idx, part, rows);
            }
        }
        candidates.finish()
    }
}

/// What was compared exactly: the `k` nearest, in order.
struct Found {
    k: usize,
    matches: Vec<ReferenceMatch>,
}

impl Found {
    /// The distance of the furthest, once there are enough.
    fn furthest(&self) -> Option<f32> {
        self.matches.get(self.k - 1).map(|last| last.distance)
    }

    fn add(&mut self, found: ReferenceMatch) {
        let place = self.matches.partition_point(|other| other.nearer_first(&found).is_lt());
        self.matches.insert(place, found);
        self.matches.truncate(self.k);
    }
}

/// A reference by its sketch.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    distance: f32,
    id: u32,
    part: u32,
    row: u32,
}

impl Candidate {
    fn nearer_first(&self, other: &Self) -> Ordering {
        self.distance.total_cmp(&other.distance).then(self.id.cmp(&other.id))
    }
}

/// The nearest so far.
struct Candidates {
    limit: usize,
    /// No further ones are of any use.
    furthest: f32,
    /// Up to twice as many as are wanted, so that they need be sorted out only now and then.
    nearest: Vec<Candidate>,
}

impl Candidates {
    fn new(limit: usize) -> Self {
        Self { limit, furthest: f32::INFINITY, nearest: Vec::new() }
    }

    fn scan(&mut self, query: &SketchQuery, idx: u32, part: &Part, rows: &Bits) {
        let mut distances = [0.0; WORD];
        let tables = part.sketches.values().chunks(WORD).zip(part.sketches.heard().chunks(WORD));
        for (block, ((values, heard), &wanted)) in (0u32..).zip(tables.zip(rows.words())) {
            if wanted == 0 {
                continue;
            }
            simd::distances(query, values, heard, &mut distances);
            for (bit, &distance) in (0u32..).zip(distances.iter().take(values.len())) {
                if distance <= self.furthest && wanted >> bit & 1 == 1 {
                    let row = block * WORD as u32 + bit;
                    let id = part.sketches.id(row as usize).unwrap_or_default();
                    self.nearest.push(Candidate { distance, id, part: idx, row });
                }
            }
            if self.nearest.len() >= 2 * self.limit {
                self.sort_out();
            }
        }
    }

    fn sort_out(&mut self) {
        if self.nearest.len() > self.limit {
            let (_, last, _) =
                self.nearest.select_nth_unstable_by(self.limit - 1, Candidate::nearer_first);
            self.furthest = last.distance;
            self.nearest.truncate(self.limit);
        }
    }

    fn finish(mut self) -> Vec<Candidate> {
        self.sort_out();
        self.nearest.sort_unstable_by(Candidate::nearer_first);
        self.nearest
    }
}

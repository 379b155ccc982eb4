//! Tracks that are the same recording: copies of a file, and files made from one recording.

use std::collections::HashMap;

use advice::TrackId;
use library::References;

use super::Piece;

/// Groups and pairs shown.
const N_SHOWN: usize = 50;
/// Two files of one recording are as long as each other, but for what encoders add at the ends.
const SAME_LENGTH_S: f64 = 0.5;
/// They are this near, as one minus the cosine of their whitened fingerprints; tempo and key as
/// stated are left out, which an encoder may tip over. Of 44 pieces of game music put through MP3 (64
/// and 128 kbit/s), Opus (48) and AAC (96), each was at most .19 from itself; different recordings
/// were .40 apart and more.
const SAME_DISTANCE: f32 = 0.2;
/// Pieces of one length compared with each other: further apart in a library of jingles, all of
/// one length, they are left out.
const MAX_WINDOW: usize = 400;

/// The same recording more than once.
#[derive(Debug, Default)]
pub(super) struct Duplicates {
    /// Tracks whose files hold the same bytes.
    pub(super) copies: Vec<Vec<TrackId>>,
    /// Number of groups of copies, those not shown included.
    pub(super) n_copied: usize,
    /// Tracks that sound the same and are as long, nearest first, with their distance. Where
    /// several are, each is paired with the one before it.
    pub(super) alike: Vec<(TrackId, TrackId, f32)>,
    /// Number of `alike`, those not shown included.
    pub(super) n_alike: usize,
    /// The group each track belongs to.
    groups: HashMap<TrackId, TrackId>,
}

impl Duplicates {
    /// Looks among `pieces`, and in the whole library for copies.
    pub(super) fn find(references: &References, pieces: &[Piece]) -> anyhow::Result<Self> {
        // All of them, also those not shown: a copy is no pair that sounds alike.
        let mut copies = references.copies()?;
        let mut duplicates = Self { n_copied: copies.len(), ..Self::default() };
        for pair in copies.iter().flat_map(|group| group.windows(2)) {
            duplicates.join(pair[0], pair[1]);
        }
        copies.truncate(N_SHOWN);
        duplicates.copies = copies;
        let mut alike = Vec::new();
        let mut by_length: Vec<&Piece> = pieces.iter().collect();
        by_length.sort_by(|a, b| a.seconds.total_cmp(&b.seconds).then(a.id.cmp(&b.id)));
        for (idx, one) in by_length.iter().enumerate() {
            let as_long = by_length[idx + 1..]
                .iter()
                .take(MAX_WINDOW)
                .take_while(|other| other.seconds - one.seconds <= SAME_LENGTH_S);
            for other in as_long {
                let distance = distance(one, other);
                if distance <= SAME_DISTANCE && duplicates.join(one.id, other.id) {
                    alike.push((one.id.min(other.id), one.id.max(other.id), distance));
                }
            }
        }
        alike.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
        duplicates.n_alike = alike.len();
        alike.truncate(N_SHOWN);
        duplicates.alike = alike;
        Ok(duplicates)
    }

    /// Whether two tracks are the same recording, as far as that was found.
    pub(super) fn are_the_same(&self, one: TrackId, other: TrackId) -> bool {
        one == other || self.group(one) == self.group(other)
    }

    /// One track that stands for all that are the same.
    pub(super) fn group(&self, id: TrackId) -> TrackId {
        let mut id = id;
        while let Some(&next) = self.groups.get(&id).filter(|next| **next != id) {
            id = next;
        }
        id
    }

    /// Makes one group of two; false where they were one already.
    fn join(&mut self, one: TrackId, other: TrackId) -> bool {
        let (one, other) = (self.group(one), self.group(other));
        self.groups.insert(one.max(other), one.min(other));
        one != other
    }
}

/// One minus the cosine: the blocks of a whitened fingerprint are of length 1, all together as well.
fn distance(one: &Piece, other: &Piece) -> f32 {
    let (mut apart, mut both) = (0.0, 0.0);
    for (a, b) in one.vector.iter().zip(&other.vector) {
        apart += (a - b) * (a - b);
        both += a * a + b * b;
    }
    if both > 0.0 { apart / both } else { 0.0 }
}

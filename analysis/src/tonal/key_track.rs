//! The key of a whole file, and its changes over time.
//!
//! Evidence is collected second by second; a window of some seconds around each gives the local
//! scores, Viterbi with a price on each change gives the timeline.

use super::key_evidence::{KeyEvidence, KeyWitness};
use super::key_pool::KeyPools;
use crate::facts::{KeyEstimate, KeySegment};
use crate::music::Key;
use crate::units::Seconds;

/// Seconds to each side that count for the local key.
const REACH_SECONDS: usize = 6;

/// Price of a change in log posterior: what a borrowed chord does not reach and a lifted chorus does.
const CHANGE_PRICE: f32 = 24.0;

/// A key that holds for less than this is no modulation.
const MIN_SEGMENT_SECONDS: f64 = 8.0;

/// Everything that speaks for keys in a file, second by second.
#[derive(Clone, Debug)]
pub(crate) struct KeySeconds<'m> {
    /// `[n_seconds]`.
    pub(crate) evidence: Vec<KeyEvidence>,
    /// `[n_seconds]`, where there is a network.
    pub(crate) pools: Option<KeyPools<'m>>,
}

impl KeySeconds<'_> {
    /// Asks `ask` about the seconds in `seconds`, taken together.
    fn witness<T>(
        &self,
        seconds: impl Iterator<Item = usize> + Clone,
        ask: impl FnOnce(KeyWitness<'_>) -> T,
    ) -> T {
        let mut evidence = KeyEvidence::default();
        for second in seconds.clone().filter_map(|idx| self.evidence.get(idx)) {
            evidence.add(second, 1.0);
        }
        let network = self.pools.as_ref().and_then(|pools| pools.key(seconds));
        ask(KeyWitness { evidence: &evidence, network })
    }

    fn len(&self) -> usize {
        self.evidence.len()
    }
}

/// Key of the whole and key segments.
pub(crate) fn decode_keys(
    seconds: &KeySeconds<'_>,
    length: Seconds,
) -> (Option<KeyEstimate>, Vec<KeySegment>) {
    let Some(estimate) = seconds.witness(0..seconds.len(), |all| all.estimate()) else {
        return (None, Vec::new());
    };
    let path = local_keys(seconds);
    let mut segments = Vec::new();
    let mut start = 0;
    for stretch in path.chunk_by(|a, b| a == b) {
        let end = start + stretch.len();
        segments.push(KeySegment {
            start: Seconds(start as f64),
            end: if end == path.len() { length } else { Seconds(end as f64) },
            key: Key::from_index(stretch[0]),
        });
        start = end;
    }
    let segments = without_short_ones(segments);
    if segments.len() > 1 {
        return (main_key(seconds, &segments).or(Some(estimate)), segments);
    }
    // One key throughout: then it is the key of the whole.
    let only = KeySegment { start: Seconds(0.0), end: length, key: estimate.key };
    (Some(estimate), vec![only])
}

/// Where the key changes, the key of the whole is the one that holds longest, judged by what was
/// heard while it held: the mixture of two keys would name a third.
fn main_key(seconds: &KeySeconds<'_>, segments: &[KeySegment]) -> Option<KeyEstimate> {
    let mut held = [0.0; 24];
    for segment in segments {
        held[segment.key.index()] += segment.end.0 - segment.start.0;
    }
    let longest = (0..24).max_by(|&a, &b| held[a].total_cmp(&held[b]))?;
    let held = segments.iter().filter(|segment| segment.key.index() == longest);
    let held = held.flat_map(|segment| {
        segment.start.0.round() as usize..(segment.end.0.round() as usize).min(seconds.len())
    });
    seconds.witness(held, |held| held.estimate())
}

/// Most likely sequence of keys, one a second.
fn local_keys(seconds: &KeySeconds<'_>) -> Vec<usize> {
    let mut scores = [0.0_f32; 24];
    let mut predecessors: Vec<[u8; 24]> = Vec::with_capacity(seconds.len());
    for idx in 0..seconds.len() {
        let start = idx.saturating_sub(REACH_SECONDS);
        let end = (idx + REACH_SECONDS + 1).min(seconds.len());
        let local = seconds.witness(start..end, |window| {
            if window.evidence.has_key() { window.scores() } else { [0.0; 24] }
        });
        let top = local.iter().fold(f32::MIN, |max, &x| max.max(x));
        let leader = (0..24).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0);
        let mut from = [0; 24];
        let next: [f32; 24] = std::array::from_fn(|key| {
            let changed = scores[leader] - CHANGE_PRICE;
            let (best, origin) =
                if scores[key] >= changed { (scores[key], key) } else { (changed, leader) };
            from[key] = origin as u8;
            best + local[key] - top
        });
        scores = next;
        predecessors.push(from);
    }
    let mut key = (0..24).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0);
    let mut path = vec![0; seconds.len()];
    for (slot, from) in path.iter_mut().zip(&predecessors).rev() {
        *slot = key;
        key = usize::from(from[key]);
    }
    path
}

fn without_short_ones(segments: Vec<KeySegment>) -> Vec<KeySegment> {
    let mut kept: Vec<KeySegment> = Vec::with_capacity(segments.len());
    for segment in segments {
        match kept.last_mut() {
            Some(last)
                if last.key == segment.key
                    || segment.end.0 - segment.start.0 < MIN_SEGMENT_SECONDS =>
            {
                last.end = segment.end;
            }
            _ => kept.push(segment),
        }
    }
    kept
}

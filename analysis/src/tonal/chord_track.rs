//! Chords of a whole file: Viterbi over all frames, transitions after the key of each stretch.

use super::bass_line::BassLine;
use super::chord_model::{ChordModel, N_STATES, NO_CHORD, agreement, chord, confidence, leader};
use super::chord_network::ChordWord;
use super::chroma::Chroma;
use crate::facts::{ChordSegment, KeySegment};
use crate::features::{PITCH_FPS, TONAL_FPS};
use crate::units::Seconds;

/// A chord that holds for fewer frames goes to its neighbors.
const MIN_FRAMES: usize = 3;

/// What is heard of the chords of a file.
#[derive(Clone, Debug)]
pub(crate) struct ChordFrames {
    /// 10 a second, silence all 0.
    pub(super) chromas: Vec<Chroma>,
    /// The network's words, 5 a second; empty without a network.
    pub(super) words: Vec<ChordWord>,
    pub(super) bass: BassLine,
}

impl ChordFrames {
    fn emissions(&self, model: &ChordModel, idx: usize) -> [f32; N_STATES] {
        let Some(chroma) = self.chromas.get(idx) else { return [0.0; N_STATES] };
        let mut emissions = model.emissions(chroma);
        if *chroma != Chroma::default() {
            // Between two words each counts half.
            let n_between = TONAL_FPS / PITCH_FPS;
            for word in [idx / n_between, idx.div_ceil(n_between)] {
                if let Some(word) = self.words.get(word).or(self.words.last()) {
                    word.add_to(&mut emissions, 0.5);
                }
            }
        }
        emissions
    }
}

/// Decodes `frames` into segments without gaps from 0 to `length`.
pub(crate) fn decode_chords(
    frames: &ChordFrames,
    keys: &[KeySegment],
    length: Seconds,
) -> Vec<ChordSegment> {
    let mut model = ChordModel::new();
    let mut scores = [0.0; N_STATES];
    let mut predecessors: Vec<[u8; N_STATES]> = Vec::with_capacity(frames.chromas.len());
    for idx in 0..frames.chromas.len() {
        let at = idx as f64 / TONAL_FPS as f64;
        model.set_key(keys.iter().find(|k| k.start.0 <= at && at < k.end.0).map(|k| k.key));
        let (next, from) = model.traced_step(&scores, &frames.emissions(&model, idx));
        scores = next;
        predecessors.push(from);
    }
    let mut path = traced_back(&scores, &predecessors);
    give_short_ones_away(&mut path, |idx| frames.emissions(&model, idx));
    segments(&model, frames, &path, length)
}

fn traced_back(scores: &[f32; N_STATES], predecessors: &[[u8; N_STATES]]) -> Vec<usize> {
    let mut state = leader(scores);
    let mut path = vec![NO_CHORD; predecessors.len()];
    for (slot, from) in path.iter_mut().zip(predecessors).rev() {
        *slot = state;
        state = usize::from(from[state]);
    }
    path
}

/// Where a stretch is too short, what comes before goes on and what follows sets in earlier.
fn give_short_ones_away(path: &mut [usize], emissions: impl Fn(usize) -> [f32; N_STATES]) {
    let lengths: Vec<usize> = path.chunk_by(|a, b| a == b).map(<[_]>::len).collect();
    let mut start = 0;
    for len in lengths {
        let end = start + len;
        let before = start.checked_sub(1).and_then(|idx| path.get(idx)).copied();
        let after = path.get(end).copied();
        if len < MIN_FRAMES
            && let (Some(before), Some(after)) = (before, after)
        {
            // The change falls where it explains the frames best.
            let gains: Vec<f32> =
                (start..end).map(&emissions).map(|e| e[before] - e[after]).collect();
            let gain = |split: usize| gains[..split].iter().sum::<f32>();
            let split = (0..=len).max_by(|&a, &b| gain(a).total_cmp(&gain(b))).unwrap_or(0);
            path[start..start + split].fill(before);
            path[start + split..end].fill(after);
        }
        start = end;
    }
}

fn segments(
    model: &ChordModel,
    frames: &ChordFrames,
    path: &[usize],
    length: Seconds,
) -> Vec<ChordSegment> {
    let mut segments: Vec<ChordSegment> = Vec::new();
    let mut start = 0;
    for stretch in path.chunk_by(|a, b| a == b) {
        let end = start + stretch.len();
        let state = stretch[0];
        let sum: f32 =
            (start..end).map(|idx| agreement(&frames.emissions(model, idx), state)).sum();
        // A frame speaks for the tenth of a second around its centre.
        let time = |frame: usize| Seconds((frame as f64 - 0.5).max(0.0) / TONAL_FPS as f64);
        let chord = chord(state);
        let (from, to) = (time(start), if end == path.len() { length } else { time(end) });
        segments.push(ChordSegment {
            start: from,
            end: to,
            chord,
            bass: chord.and_then(|chord| frames.bass.inversion(chord, from, to)),
            confidence: confidence(sum / stretch.len() as f32),
        });
        start = end;
    }
    segments.retain(|segment| segment.end.0 > segment.start.0);
    segments
}

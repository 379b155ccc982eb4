//! Chords of a whole file: Viterbi over all frames, transitions after the key of each stretch.

use super::chord_model::{ChordModel, N_STATES, NO_CHORD, agreement, chord, confidence};
use super::chroma::Chroma;
use crate::facts::{ChordSegment, KeySegment};
use crate::features::TONAL_FPS;
use crate::units::Seconds;

/// Decodes `chromas` (10 a second, silence all 0) into segments without gaps from 0 to `length`.
pub(crate) fn decode_chords(
    chromas: &[Chroma],
    keys: &[KeySegment],
    length: Seconds,
) -> Vec<ChordSegment> {
    let mut model = ChordModel::new();
    let mut scores = [0.0; N_STATES];
    let mut predecessors: Vec<[u8; N_STATES]> = Vec::with_capacity(chromas.len());
    for (idx, chroma) in chromas.iter().enumerate() {
        let at = idx as f64 / TONAL_FPS as f64;
        model.set_key(keys.iter().find(|k| k.start.0 <= at && at < k.end.0).map(|k| k.key));
        let (next, from) = model.step(&scores, &model.emissions(chroma));
        // Keeps the scores near 0, where they are exact.
        let best = next.iter().fold(f32::MIN, |max, &x| max.max(x));
        scores = next.map(|x| x - best);
        predecessors.push(from);
    }
    let path = traced_back(&scores, &predecessors);
    segments(&model, chromas, &path, length)
}

fn traced_back(scores: &[f32; N_STATES], predecessors: &[[u8; N_STATES]]) -> Vec<usize> {
    let best = (0..N_STATES).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
    let mut state = best.unwrap_or(NO_CHORD);
    let mut path = vec![NO_CHORD; predecessors.len()];
    for (slot, from) in path.iter_mut().zip(predecessors).rev() {
        *slot = state;
        state = usize::from(from[state]);
    }
    path
}

fn segments(
    model: &ChordModel,
    chromas: &[Chroma],
    path: &[usize],
    length: Seconds,
) -> Vec<ChordSegment> {
    let mut segments: Vec<ChordSegment> = Vec::new();
    let mut start = 0;
    for stretch in path.chunk_by(|a, b| a == b) {
        let end = start + stretch.len();
        let state = stretch[0];
        let sum: f32 =
            chromas[start..end].iter().map(|c| agreement(&model.emissions(c), state)).sum();
        // A frame speaks for the tenth of a second around its centre.
        let time = |frame: usize| Seconds((frame as f64 - 0.5).max(0.0) / TONAL_FPS as f64);
        segments.push(ChordSegment {
            start: time(start),
            end: if end == path.len() { length } else { time(end) },
            chord: chord(state),
            confidence: confidence(sum / stretch.len() as f32),
        });
        start = end;
    }
    segments.retain(|segment| segment.end.0 > segment.start.0);
    segments
}

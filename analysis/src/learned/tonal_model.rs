//! [`TonalModel`]: weights of the network that hears keys and chords.
//!
//! A pitch-equivariant convolutional network over a log-frequency spectrum: every layer is a
//! convolution over pitch, so that a transposed piece is heard like the piece (F. Korzeniowski and
//! G. Widmer, "A fully convolutional deep auditory model for musical chord recognition", MLSP 2016,
//! and "Genre-agnostic key classification with convolutional neural networks", ISMIR 2018). Sizes,
//! order of operations and training: `training/MODELS.md`.

use super::conv::{Conv, Edge, Shape, relu};
use super::dense::Dense;
use super::weights::{Weights, WeightsError};
use crate::features::N_PITCH_BINS;

/// Semitones from C1 to B7, and the octaves they form.
const N_SEMITONES: usize = 84;
const N_OCTAVES: usize = 7;
const N_PITCH_CLASSES: usize = 12;

/// Channels of a pitch class after folding, and after the layer over time.
pub(super) const N_FOLDED: usize = 48;
pub(super) const N_HEARD: usize = 40;
/// What is said about each pitch class.
pub(super) const N_SAID: usize = 16;

/// Chord qualities the network tells apart: maj, min, dim, aug, sus2, sus4, 7, maj7, min7, hdim7,
/// maj6, min6.
pub(crate) const N_QUALITIES: usize = 12;
/// Chord classes, `quality * 12 + root`, then "no chord".
pub(crate) const N_CHORDS: usize = N_QUALITIES * N_PITCH_CLASSES + 1;
/// Bass classes: twelve pitch classes, then "no bass".
pub(crate) const N_BASSES: usize = N_PITCH_CLASSES + 1;
/// Numbers the key is heard from: `[12][folded, heard, chord posteriors]`.
pub(crate) const N_KEY_INPUTS: usize = N_PITCH_CLASSES * N_KEY_CHANNELS;
pub(super) const N_KEY_CHANNELS: usize = N_FOLDED + N_HEARD + N_QUALITIES;
const N_KEY_HIDDEN: usize = 32;

/// Frames that an output lies behind its input: 1.2 s.
pub(crate) const DELAY_FRAMES: usize = 6;
/// Frames under the layer over time.
pub(super) const N_TIME_FRAMES: usize = 9;

const SEMITONES: Shape = Shape::pointwise(N_SEMITONES, 24, 24);
const PITCH_CLASSES: Shape = Shape::pointwise(N_PITCH_CLASSES, N_HEARD, N_HEARD);
/// Twelve taps upwards from each pitch class, round the circle.
const CIRCLE: Shape = Shape { n_taps: 12, edge: Edge::Circular, ..PITCH_CLASSES };

/// All layers. Shared by all streams.
#[derive(Clone, Debug)]
pub(crate) struct TonalModel {
    pub(super) front: Conv,
    pub(super) local: Conv,
    pub(super) octave: Conv,
    pub(super) fold: Conv,
    pub(super) circle: Conv,
    pub(super) time: Conv,
    pub(super) root: Conv,
    key_hidden: Dense,
    key_out: Dense,
}

impl TonalModel {
    /// From a file of weights.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, WeightsError> {
        let mut weights = Weights::read(bytes)?;
        let mut conv = |name, shape| Conv::take(&mut weights, name, shape);
        let front = Shape {
            n_output_positions: N_SEMITONES,
            n_frames: 3,
            n_taps: 7,
            stride: 3,
            n_left: 3,
            ..Shape::pointwise(N_PITCH_BINS, 1, 16)
        };
        let local = Shape { n_channels: 16, n_frames: 3, n_taps: 3, n_left: 1, ..SEMITONES };
        let octave = Shape { n_taps: 3, dilation: 12, n_left: 12, ..SEMITONES };
        let fold = Shape {
            n_output_positions: N_PITCH_CLASSES,
            n_outputs: N_FOLDED,
            n_taps: N_OCTAVES,
            dilation: N_PITCH_CLASSES,
            ..SEMITONES
        };
        let model = Self {
            front: conv("front", front)?,
            local: conv("local", local)?,
            octave: conv("octave", octave)?,
            fold: conv("fold", fold)?,
            circle: conv("circle", Shape { n_channels: N_FOLDED, ..CIRCLE })?,
            time: conv("time", Shape { n_frames: N_TIME_FRAMES, ..PITCH_CLASSES })?,
            root: conv("root", Shape { n_outputs: N_SAID, ..CIRCLE })?,
            key_hidden: Dense::take(
                &mut weights,
                "key.hidden",
                &[N_PITCH_CLASSES, N_KEY_CHANNELS, N_KEY_HIDDEN],
            )?,
            key_out: Dense::take(&mut weights, "key.out", &[N_PITCH_CLASSES, N_KEY_HIDDEN, 2])?,
        };
        weights.finish()?;
        Ok(model)
    }

    /// Log posterior of each key from the mean of the vectors of any stretch of music.
    pub(crate) fn key(&self, mean: &[f32; N_KEY_INPUTS]) -> [f32; 24] {
        let mut hidden = [0.0; N_PITCH_CLASSES * N_KEY_HIDDEN];
        let mut logits = [0.0; 2 * N_PITCH_CLASSES];
        circular(&self.key_hidden, mean, &mut hidden);
        relu(&mut hidden);
        circular(&self.key_out, &hidden, &mut logits);
        // Tonic by tonic becomes mode by mode.
        let mut keys = std::array::from_fn(|key| logits[key % 12 * 2 + key / 12]);
        log_softmax(&mut keys);
        keys
    }
}

/// Applies `dense` to twelve positions of `inputs`, upwards from each, round the circle.
fn circular<const N: usize>(dense: &Dense, inputs: &[f32; N], outputs: &mut [f32]) {
    let mut turned = *inputs;
    for output in outputs.chunks_exact_mut(dense.n_outputs()) {
        dense.apply(&turned, output);
        turned.rotate_left(N / N_PITCH_CLASSES);
    }
}

/// Log probabilities of logits.
pub(super) fn log_softmax(logits: &mut [f32]) {
    let top = logits.iter().fold(f32::MIN, |max, &x| max.max(x));
    let sum: f32 = logits.iter().map(|x| (x - top).exp()).sum();
    let norm = top + sum.ln();
    for x in logits {
        *x -= norm;
    }
}

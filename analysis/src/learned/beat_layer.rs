//! [`Layer`] and its stream: a convolution over time whose frames come one after the other.
//!
//! Before the first frame and after the last lies 0, for every layer alike, as in training; so a
//! stream gives what the whole gives at once, however it is cut.

use std::ops::Range;

use super::dense::Dense;
use super::weights::{Weights, WeightsError};

/// Frames computed together where time allows it: the inner loop is fastest so.
pub(super) const TOGETHER: usize = 4;

/// What a layer reads. A frame is `[n_positions][n_channels]`, flat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Values of an input frame.
    pub(super) n_inputs: usize,
    /// Values that count as 0 before and after those of a frame.
    pub(super) n_margin: usize,
    /// Values under the kernel in one frame, and from one output position to the next.
    pub(super) n_taps: usize,
    pub(super) stride: usize,
    pub(super) n_positions: usize,
    /// Frames under the kernel, the distance between them, and how many frames the last of them
    /// lies ahead of the output's.
    pub(super) n_frames: usize,
    pub(super) dilation: usize,
    pub(super) n_ahead: usize,
}

/// Weights of a layer, shared by all streams.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    shape: Shape,
    dense: Dense,
}

/// One stream through a [`Layer`]. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(super) struct LayerStream {
    shape: Shape,
    row_len: usize,
    /// Input frames with their margins, a ring.
    rows: Vec<f32>,
    n_rows: usize,
    /// Frames that came in and went out.
    n_in: usize,
    n_out: usize,
    patches: Vec<f32>,
    outputs: Vec<f32>,
}

impl Layer {
    /// From `name.w` of dimensions `dims`, outputs last, and `name.b`.
    pub(super) fn take(
        weights: &mut Weights,
        name: &str,
        shape: Shape,
        dims: &[usize],
    ) -> Result<Self, WeightsError> {
        let dense = Dense::take(weights, name, dims)?;
        if cfg!(test) {
            assert_eq!(dense.n_inputs(), shape.n_frames * shape.n_taps);
        }
        Ok(Self { shape, dense })
    }
}

impl LayerStream {
    pub(super) fn new(layer: &Layer) -> Self {
        let shape = layer.shape;
        let row_len = shape.n_inputs + 2 * shape.n_margin;
        let n_rows = (shape.n_frames - 1) * shape.dilation + 2 * TOGETHER;
        let n_patches = TOGETHER * shape.n_positions;
        Self {
            shape,
            row_len,
            rows: vec![0.0; n_rows * row_len],
            n_rows,
            n_in: 0,
            n_out: 0,
            patches: vec![0.0; n_patches * layer.dense.n_inputs()],
            outputs: vec![0.0; n_patches * layer.dense.n_outputs()],
        }
    }

    /// Takes the next frame. After at most [`TOGETHER`] of them `advance` must follow.
    pub(super) fn push(&mut self, frame: &[f32]) {
        self.push_both(frame, &[]);
    }

    /// Takes the next frame, whose values come in two parts.
    pub(super) fn push_both(&mut self, frame: &[f32], rest: &[f32]) {
        let row = self.n_in % self.n_rows * self.row_len + self.shape.n_margin;
        let (first, second) = self.rows[row..][..self.shape.n_inputs].split_at_mut(frame.len());
        first.copy_from_slice(frame);
        second.copy_from_slice(rest);
        self.n_in += 1;
    }

    /// Computes rectified output frames that are complete, at most [`TOGETHER`]. `is_over`: no frame
    /// follows. Returns the numbers of the frames.
    pub(super) fn advance(&mut self, layer: &Layer, is_over: bool) -> Range<usize> {
        let n_ahead = if is_over { 0 } else { self.shape.n_ahead };
        let n = self.n_in.saturating_sub(self.n_out + n_ahead).min(TOGETHER);
        let first = self.n_out;
        self.n_out += n;
        let (n_inputs, n_outputs) = (layer.dense.n_inputs(), layer.dense.n_outputs());
        let n_patches = n * self.shape.n_positions;
        let mut slots = self.patches.chunks_exact_mut(self.shape.n_taps);
        for frame in first..first + n {
            for position in 0..self.shape.n_positions {
                for (tap, slot) in (0..self.shape.n_frames).zip(&mut slots) {
                    let frame = frame + self.shape.n_ahead + tap * self.shape.dilation;
                    let frame = frame.checked_sub((self.shape.n_frames - 1) * self.shape.dilation);
                    match frame.filter(|frame| *frame < self.n_in) {
                        Some(frame) => {
                            let row = frame % self.n_rows * self.row_len;
                            let from = row + position * self.shape.stride;
                            slot.copy_from_slice(&self.rows[from..][..self.shape.n_taps]);
                        }
                        None => slot.fill(0.0),
                    }
                }
            }
        }
        let outputs = &mut self.outputs[..n_patches * n_outputs];
        layer.dense.apply(&self.patches[..n_patches * n_inputs], outputs);
        outputs.iter_mut().for_each(|x| *x = x.max(0.0));
        first..first + n
    }

    /// What the last `advance` came to, frame by frame.
    pub(super) fn outputs(&self) -> &[f32] {
        &self.outputs
    }

    /// Values of an output frame.
    pub(super) fn n_outputs(&self) -> usize {
        self.outputs.len() / TOGETHER
    }

    /// An input frame that is still held.
    pub(super) fn input(&self, frame: usize) -> &[f32] {
        let row = frame % self.n_rows * self.row_len + self.shape.n_margin;
        &self.rows[row..][..self.shape.n_inputs]
    }

    /// Forgets the stream.
    pub(super) fn reset(&mut self) {
        self.rows.fill(0.0);
        self.n_in = 0;
        self.n_out = 0;
    }
}

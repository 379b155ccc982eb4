//! [`Conv`]: a convolution over time and pitch, fed frame by frame.
//!
//! Time is padded with frames of 0 on both sides of the stream, as in training, so that a stream
//! that is flushed at its end gives what the whole gives at once.

use super::dense::Dense;
use super::weights::{Weights, WeightsError};

/// What the kernel reads along the pitch axis, and what lies beyond its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// Beyond the ends lies 0.
    Zero,
    /// The end meets the beginning: pitch classes.
    Circular,
}

/// Sizes of a convolution. A frame is `[n_positions][n_channels]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Positions of an input frame.
    pub(crate) n_positions: usize,
    /// Channels of an input frame.
    pub(crate) n_channels: usize,
    /// Positions of an output frame.
    pub(crate) n_output_positions: usize,
    /// Channels of an output frame.
    pub(crate) n_outputs: usize,
    /// Frames under the kernel, odd; the output belongs to the middle one.
    pub(crate) n_frames: usize,
    /// Positions under the kernel.
    pub(crate) n_taps: usize,
    /// Tap `j` of output position `p` reads position `p * stride + j * dilation - n_left`.
    pub(crate) stride: usize,
    pub(crate) dilation: usize,
    pub(crate) n_left: usize,
    pub(crate) edge: Edge,
}

impl Shape {
    /// Position by position and frame by frame, every input to every output; the start for others.
    pub(crate) const fn pointwise(n_positions: usize, n_channels: usize, n_outputs: usize) -> Self {
        Self {
            n_positions,
            n_channels,
            n_output_positions: n_positions,
            n_outputs,
            n_frames: 1,
            n_taps: 1,
            stride: 1,
            dilation: 1,
            n_left: 0,
            edge: Edge::Zero,
        }
    }

    /// Dimensions of the weights: frames, taps, channels, outputs, without those that are 1.
    fn dims(&self) -> Vec<usize> {
        let inputs = [self.n_frames, self.n_taps, self.n_channels];
        inputs.into_iter().filter(|&n| n > 1).chain([self.n_outputs]).collect()
    }

    /// Where each tap of each output position reads; `n_positions` stands for beyond the ends.
    fn sources(&self) -> Vec<usize> {
        let source = |output: usize, tap: usize| {
            let position = (output * self.stride + tap * self.dilation) as isize;
            let position = position - self.n_left as isize;
            match self.edge {
                Edge::Circular => position.rem_euclid(self.n_positions as isize) as usize,
                Edge::Zero => usize::try_from(position)
                    .map_or(self.n_positions, |position| position.min(self.n_positions)),
            }
        };
        let taps = |output| (0..self.n_taps).map(move |tap| source(output, tap));
        (0..self.n_output_positions).flat_map(taps).collect()
    }
}

/// Neighbouring positions that neighbouring taps read.
#[derive(Clone, Copy, Debug)]
struct Run {
    first: usize,
    len: usize,
}

/// The runs in `sources`.
fn runs(sources: &[usize]) -> Vec<Run> {
    let runs = sources.chunk_by(|a, b| a + 1 == *b);
    runs.map(|run| Run { first: run[0], len: run.len() }).collect()
}

/// Weights of a convolution, shared by all streams.
#[derive(Clone, Debug)]
pub(crate) struct Conv {
    shape: Shape,
    dense: Dense,
    /// What the taps of all output positions read of a frame, in order.
    runs: Vec<Vec<Run>>,
}

impl Conv {
    /// From `name.w` and `name.b`.
    pub(crate) fn take(
        weights: &mut Weights,
        name: &str,
        shape: Shape,
    ) -> Result<Self, WeightsError> {
        let dense = Dense::take(weights, name, &shape.dims())?;
        Ok(Self { shape, dense, runs: shape.sources().chunks(shape.n_taps).map(runs).collect() })
    }
}

/// What comes out of a layer at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Flow<T> {
    /// Nothing yet: half a kernel must be heard first.
    Waiting,
    /// The next frame.
    Frame(T),
    /// Nothing any more.
    Over,
}

/// A frame of a convolution, and the input it belongs to.
#[derive(Debug)]
pub(crate) struct Convolved<'a> {
    output: &'a mut [f32],
    middle: &'a [f32],
}

impl<'a> Flow<Convolved<'a>> {
    /// The frame as it is.
    pub(crate) fn plain(self) -> Flow<&'a [f32]> {
        self.map(|_, _| ())
    }

    /// What is negative becomes 0.
    pub(crate) fn rectified(self) -> Flow<&'a [f32]> {
        self.map(|output, _| relu(output))
    }

    /// The rectified frame, added to the input.
    pub(crate) fn added(self) -> Flow<&'a [f32]> {
        self.map(|output, middle| {
            relu(output);
            for (x, input) in output.iter_mut().zip(middle) {
                *x += input;
            }
        })
    }

    fn map(self, change: impl FnOnce(&mut [f32], &[f32])) -> Flow<&'a [f32]> {
        match self {
            Self::Waiting => Flow::Waiting,
            Self::Over => Flow::Over,
            Self::Frame(Convolved { output, middle }) => {
                change(output, middle);
                Flow::Frame(output)
            }
        }
    }
}

/// The rectifier.
pub(super) fn relu(values: &mut [f32]) {
    for x in values {
        *x = x.max(0.0);
    }
}

/// One stream through a [`Conv`]. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(crate) struct ConvStream {
    /// `[n_frames][n_positions + 1][n_channels]`, the last position 0.
    ring: Vec<f32>,
    n_pushed: usize,
    /// Frames of 0 pushed after the end.
    n_padded: usize,
    patches: Vec<f32>,
    output: Vec<f32>,
}

impl ConvStream {
    pub(crate) fn new(conv: &Conv) -> Self {
        let Shape { n_positions, n_channels, n_frames, .. } = conv.shape;
        let n_outputs = conv.shape.n_output_positions;
        Self {
            ring: vec![0.0; n_frames * (n_positions + 1) * n_channels],
            n_pushed: 0,
            n_padded: 0,
            patches: vec![0.0; n_outputs * conv.dense.n_inputs()],
            output: vec![0.0; n_outputs * conv.dense.n_outputs()],
        }
    }

    /// Takes the next frame, or [`Flow::Over`] again and again after the last. Returns the frame
    /// that is complete with it, half a kernel behind.
    pub(crate) fn push(&mut self, conv: &Conv, input: Flow<&[f32]>) -> Flow<Convolved<'_>> {
        let Shape { n_positions, n_channels, n_frames, .. } = conv.shape;
        let reach = n_frames / 2;
        let frame_len = (n_positions + 1) * n_channels;
        let slot = self.n_pushed % n_frames;
        let newest = &mut self.ring[slot * frame_len..][..n_positions * n_channels];
        match input {
            Flow::Waiting => return Flow::Waiting,
            Flow::Frame(frame) => newest.copy_from_slice(frame),
            Flow::Over if self.n_padded == reach => return Flow::Over,
            Flow::Over => {
                newest.fill(0.0);
                self.n_padded += 1;
            }
        }
        self.n_pushed += 1;
        if self.n_pushed <= reach {
            return Flow::Waiting;
        }
        // The oldest frame follows the newest in the ring.
        let (after, before) = self.ring.split_at((slot + 1) * frame_len);
        let frames = || before.chunks_exact(frame_len).chain(after.chunks_exact(frame_len));
        let patches = self.patches.chunks_exact_mut(conv.dense.n_inputs());
        for (patch, runs) in patches.zip(&conv.runs) {
            let mut rest = patch;
            for frame in frames() {
                for &Run { first, len } in runs {
                    let (slot, after) = rest.split_at_mut(len * n_channels);
                    slot.copy_from_slice(&frame[first * n_channels..][..slot.len()]);
                    rest = after;
                }
            }
        }
        conv.dense.apply(&self.patches, &mut self.output);
        let middle = (slot + n_frames - reach) % n_frames;
        Flow::Frame(Convolved {
            output: &mut self.output,
            middle: &self.ring[middle * frame_len..][..n_positions * n_channels],
        })
    }

    /// Forgets the stream.
    pub(crate) fn reset(&mut self) {
        self.ring.fill(0.0);
        (self.n_pushed, self.n_padded) = (0, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::weights::tests::file;
    use super::*;

    /// Values that are not all alike, exact in half precision.
    fn values(n: usize) -> Vec<f32> {
        (0..n).map(|i| ((i * 37 + i / 5) % 19) as f32 * 0.125 - 1.0).collect()
    }

    /// The definition, for a whole stream `[n][n_positions][n_channels]`.
    fn direct(shape: &Shape, weight: &[f32], bias: &[f32], stream: &[f32]) -> Vec<f32> {
        let Shape { n_positions, n_channels, n_outputs, n_frames, n_taps, .. } = *shape;
        let frames: Vec<&[f32]> = stream.chunks_exact(n_positions * n_channels).collect();
        let value = |frame: usize, position: i32, channel: usize| {
            let position = match shape.edge {
                Edge::Circular => position.rem_euclid(n_positions as i32),
                Edge::Zero => position,
            };
            let inside = (0..n_positions as i32).contains(&position);
            let frame = frame.checked_sub(n_frames / 2).and_then(|at| frames.get(at));
            match frame {
                Some(frame) if inside => frame[position as usize * n_channels + channel],
                _ => 0.0,
            }
        };
        let mut outputs = Vec::new();
        for now in 0..frames.len() {
            for place in 0..shape.n_output_positions {
                for output in 0..n_outputs {
                    let mut sum = bias[output];
                    for i in 0..n_frames {
                        for j in 0..n_taps {
                            let position = (place * shape.stride + j * shape.dilation) as i32
                                - shape.n_left as i32;
                            for k in 0..n_channels {
                                let row = (i * n_taps + j) * n_channels + k;
                                sum +=
                                    value(now + i, position, k) * weight[row * n_outputs + output];
                            }
                        }
                    }
                    outputs.push(sum);
                }
            }
        }
        outputs
    }

    #[test]
    fn a_stream_gives_what_the_definition_gives_for_the_whole() {
        let plain = Shape::pointwise(12, 3, 5);
        let shapes = [
            plain,
            Shape { n_frames: 3, n_taps: 3, n_left: 1, ..plain },
            Shape { n_frames: 3, n_taps: 7, n_left: 2, stride: 3, n_output_positions: 4, ..plain },
            Shape { n_taps: 3, dilation: 4, n_left: 4, ..plain },
            Shape { n_taps: 3, dilation: 4, n_output_positions: 4, ..plain },
            Shape { n_frames: 5, n_channels: 1, n_outputs: 9, ..plain },
            Shape { n_taps: 12, edge: Edge::Circular, ..plain },
        ];
        for shape in shapes {
            let Shape { n_positions, n_channels, n_outputs, n_frames, n_taps, .. } = shape;
            let weight = values(n_outputs * n_channels * n_frames * n_taps);
            let bias = values(n_outputs);
            let bytes = file(&[
                ("c.w", &shape.dims(), weight.clone()),
                ("c.b", &[n_outputs], bias.clone()),
            ]);
            let conv = Conv::take(&mut Weights::read(&bytes).unwrap(), "c", shape).unwrap();
            for n in [1, 2, 6] {
                let whole = values(n * n_positions * n_channels);
                let mut stream = ConvStream::new(&conv);
                let mut outputs: Vec<f32> = Vec::new();
                let frames = whole.chunks_exact(n_positions * n_channels).map(Flow::Frame);
                for frame in frames.chain([Flow::Over; 4]) {
                    if let Flow::Frame(output) = stream.push(&conv, frame).plain() {
                        outputs.extend(output);
                    }
                }
                let expected = direct(&shape, &weight, &bias, &whole);
                assert_eq!(outputs.len(), expected.len(), "{shape:?}");
                for (a, b) in outputs.iter().zip(&expected) {
                    assert!((a - b).abs() < 1e-4, "{shape:?}: {a} {b}");
                }
            }
        }
    }
}

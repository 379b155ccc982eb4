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
    /// Channels of an output frame.
    pub(crate) n_outputs: usize,
    /// Frames under the kernel, odd.
    pub(crate) n_frames: usize,
    /// Positions under the kernel.
    pub(crate) n_taps: usize,
    /// Positions between output positions.
    pub(crate) stride: usize,
    /// Positions between taps.
    pub(crate) dilation: usize,
    /// Position of the first tap, relative to the output's, to the left.
    pub(crate) n_left: usize,
    pub(crate) edge: Edge,
}

impl Shape {
    /// A centred kernel of `n_frames` by `n_taps` on every position.
    pub(crate) fn centred(
        (n_positions, n_channels): (usize, usize),
        n_outputs: usize,
        (n_frames, n_taps): (usize, usize),
        edge: Edge,
    ) -> Self {
        Self {
            n_positions,
            n_channels,
            n_outputs,
            n_frames,
            n_taps,
            stride: 1,
            dilation: 1,
            n_left: n_taps / 2,
            edge,
        }
    }

    fn n_output_positions(&self) -> usize {
        self.n_positions.div_ceil(self.stride)
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
        (0..self.n_output_positions()).flat_map(taps).collect()
    }
}

/// Weights of a convolution, shared by all streams.
#[derive(Clone, Debug)]
pub(crate) struct Conv {
    shape: Shape,
    dense: Dense,
    /// `[n_output_positions][n_taps]`.
    sources: Vec<usize>,
}

impl Conv {
    /// From `name.weight`, `[n_outputs, n_channels, n_frames, n_taps]`, and `name.bias`.
    pub(crate) fn take(
        weights: &mut Weights,
        name: &str,
        shape: Shape,
    ) -> Result<Self, WeightsError> {
        let Shape { n_channels, n_outputs, n_frames, n_taps, .. } = shape;
        let frames = (0..n_frames).flat_map(|frame| (0..n_taps).map(move |tap| (frame, tap)));
        let order: Vec<usize> = frames
            .flat_map(|(frame, tap)| {
                (0..n_channels).map(move |channel| (channel * n_frames + frame) * n_taps + tap)
            })
            .collect();
        let dims = [n_outputs, n_channels, n_frames, n_taps];
        let dense = Dense::take(weights, name, &dims, &order)?;
        Ok(Self { shape, dense, sources: shape.sources() })
    }
}

/// One stream through a [`Conv`]. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(crate) struct ConvStream {
    /// `[n_frames][n_positions + 1][n_channels]`, the last position 0.
    ring: Vec<f32>,
    n_pushed: usize,
    patches: Vec<f32>,
    output: Vec<f32>,
}

impl ConvStream {
    pub(crate) fn new(conv: &Conv) -> Self {
        let Shape { n_positions, n_channels, n_frames, .. } = conv.shape;
        let n_outputs = conv.shape.n_output_positions();
        Self {
            ring: vec![0.0; n_frames * (n_positions + 1) * n_channels],
            n_pushed: 0,
            patches: vec![0.0; n_outputs * conv.dense.n_inputs()],
            output: vec![0.0; n_outputs * conv.dense.n_outputs()],
        }
    }

    /// Takes the next frame, `None` after the end of the stream. Returns the output frame that is
    /// complete with it, half a kernel behind; none before the first is.
    pub(crate) fn push(&mut self, conv: &Conv, frame: Option<&[f32]>) -> Option<&mut [f32]> {
        let Shape { n_positions, n_channels, n_frames, n_taps, .. } = conv.shape;
        let frame_len = (n_positions + 1) * n_channels;
        let slot = self.n_pushed % n_frames;
        let newest = &mut self.ring[slot * frame_len..][..n_positions * n_channels];
        match frame {
            Some(frame) => newest.copy_from_slice(frame),
            None => newest.fill(0.0),
        }
        self.n_pushed += 1;
        if self.n_pushed <= n_frames / 2 {
            return None;
        }
        // The oldest frame follows the newest in the ring.
        let (after, before) = self.ring.split_at((slot + 1) * frame_len);
        let frames = || before.chunks_exact(frame_len).chain(after.chunks_exact(frame_len));
        let patches = self.patches.chunks_exact_mut(conv.dense.n_inputs());
        for (patch, sources) in patches.zip(conv.sources.chunks_exact(n_taps)) {
            let taps = frames().flat_map(|frame| sources.iter().map(move |&s| (frame, s)));
            for (slot, (frame, source)) in patch.chunks_exact_mut(n_channels).zip(taps) {
                slot.copy_from_slice(&frame[source * n_channels..][..n_channels]);
            }
        }
        conv.dense.apply(&self.patches, &mut self.output);
        Some(&mut self.output)
    }

    /// Forgets the stream.
    pub(crate) fn reset(&mut self) {
        self.ring.fill(0.0);
        self.n_pushed = 0;
    }
}

/// The exponential linear unit (D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast and accurate
/// deep network learning by exponential linear units", ICLR 2016).
pub(crate) fn elu(values: &mut [f32]) {
    for x in values {
        if *x < 0.0 {
            *x = x.exp() - 1.0;
        }
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
        let Shape { n_positions, n_channels, n_frames, n_taps, .. } = *shape;
        let frames: Vec<&[f32]> = stream.chunks_exact(n_positions * n_channels).collect();
        let mut outputs = Vec::new();
        for now in 0..frames.len() {
            for position in 0..n_positions.div_ceil(shape.stride) {
                for (output, bias) in bias.iter().enumerate() {
                    let mut sum = *bias;
                    for frame in 0..n_frames {
                        for tap in 0..n_taps {
                            let Some(values) = (now + frame)
                                .checked_sub(n_frames / 2)
                                .and_then(|at| frames.get(at))
                            else {
                                continue;
                            };
                            let at = (position * shape.stride + tap * shape.dilation) as i32
                                - shape.n_left as i32;
                            let at = match shape.edge {
                                Edge::Circular => at.rem_euclid(n_positions as i32),
                                Edge::Zero => at,
                            };
                            if !(0..n_positions as i32).contains(&at) {
                                continue;
                            }
                            for channel in 0..n_channels {
                                sum += values[at as usize * n_channels + channel]
                                    * weight[((output * n_channels + channel) * n_frames + frame)
                                        * n_taps
                                        + tap];
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
        let centred = Shape::centred((12, 3), 5, (3, 3), Edge::Zero);
        let shapes = [
            centred,
            Shape { stride: 3, n_taps: 7, n_left: 2, ..centred },
            Shape { dilation: 4, n_left: 4, n_frames: 1, ..centred },
            Shape::centred((12, 2), 9, (5, 11), Edge::Circular),
            Shape { n_taps: 12, n_left: 0, ..Shape::centred((12, 2), 9, (1, 1), Edge::Circular) },
        ];
        for shape in shapes {
            let Shape { n_positions, n_channels, n_outputs, n_frames, n_taps, .. } = shape;
            let weight = values(n_outputs * n_channels * n_frames * n_taps);
            let bias = values(n_outputs);
            let dims = [n_outputs, n_channels, n_frames, n_taps];
            let bytes = file(&[
                ("c.weight", &dims, weight.clone()),
                ("c.bias", &[n_outputs], bias.clone()),
            ]);
            let conv = Conv::take(&mut Weights::read(&bytes).unwrap(), "c", shape).unwrap();
            for n in [1, 2, 6] {
                let whole = values(n * n_positions * n_channels);
                let mut stream = ConvStream::new(&conv);
                let mut outputs: Vec<f32> = Vec::new();
                let frames = whole.chunks_exact(n_positions * n_channels).map(Some);
                for frame in frames.chain(vec![None; n_frames / 2]) {
                    outputs.extend(stream.push(&conv, frame).unwrap_or_default().iter());
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

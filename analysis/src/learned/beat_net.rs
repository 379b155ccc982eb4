//! [`BeatNet`]: hears beats and bar starts in mel bands, and for whole files in the harmony too.
//!
//! A temporal convolutional network (M. Davies and S. Böck, "Temporal convolutional networks for
//! musical audio beat tracking", EUSIPCO 2019), trained on rendered music; every step is told in
//! `training/MODELS.md`. One for whole files sees 20 s either way, one for the live path only what
//! was.

use super::beat_layer::{Layer, LayerStream, Shape, TOGETHER};
use super::dense::Dense;
use super::weights::{Weights, WeightsError};
use crate::features::N_MEL_BANDS;

/// Channels of the residual blocks, and their number; the dilation doubles from block to block.
const N_CHANNELS: usize = 40;
const N_BLOCKS: usize = 9;
const N_KERNEL: usize = 5;
/// Layers before the blocks, and values the second and the third of them read.
const N_FRONT: usize = 3;
const N_FRONT1: usize = 32 * 8;
const N_FRONT2: usize = 11 * 16;
/// Values that tell of the harmony.
pub(crate) const N_HARMONY: usize = 24;
/// The live network tells of a beat this many frames (50 a second) late.
pub(crate) const LIVE_DELAY: usize = 3;
/// Frames of harmony held until the layers before the one that joins it are through.
const N_HELD: usize = 4 * TOGETHER;

/// Activations of one frame: probabilities of a beat (of any position), and of a downbeat.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Activation {
    /// A beat sounds.
    pub(crate) beat: f32,
    /// The first beat of a bar sounds.
    pub(crate) downbeat: f32,
}

/// What a network may see of the time after a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// As much as of the time before; and the harmony.
    Both,
    /// Nothing.
    Past,
}

/// Weights, shared by all streams.
#[derive(Clone, Debug)]
pub(crate) struct BeatNet {
    sight: Sight,
    /// Two over bands, the joining one, and one in each block.
    layers: Vec<Layer>,
    mixes: Vec<Dense>,
    out: Dense,
}

/// One stream through a [`BeatNet`]. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(crate) struct BeatStream {
    layers: Vec<LayerStream>,
    harmony: [[f32; N_HARMONY]; N_HELD],
    /// Frames pushed; how many are computed together.
    n_pushed: usize,
    n_together: usize,
    mixed: [f32; TOGETHER * N_CHANNELS],
}

impl BeatNet {
    /// The network in a file of weights.
    pub(crate) fn read(bytes: &[u8], sight: Sight) -> Result<Self, WeightsError> {
        let mut weights = Weights::read(bytes)?;
        let n_joined = N_FRONT2 + if sight == Sight::Both { N_HARMONY } else { 0 };
        let front1 = front(sight, N_MEL_BANDS, 1, 2, 32);
        let front2 = front(sight, N_FRONT1, 8, 3, 11);
        let mut layers = vec![
            Layer::take(&mut weights, "front1", front1, &[3, 5, 8])?,
            Layer::take(&mut weights, "front2", front2, &[3, 5, 8, 16])?,
            Layer::take(&mut weights, "join", pointwise(n_joined), &[n_joined, N_CHANNELS])?,
        ];
        let mut mixes = Vec::with_capacity(N_BLOCKS);
        for block in 0..N_BLOCKS {
            let dims = [N_KERNEL, N_CHANNELS, N_CHANNELS];
            let name = format!("block{block}.conv");
            layers.push(Layer::take(&mut weights, &name, dilated(sight, 1 << block), &dims)?);
            mixes.push(Dense::take(&mut weights, &format!("block{block}.mix"), &dims[1..])?);
        }
        let out = Dense::take(&mut weights, "out", &[N_CHANNELS, 2])?;
        // The harmony's own layer is taken by its own reader.
        if sight == Sight::Past {
            weights.finish()?;
        }
        Ok(Self { sight, layers, mixes, out })
    }
}

fn front(sight: Sight, n_inputs: usize, n_channels: usize, stride: usize, n: usize) -> Shape {
    Shape {
        n_inputs,
        n_margin: 2 * n_channels,
        n_taps: 5 * n_channels,
        stride: stride * n_channels,
        n_positions: n,
        n_frames: 3,
        dilation: 1,
        n_ahead: usize::from(sight == Sight::Both),
    }
}

fn pointwise(n_inputs: usize) -> Shape {
    Shape {
        n_inputs,
        n_margin: 0,
        n_taps: n_inputs,
        stride: 0,
        n_positions: 1,
        n_frames: 1,
        dilation: 1,
        n_ahead: 0,
    }
}

fn dilated(sight: Sight, dilation: usize) -> Shape {
    let n_ahead = if sight == Sight::Both { N_KERNEL / 2 * dilation } else { 0 };
    Shape { n_frames: N_KERNEL, dilation, n_ahead, ..pointwise(N_CHANNELS) }
}

impl BeatStream {
    pub(crate) fn new(net: &BeatNet) -> Self {
        Self {
            layers: net.layers.iter().map(LayerStream::new).collect(),
            harmony: [[0.0; N_HARMONY]; N_HELD],
            n_pushed: 0,
            n_together: if net.sight == Sight::Both { TOGETHER } else { 1 },
            mixed: [0.0; TOGETHER * N_CHANNELS],
        }
    }

    /// Takes the next frame of bands and the harmony there (which the live network doesn't read).
    /// Activations go to `sink` as they are complete, frame by frame.
    pub(crate) fn push(
        &mut self,
        net: &BeatNet,
        bands: &[u8; N_MEL_BANDS],
        harmony: &[f32; N_HARMONY],
        sink: &mut impl FnMut(Activation),
    ) {
        self.harmony[self.n_pushed % N_HELD] = *harmony;
        self.layers[0].push(&bands.map(|x| f32::from(x) / 255.0));
        self.n_pushed += 1;
        if self.n_pushed.is_multiple_of(self.n_together) {
            self.flow(net, 0, false, sink);
        }
    }

    /// Says that no frame follows.
    pub(crate) fn finish(&mut self, net: &BeatNet, sink: &mut impl FnMut(Activation)) {
        for layer in 0..self.layers.len() {
            while self.flow(net, layer, true, sink) {}
        }
    }

    /// Forgets the stream.
    pub(crate) fn reset(&mut self) {
        self.layers.iter_mut().for_each(LayerStream::reset);
        self.n_pushed = 0;
    }

    /// Lets a layer compute what it can and all others after it. `is_over`: the layer gets no more
    /// frames. Returns whether it computed any.
    fn flow(
        &mut self,
        net: &BeatNet,
        from: usize,
        is_over: bool,
        sink: &mut impl FnMut(Activation),
    ) -> bool {
        for idx in from..self.layers.len() {
            let (before, after) = self.layers.split_at_mut(idx + 1);
            let Some(layer) = before.last_mut() else { return false };
            let frames = layer.advance(&net.layers[idx], is_over && idx == from);
            if frames.is_empty() {
                return idx > from;
            }
            let n_outputs = layer.n_outputs();
            let outputs = &layer.outputs()[..frames.len() * n_outputs];
            if let Some(block) = idx.checked_sub(N_FRONT) {
                let mixed = &mut self.mixed[..frames.len() * N_CHANNELS];
                net.mixes[block].apply(outputs, mixed);
                for (frame, mixed) in frames.zip(mixed.chunks_exact_mut(N_CHANNELS)) {
                    mixed.iter_mut().zip(layer.input(frame)).for_each(|(y, x)| *y += x);
                    match after.first_mut() {
                        Some(next) => next.push(mixed),
                        None => sink(activation(net, mixed)),
                    }
                }
            } else if let Some(next) = after.first_mut() {
                for (frame, output) in frames.zip(outputs.chunks_exact(n_outputs)) {
                    if idx == 1 && net.sight == Sight::Both {
                        next.push_both(output, &self.harmony[frame % N_HELD]);
                    } else {
                        next.push(output);
                    }
                }
            }
        }
        true
    }
}

fn activation(net: &BeatNet, last: &mut [f32]) -> Activation {
    last.iter_mut().for_each(|x| *x = x.max(0.0));
    let mut logits = [0.0; 2];
    net.out.apply(last, &mut logits);
    let [beat, downbeat] = logits.map(|logit| 1.0 / (1.0 + (-logit).exp()));
    Activation { beat, downbeat }
}

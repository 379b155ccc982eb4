//! [`HarmonyFront`]: how the harmony moves, for the network that hears bars.
//!
//! Pitch frames are tuned and folded to pitch classes, of all octaves and of those below C4; one
//! convolution that is the same for all of them reads five frames (`training/MODELS.md`).

use super::beat_layer::{Layer, LayerStream, Shape};
use super::beat_net::N_HARMONY;
use super::weights::{Weights, WeightsError};
use crate::features::N_PITCH_BINS;

const N_CLASSES: usize = 12;
const N_OCTAVES: usize = 7;
/// Octaves below C4.
const N_LOW_OCTAVES: usize = 3;
/// Largest bins of all octaves and of the low ones.
const N_REGISTERS: usize = 2;
/// The classes go round, so that every one has all others after it.
const N_ROUND: usize = (2 * N_CLASSES - 1) * N_REGISTERS;
const BINS_PER_CENT: f32 = 36.0 / 1200.0;

/// The layer's weights.
#[derive(Clone, Debug)]
pub(crate) struct HarmonyFront {
    layer: Layer,
}

/// One stream through a [`HarmonyFront`].
#[derive(Clone, Debug)]
pub(crate) struct HarmonyStream {
    layer: LayerStream,
}

impl HarmonyFront {
    /// The layer in a file of weights, whose other tensors [`super::beat_net::BeatNet`] reads.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, WeightsError> {
        let shape = Shape {
            n_inputs: N_ROUND,
            n_margin: 0,
            n_taps: N_CLASSES * N_REGISTERS,
            stride: N_REGISTERS,
            n_positions: N_CLASSES,
            n_frames: 5,
            dilation: 1,
            n_ahead: 2,
        };
        let dims = [5, N_CLASSES, N_REGISTERS, N_HARMONY];
        let layer = Layer::take(&mut Weights::read(bytes)?, "harmony", shape, &dims)?;
        Ok(Self { layer })
    }
}

impl HarmonyStream {
    pub(crate) fn new(front: &HarmonyFront) -> Self {
        Self { layer: LayerStream::new(&front.layer) }
    }

    /// Takes the next pitch frame of music `cents` above A4 = 440 Hz. Complete frames go to `sink`.
    pub(crate) fn push(
        &mut self,
        front: &HarmonyFront,
        bins: &[u8; N_PITCH_BINS],
        cents: f32,
        sink: &mut impl FnMut([f32; N_HARMONY]),
    ) {
        self.layer.push(&round(&classes(bins, cents)));
        self.flow(front, false, sink);
    }

    /// Says that no frame follows.
    pub(crate) fn finish(&mut self, front: &HarmonyFront, sink: &mut impl FnMut([f32; N_HARMONY])) {
        self.flow(front, true, sink);
    }

    fn flow(
        &mut self,
        front: &HarmonyFront,
        is_over: bool,
        sink: &mut impl FnMut([f32; N_HARMONY]),
    ) {
        let n_frames = self.layer.advance(&front.layer, is_over).len();
        let frames = self.layer.outputs().chunks_exact(N_CLASSES * N_HARMONY);
        for frame in frames.take(n_frames) {
            let mut mean = [0.0; N_HARMONY];
            for class in frame.chunks_exact(N_HARMONY) {
                mean.iter_mut().zip(class).for_each(|(sum, x)| *sum += x / N_CLASSES as f32);
            }
            sink(mean);
        }
    }
}

/// Largest tuned bins of each pitch class, `[class][register]`, 0 to 1.
fn classes(bins: &[u8; N_PITCH_BINS], cents: f32) -> [[f32; N_REGISTERS]; N_CLASSES] {
    let raw = |bin: isize| {
        usize::try_from(bin).ok().and_then(|bin| bins.get(bin)).map_or(0.0, |&x| f32::from(x))
    };
    let offset = cents * BINS_PER_CENT;
    let (whole, share) = (offset.floor() as isize, offset - offset.floor());
    let tuned = |bin: isize| {
        if (0..N_PITCH_BINS as isize).contains(&bin) {
            ((1.0 - share) * raw(bin + whole) + share * raw(bin + whole + 1)) / 255.0
        } else {
            0.0
        }
    };
    let mut classes = [[0.0f32; N_REGISTERS]; N_CLASSES];
    for semitone in 0..N_OCTAVES * N_CLASSES {
        let centre = 3 * semitone as isize;
        let most = tuned(centre - 1).max(tuned(centre)).max(tuned(centre + 1));
        let class = &mut classes[semitone % N_CLASSES];
        class[0] = class[0].max(most);
        if semitone < N_LOW_OCTAVES * N_CLASSES {
            class[1] = class[1].max(most);
        }
    }
    classes
}

fn round(classes: &[[f32; N_REGISTERS]; N_CLASSES]) -> [f32; N_ROUND] {
    let flat = classes.as_flattened();
    std::array::from_fn(|idx| flat[idx % flat.len()])
}

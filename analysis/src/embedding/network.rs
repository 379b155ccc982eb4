//! [`EmbeddingModel`]: the weights of the network, as the layers read them.
//!
//! Five banks of filters look at a patch of 187 frames × 96 bands: two at shapes (7 frames × 38 and
//! 67 bands, at every height), three at courses (128, 64 and 32 frames of a single band, in every
//! band). Each keeps its strongest answer over the bands. Three convolutions over time, the later
//! two added to what they read, look at the answers; the greatest and the mean of everything over
//! time go through one dense layer, whose 200 outputs are the embedding.

use ndarray::linalg::general_mat_mul;
use ndarray::{Array2, ArrayView2, ArrayViewMut2, ShapeBuilder as _};

use super::mel::N_BANDS;
use crate::learned::weights::{Weights, WeightsError};

/// Numbers of an embedding.
pub const N_EMBEDDING: usize = 200;

/// Frames of a patch, nearly three seconds.
pub(super) const N_FRAMES: usize = 187;
/// Frames under the convolutions over time, and under the filters of shapes.
pub(super) const N_TAPS: usize = 7;
/// Outputs of all banks together.
pub(super) const N_FRONT: usize = 2 * 204 + 3 * 51;
/// Outputs of a convolution over time.
pub(super) const N_MID: usize = 64;
/// What is pooled over time.
pub(super) const N_POOLED: usize = N_FRONT + 3 * N_MID;

/// The banks of filters.
pub(super) const BANKS: [Kernel; 5] = [
    Kernel { n_frames: N_TAPS, n_bands: 38, n_filters: 204 },
    Kernel { n_frames: N_TAPS, n_bands: 67, n_filters: 204 },
    Kernel { n_frames: 128, n_bands: 1, n_filters: 51 },
    Kernel { n_frames: 64, n_bands: 1, n_filters: 51 },
    Kernel { n_frames: 32, n_bands: 1, n_filters: 51 },
];

/// What the filters of a bank read, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kernel {
    pub(super) n_frames: usize,
    pub(super) n_bands: usize,
    pub(super) n_filters: usize,
}

impl Kernel {
    /// Numbers a filter reads.
    pub(super) const fn n_values(self) -> usize {
        self.n_frames * self.n_bands
    }

    /// Places in one frame where a filter looks.
    pub(super) const fn n_places(self) -> usize {
        N_BANDS - self.n_bands + 1
    }
}

/// Weights of the network. Read once, shared by all streams; about 3 MB.
#[derive(Clone, Debug)]
pub struct EmbeddingModel {
    /// What a band is multiplied by, and what is added then.
    pub(super) input: (f32, f32),
    pub(super) banks: Vec<Bank>,
    pub(super) convs: Vec<Conv>,
    pub(super) dense: Conv,
}

/// Bytes that are not such a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the model for style: {0}")]
pub struct EmbeddingModelError(#[from] WeightsError);

impl EmbeddingModel {
    /// Reads the weights that `cargo xtask setup --for style` writes.
    ///
    /// # Errors
    /// Where the bytes are something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EmbeddingModelError> {
        let mut weights = Weights::read(bytes)?;
        let input = weights.take("input", &[2])?;
        let banks = (0..).zip(BANKS);
        let banks =
            banks.map(|(idx, kernel)| Bank::take(&mut weights, &format!("bank{idx}"), kernel));
        let banks = banks.collect::<Result<_, _>>()?;
        let convs = [N_FRONT, N_MID, N_MID].into_iter().zip(0..).map(|(n_inputs, idx)| {
            Conv::take(&mut weights, &format!("conv{idx}"), N_TAPS * n_inputs, N_MID)
        });
        let convs = convs.collect::<Result<_, _>>()?;
        let dense = Conv::take(&mut weights, "dense", 2 * N_POOLED, N_EMBEDDING)?;
        weights.finish()?;
        Ok(Self { input: (input[0], input[1]), banks, convs, dense })
    }
}

/// A bank of filters: the strongest answer over all places, rectified, stretched and shifted.
#[derive(Clone, Debug)]
pub(super) struct Bank {
    /// `[value][filter]`; those of filters whose answer is turned over by a negative stretch are
    /// turned over themselves, so that the strongest is the greatest for all.
    pub(super) filters: Array2<f32>,
    answers: Vec<Answer>,
}

#[derive(Clone, Copy, Debug)]
struct Answer {
    bias: f32,
    stretch: f32,
    shift: f32,
}

impl Bank {
    fn take(weights: &mut Weights, name: &str, kernel: Kernel) -> Result<Self, WeightsError> {
        let Conv { mut matrix, answers } =
            Conv::take(weights, name, kernel.n_values(), kernel.n_filters)?;
        for (mut column, answer) in matrix.columns_mut().into_iter().zip(&answers) {
            if answer.stretch < 0.0 {
                column.mapv_inplace(|weight| -weight);
            }
        }
        Ok(Self { filters: matrix, answers })
    }

    /// From the products `[place][filter]` of one frame to what the bank says of it.
    pub(super) fn strongest(&self, products: &[f32], said: &mut [f32]) {
        said.fill(f32::NEG_INFINITY);
        for place in products.chunks_exact(said.len()) {
            for (most, &x) in said.iter_mut().zip(place) {
                *most = if x > *most { x } else { *most };
            }
        }
        for (x, answer) in said.iter_mut().zip(&self.answers) {
            let unturned = if answer.stretch < 0.0 { -*x } else { *x };
            *x = answer.of(unturned);
        }
    }
}

/// A matrix `[input][output]`, rectified, stretched and shifted.
#[derive(Clone, Debug)]
pub(super) struct Conv {
    pub(super) matrix: Array2<f32>,
    answers: Vec<Answer>,
}

impl Conv {
    fn take(
        weights: &mut Weights,
        name: &str,
        n_inputs: usize,
        n_outputs: usize,
    ) -> Result<Self, WeightsError> {
        let matrix = weights.take(&format!("{name}.w"), &[n_inputs, n_outputs])?;
        let mut column = |part| weights.take(&format!("{name}.{part}"), &[n_outputs]);
        let (bias, stretch, shift) = (column("bias")?, column("stretch")?, column("shift")?);
        let answers = bias.into_iter().zip(stretch).zip(shift);
        let answers =
            answers.map(|((bias, stretch), shift)| Answer { bias, stretch, shift }).collect();
        // The weights come with these dimensions, or not at all.
        let matrix = Array2::from_shape_vec((n_inputs, n_outputs), matrix).unwrap_or_default();
        Ok(Self { matrix, answers })
    }

    /// From products `[n][output]` to what the layer says.
    pub(super) fn answer(&self, products: &mut [f32]) {
        for row in products.chunks_exact_mut(self.answers.len()) {
            row.iter_mut().zip(&self.answers).for_each(|(x, answer)| *x = answer.of(*x));
        }
    }
}

impl Answer {
    fn of(&self, x: f32) -> f32 {
        self.stretch * (x + self.bias).max(0.0) + self.shift
    }
}

/// Writes `[n_rows][n_outputs]` products; input `i` of row `r` is at `r * strides.0 + i * strides.1`
/// of `values`. Fastest where rows lie side by side, that is where the first stride is 1.
pub(super) fn multiply(
    values: &[f32],
    strides: (usize, usize),
    n_rows: usize,
    matrix: &Array2<f32>,
    products: &mut [f32],
) {
    let (n_inputs, n_outputs) = matrix.dim();
    let left = ArrayView2::from_shape((n_rows, n_inputs).strides(strides), values);
    let out = products.get_mut(..n_rows * n_outputs).unwrap_or_default();
    // Both fit: their sizes are constants of the network.
    if let (Ok(left), Ok(mut out)) = (left, ArrayViewMut2::from_shape((n_rows, n_outputs), out)) {
        general_mat_mul(1.0, &left, matrix, 0.0, &mut out);
    }
}

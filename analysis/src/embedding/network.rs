//! [`EmbeddingModel`]: the weights of the network, as the layers read them.
//!
//! Five banks of filters look at a patch of 187 frames × 96 bands: two at shapes (7 frames × 38 and
//! 67 bands, at every height), three at courses (128, 64 and 32 frames of a single band, in every
//! band). Each keeps its strongest answer over the bands. Three convolutions over time, the later
//! two added to what they read, look at the answers; the greatest and the mean of everything over
//! time go through one dense layer, whose 200 outputs are the embedding.

use super::course_filters::CourseFilters;
use super::matrix::Matrix;
use super::mel::N_BANDS;
use super::shape_filters::{N_TAPS, ShapeFilters};
use crate::learned::weights::{Weights, WeightsError};

/// Numbers of an embedding.
pub const N_EMBEDDING: usize = 200;

/// Frames of a patch, nearly three seconds.
pub(super) const N_FRAMES: usize = 187;
/// Outputs of all banks together.
pub(super) const N_FRONT: usize = 2 * 204 + 3 * 51;
/// Outputs of a convolution over time.
pub(super) const N_MID: usize = 64;
/// What is pooled over time.
pub(super) const N_POOLED: usize = N_FRONT + 3 * N_MID;

/// The banks of filters: two of shapes, three of courses.
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

/// Weights of the network. Read once, shared by all streams; about 4 MB.
#[derive(Clone, Debug)]
pub struct EmbeddingModel {
    /// What a band is multiplied by, and what is added then.
    pub(super) input: (f32, f32),
    pub(super) shapes: ShapeFilters,
    pub(super) courses: Vec<CourseFilters>,
    /// What each bank makes of the strongest sums of its filters.
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
        let mut filters = Vec::with_capacity(BANKS.len());
        let mut banks = Vec::with_capacity(BANKS.len());
        for (idx, kernel) in BANKS.iter().enumerate() {
            let (of_bank, bank) = Bank::take(&mut weights, &format!("bank{idx}"), *kernel)?;
            filters.push(of_bank);
            banks.push(bank);
        }
        let shapes = ShapeFilters::new([&filters[0], &filters[1]], BANKS[0].n_filters);
        let courses = filters.iter().zip(BANKS).skip(2);
        let courses =
            courses.map(|(filters, kernel)| CourseFilters::new(filters, kernel.n_filters));
        let courses = courses.collect();
        let convs = [N_FRONT, N_MID, N_MID].into_iter().zip(0..).map(|(n_inputs, idx)| {
            Conv::take(&mut weights, &format!("conv{idx}"), N_TAPS * n_inputs, N_MID)
        });
        let convs = convs.collect::<Result<_, _>>()?;
        let dense = Conv::take(&mut weights, "dense", 2 * N_POOLED, N_EMBEDDING)?;
        weights.finish()?;
        Ok(Self { input: (input[0], input[1]), shapes, courses, banks, convs, dense })
    }
}

/// What a bank makes of the strongest sums of its filters: rectified, stretched and shifted.
#[derive(Clone, Debug)]
pub(super) struct Bank {
    answers: Vec<Answer>,
}

#[derive(Clone, Copy, Debug)]
struct Answer {
    bias: f32,
    stretch: f32,
    shift: f32,
}

impl Bank {
    /// The weights `[value][filter]`, and the bank. Filters whose answer is turned over by a negative
    /// stretch are turned over themselves, so that the strongest sum is the greatest for all.
    fn take(
        weights: &mut Weights,
        name: &str,
        kernel: Kernel,
    ) -> Result<(Vec<f32>, Self), WeightsError> {
        let mut filters =
            weights.take(&format!("{name}.w"), &[kernel.n_values(), kernel.n_filters])?;
        let answers = Answer::take(weights, name, kernel.n_filters)?;
        for row in filters.chunks_exact_mut(kernel.n_filters) {
            for (weight, answer) in row.iter_mut().zip(&answers) {
                if answer.stretch < 0.0 {
                    *weight = -*weight;
                }
            }
        }
        Ok((filters, Self { answers }))
    }

    /// From the greatest sums of a frame to what the bank says of it.
    pub(super) fn answer(&self, sums: &mut [f32]) {
        for (x, answer) in sums.iter_mut().zip(&self.answers) {
            let unturned = if answer.stretch < 0.0 { -*x } else { *x };
            *x = answer.of(unturned);
        }
    }
}

/// A matrix `[input][output]`, rectified, stretched and shifted.
#[derive(Clone, Debug)]
pub(super) struct Conv {
    matrix: Matrix,
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
        let answers = Answer::take(weights, name, n_outputs)?;
        Ok(Self { matrix: Matrix::new(&matrix, n_outputs), answers })
    }

    /// Writes what the layer says, `[n][output]`, of rows of `values` that begin `stride` numbers
    /// after each other.
    pub(super) fn apply(&self, values: &[f32], stride: usize, said: &mut [f32]) {
        self.matrix.multiply(values, stride, said);
        for row in said.chunks_exact_mut(self.answers.len()) {
            row.iter_mut().zip(&self.answers).for_each(|(x, answer)| *x = answer.of(*x));
        }
    }
}

impl Answer {
    fn take(weights: &mut Weights, name: &str, n: usize) -> Result<Vec<Self>, WeightsError> {
        let mut column = |part| weights.take(&format!("{name}.{part}"), &[n]);
        let (bias, stretch, shift) = (column("bias")?, column("stretch")?, column("shift")?);
        let answers = bias.into_iter().zip(stretch).zip(shift);
        Ok(answers.map(|((bias, stretch), shift)| Self { bias, stretch, shift }).collect())
    }

    fn of(&self, x: f32) -> f32 {
        self.stretch * (x + self.bias).max(0.0) + self.shift
    }
}

//! [`Dense`]: many small vectors times one matrix, the only inner loop of the networks.
//!
//! Compiled for every kind of processor and chosen when it runs. Sums keep their order and nothing
//! is fused, so that all come to the same bits.

use std::array::from_fn;

use fearless_simd::{Level, Simd, SimdBase, dispatch, f32x8};

use super::weights::{Weights, WeightsError};

/// Outputs computed together.
const LANES: usize = 8;

/// A matrix `[n_inputs][n_outputs]` and a bias, stored as vectors of outputs.
#[derive(Clone, Debug)]
pub(crate) struct Dense {
    n_inputs: usize,
    n_outputs: usize,
    /// `[n_outputs / LANES, rounded up][n_inputs][LANES]`, padded with 0.
    rows: Vec<[f32; LANES]>,
    /// `[n_outputs / LANES, rounded up][LANES]`.
    bias: Vec<[f32; LANES]>,
}

impl Dense {
    /// From `name.w`, whose last dimension are the outputs and all others together the inputs, and
    /// `name.b`.
    pub(crate) fn take(
        weights: &mut Weights,
        name: &str,
        dims: &[usize],
    ) -> Result<Self, WeightsError> {
        let matrix = weights.take(&format!("{name}.w"), dims)?;
        let n_outputs = dims.last().copied().unwrap_or(0);
        let from_file = weights.take(&format!("{name}.b"), &[n_outputs])?;
        let n_inputs = matrix.len() / n_outputs.max(1);
        let n_blocks = n_outputs.div_ceil(LANES);
        let mut rows = vec![[0.0; LANES]; n_blocks * n_inputs];
        let mut bias = vec![[0.0; LANES]; n_blocks];
        for output in 0..n_outputs {
            let (block, lane) = (output / LANES, output % LANES);
            bias[block][lane] = from_file[output];
            for input in 0..n_inputs {
                rows[block * n_inputs + input][lane] = matrix[input * n_outputs + output];
            }
        }
        Ok(Self { n_inputs, n_outputs, rows, bias })
    }

    pub(crate) fn n_inputs(&self) -> usize {
        self.n_inputs
    }

    pub(crate) fn n_outputs(&self) -> usize {
        self.n_outputs
    }

    /// Writes the outputs `[n][n_outputs]` of the vectors `inputs`, `[n][n_inputs]`.
    pub(crate) fn apply(&self, inputs: &[f32], outputs: &mut [f32]) {
        dispatch!(Level::new(), simd => self.apply_all(simd, inputs, outputs));
    }

    #[inline(always)]
    fn apply_all<S: Simd>(&self, simd: S, inputs: &[f32], outputs: &mut [f32]) {
        let (inputs, outputs) = self.apply_by::<S, 4, 2>(simd, inputs, outputs);
        // A single vector has several blocks at once instead: a sum waits for itself.
        self.apply_by::<S, 1, 4>(simd, inputs, outputs);
    }

    /// Applies it to as many vectors as `N` at a time come to, `B` blocks of outputs at a time;
    /// returns the rest.
    #[inline(always)]
    fn apply_by<'a, S: Simd, const N: usize, const B: usize>(
        &self,
        simd: S,
        inputs: &'a [f32],
        outputs: &'a mut [f32],
    ) -> (&'a [f32], &'a mut [f32]) {
        let mut input_groups = inputs.chunks_exact(N * self.n_inputs);
        let mut output_groups = outputs.chunks_exact_mut(N * self.n_outputs);
        for (inputs, outputs) in (&mut input_groups).zip(&mut output_groups) {
            let mut block = 0;
            while block + B <= self.bias.len() {
                self.apply_blocks::<S, N, B>(simd, block, inputs, outputs);
                block += B;
            }
            while block < self.bias.len() {
                self.apply_blocks::<S, N, 1>(simd, block, inputs, outputs);
                block += 1;
            }
        }
        (input_groups.remainder(), output_groups.into_remainder())
    }

    /// `B` blocks of outputs of `N` vectors: every weight that is read serves all vectors.
    #[inline(always)]
    fn apply_blocks<S: Simd, const N: usize, const B: usize>(
        &self,
        simd: S,
        block: usize,
        inputs: &[f32],
        outputs: &mut [f32],
    ) {
        let n = self.n_inputs;
        let inputs: [&[f32]; N] = from_fn(|k| &inputs[k * n..][..n]);
        let rows: [&[[f32; LANES]]; B] = from_fn(|k| &self.rows[(block + k) * n..][..n]);
        let mut sums = from_fn::<_, B, _>(|k| [f32x8::from_slice(simd, &self.bias[block + k]); N]);
        for input in 0..n {
            for (sums, rows) in sums.iter_mut().zip(rows) {
                let row = f32x8::from_slice(simd, &rows[input]);
                for (sum, inputs) in sums.iter_mut().zip(inputs) {
                    *sum += row * inputs[input];
                }
            }
        }
        for (k, sums) in sums.iter().enumerate() {
            let first = (block + k) * LANES;
            // The last block may have fewer outputs than lanes.
            let len = LANES.min(self.n_outputs - first);
            for (sum, output) in sums.iter().zip(outputs.chunks_exact_mut(self.n_outputs)) {
                output[first..first + len].copy_from_slice(&sum.as_slice()[..len]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::weights::tests::file;
    use super::*;

    #[test]
    fn a_product_of_any_size_is_the_sum_over_inputs() {
        for (n_inputs, n_outputs) in [(5, 11), (7, 40), (9, 8)] {
            let matrix: Vec<f32> =
                (0..n_inputs * n_outputs).map(|i| (i % 7) as f32 - 3.0).collect();
            let bias: Vec<f32> = (0..n_outputs).map(|i| i as f32).collect();
            let dims = [n_inputs, n_outputs];
            let bytes =
                file(&[("x.w", &dims, matrix.clone()), ("x.b", &[n_outputs], bias.clone())]);
            let mut weights = Weights::read(&bytes).unwrap();
            let dense = Dense::take(&mut weights, "x", &dims).unwrap();
            for n in [1, 3, 4, 6, 13, 16] {
                let inputs: Vec<f32> = (0..n * n_inputs).map(|i| (i % 5) as f32 * 0.5).collect();
                let mut outputs = vec![0.0; n * n_outputs];
                dense.apply(&inputs, &mut outputs);
                for (input, output) in inputs.chunks(n_inputs).zip(outputs.chunks(n_outputs)) {
                    for (o, (sum, bias)) in output.iter().zip(&bias).enumerate() {
                        let products = (0..n_inputs).map(|i| input[i] * matrix[i * n_outputs + o]);
                        assert_eq!(*sum, products.sum::<f32>() + bias);
                    }
                }
            }
        }
    }
}

//! [`Dense`]: many small vectors times one matrix, the only inner loop of the networks.

use super::weights::{Weights, WeightsError};

/// Outputs computed together.
const LANES: usize = 16;

/// A matrix `[n_inputs][n_outputs]` and a bias, stored so that the compiler vectorises over
/// outputs.
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
        let inputs = inputs.chunks_exact(self.n_inputs);
        for (input, output) in inputs.zip(outputs.chunks_exact_mut(self.n_outputs)) {
            let blocks = self.rows.chunks_exact(self.n_inputs).zip(&self.bias);
            for ((rows, bias), output) in blocks.zip(output.chunks_mut(LANES)) {
                let mut sums = *bias;
                for (row, x) in rows.iter().zip(input) {
                    for (sum, weight) in sums.iter_mut().zip(row) {
                        *sum += x * weight;
                    }
                }
                // The last block may have fewer outputs than lanes.
                for (output, sum) in output.iter_mut().zip(sums) {
                    *output = sum;
                }
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
        let (n_inputs, n_outputs) = (5, 11);
        let matrix: Vec<f32> = (0..n_inputs * n_outputs).map(|i| (i % 7) as f32 - 3.0).collect();
        let bias: Vec<f32> = (0..n_outputs).map(|i| i as f32).collect();
        let dims = [n_inputs, n_outputs];
        let bytes = file(&[("x.w", &dims, matrix.clone()), ("x.b", &[n_outputs], bias.clone())]);
        let mut weights = Weights::read(&bytes).unwrap();
        let dense = Dense::take(&mut weights, "x", &dims).unwrap();
        for n in [1, 3, 4, 6] {
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

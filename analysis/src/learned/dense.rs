//! [`Dense`]: many small vectors times one matrix, the only inner loop of the networks.

use super::weights::{Weights, WeightsError};

/// Outputs computed together; a register file holds four positions of them.
const LANES: usize = 8;

/// A matrix `[n_outputs][n_inputs]` and a bias, stored so that the compiler vectorises over
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
    /// From `name.weight`, of dimensions `shape` with outputs first, and `name.bias`. `order[i]` is
    /// where input `i` stands among the weights of an output.
    pub(crate) fn take(
        weights: &mut Weights,
        name: &str,
        shape: &[usize],
        order: &[usize],
    ) -> Result<Self, WeightsError> {
        let n_outputs = shape.first().copied().unwrap_or(0);
        let matrix = weights.take(&format!("{name}.weight"), shape)?;
        let bias = weights.take(&format!("{name}.bias"), &[n_outputs])?;
        let n_inputs = order.len();
        debug_assert_eq!(matrix.len(), n_outputs * n_inputs);
        let n_blocks = n_outputs.div_ceil(LANES);
        let mut dense = Self {
            n_inputs,
            n_outputs,
            rows: vec![[0.0; LANES]; n_blocks * n_inputs],
            bias: vec![[0.0; LANES]; n_blocks],
        };
        for (output, (row, bias)) in matrix.chunks_exact(n_inputs).zip(&bias).enumerate() {
            let (block, lane) = (output / LANES, output % LANES);
            dense.bias[block][lane] = *bias;
            for (input, &place) in order.iter().enumerate() {
                dense.rows[block * n_inputs + input][lane] = row[place];
            }
        }
        Ok(dense)
    }

    pub(crate) fn n_inputs(&self) -> usize {
        self.n_inputs
    }

    pub(crate) fn n_outputs(&self) -> usize {
        self.n_outputs
    }

    /// Writes the outputs `[n][n_outputs]` of the vectors `inputs`, `[n][n_inputs]`.
    pub(crate) fn apply(&self, inputs: &[f32], outputs: &mut [f32]) {
        let n_together = 4;
        let inputs = inputs.chunks(n_together * self.n_inputs);
        for (inputs, outputs) in inputs.zip(outputs.chunks_mut(n_together * self.n_outputs)) {
            if inputs.len() == n_together * self.n_inputs {
                self.apply_to_four(inputs, outputs);
            } else {
                let inputs = inputs.chunks_exact(self.n_inputs);
                for (input, output) in inputs.zip(outputs.chunks_exact_mut(self.n_outputs)) {
                    self.apply_to_one(input, output);
                }
            }
        }
    }

    fn apply_to_four(&self, inputs: &[f32], outputs: &mut [f32]) {
        let (a, rest) = inputs.split_at(self.n_inputs);
        let (b, rest) = rest.split_at(self.n_inputs);
        let (c, d) = rest.split_at(self.n_inputs);
        let blocks = self.rows.chunks_exact(self.n_inputs).zip(&self.bias);
        for (block, (rows, bias)) in blocks.enumerate() {
            let mut sums = [*bias; 4];
            for ((((row, a), b), c), d) in rows.iter().zip(a).zip(b).zip(c).zip(d) {
                for lane in 0..LANES {
                    sums[0][lane] += a * row[lane];
                    sums[1][lane] += b * row[lane];
                    sums[2][lane] += c * row[lane];
                    sums[3][lane] += d * row[lane];
                }
            }
            for (output, sums) in outputs.chunks_exact_mut(self.n_outputs).zip(&sums) {
                write_block(output, block, sums);
            }
        }
    }

    fn apply_to_one(&self, input: &[f32], output: &mut [f32]) {
        let blocks = self.rows.chunks_exact(self.n_inputs).zip(&self.bias);
        for (block, (rows, bias)) in blocks.enumerate() {
            let mut sums = *bias;
            for (row, x) in rows.iter().zip(input) {
                for lane in 0..LANES {
                    sums[lane] += x * row[lane];
                }
            }
            write_block(output, block, &sums);
        }
    }
}

/// Copies the outputs of a block; the last block may have fewer than its lanes.
fn write_block(output: &mut [f32], block: usize, sums: &[f32; LANES]) {
    for (slot, sum) in output.iter_mut().skip(block * LANES).zip(sums) {
        *slot = *sum;
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
        let bytes = file(&[
            ("x.weight", &[n_outputs, n_inputs], matrix.clone()),
            ("x.bias", &[n_outputs], bias.clone()),
        ]);
        let reversed: Vec<usize> = (0..n_inputs).rev().collect();
        let mut weights = Weights::read(&bytes).unwrap();
        let dense = Dense::take(&mut weights, "x", &[n_outputs, n_inputs], &reversed).unwrap();
        for n in [1, 3, 4, 6] {
            let inputs: Vec<f32> = (0..n * n_inputs).map(|i| (i % 5) as f32 * 0.5).collect();
            let mut outputs = vec![0.0; n * n_outputs];
            dense.apply(&inputs, &mut outputs);
            for position in 0..n {
                for output in 0..n_outputs {
                    let expected: f32 = (0..n_inputs)
                        .map(|i| {
                            inputs[position * n_inputs + i]
                                * matrix[output * n_inputs + n_inputs - 1 - i]
                        })
                        .sum();
                    assert_eq!(outputs[position * n_outputs + output], expected + bias[output]);
                }
            }
        }
    }
}

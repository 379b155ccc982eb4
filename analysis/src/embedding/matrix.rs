//! [`Matrix`]: rows of numbers times a matrix.

use fearless_simd::{Level, Simd, SimdBase, SimdFloat, dispatch, f32x8};

use super::lanes::{LANES, Lanes};

/// Outputs and rows computed together: as many sums as there are registers for.
const WIDTH: usize = 2;
const ROWS: usize = 6;

/// A matrix `[n_inputs][n_outputs]`.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    n_inputs: usize,
    n_outputs: usize,
    /// `[n_outputs / (WIDTH * LANES), rounded up][n_inputs]`, filled up with 0.
    blocks: Vec<[Lanes; WIDTH]>,
}

impl Matrix {
    /// From `[n_inputs][n_outputs]` numbers.
    pub(super) fn new(values: &[f32], n_outputs: usize) -> Self {
        let n_inputs = values.len() / n_outputs;
        let n_blocks = n_outputs.div_ceil(WIDTH * LANES);
        let mut blocks = vec![[Lanes::default(); WIDTH]; n_blocks * n_inputs];
        for (input, row) in values.chunks_exact(n_outputs).enumerate() {
            for (output, &value) in row.iter().enumerate() {
                let (vector, lane) = (output / LANES, output % LANES);
                blocks[vector / WIDTH * n_inputs + input][vector % WIDTH].0[lane] = value;
            }
        }
        Self { n_inputs, n_outputs, blocks }
    }

    /// Writes the products `[n][n_outputs]` of rows of `values` that begin `stride` numbers after
    /// each other, which may be less than they are long.
    pub(super) fn multiply(&self, values: &[f32], stride: usize, products: &mut [f32]) {
        dispatch!(Level::new(), simd => self.multiply_all(simd, values, stride, products));
    }

    #[inline(always)]
    fn multiply_all<S: Simd>(&self, simd: S, values: &[f32], stride: usize, products: &mut [f32]) {
        let n_rows = products.len() / self.n_outputs;
        // Block by block, so that the weights of one stay in the cache for all rows.
        for (idx, block) in self.blocks.chunks_exact(self.n_inputs).enumerate() {
            let mut row = 0;
            while row + ROWS <= n_rows {
                self.multiply_block::<S, ROWS>(simd, idx, block, values, stride, row, products);
                row += ROWS;
            }
            while row < n_rows {
                self.multiply_block::<S, 1>(simd, idx, block, values, stride, row, products);
                row += 1;
            }
        }
    }

    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "the body of a loop, with all it reads")]
    fn multiply_block<S: Simd, const N: usize>(
        &self,
        simd: S,
        idx: usize,
        block: &[[Lanes; WIDTH]],
        values: &[f32],
        stride: usize,
        row: usize,
        products: &mut [f32],
    ) {
        let rows: [&[f32]; N] =
            std::array::from_fn(|n| &values[(row + n) * stride..][..block.len()]);
        let mut sums = [[f32x8::splat(simd, 0.0); WIDTH]; N];
        for (input, weights) in block.iter().enumerate() {
            let weights = weights.each_ref().map(|lanes| lanes.read(simd));
            for (sums, row) in sums.iter_mut().zip(&rows) {
                let value = f32x8::splat(simd, row[input]);
                for (sum, weights) in sums.iter_mut().zip(&weights) {
                    *sum = value.mul_add(*weights, *sum);
                }
            }
        }
        let outputs = products.chunks_exact_mut(self.n_outputs).skip(row);
        for (sums, outputs) in sums.iter().zip(outputs) {
            let outputs = outputs[idx * WIDTH * LANES..].chunks_mut(LANES);
            for (sum, output) in sums.iter().zip(outputs) {
                output.copy_from_slice(&sum.as_slice()[..output.len()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_of_any_size_is_the_sum_over_inputs() {
        for (n_inputs, n_outputs, stride, n_rows) in
            [(5, 11, 5, 1), (7, 16, 3, 13), (3, 40, 3, 6), (9, 64, 12, 7)]
        {
            let matrix: Vec<f32> =
                (0..n_inputs * n_outputs).map(|i| (i % 7) as f32 - 3.0).collect();
            let values: Vec<f32> =
                (0..(n_rows - 1) * stride + n_inputs).map(|i| (i % 5) as f32 * 0.5).collect();
            let mut products = vec![f32::NAN; n_rows * n_outputs];
            Matrix::new(&matrix, n_outputs).multiply(&values, stride, &mut products);
            for (row, products) in products.chunks_exact(n_outputs).enumerate() {
                for (output, product) in products.iter().enumerate() {
                    let terms = (0..n_inputs)
                        .map(|i| values[row * stride + i] * matrix[i * n_outputs + output]);
                    assert_eq!(*product, terms.sum::<f32>(), "{row} {output}");
                }
            }
        }
    }
}

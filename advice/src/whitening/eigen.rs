//! Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Golub & Van Loan,
//! "Matrix Computations", section 8.5). For the measuring command only; matrices have at most 92
//! rows.

/// One axis.
#[derive(Clone, Debug, Default)]
pub(super) struct Axis {
    pub(super) value: f64,
    /// Length 1; the sign is such that the largest component is positive.
    pub(super) vector: Vec<f64>,
}

/// Rotations converge quadratically; a dozen sweeps reach the precision of `f64`.
const N_SWEEPS: usize = 30;

/// The axes of a symmetric matrix, largest eigenvalue first.
pub(super) fn eigen(mut matrix: Vec<Vec<f64>>) -> Vec<Axis> {
    let n = matrix.len();
    let mut vectors: Vec<Vec<f64>> =
        (0..n).map(|row| (0..n).map(|col| f64::from(u8::from(row == col))).collect()).collect();
    for _ in 0..N_SWEEPS {
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut matrix, &mut vectors, p, q);
            }
        }
    }
    let mut axes: Vec<Axis> = (0..n)
        .map(|idx| {
            let mut vector: Vec<f64> = vectors.iter().map(|row| row[idx]).collect();
            let largest =
                vector.iter().fold(0.0f64, |max, &v| if v.abs() > max.abs() { v } else { max });
            if largest < 0.0 {
                vector.iter_mut().for_each(|v| *v = -*v);
            }
            Axis { value: matrix[idx][idx], vector }
        })
        .collect();
    axes.sort_by(|a, b| b.value.total_cmp(&a.value));
    axes
}

/// Makes `matrix[p][q]` zero.
fn rotate(matrix: &mut [Vec<f64>], vectors: &mut [Vec<f64>], p: usize, q: usize) {
    let off = matrix[p][q];
    if off.abs() < 1e-300 {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * off);
    let tangent = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for row in matrix.iter_mut().chain(vectors) {
        let (a, b) = (row[p], row[q]);
        row[p] = cosine * a - sine * b;
        row[q] = sine * a + cosine * b;
    }
    // The row p lies above the row q.
    let (above, below) = matrix.split_at_mut(q);
    if let (Some(upper), Some(lower)) = (above.get_mut(p), below.first_mut()) {
        for (a, b) in upper.iter_mut().zip(lower) {
            (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_of_a_known_matrix() {
        let axes = eigen(vec![vec![2.0, 1.0], vec![1.0, 2.0]]);
        assert!((axes[0].value - 3.0).abs() < 1e-12 && (axes[1].value - 1.0).abs() < 1e-12);
        assert!((axes[0].vector[0] - axes[0].vector[1]).abs() < 1e-12);
    }

    #[test]
    fn every_axis_is_only_stretched_by_the_matrix() {
        let n = 12;
        let matrix: Vec<Vec<f64>> = (0..n)
            .map(|r: usize| (0..n).map(|c: usize| 1.0 / (1.0 + r.abs_diff(c) as f64)).collect())
            .collect();
        for axis in eigen(matrix.clone()) {
            for (row, v) in matrix.iter().zip(&axis.vector) {
                let product: f64 = row.iter().zip(&axis.vector).map(|(a, b)| a * b).sum();
                assert!((product - axis.value * v).abs() < 1e-10);
            }
        }
    }
}

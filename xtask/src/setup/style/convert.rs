//! From TensorFlow's variables to the weights that `analysis` reads.
//!
//! Batch normalisation is folded: where it follows a rectifier it stays a stretch and a shift, in
//! front of the dense layer it goes into its weights. That layer reads greatest and mean of each
//! channel in turn; here all greatest come first. Sums are in double precision and in one order, so
//! the result is the same everywhere.

use anyhow::Context;

use super::checkpoint::Checkpoint;

/// What TensorFlow adds to a variance.
const EPSILON: f64 = 1e-3;
const N_POOLED: usize = 753;
const N_EMBEDDING: usize = 200;
/// Kernels of the banks, `[frames][bands][1][filters]`.
const BANKS: [[usize; 4]; 5] =
    [[7, 38, 1, 204], [7, 67, 1, 204], [128, 1, 1, 51], [64, 1, 1, 51], [32, 1, 1, 51]];
/// Kernels of the convolutions over time, `[frames][channels][1][filters]`.
const CONVS: [[usize; 4]; 3] = [[7, 561, 1, 64], [7, 64, 1, 64], [7, 64, 1, 64]];

/// The file of weights.
pub(super) fn convert(checkpoint: &Checkpoint) -> anyhow::Result<Vec<u8>> {
    tensors(checkpoint)
        .and_then(|tensors| file(&tensors))
        .context("the weights are not those of MSD_musicnn")
}

struct Tensor {
    name: String,
    shape: Vec<usize>,
    values: Vec<f64>,
}

fn tensor(name: impl Into<String>, shape: &[usize], values: Vec<f64>) -> Tensor {
    Tensor { name: name.into(), shape: shape.to_vec(), values }
}

fn tensors(from: &Checkpoint) -> anyhow::Result<Vec<Tensor>> {
    let input = normalisation(from, 0, 1)?;
    let mut tensors = vec![tensor("input", &[2], vec![input[0].stretch, input[0].shift])];
    let kernels = (0..).zip(BANKS).map(|(idx, kernel)| (format!("bank{idx}"), kernel));
    let kernels = kernels.chain((0..).zip(CONVS).map(|(i, kernel)| (format!("conv{i}"), kernel)));
    for (idx, (name, kernel)) in kernels.enumerate() {
        let [n_frames, n_bands, _, n_outputs] = kernel;
        let from_name = numbered("conv2d", idx);
        let weights = from.tensor(&format!("{from_name}/kernel"), &kernel)?;
        tensors.push(tensor(format!("{name}.w"), &[n_frames * n_bands, n_outputs], weights));
        let bias = from.tensor(&format!("{from_name}/bias"), &[n_outputs])?;
        tensors.extend(answers(&name, bias, &normalisation(from, idx + 1, n_outputs)?));
    }
    let n_inputs = 2 * N_POOLED;
    let pooled = normalisation(from, 9, n_inputs)?;
    let weights = from.tensor("dense/kernel", &[n_inputs, N_EMBEDDING])?;
    let mut bias = from.tensor("dense/bias", &[N_EMBEDDING])?;
    let rows: Vec<&[f64]> = weights.chunks_exact(N_EMBEDDING).collect();
    for (normal, row) in pooled.iter().zip(&rows) {
        bias.iter_mut().zip(*row).for_each(|(bias, weight)| *bias += normal.shift * weight);
    }
    let in_order = (0..n_inputs).step_by(2).chain((1..n_inputs).step_by(2));
    let folded = in_order.filter_map(|idx| Some((pooled.get(idx)?, rows.get(idx)?)));
    let folded = folded.flat_map(|(normal, row)| row.iter().map(|weight| normal.stretch * weight));
    tensors.push(tensor("dense.w", &[n_inputs, N_EMBEDDING], folded.collect()));
    tensors.extend(answers("dense", bias, &normalisation(from, 10, N_EMBEDDING)?));
    Ok(tensors)
}

fn answers(name: &str, bias: Vec<f64>, normals: &[Normal]) -> [Tensor; 3] {
    let shape = [bias.len()];
    let stretch = normals.iter().map(|normal| normal.stretch).collect();
    let shift = normals.iter().map(|normal| normal.shift).collect();
    [("bias", bias), ("stretch", stretch), ("shift", shift)]
        .map(|(part, values)| tensor(format!("{name}.{part}"), &shape, values))
}

struct Normal {
    stretch: f64,
    shift: f64,
}

/// Batch normalisation number `idx` of `n` channels.
fn normalisation(from: &Checkpoint, idx: usize, n: usize) -> anyhow::Result<Vec<Normal>> {
    let name = numbered("batch_normalization", idx);
    let part = |part| from.tensor(&format!("{name}/{part}"), &[n]);
    let (gamma, beta) = (part("gamma")?, part("beta")?);
    let (mean, variance) = (part("moving_mean")?, part("moving_variance")?);
    let spread = gamma.iter().zip(&variance).map(|(gamma, variance)| {
        // Not negative: a mean of squares.
        gamma / (variance.max(0.0) + EPSILON).sqrt()
    });
    let parts = spread.zip(beta).zip(mean);
    Ok(parts
        .map(|((stretch, beta), mean)| Normal { stretch, shift: beta - mean * stretch })
        .collect())
}

/// TensorFlow numbers variables of one kind from the second on.
fn numbered(kind: &str, idx: usize) -> String {
    if idx == 0 { kind.to_owned() } else { format!("{kind}_{idx}") }
}

/// The bytes of a file of weights: the format is told in `analysis/src/learned/weights.rs`.
fn file(tensors: &[Tensor]) -> anyhow::Result<Vec<u8>> {
    let mut bytes = b"JAMNET01".to_vec();
    bytes.extend(u32::try_from(tensors.len())?.to_le_bytes());
    for Tensor { name, shape, values } in tensors {
        bytes.push(u8::try_from(name.len())?);
        bytes.extend(name.as_bytes());
        bytes.push(u8::try_from(shape.len())?);
        for &dim in shape {
            bytes.extend(u32::try_from(dim)?.to_le_bytes());
        }
        for &value in values {
            let half = to_half(value).with_context(|| format!("{name} holds {value}"))?;
            bytes.extend(half.to_le_bytes());
        }
    }
    Ok(bytes)
}

/// The nearest IEEE 754 binary16 number, ties to even; `None` where it is out of range.
fn to_half(value: f64) -> Option<u16> {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    let size = value.abs();
    // Half a unit above the greatest; what is no number is not below it either.
    if size.is_nan() || size >= 65_520.0 {
        return None;
    }
    if size < 2f64.powi(-14) {
        // Subnormal: multiples of 2^-24. What rounds up to 2^-14 has the bits of it.
        return Some(sign | (size * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = ((size.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    // 1024 to 2048 units of the last place; 2048 carries into the exponent, as it should.
    let units = (size * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    let bits = ((exponent + 14) as u32) * 1024 + units;
    Some(sign | bits as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_the_nearest_ones() {
        for (value, bits) in [
            (0.0, 0x0000),
            (1.0, 0x3c00),
            (-2.0, 0xc000),
            (1.0 / 3.0, 0x3555),
            (65504.0, 0x7bff),
            (2f64.powi(-14), 0x0400),
            (2f64.powi(-24), 0x0001),
            (2f64.powi(-26), 0x0000),
            (-1e-9, 0x8000),
            (0.999_9, 0x3c00),
            (2f64.powi(-14) * 0.999_99, 0x0400),
            (1.0 + 2f64.powi(-11), 0x3c00),
            (1.0 + 3.0 * 2f64.powi(-11), 0x3c02),
        ] {
            assert_eq!(to_half(value), Some(bits), "{value}");
        }
        assert_eq!((to_half(65520.0), to_half(f64::INFINITY)), (None, None));
    }

    #[test]
    fn other_weights_are_refused_by_name() {
        let index_of_nothing = Checkpoint::read(&[], Vec::new());
        assert!(index_of_nothing.is_err());
        assert_eq!(numbered("conv2d", 0), "conv2d");
        assert_eq!(numbered("conv2d", 3), "conv2d_3");
    }
}

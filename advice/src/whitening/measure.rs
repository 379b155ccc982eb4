//! Measuring a whitening: principal axes of each standardised block.

use analysis::Fingerprint;

use super::eigen::eigen;
use super::{BLOCKS, Block, Measured, Whitening, WhiteningError, raw_blocks, standardised};

/// Fewer pieces than this say nothing about 92 values.
const MIN_PIECES: usize = 100;
/// Added to the variance along every axis, relative to their mean: weak axes are mostly noise and
/// shall not be blown up to the size of the strong ones. Tuned on the population: a track is found
/// by another part of itself as often for 0.05 as for 0.3, less often beyond.
const SHRINKAGE: f64 = 0.1;

pub(super) fn measure(
    population: &[Fingerprint],
    measured_on: &str,
) -> Result<Whitening, WhiteningError> {
    if population.len() < MIN_PIECES {
        return Err(WhiteningError::TooFew { expected: MIN_PIECES, actual: population.len() });
    }
    let blocks = BLOCKS
        .iter()
        .enumerate()
        .map(|(idx, block)| {
            let rows: Vec<&[f32]> = population.iter().map(|print| raw_blocks(print)[idx]).collect();
            measure_block(&rows, block)
        })
        .collect();
    Ok(Whitening { measured_on: measured_on.to_owned(), n_pieces: population.len(), blocks })
}

fn measure_block(rows: &[&[f32]], block: &Block) -> Measured {
    let n_values = block.n_raw;
    let n_rows = rows.len() as f64;
    let column = |value: usize| rows.iter().map(move |row| f64::from(row[value]));
    let mean: Vec<f32> =
        (0..n_values).map(|value| rounded(column(value).sum::<f64>() / n_rows)).collect();
    let deviation: Vec<f32> = (0..n_values)
        .map(|value| {
            let centre = f64::from(mean[value]);
            let variance = column(value).map(|v| (v - centre) * (v - centre)).sum::<f64>() / n_rows;
            rounded(variance.sqrt().max(1e-6))
        })
        .collect();
    let standard: Vec<Vec<f64>> = rows
        .iter()
        .map(|row| {
            (0..n_values)
                .map(|value| f64::from(standardised(row[value], mean[value], deviation[value])))
                .collect()
        })
        .collect();
    let covariance: Vec<Vec<f64>> = (0..n_values)
        .map(|a| {
            (0..n_values)
                .map(|b| standard.iter().map(|row| row[a] * row[b]).sum::<f64>() / n_rows)
                .collect()
        })
        .collect();
    let axes = eigen(covariance);
    let mean_variance = axes.iter().map(|axis| axis.value).sum::<f64>() / n_values as f64;
    let axes = axes
        .iter()
        .take(block.len())
        .map(|axis| {
            let spread = (axis.value.max(0.0) + SHRINKAGE * mean_variance).sqrt();
            axis.vector.iter().map(|v| rounded(v / spread)).collect()
        })
        .collect();
    let name = block.name.to_owned();
    let mut measured = Measured { name, mean, deviation, axes, columns: Vec::new() };
    measured.turn();
    measured
}

/// Four significant digits: the file stays small, nothing audible is lost.
fn rounded(value: f64) -> f32 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10f64.powf(3.0 - value.abs().log10().floor());
    ((value * scale).round() / scale) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fingerprint;

    #[test]
    fn too_few_pieces_are_refused() {
        let few: Vec<_> = (0..10).map(fingerprint).collect();
        assert!(matches!(measure(&few, ""), Err(WhiteningError::TooFew { actual: 10, .. })));
    }

    #[test]
    fn whitened_values_are_uncorrelated_over_the_population() {
        let population: Vec<_> = (0..400).map(fingerprint).collect();
        let whitening = measure(&population, "made up").unwrap();
        let start = Block::range(1).start;
        let rows: Vec<_> = population.iter().map(|p| whitening.apply(p)).collect();
        let product = |a: usize, b: usize| {
            rows.iter().map(|row| row[start + a] * row[start + b]).sum::<f32>() / rows.len() as f32
        };
        // Scaling to length 1 disturbs it a little.
        assert!(product(0, 1).abs() < 0.3 * product(0, 0));
        assert!(product(2, 5).abs() < 0.3 * product(2, 2));
    }

    #[test]
    fn four_digits_are_kept() {
        assert_eq!(rounded(0.0012345678), 0.001235);
        assert_eq!(rounded(-98_765.4), -98_770.0);
        assert_eq!(rounded(0.0), 0.0);
    }
}

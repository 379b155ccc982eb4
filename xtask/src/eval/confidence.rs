//! Whether stated confidence is true: expected calibration error.
//!
//! Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
//! AAAI 2015.

use serde::Serialize;

/// One statement: its confidence, and whether it was right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stated {
    pub(crate) confidence: f64,
    pub(crate) right: bool,
}

/// Statements of about the same confidence, a tenth wide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Bin {
    /// How many statements.
    pub(crate) n: usize,
    /// Their mean confidence.
    pub(crate) confidence: f64,
    /// The share of them that was right.
    pub(crate) right: f64,
}

/// The reliability table: ten bins of equal width, least confident first.
pub(crate) fn reliability(stated: &[Stated]) -> [Bin; 10] {
    let mut bins = [Bin::default(); 10];
    for one in stated {
        let bin = &mut bins[((one.confidence * 10.0) as usize).min(9)];
        bin.n += 1;
        bin.confidence += one.confidence;
        bin.right += f64::from(u8::from(one.right));
    }
    bins.map(|bin| {
        let n = bin.n.max(1) as f64;
        Bin { n: bin.n, confidence: bin.confidence / n, right: bin.right / n }
    })
}

/// Expected calibration error over ten equal bins; `None` where nothing was stated.
pub(crate) fn calibration_error(stated: &[Stated]) -> Option<f64> {
    if stated.is_empty() {
        return None;
    }
    let bins = reliability(stated);
    let error: f64 = bins.iter().map(|bin| bin.n as f64 * (bin.confidence - bin.right).abs()).sum();
    Some(error / stated.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(confidence: f64, right: bool) -> Stated {
        Stated { confidence, right }
    }

    #[test]
    fn eight_right_in_ten_is_what_eight_tenths_means() {
        let all: Vec<Stated> = (0..10).map(|i| stated(0.8, i < 8)).collect();
        assert!(calibration_error(&all).unwrap() < 1e-12);
    }

    #[test]
    fn the_table_counts_each_statement_once() {
        let table = reliability(&[stated(0.0, false), stated(0.55, true), stated(1.0, true)]);
        assert_eq!(table.map(|bin| bin.n), [1, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
        assert_eq!((table[5].confidence, table[5].right), (0.55, 1.0));
    }

    #[test]
    fn overconfidence_is_an_error_of_its_size() {
        let all = [stated(0.95, true), stated(0.95, false), stated(1.0, false)];
        assert!((calibration_error(&all).unwrap() - (2.9 - 1.0) / 3.0).abs() < 1e-12);
        assert_eq!(calibration_error(&[]), None);
    }
}

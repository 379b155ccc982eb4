//! Whether stated confidence is true: expected calibration error.
//!
//! Naeini, Cooper, Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning",
//! AAAI 2015.

/// One statement: its confidence, and whether it was right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stated {
    pub(crate) confidence: f64,
    pub(crate) right: bool,
}

/// Expected calibration error over ten equal bins; `None` where nothing was stated.
pub(crate) fn calibration_error(stated: &[Stated]) -> Option<f64> {
    if stated.is_empty() {
        return None;
    }
    let mut bins = [(0.0, 0.0); 10];
    for one in stated {
        let bin = &mut bins[((one.confidence * 10.0) as usize).min(9)];
        bin.0 += one.confidence;
        bin.1 += f64::from(u8::from(one.right));
    }
    // The weight of a bin is its share of the statements, so the counts cancel.
    let error: f64 = bins.iter().map(|(confidence, right)| (confidence - right).abs()).sum();
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
    fn overconfidence_is_an_error_of_its_size() {
        let all = [stated(0.95, true), stated(0.95, false), stated(1.0, false)];
        assert!((calibration_error(&all).unwrap() - (2.9 - 1.0) / 3.0).abs() < 1e-12);
        assert_eq!(calibration_error(&[]), None);
    }
}

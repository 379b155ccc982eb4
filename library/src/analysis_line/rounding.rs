//! Rounding for print: no more digits than a figure is worth, and never a NaN or an infinity.

/// `value` to `digits` decimals; 0 where it is not a number.
pub(super) fn round(value: f64, digits: i32) -> f64 {
    if !value.is_finite() {
        return 0.0;
    }
    let scale = 10f64.powi(digits);
    let rounded = (value * scale).round() / scale;
    // -0.0 would print as "-0.0".
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// A probability or share, to three decimals.
pub(super) fn share(value: f32) -> f64 {
    round(f64::from(value), 3).clamp(0.0, 1.0)
}

/// A level in decibels or loudness units, to two decimals; silence (minus infinity) is absent.
pub(super) fn level(value: Option<f32>) -> Option<f64> {
    value.filter(|value| value.is_finite()).map(|value| round(f64::from(value), 2))
}

//! From log-frequency magnitudes to pitch salience: compression, local whitening, harmonic sum.
//!
//! Whitening by the running mean and deviation of an octave after M. Mauch and S. Dixon,
//! "Approximate note transcription for the improved identification of difficult chords", ISMIR
//! 2010; subharmonic summation after D. Hermes, "Measurement of pitch by subharmonic summation",
//! JASA 1988.

/// Log-frequency bins: seven octaves of 36.
pub(super) const N_LOG_BINS: usize = crate::features::N_PITCH_BINS;

/// Half an octave to each side.
const WHITENING_REACH: usize = 18;

/// Distance in log bins to the harmonics 1 to 8 (36 log2 k, rounded) and what each counts (0.7^k).
const HARMONICS: [(usize, f32); 8] = [
    (0, 1.0),
    (36, 0.7),
    (57, 0.49),
    (72, 0.343),
    (84, 0.240_1),
    (93, 0.168_07),
    (101, 0.117_649),
    (108, 0.082_354),
];

/// A deviation smaller than this share of the loudest bin is noise floor and is not lifted.
const FLOOR_SHARE: f32 = 0.02;

/// Pitch salience, `[N_LOG_BINS]`, of magnitudes of the same shape.
pub(super) fn salience(magnitude: &[f32; N_LOG_BINS]) -> [f32; N_LOG_BINS] {
    let compressed = magnitude.map(f32::sqrt);
    let white = whitened(&compressed);
    std::array::from_fn(|bin| {
        HARMONICS
            .iter()
            .map_while(|&(above, weight)| white.get(bin + above).map(|x| x * weight))
            .sum()
    })
}

/// How far each bin stands above its surroundings, in their deviations; 0 where it does not.
fn whitened(values: &[f32; N_LOG_BINS]) -> [f32; N_LOG_BINS] {
    let floor = FLOOR_SHARE * values.iter().fold(0.0, |max: f32, &x| max.max(x));
    let mut sums = [(0.0_f64, 0.0_f64); N_LOG_BINS + 1];
    for (bin, &x) in values.iter().enumerate() {
        let (sum, squares) = sums[bin];
        sums[bin + 1] = (sum + f64::from(x), squares + f64::from(x) * f64::from(x));
    }
    std::array::from_fn(|bin| {
        let start = bin.saturating_sub(WHITENING_REACH);
        let end = (bin + WHITENING_REACH + 1).min(N_LOG_BINS);
        let n = (end - start) as f64;
        let mean = (sums[end].0 - sums[start].0) / n;
        let variance = ((sums[end].1 - sums[start].1) / n - mean * mean).max(0.0);
        let above = f64::from(values[bin]) - mean;
        (above.max(0.0) / (variance.sqrt() + f64::from(floor) + 1e-12)) as f32
    })
}

/// The octaves of `salience` in `octaves`, added up into one.
pub(super) fn fold(salience: &[f32; N_LOG_BINS], octaves: std::ops::Range<usize>) -> [f32; 36] {
    let mut folded = [0.0; 36];
    for octave in octaves {
        for (sum, x) in folded.iter_mut().zip(&salience[octave * 36..(octave + 1) * 36]) {
            *sum += x;
        }
    }
    folded
}

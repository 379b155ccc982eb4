//! [`LowSpectrum`]: the low bins of the spectrum of a long window, at the price of a short one.
//!
//! What is asked for lies far below half the rate. So the windowed samples are halved in number a few
//! times, each time behind a low-pass with binomial weights, and only what is left is transformed
//! (reduction in stages: R. E. Crochiere, L. R. Rabiner, "Multirate digital signal processing", 1983,
//! chapter 5). They count in a circle, as they do for the transform: a bin is what it would be times the
//! response of the low-passes, which is divided out, and what is folded into it lies far below.

use std::f64::consts::PI;
use std::ops::Range;

use fearless_simd::{Level, Simd, SimdBase, dispatch, f32x8};

use crate::spectrum::{PowerSpectrum, window};

/// What is folded into a bin is less than this, in amplitude (-95 dB).
const FOLDED: f64 = 1.8e-5;
/// Order of the steepest low-pass. Beyond it a transform is cheaper than what it would save.
const MAX_ORDER: i32 = 13;
/// Numbers computed together, and vectors of them.
const LANES: usize = 8;
const VECTORS: usize = 4;

/// Power of the low bins of windows of one length; all scratch is owned.
#[derive(Debug)]
pub(crate) struct LowSpectrum {
    window: Vec<f32>,
    low_passes: Vec<LowPass>,
    /// The even samples and the odd ones, with some from the beginning again after the end.
    even: Vec<f32>,
    odd: Vec<f32>,
    low: Vec<f32>,
    spectrum: PowerSpectrum,
    /// What the low-passes took from the power of each bin.
    gains: Vec<f32>,
}

/// Weights of even and odd samples, pair by pair.
#[derive(Debug)]
struct LowPass {
    weights: Vec<[f32; 2]>,
}

impl LowSpectrum {
    /// `bins`, at most 0 to `window_len / 2`, of windows of `window_len` samples, a power of two,
    /// that peak at the share `peak` of their length.
    pub(crate) fn with_peak_at(window_len: usize, peak: f64, bins: Range<usize>) -> Self {
        let window = window(window_len, peak);
        let mut gains = vec![1.0; bins.len()];
        let mut low_passes = Vec::new();
        let mut len = window_len;
        while let Some(order) = order(bins.end, len)
            && (len / 2).is_multiple_of(VECTORS * LANES)
        {
            low_passes.push(LowPass::new(order));
            for (gain, bin) in gains.iter_mut().zip(bins.clone()) {
                let response = (PI * bin as f64 / len as f64).cos().powi(order);
                *gain *= 4.0 / (response * response);
            }
            len /= 2;
        }
        let n_half = window_len / 2 + MAX_ORDER as usize;
        let n_half = if low_passes.is_empty() { 0 } else { n_half };
        Self {
            spectrum: match low_passes.is_empty() {
                true => PowerSpectrum::with_window(window.clone(), bins),
                false => PowerSpectrum::with_window(vec![1.0; len], bins),
            },
            window,
            low_passes,
            even: vec![0.0; n_half],
            odd: vec![0.0; n_half],
            low: vec![0.0; n_half],
            gains: gains.into_iter().map(|gain| gain as f32).collect(),
        }
    }

    /// Writes the power of the bins of `samples` (exactly one window) to `power`.
    pub(crate) fn power(&mut self, samples: &[f32], power: &mut [f32]) {
        if self.low_passes.is_empty() {
            return self.spectrum.power(samples, power);
        }
        let len = dispatch!(Level::new(), simd => self.halve(simd, samples));
        self.spectrum.power(&self.low[..len], power);
        power.iter_mut().zip(&self.gains).for_each(|(power, gain)| *power *= gain);
    }

    /// Windows the samples and halves them as often as there are low-passes; returns how many of
    /// `low` are left.
    #[inline(always)]
    fn halve<S: Simd>(&mut self, simd: S, samples: &[f32]) -> usize {
        let Self { window, low_passes, even, odd, low, .. } = self;
        let mut len = window.len() / 2;
        let pairs = samples.as_chunks::<2>().0.iter().zip(window.as_chunks::<2>().0);
        for ((even, odd), (x, weight)) in even.iter_mut().zip(&mut *odd).zip(pairs) {
            (*even, *odd) = (x[0] * weight[0], x[1] * weight[1]);
        }
        for (idx, low_pass) in low_passes.iter().enumerate() {
            if idx > 0 {
                let pairs = low[..len].as_chunks::<2>().0;
                for ((even, odd), pair) in even.iter_mut().zip(&mut *odd).zip(pairs) {
                    (*even, *odd) = (pair[0], pair[1]);
                }
                len /= 2;
            }
            for half in [&mut *even, &mut *odd] {
                half.copy_within(..low_pass.weights.len(), len);
            }
            low_pass.apply(simd, even, odd, &mut low[..len]);
        }
        len
    }
}

impl LowPass {
    /// Of odd order: the weights are those of so many fair coins.
    fn new(order: i32) -> Self {
        let mut weights = vec![0.5_f64.powi(order)];
        for k in 0..order {
            let next = weights[k as usize] * f64::from(order - k) / f64::from(k + 1);
            weights.push(next);
        }
        let pairs = weights.as_chunks::<2>().0.iter();
        Self { weights: pairs.map(|pair| pair.map(|weight| weight as f32)).collect() }
    }

    #[inline(always)]
    fn apply<S: Simd>(&self, simd: S, even: &[f32], odd: &[f32], low: &mut [f32]) {
        const RUN: usize = VECTORS * LANES;
        for (idx, low) in low.chunks_exact_mut(RUN).enumerate() {
            let mut sums = [f32x8::splat(simd, 0.0); VECTORS];
            for (after, weights) in self.weights.iter().enumerate() {
                for (half, weight) in [even, odd].into_iter().zip(weights) {
                    let run = half[idx * RUN + after..][..RUN].as_chunks::<LANES>().0;
                    for (sum, values) in sums.iter_mut().zip(run) {
                        *sum += f32x8::from_slice(simd, values) * *weight;
                    }
                }
            }
            for (to, sum) in low.as_chunks_mut::<LANES>().0.iter_mut().zip(sums) {
                *to = sum.into();
            }
        }
    }
}

/// The order of the low-pass behind which `len` samples may be halved where the bins below `end`
/// count; `None` where none is steep enough.
fn order(end: usize, len: usize) -> Option<i32> {
    // A bin receives the one as far below half the rate; the ratio of their responses is a tangent.
    let ratio = (PI * end as f64 / len as f64).tan();
    let is_below = 4 * end < len;
    (1..=MAX_ORDER).step_by(2).find(|order| is_below && ratio.powi(*order) < FOLDED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_bins_are_those_of_the_whole_spectrum() {
        for (window_len, end, peak, is_low) in
            [(16_384, 232, 0.5, true), (8192, 490, 0.9, true), (4096, 1377, 0.5, false)]
        {
            let mut state = 1_u32;
            let samples: Vec<f32> = (0..window_len)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (state >> 8) as f32 / 8_388_608.0 - 1.0
                })
                .collect();
            let bins = 3..end;
            let (mut low, mut whole) = (vec![0.0; bins.len()], vec![0.0; bins.len()]);
            let mut spectrum = LowSpectrum::with_peak_at(window_len, peak, bins.clone());
            assert_eq!(!spectrum.low_passes.is_empty(), is_low);
            spectrum.power(&samples, &mut low);
            PowerSpectrum::with_peak_at(window_len, peak, bins).power(&samples, &mut whole);
            let most = whole.iter().fold(0.0_f32, |most, x| most.max(*x)).sqrt();
            for (low, whole) in low.iter().zip(&whole) {
                let off = (low.sqrt() - whole.sqrt()).abs();
                assert!(off < 1e-4 * most, "{window_len}: {off} of {most}");
            }
        }
    }

    #[test]
    fn a_tone_that_folds_into_quiet_bins_is_95_db_down_there() {
        const QUIET: f64 = 1e-4;
        for (window_len, end, peak) in [(16_384, 232, 0.5), (8192, 490, 0.9)] {
            let bins = 3..end;
            let (mut low, mut whole) = (vec![0.0; bins.len()], vec![0.0; bins.len()]);
            let mut spectrum = LowSpectrum::with_peak_at(window_len, peak, bins.clone());
            let mut all = PowerSpectrum::with_peak_at(window_len, peak, bins.clone());
            for stage in 0..spectrum.low_passes.len() {
                for quiet in [end - 1, end / 2] {
                    let loud = (window_len >> (stage + 1)) - quiet;
                    let samples: Vec<f32> = (0..window_len)
                        .map(|at| {
                            let turn = 2.0 * PI * at as f64 / window_len as f64;
                            let tone = |bin: usize| (turn * bin as f64).sin();
                            (tone(loud) + QUIET * tone(quiet)) as f32
                        })
                        .collect();
                    spectrum.power(&samples, &mut low);
                    all.power(&samples, &mut whole);
                    let mut at_tone = [0.0];
                    PowerSpectrum::with_peak_at(window_len, peak, loud..loud + 1)
                        .power(&samples, &mut at_tone);
                    let full_scale = f64::from(at_tone[0].sqrt());
                    for ((bin, low), whole) in bins.clone().zip(&low).zip(&whole) {
                        let off = f64::from(low.sqrt() - whole.sqrt()).abs() / full_scale;
                        assert!(off < FOLDED, "{window_len}: {loud} in {bin}: {off}");
                    }
                }
            }
        }
    }
}

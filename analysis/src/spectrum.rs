//! [`PowerSpectrum`]: Hann window, real transform, power.

use std::f64::consts::TAU;
use std::ops::Range;
use std::sync::Arc;

use fearless_simd::{Level, dispatch};
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

/// Power spectrum of windows of one length, or a part of it; all scratch is owned.
///
/// A transform of real samples is a complex one of half the length, of pairs of samples, and a step
/// that takes the even and the odd samples apart again (W. H. Press et al., "Numerical recipes",
/// 1992, section 12.3). That step takes as long as the transform and is done here, for the bins that
/// are asked for.
pub(crate) struct PowerSpectrum {
    fft: Arc<dyn Fft<f32>>,
    window: Vec<f32>,
    /// Pairs of samples, then their transform, the first bin of which is also the last.
    pairs: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    /// The bins asked for, and what the odd samples are turned by in each.
    bins: Range<usize>,
    turns: Vec<Complex<f32>>,
}

impl std::fmt::Debug for PowerSpectrum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PowerSpectrum").field("window_len", &self.window.len()).finish()
    }
}

impl PowerSpectrum {
    /// `bins`, at most 0 to `window_len / 2`, of windows of `window_len` samples, an even number.
    pub(crate) fn new(window_len: usize, bins: Range<usize>) -> Self {
        Self::with_peak_at(window_len, 0.5, bins)
    }

    /// The same with a window that rises over the share `peak` of its length and falls over the
    /// rest, each like half a Hann window: late peaks hear what is new sooner.
    pub(crate) fn with_peak_at(window_len: usize, peak: f64, bins: Range<usize>) -> Self {
        Self::with_window(window(window_len, peak), bins)
    }

    /// The same with samples weighted by `window`, whose length is that of a window.
    pub(crate) fn with_window(window: Vec<f32>, bins: Range<usize>) -> Self {
        let n_pairs = window.len() / 2;
        let fft = FftPlanner::<f32>::new().plan_fft_forward(n_pairs);
        let phase = |bin: usize| TAU * bin as f64 / window.len() as f64;
        Self {
            pairs: vec![Complex::default(); n_pairs + 1],
            scratch: vec![Complex::default(); fft.get_inplace_scratch_len()],
            // -i/2 times the turn by the phase: half of the difference of two bins.
            turns: bins
                .clone()
                .map(|bin| {
                    let (sin, cos) = phase(bin).sin_cos();
                    Complex::new((-0.5 * sin) as f32, (-0.5 * cos) as f32)
                })
                .collect(),
            window,
            bins,
            fft,
        }
    }

    /// Writes the power of the bins of `samples` (exactly one window) to `power`.
    pub(crate) fn power(&mut self, samples: &[f32], power: &mut [f32]) {
        let n_pairs = self.window.len() / 2;
        dispatch!(Level::new(), simd => {
            let _ = simd;
            self.take_in_pairs(samples);
        });
        self.fft.process_with_scratch(&mut self.pairs[..n_pairs], &mut self.scratch);
        self.pairs[n_pairs] = self.pairs[0];
        dispatch!(Level::new(), simd => {
            let _ = simd;
            self.take_apart(power);
        });
    }

    /// The windowed samples, two and two.
    #[inline(always)]
    fn take_in_pairs(&mut self, samples: &[f32]) {
        let windowed = samples.as_chunks::<2>().0.iter().zip(self.window.as_chunks::<2>().0);
        for (pair, (samples, weights)) in self.pairs.iter_mut().zip(windowed) {
            *pair = Complex::new(samples[0] * weights[0], samples[1] * weights[1]);
        }
    }

    /// From the transform of pairs to the power of the bins.
    #[inline(always)]
    fn take_apart(&self, power: &mut [f32]) {
        let n_pairs = self.window.len() / 2;
        let Range { start, end } = self.bins;
        let upwards = &self.pairs[start..end];
        let downwards = self.pairs[n_pairs + 1 - end..n_pairs + 1 - start].iter().rev();
        let bins = upwards.iter().zip(downwards).zip(&self.turns);
        for (power, ((z, mirrored), turn)) in power.iter_mut().zip(bins) {
            let (even_re, even_im) = (z.re + mirrored.re, z.im - mirrored.im);
            let (odd_re, odd_im) = (z.re - mirrored.re, z.im + mirrored.im);
            let re = 0.5 * even_re + (turn.re * odd_re - turn.im * odd_im);
            let im = 0.5 * even_im + (turn.re * odd_im + turn.im * odd_re);
            *power = re * re + im * im;
        }
    }
}

/// A window that rises over the share `peak` of its length and falls over the rest, each like half a
/// Hann window, scaled so that a full-scale sine peaks at 1 in power.
pub(crate) fn window(window_len: usize, peak: f64) -> Vec<f32> {
    // The mean of such a window is 1/2.
    let scale = 4.0 / window_len as f64;
    let weight = |i: usize| {
        let x = i as f64 / window_len as f64;
        let half = if x < peak { x / peak } else { (1.0 - x) / (1.0 - peak) };
        scale * 0.5 * (1.0 - (0.5 * TAU * half).cos())
    };
    (0..window_len).map(|i| weight(i) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_scale_sine_peaks_at_one() {
        let sine: Vec<f32> =
            (0..1024).map(|i| (std::f32::consts::TAU * 40.0 * i as f32 / 1024.0).sin()).collect();
        let mut power = vec![0.0; 513];
        PowerSpectrum::new(1024, 0..513).power(&sine, &mut power);
        assert!((power[40] - 1.0).abs() < 1e-3, "{}", power[40]);
        assert!(power[60] < 1e-9);
        let mut some = [0.0; 3];
        PowerSpectrum::new(1024, 39..42).power(&sine, &mut some);
        assert_eq!(some, power[39..42]);
    }

    #[test]
    fn power_is_that_of_the_definition() {
        let window_len = 64;
        let samples: Vec<f32> =
            (0..window_len).map(|i| ((i * i * 31 + 7 * i) % 97) as f32 / 97.0 - 0.4).collect();
        let mut power = vec![0.0; window_len / 2 + 1];
        PowerSpectrum::new(window_len, 0..power.len()).power(&samples, &mut power);
        for (bin, power) in power.iter().enumerate() {
            let (mut re, mut im) = (0.0, 0.0);
            for (i, x) in samples.iter().enumerate() {
                let turn = TAU * i as f64 / window_len as f64;
                let x = f64::from(*x) * (1.0 - turn.cos()) * 2.0 / window_len as f64;
                re += x * (bin as f64 * turn).cos();
                im -= x * (bin as f64 * turn).sin();
            }
            assert!((f64::from(*power) - (re * re + im * im)).abs() < 1e-7, "{bin}: {power}");
        }
    }
}

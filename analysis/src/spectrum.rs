//! [`PowerSpectrum`]: Hann window, real transform, power.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

/// Power spectrum of windows of one length; all scratch is owned.
pub(crate) struct PowerSpectrum {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl std::fmt::Debug for PowerSpectrum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PowerSpectrum").field("window_len", &self.window.len()).finish()
    }
}

impl PowerSpectrum {
    /// For windows of `window_len` samples.
    pub(crate) fn new(window_len: usize) -> Self {
        Self::with_peak_at(window_len, 0.5)
    }

    /// The same with a window that rises over the share `peak` of its length and falls over the
    /// rest, each like half a Hann window: late peaks hear what is new sooner.
    pub(crate) fn with_peak_at(window_len: usize, peak: f64) -> Self {
        let fft = RealFftPlanner::<f32>::new().plan_fft_forward(window_len);
        // The mean of such a window is 1/2; a full-scale sine then peaks at 1 in power.
        let scale = 4.0 / window_len as f64;
        let window = (0..window_len)
            .map(|i| {
                let x = i as f64 / window_len as f64;
                let half = if x < peak { x / peak } else { (1.0 - x) / (1.0 - peak) };
                (scale * 0.5 * (1.0 - (std::f64::consts::PI * half).cos())) as f32
            })
            .collect();
        Self {
            input: fft.make_input_vec(),
            output: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            window,
            fft,
        }
    }

    /// Writes the power of bins 0 to `window_len / 2` of `samples` (exactly one window) to `power`.
    pub(crate) fn power(&mut self, samples: &[f32], power: &mut [f32]) {
        for ((input, sample), weight) in self.input.iter_mut().zip(samples).zip(&self.window) {
            *input = sample * weight;
        }
        // The buffers come from the transform itself, so their lengths are right.
        let done =
            self.fft.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch);
        debug_assert!(done.is_ok());
        for (power, bin) in power.iter_mut().zip(&self.output) {
            *power = bin.norm_sqr();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_scale_sine_peaks_at_one() {
        let sine: Vec<f32> =
            (0..1024).map(|i| (std::f32::consts::TAU * 40.0 * i as f32 / 1024.0).sin()).collect();
        let mut power = vec![0.0; 513];
        PowerSpectrum::new(1024).power(&sine, &mut power);
        assert!((power[40] - 1.0).abs() < 1e-3, "{}", power[40]);
        assert!(power[60] < 1e-9);
    }
}

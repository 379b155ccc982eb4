//! [`LeadingSpectrum`]: the newest sound, as soon as semitones can be told apart.
//!
//! The windows of a tonal frame are centred, so that it speaks of a third of a second ago. These end
//! at the newest sample; they rise slowly and fall fast, so that most of their weight lies there.

use super::log_spectrum::Resolution;
use super::salience::{N_LOG_BINS, fold, salience};
use crate::features::LeadingFrame;
use crate::units::Seconds;

/// Length in samples, share of the length at which the window peaks, lowest and highest frequency in
/// hertz. The delay that remains is about 50 ms, 100 ms below 120 Hz.
const RESOLUTIONS: [(usize, f64, f64, f64); 3] =
    [(16_384, 0.95, 0.0, 120.0), (8192, 0.9, 120.0, 800.0), (4096, 0.9, 800.0, f64::INFINITY)];

/// Samples whose power tells whether there is new sound (0.17 s).
const NEWEST: usize = 4096;

/// Computes leading frames; all scratch is owned.
#[derive(Debug)]
pub(crate) struct LeadingSpectrum {
    resolutions: [Resolution; 3],
    magnitude: Box<[f32; N_LOG_BINS]>,
}

impl LeadingSpectrum {
    pub(crate) fn new() -> Self {
        let resolutions = RESOLUTIONS.map(|(window_len, peak, low_hz, high_hz)| {
            Resolution::with_peak_at(window_len, peak, low_hz, high_hz)
        });
        Self { resolutions, magnitude: Box::new([0.0; N_LOG_BINS]) }
    }

    /// The leading frame of `samples`, of which only the last count; `at` is their end.
    pub(crate) fn frame(&mut self, at: Seconds, samples: &[f32]) -> LeadingFrame {
        for resolution in &mut self.resolutions {
            let start = samples.len() - resolution.window_len();
            resolution.write(&samples[start..], self.magnitude.as_mut_slice());
        }
        let newest = &samples[samples.len() - NEWEST..];
        let power = newest.iter().map(|x| x * x).sum::<f32>() / NEWEST as f32;
        LeadingFrame { at, full: fold(&salience(&self.magnitude), 0..N_LOG_BINS / 36), power }
    }
}

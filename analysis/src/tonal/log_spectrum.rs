//! [`LogSpectrum`]: one long window becomes a [`TonalFrame`].
//!
//! A constant-Q-like spectrum from three transforms of different length (cf. J. C. Brown and
//! M. S. Puckette, "An efficient algorithm for the calculation of a constant Q transform", JASA
//! 1992): 36 bins an octave over seven octaves, C1 to B7, every third bin on the semitone
//! at A4 = 440 Hz.

use super::salience::{N_LOG_BINS, fold, salience};
use crate::config::ANALYSIS_RATE;
use crate::features::TonalFrame;
use crate::low_spectrum::LowSpectrum;

use crate::sum::dot;
use crate::units::Seconds;

/// Length of the window in samples at the analysis rate (0.68 s).
pub(crate) const TONAL_WINDOW: usize = 16_384;

/// Frequency of C1 at A4 = 440 Hz.
const LOWEST_HZ: f64 = 32.703_195_662_574_83;

/// Windows below this mean power (-90 dB) count as silence.
const SILENCE_POWER: f32 = 1e-9;

/// One transform and the log-frequency bins read from it.
#[derive(Debug)]
pub(super) struct Resolution {
    spectrum: LowSpectrum,
    /// Magnitudes of the transform bins from the first to the last that a row reads.
    magnitude: Vec<f32>,
    window_len: usize,
    rows: Vec<Row>,
}

/// Triangular filter: output bin, where its bins begin in `magnitude`, weights summing to 1.
#[derive(Debug)]
struct Row {
    bin: usize,
    start: usize,
    weights: Vec<f32>,
}

/// Computes tonal frames; all scratch is owned.
#[derive(Debug)]
pub(crate) struct LogSpectrum {
    resolutions: [Resolution; 3],
    magnitude: Box<[f32; N_LOG_BINS]>,
}

impl LogSpectrum {
    pub(crate) fn new() -> Self {
        // Long windows where semitones lie closer than their bins, shorter ones above for time.
        let resolutions =
            [(TONAL_WINDOW, 0.0, 330.0), (8192, 330.0, 1400.0), (4096, 1400.0, f64::INFINITY)]
                .map(|(window_len, low_hz, high_hz)| Resolution::new(window_len, low_hz, high_hz));
        Self { resolutions, magnitude: Box::new([0.0; N_LOG_BINS]) }
    }

    /// The tonal frame of a window of [`TONAL_WINDOW`] samples.
    pub(crate) fn frame(&mut self, at: Seconds, window: &[f32]) -> TonalFrame {
        let middle = &window[window.len() / 4..window.len() * 3 / 4];
        let power = dot(middle, middle) / middle.len() as f32;
        if power < SILENCE_POWER {
            self.magnitude.fill(0.0);
            return TonalFrame { at, full: [0.0; 36], bass: [0.0; 36], treble: [0.0; 36], power };
        }
        for resolution in &mut self.resolutions {
            let start = (window.len() - resolution.window_len) / 2;
            let middle = &window[start..start + resolution.window_len];
            resolution.write(middle, self.magnitude.as_mut_slice());
        }
        let salience = salience(&self.magnitude);
        let octaves = N_LOG_BINS / 36;
        TonalFrame {
            at,
            full: fold(&salience, 0..octaves),
            bass: fold(&salience, 0..3),
            treble: fold(&salience, 4..octaves),
            power,
        }
    }

    /// Magnitudes of the last window; 0 where it was silent.
    pub(crate) fn magnitude(&self) -> &[f32; N_LOG_BINS] {
        &self.magnitude
    }
}

impl Resolution {
    fn new(window_len: usize, low_hz: f64, high_hz: f64) -> Self {
        Self::with_peak_at(window_len, 0.5, low_hz, high_hz)
    }

    /// The log bins from `low_hz` to `high_hz` of windows that peak at the share `peak`.
    pub(super) fn with_peak_at(window_len: usize, peak: f64, low_hz: f64, high_hz: f64) -> Self {
        let bin_hz = f64::from(ANALYSIS_RATE) / window_len as f64;
        let step = (1.0_f64 / 36.0).exp2();
        let mut rows: Vec<Row> = (0..N_LOG_BINS)
            .map(|bin| (bin, LOWEST_HZ * (bin as f64 / 36.0).exp2()))
            .filter(|&(_, hz)| (low_hz..high_hz).contains(&hz))
            .map(|(bin, hz)| {
                // A triangle one log bin wide to each side, but never narrower than the transform.
                let half_width = (hz * (step - 1.0)).max(bin_hz);
                let start = ((hz - half_width) / bin_hz).ceil().max(0.0) as usize;
                let end = ((hz + half_width) / bin_hz).floor() as usize;
                let weight = |k: usize| 1.0 - (k as f64 * bin_hz - hz).abs() / half_width;
                let sum: f64 = (start..=end).map(weight).sum();
                let weights = (start..=end).map(|k| (weight(k) / sum.max(1e-9)) as f32).collect();
                Row { bin, start, weights }
            })
            .collect();
        let first = rows.iter().map(|row| row.start).min().unwrap_or(0);
        let end = rows.iter().map(|row| row.start + row.weights.len()).max().unwrap_or(first);
        rows.iter_mut().for_each(|row| row.start -= first);
        Self {
            spectrum: LowSpectrum::with_peak_at(window_len, peak, first..end),
            magnitude: vec![0.0; end - first],
            window_len,
            rows,
        }
    }

    pub(super) fn window_len(&self) -> usize {
        self.window_len
    }

    /// Writes the magnitudes of this resolution's bins, of exactly one window.
    pub(super) fn write(&mut self, window: &[f32], magnitude: &mut [f32]) {
        self.spectrum.power(window, &mut self.magnitude);
        for value in &mut self.magnitude {
            *value = value.sqrt();
        }
        for row in &self.rows {
            let bins = &self.magnitude[row.start..][..row.weights.len()];
            magnitude[row.bin] = bins.iter().zip(&row.weights).map(|(x, w)| x * w).sum();
        }
    }
}

//! Timbre: cepstrum statistics, spectral shape and spectral contrast.
//!
//! 13 mel cepstrum coefficients without the level (Davis & Mermelstein, "Comparison of parametric
//! representations for monosyllabic word recognition", IEEE TASSP 28, 1980) with mean, deviation
//! and mean absolute change, and correlations among the first eight (the covariances of Mandel &
//! Ellis, "Song-level features and support vector machines for music classification", ISMIR 2005,
//! without what the deviations say already); centroid, spread, roll-off, flatness and flux;
//! octave-based spectral contrast (Jiang et al., "Music type classification by spectral contrast
//! feature", ICME 2002).

use fearless_simd::{Level, dispatch};

use crate::features::N_SHORT_BINS;
use crate::sum::sum;

use super::bands::{BIN_HZ, BandFrame, N_MEL};
use super::extremes::extremes;
use super::moments::Moments;
use super::{N_TIMBRE, TIMBRE_SHAPE};

const N_CEPSTRUM: usize = 13;
/// Coefficients whose correlations are taken,
const N_CORRELATED: usize = 8;
/// and the number of their pairs.
const N_PAIRS: usize = N_CORRELATED * (N_CORRELATED - 1) / 2;
const N_SHAPE: usize = 5;
/// First bin of the spectral shape.
const FIRST_BIN: usize = 2;
const N_CONTRAST: usize = 7;
/// Edges of the contrast bands in hertz.
const CONTRAST_EDGES_HZ: [f32; N_CONTRAST + 1] =
    [60.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 11_000.0];
/// Share of a contrast band's bins that make its peak and its valley.
const CONTRAST_SHARE: f32 = 0.2;
/// Frames between the cepstra whose difference is the change (30 ms).
const DELTA_FRAMES: usize = 3;
/// Spectra are floored this far below their own mean (-60 dB), so that the digital silence of
/// low-pass filtered recordings weighs no more than noise.
const FLOOR_RATIO: f32 = 1e-6;

#[derive(Clone, Debug)]
pub(super) struct Timbre {
    /// By band and coefficient.
    dct: [[f32; N_CEPSTRUM]; N_MEL],
    recent: [[f32; N_CEPSTRUM]; DELTA_FRAMES],
    n_recent: usize,
    log_before: [f32; N_MEL],
    cepstrum: Moments<N_CEPSTRUM>,
    products: Moments<N_PAIRS>,
    change: Moments<N_CEPSTRUM>,
    shape: Moments<N_SHAPE>,
    contrast: Moments<N_CONTRAST>,
}

impl Timbre {
    pub(super) fn new() -> Self {
        let dct = std::array::from_fn(|m| {
            std::array::from_fn(|k| {
                let angle = std::f32::consts::PI * (k + 1) as f32 * (m as f32 + 0.5) / N_MEL as f32;
                angle.cos() * (2.0 / N_MEL as f32).sqrt()
            })
        });
        Self {
            dct,
            recent: [[0.0; N_CEPSTRUM]; DELTA_FRAMES],
            n_recent: 0,
            log_before: [0.0; N_MEL],
            cepstrum: Moments::new(),
            products: Moments::new(),
            change: Moments::new(),
            shape: Moments::new(),
            contrast: Moments::new(),
        }
    }

    /// Forgets everything, without making the transform anew.
    pub(super) fn reset(&mut self) {
        self.n_recent = 0;
        self.cepstrum = Moments::new();
        self.products = Moments::new();
        self.change = Moments::new();
        self.shape = Moments::new();
        self.contrast = Moments::new();
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.cepstrum.scale(factor);
        self.products.scale(factor);
        self.change.scale(factor);
        self.shape.scale(factor);
        self.contrast.scale(factor);
    }

    pub(super) fn push(&mut self, power: &[f32; N_SHORT_BINS], frame: &BandFrame, weight: f64) {
        if !frame.sounds {
            self.n_recent = 0;
            return;
        }
        let mut cepstrum = [0.0; N_CEPSTRUM];
        for (row, log) in self.dct.iter().zip(&frame.log) {
            for (sum, cos) in cepstrum.iter_mut().zip(row) {
                *sum += cos * log;
            }
        }
        self.cepstrum.add(&cepstrum, weight);
        self.products.add(&pairwise(|a, b| cepstrum[a] * cepstrum[b]), weight);
        let slot = self.n_recent % DELTA_FRAMES;
        if self.n_recent >= DELTA_FRAMES {
            let before = self.recent[slot];
            self.change.add(&std::array::from_fn(|k| (cepstrum[k] - before[k]).abs()), weight);
        }
        self.recent[slot] = cepstrum;

        let flux = if self.n_recent > 0 {
            let rise = frame.log.iter().zip(&self.log_before).map(|(now, then)| (now - then).abs());
            rise.sum::<f32>() / N_MEL as f32
        } else {
            0.0
        };
        self.log_before = frame.log;
        self.n_recent =
            if self.n_recent + 1 == 2 * DELTA_FRAMES { DELTA_FRAMES } else { self.n_recent + 1 };
        let shape = dispatch!(Level::new(), simd => {
            let _ = simd;
            shape(power, flux)
        });
        self.shape.add(&shape, weight);
        self.contrast.add(&contrast(power, frame.power), weight);
    }

    /// Layout: cepstrum mean, deviation, change (13 each); mean and deviation of centroid (log2
    /// Hz), spread (octaves), roll-off (log2 Hz), flatness (dB), flux; mean and deviation of the
    /// contrasts; the tilt of the mean contrast; correlations of cepstrum coefficients 1 and 2,
    /// 1 and 3, ... 7 and 8.
    pub(super) fn values(&self) -> [f32; N_TIMBRE] {
        let mut values = [0.0; N_TIMBRE];
        let contrast = self.contrast.mean();
        let tilt = contrast.iter().zip(-3i8..).map(|(c, x)| c * f32::from(x)).sum::<f32>() / 28.0;
        let shape_mean = self.shape.mean();
        let shape_std = self.shape.std();
        let (mean, deviation) = (self.cepstrum.mean(), self.cepstrum.std());
        let products = self.products.mean();
        let mut pair_idx = 0;
        let correlations = pairwise(|a, b| {
            let covariance = products[pair_idx] - mean[a] * mean[b];
            pair_idx += 1;
            (covariance / (deviation[a] * deviation[b]).max(1e-3)).clamp(-1.0, 1.0)
        });
        let parts = mean.into_iter();
        let parts = parts.chain(deviation).chain(self.change.mean());
        let parts = parts.chain(shape_mean).chain(shape_std);
        let parts =
            parts.chain(contrast).chain(self.contrast.std()).chain([tilt]).chain(correlations);
        for (value, part) in values.iter_mut().zip(parts) {
            *value = part;
        }
        if cfg!(test) {
            assert_eq!(values[TIMBRE_SHAPE], shape_mean[0]);
        }
        values
    }
}

/// `value(a, b)` for every pair of the correlated coefficients, in a fixed order.
fn pairwise(mut value: impl FnMut(usize, usize) -> f32) -> [f32; N_PAIRS] {
    let mut pairs = [0.0; N_PAIRS];
    let indices = (0..N_CORRELATED).flat_map(|a| (a + 1..N_CORRELATED).map(move |b| (a, b)));
    for (pair, (a, b)) in pairs.iter_mut().zip(indices) {
        *pair = value(a, b);
    }
    pairs
}

/// Centroid (log2 Hz), spread (octaves), 85 % roll-off (log2 Hz), flatness (dB), flux.
#[inline(always)]
fn shape(power: &[f32; N_SHORT_BINS], flux: f32) -> [f32; N_SHAPE] {
    // From 47 Hz: below, a bin is a tenth of an octave only in name.
    let bins = power.get(FIRST_BIN..).unwrap_or_default();
    let total = sum(bins).max(f32::MIN_POSITIVE);
    let floor = total / bins.len() as f32 * FLOOR_RATIO;
    // Magnitudes, as is customary for the centroid: power follows the bass alone.
    let mut magnitudes = power.map(f32::sqrt);
    magnitudes[..FIRST_BIN].fill(0.0);
    let magnitude_sum = sum(&magnitudes).max(f32::MIN_POSITIVE);
    let mut weighted = [0.0; N_SHORT_BINS];
    for (bin, (weighted, magnitude)) in weighted.iter_mut().zip(&magnitudes).enumerate() {
        *weighted = magnitude * bin as f32;
    }
    let centroid_hz = (sum(&weighted) / magnitude_sum * BIN_HZ).max(BIN_HZ);
    for (bin, (weighted, magnitude)) in weighted.iter_mut().zip(&magnitudes).enumerate() {
        let distance = bin as f32 * (BIN_HZ / centroid_hz) - 1.0;
        *weighted = magnitude * distance * distance;
    }
    let spread = (sum(&weighted) / magnitude_sum).sqrt();
    let mean = total / bins.len() as f32;
    let log_mean = (log_sum(bins, floor) / bins.len() as f64) as f32;
    let flatness_db = 10.0 / std::f32::consts::LN_10 * (log_mean - mean.ln());
    let mut below = 0.0;
    let is_below = |bin: &&f32| {
        let is_below = below < 0.85 * total;
        below += **bin;
        is_below
    };
    let rolloff_bin = FIRST_BIN + bins.iter().take_while(is_below).count().saturating_sub(1);
    let rolloff = (rolloff_bin as f32 * BIN_HZ).log2();
    [centroid_hz.log2(), spread, rolloff, flatness_db.max(-60.0), flux]
}

/// Sum of the logarithms of the bins above a floor, as logarithms of products: power above silence
/// is above 1e-16 and below 1e6, so that sixteen of them stay within the range of `f64`.
#[inline(always)]
fn log_sum(bins: &[f32], floor: f32) -> f64 {
    let product = |bins: &[f32]| bins.iter().map(|p| f64::from(p + floor)).product::<f64>();
    bins.chunks(16).map(|bins| product(bins).ln()).sum()
}

/// Peak against valley of each contrast band in nepers.
fn contrast(power: &[f32; N_SHORT_BINS], total: f32) -> [f32; N_CONTRAST] {
    let floor = total * FLOOR_RATIO / N_SHORT_BINS as f32 + f32::MIN_POSITIVE;
    let mut contrasts = [0.0; N_CONTRAST];
    for (contrast, edges) in contrasts.iter_mut().zip(CONTRAST_EDGES_HZ.windows(2)) {
        let (first, last) = ((edges[0] / BIN_HZ) as usize, (edges[1] / BIN_HZ) as usize);
        let Some(bins) = power.get(first..last) else { continue };
        let n_share = ((bins.len() as f32 * CONTRAST_SHARE) as usize).max(1);
        let (valley, peak) = extremes(bins, n_share);
        *contrast = ((peak + floor) / (valley + floor)).ln();
    }
    contrasts
}

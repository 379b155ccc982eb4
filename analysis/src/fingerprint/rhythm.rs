//! Rhythm: periodicity and density of onsets.
//!
//! Onset strength is the summed rise of compressed band levels (Böck & Widmer, "Maximum filter
//! vibrato suppression for onset detection", DAFx 2013, without the vibrato part); its
//! autocorrelation (Tzanetakis & Cook, "Musical genre classification of audio signals", IEEE TSAP
//! 10, 2002) is accumulated lag by lag while the sound goes by.

use crate::features::SHORT_FPS;

use super::N_RHYTHM;
use super::bands::{BandFrame, N_MEL};
use super::moments::Moments;

/// Longest lag of the autocorrelation: 3 s.
const N_LAGS: usize = 301;
/// Number of logarithmic lag bands,
const N_LAG_BANDS: usize = 20;
/// from this lag on, up to the longest (in frames).
const FIRST_LAG: f32 = 10.0;
/// Bands below this one are low (about 200 Hz): kick and bass.
const LOW_BANDS: usize = 4;
/// Bands from this one on are high (about 3.2 kHz): cymbals and consonants.
const HIGH_BANDS: usize = 22;
/// Frames between the spectra compared (20 ms).
const LAG_FRAMES: usize = 2;
/// An onset is the highest value within so many frames on either side (40 ms).
const PEAK_FRAMES: usize = 4;
/// An onset stands this far above the local mean,
const PEAK_RATIO: f32 = 1.6;
/// and this far absolutely (nepers, mean over the bands).
const PEAK_OFFSET: f32 = 0.04;
/// The local mean fades over this time.
const LOCAL_S: f32 = 1.0;

#[derive(Clone, Debug)]
pub(super) struct Rhythm {
    loud: [[f32; N_MEL]; LAG_FRAMES],
    /// The latest onset strengths minus their local mean, newest at `head - 1`.
    ring: [f32; N_LAGS],
    head: usize,
    /// The latest onset strengths as they are, newest last.
    latest: [f32; 2 * PEAK_FRAMES + 1],
    local_mean: f32,
    products: [f64; N_LAGS],
    strength: Moments<4>,
    n_frames: u64,
    onsets: f64,
    interval: Moments<1>,
    frames_since_onset: u32,
}

impl Rhythm {
    pub(super) fn new() -> Self {
        Self {
            loud: [[0.0; N_MEL]; LAG_FRAMES],
            ring: [0.0; N_LAGS],
            head: 0,
            latest: [0.0; 2 * PEAK_FRAMES + 1],
            local_mean: 0.0,
            products: [0.0; N_LAGS],
            strength: Moments::new(),
            n_frames: 0,
            onsets: 0.0,
            interval: Moments::new(),
            frames_since_onset: 0,
        }
    }

    pub(super) fn scale(&mut self, factor: f64) {
        for product in &mut self.products {
            *product *= factor;
        }
        self.strength.scale(factor);
        self.interval.scale(factor);
        self.onsets *= factor;
    }

    pub(super) fn push(&mut self, frame: &BandFrame, weight: f64) {
        let slot = (self.n_frames % LAG_FRAMES as u64) as usize;
        let before = std::mem::replace(&mut self.loud[slot], frame.loud);
        let first = self.n_frames < LAG_FRAMES as u64;
        self.n_frames += 1;
        let rise = |range: std::ops::Range<usize>| -> f32 {
            let pairs = frame.loud[range.clone()].iter().zip(&before[range]);
            pairs.map(|(now, then)| (now - then).max(0.0)).sum::<f32>() / N_MEL as f32
        };
        let (low, middle, high) =
            (rise(0..LOW_BANDS), rise(LOW_BANDS..HIGH_BANDS), rise(HIGH_BANDS..N_MEL));
        let strength = if first { 0.0 } else { low + middle + high };

        let keep = (-1.0 / (LOCAL_S * SHORT_FPS as f32)).exp();
        self.local_mean = strength + keep * (self.local_mean - strength);
        self.correlate(strength - self.local_mean, weight);
        self.latest.rotate_left(1);
        self.latest[2 * PEAK_FRAMES] = strength;
        self.frames_since_onset = self.frames_since_onset.saturating_add(1);
        if frame.sounds {
            self.strength.add(&[strength, low, middle, high], weight);
            self.pick_onset(weight);
        }
    }

    fn correlate(&mut self, value: f32, weight: f64) {
        self.ring[self.head] = value;
        // The ring from the newest value back: first the part up to `head`, then the rest.
        let (older, newer) = (&self.ring[self.head + 1..], &self.ring[..=self.head]);
        let values = newer.iter().rev().chain(older.iter().rev());
        let weighted = weight * f64::from(value);
        for (product, &past) in self.products.iter_mut().zip(values) {
            *product += weighted * f64::from(past);
        }
        self.head = (self.head + 1) % N_LAGS;
    }

    fn pick_onset(&mut self, weight: f64) {
        let centre = self.latest[PEAK_FRAMES];
        let (before, after) = self.latest.split_at(PEAK_FRAMES);
        let is_peak = before.iter().all(|&s| s < centre)
            && after.iter().skip(1).all(|&s| s <= centre)
            && centre > PEAK_RATIO * self.local_mean + PEAK_OFFSET;
        if is_peak {
            self.onsets += weight;
            // Long pauses say nothing about regularity.
            if self.frames_since_onset < 2 * SHORT_FPS as u32 {
                let frames = self.frames_since_onset.max(1) as f32;
                self.interval.add(&[(frames / SHORT_FPS as f32).log2()], weight);
            }
            self.frames_since_onset = 0;
        }
    }

    /// Layout: strongest autocorrelation in each of 20 logarithmic lag bands, 0.1 to 3 s; onsets
    /// a second; strongest autocorrelation between 0.25 and 1.5 s (pulse clarity); contrast of the
    /// onset strength; share of its low and of its high part; deviation of the intervals in
    /// octaves.
    pub(super) fn values(&self) -> [f32; N_RHYTHM] {
        let mut values = [0.0; N_RHYTHM];
        let power = self.products[0].max(f64::MIN_POSITIVE);
        let correlation = |lag: usize| (self.products[lag] / power) as f32;
        let octaves = ((N_LAGS - 1) as f32 / FIRST_LAG).log2();
        let edge = |band: usize| {
            (FIRST_LAG * (octaves * band as f32 / N_LAG_BANDS as f32).exp2()).round() as usize
        };
        for (band, value) in values.iter_mut().take(N_LAG_BANDS).enumerate() {
            let lags = edge(band)..edge(band + 1).max(edge(band) + 1).min(N_LAGS);
            *value = lags.map(correlation).fold(f32::MIN, f32::max).max(-1.0);
        }
        let [mean, low, _, high] = self.strength.mean();
        let [deviation, ..] = self.strength.std();
        let clarity = (25..150).map(correlation).fold(0.0, f32::max);
        let seconds = (self.strength.weight() / SHORT_FPS as f64).max(f64::MIN_POSITIVE);
        let mean = mean.max(1e-6);
        let rest = [
            (self.onsets / seconds) as f32,
            clarity,
            (deviation / mean).min(10.0),
            low / mean,
            high / mean,
            self.interval.std()[0],
        ];
        for (value, part) in values.iter_mut().skip(N_LAG_BANDS).zip(rest) {
            *value = part;
        }
        values
    }
}

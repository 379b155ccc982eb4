//! [`MelBands`]: short spectra as the beat networks see them.
//!
//! Triangular bands on the mel scale after S. Stevens, J. Volkmann and E. Newman, "A scale for the
//! measurement of the psychological magnitude pitch", JASA 1937, in the form of D. O'Shaughnessy,
//! "Speech communication", 1987.

use crate::config::ANALYSIS_RATE;
use crate::features::{BAND_FPS, N_MEL_BANDS, N_SHORT_BINS, SHORT_WINDOW};
use crate::level::LevelFollower;

const LOWEST_HZ: f32 = 30.0;
const HIGHEST_HZ: f32 = 10_000.0;
/// Time in which the level falls by half after loud music.
const HALF_LIFE_SECONDS: f32 = 8.0;
/// -70 dBFS: quieter music is left quiet.
const FLOOR: f32 = 3.162e-4;
/// Compression: log10(1 + GAIN x) / DECADES, x relative to the level.
const GAIN: f32 = 1000.0;
const DECADES: f32 = 3.0;

/// First bin and weights of a band; the weights sum to 1.
#[derive(Clone, Debug)]
struct Band {
    first: usize,
    weights: Vec<f32>,
}

/// Makes bands of 0 to 255 from power spectra: independent of how loud the music is.
#[derive(Clone, Debug)]
pub(crate) struct MelBands {
    bands: Vec<Band>,
    level: LevelFollower,
}

impl MelBands {
    pub(crate) fn new() -> Self {
        let (low, high) = (mel(LOWEST_HZ), mel(HIGHEST_HZ));
        let edge = |idx: usize| hertz(low + (high - low) * idx as f32 / (N_MEL_BANDS + 1) as f32);
        let bands = (0..N_MEL_BANDS).map(|idx| Band::new(edge(idx), edge(idx + 1), edge(idx + 2)));
        Self {
            bands: bands.collect(),
            level: LevelFollower::new(HALF_LIFE_SECONDS * BAND_FPS as f32, FLOOR),
        }
    }

    /// The bands of the next frame.
    pub(crate) fn bands(&mut self, power: &[f32; N_SHORT_BINS]) -> [u8; N_MEL_BANDS] {
        let mut magnitude = [0.0; N_MEL_BANDS];
        for (magnitude, band) in magnitude.iter_mut().zip(&self.bands) {
            let bins = power[band.first..].iter();
            let sum: f32 = bins.zip(&band.weights).map(|(power, weight)| power * weight).sum();
            *magnitude = sum.sqrt();
        }
        let gain = GAIN / self.level.push(&magnitude);
        magnitude.map(|x| {
            let share = (1.0 + gain * x).log10() / DECADES;
            (share.clamp(0.0, 1.0) * 255.0).round() as u8
        })
    }

    pub(crate) fn reset(&mut self) {
        self.level.reset();
    }
}

impl Band {
    /// A triangle that is never narrower than the transform.
    fn new(low_hz: f32, centre_hz: f32, high_hz: f32) -> Self {
        let bin_hz = ANALYSIS_RATE as f32 / SHORT_WINDOW as f32;
        let below = (centre_hz - low_hz).max(bin_hz);
        let above = (high_hz - centre_hz).max(bin_hz);
        let first = ((centre_hz - below) / bin_hz).ceil().max(0.0) as usize;
        let last = (((centre_hz + above) / bin_hz).floor() as usize).min(N_SHORT_BINS - 1);
        let mut weights: Vec<f32> = (first..=last)
            .map(|bin| {
                let off = bin as f32 * bin_hz - centre_hz;
                1.0 - if off < 0.0 { -off / below } else { off / above }
            })
            .collect();
        let sum: f32 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        Self { first, weights }
    }
}

fn mel(hz: f32) -> f32 {
    2595.0 * (1.0 + hz / 700.0).log10()
}

fn hertz(mel: f32) -> f32 {
    700.0 * (10.0_f32.powf(mel / 2595.0) - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_band_weighs_finitely_and_sums_to_one() {
        for band in MelBands::new().bands {
            assert!(band.weights.iter().all(|weight| (0.0..=1.0).contains(weight)));
            assert!((band.weights.iter().sum::<f32>() - 1.0).abs() < 1e-4);
            assert!(band.first + band.weights.len() <= N_SHORT_BINS);
        }
    }

    #[test]
    fn a_louder_copy_looks_the_same() {
        let power: [f32; N_SHORT_BINS] = std::array::from_fn(|bin| 1e-3 / (1.0 + bin as f32));
        let soft = MelBands::new().bands(&power);
        let loud = MelBands::new().bands(&power.map(|x| x * 100.0));
        assert_eq!(soft, loud);
    }
}

//! Mel bands of a short power spectrum, their levels relative to the recent loudness.
//!
//! Everything downstream sees levels relative to a reference that follows the sound, so that the
//! gain of a recording doesn't matter.

use crate::config::ANALYSIS_RATE;
use crate::features::{N_SHORT_BINS, SHORT_FPS, SHORT_WINDOW};
use crate::sum::{dot, sum};

/// Number of mel bands.
pub(super) const N_MEL: usize = 36;
/// Band edges reach from here,
const LOW_HZ: f32 = 40.0;
/// to here.
const HIGH_HZ: f32 = 11_000.0;
/// Frames with less power than this (-70 dB of a full-scale sine) are silence.
const SILENCE_POWER: f32 = 1e-7;
/// Frames this far below the reference are silence (-50 dB).
const SILENCE_RATIO: f32 = 1e-5;
/// Time in which the reference level falls to 1/e after the sound became quieter.
const REFERENCE_DECAY_S: f32 = 10.0;
/// Band levels are floored this far below the reference power (-70 dB).
const FLOOR_RATIO: f32 = 1e-7;

/// Width of a bin of the short spectrum in hertz.
pub(super) const BIN_HZ: f32 = ANALYSIS_RATE as f32 / SHORT_WINDOW as f32;

/// One band: a triangle over some bins.
#[derive(Clone, Debug)]
struct Band {
    first_bin: usize,
    weights: Vec<f32>,
}

/// Filterbank and reference level.
#[derive(Clone, Debug)]
pub(super) struct Bands {
    bands: Vec<Band>,
    reference: f32,
}

/// What [`Bands`] makes of one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct BandFrame {
    /// Power of the whole frame.
    pub(super) power: f32,
    /// Power the recent sound reaches; `power` is relative to it.
    pub(super) reference: f32,
    /// Whether there is sound to speak of.
    pub(super) sounds: bool,
    /// Natural logarithm of the band powers relative to the reference, floored.
    pub(super) log: [f32; N_MEL],
    /// Compressed band powers relative to the reference, 0 for silence.
    pub(super) loud: [f32; N_MEL],
}

fn mel(hz: f32) -> f32 {
    2595.0 * (1.0 + hz / 700.0).log10()
}

fn from_mel(mel: f32) -> f32 {
    700.0 * (10f32.powf(mel / 2595.0) - 1.0)
}

impl Bands {
    pub(super) fn new() -> Self {
        let (low, high) = (mel(LOW_HZ), mel(HIGH_HZ));
        let edge_bins =
            |idx: usize| from_mel(low + (high - low) * idx as f32 / (N_MEL + 1) as f32) / BIN_HZ;
        let bands = (0..N_MEL)
            .map(|idx| {
                let (left, centre, right) =
                    (edge_bins(idx), edge_bins(idx + 1), edge_bins(idx + 2));
                // Low bands are narrower than a bin: no side of a triangle is steeper than one bin.
                let (rise, fall) = ((centre - left).max(1.0), (right - centre).max(1.0));
                let first_bin = ((centre - rise).floor() + 1.0).max(1.0) as usize;
                let last_bin = ((centre + fall).ceil() as usize).min(N_SHORT_BINS) - 1;
                let weights = (first_bin..=last_bin)
                    .map(|bin| {
                        let offset = bin as f32 - centre;
                        let slope = if offset < 0.0 { -offset / rise } else { offset / fall };
                        (1.0 - slope).max(0.0)
                    })
                    .collect();
                Band { first_bin, weights }
            })
            .collect();
        Self { bands, reference: 0.0 }
    }

    pub(super) fn reset(&mut self) {
        self.reference = 0.0;
    }

    pub(super) fn push(&mut self, power: &[f32; N_SHORT_BINS]) -> BandFrame {
        let all = sum(&power[1..]);
        let total = if all.is_finite() { all } else { 0.0 };
        let decay = (-1.0 / (REFERENCE_DECAY_S * SHORT_FPS as f32)).exp();
        self.reference = (self.reference * decay).max(total);
        let reference = self.reference.max(SILENCE_POWER);
        let sounds = total > SILENCE_POWER && total > SILENCE_RATIO * reference;

        let mut frame = BandFrame {
            power: total,
            reference,
            sounds,
            log: [FLOOR_RATIO.ln(); N_MEL],
            loud: [0.0; N_MEL],
        };
        if sounds {
            for ((band, log), loud) in self.bands.iter().zip(&mut frame.log).zip(&mut frame.loud) {
                let energy = dot(&power[band.first_bin..], &band.weights);
                let ratio = energy / reference;
                *log = (ratio + FLOOR_RATIO).ln();
                *loud = (1.0 + 1000.0 * ratio).ln();
            }
        }
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_band_has_weight_and_they_ascend() {
        let bands = Bands::new();
        let mut centre_before = 0.0;
        for band in &bands.bands {
            let sum: f32 = band.weights.iter().sum();
            assert!(sum > 0.3, "{band:?}");
            let moment: f32 =
                band.weights.iter().enumerate().map(|(i, w)| w * (band.first_bin + i) as f32).sum();
            assert!(moment / sum > centre_before);
            centre_before = moment / sum;
        }
    }

    #[test]
    fn levels_do_not_depend_on_gain() {
        let mut quiet = Bands::new();
        let mut loud = Bands::new();
        let spectrum: [f32; N_SHORT_BINS] = std::array::from_fn(|bin| 0.1 / (1.0 + bin as f32));
        let one = loud.push(&spectrum);
        let other = quiet.push(&spectrum.map(|p| p * 0.1));
        for (a, b) in one.log.iter().zip(&other.log) {
            assert!((a - b).abs() < 1e-3);
        }
    }

    #[test]
    fn silence_does_not_sound_and_nothing_is_ever_nan() {
        let mut bands = Bands::new();
        assert!(!bands.push(&[0.0; N_SHORT_BINS]).sounds);
        let broken = bands.push(&[f32::NAN; N_SHORT_BINS]);
        assert!(!broken.sounds && broken.log.iter().all(|v| v.is_finite()));
    }
}

//! Tonal colour: chroma, what transposing leaves of it, and harmonic change.
//!
//! The chroma itself says which notes sound, without a decision about the key. Magnitudes of its
//! discrete Fourier transform say how much it is spread over chromatic, dyadic, triadic ...
//! diatonic structures, whatever the transposition (Harte, Sandler & Gasser, "Detecting harmonic
//! change in musical audio", AMCMM 2006; Amiot, "Music through Fourier space", 2016).

use crate::features::TonalFrame;

use super::N_TONAL;
use super::moments::Moments;

const N_DFT: usize = 6;
/// Frames between the chromas whose distance is the harmonic change (0.5 s).
const CHANGE_FRAMES: usize = 5;
/// Frames below this power (-70 dB) are silence,
const SILENCE_POWER: f32 = 1e-7;
/// as are those this far below the recent maximum (-50 dB).
const SILENCE_RATIO: f32 = 1e-5;
/// The recent maximum falls to 1/e over this many frames (10 s).
const REFERENCE_FRAMES: f32 = 100.0;

/// Key profiles of Temperley, "What's key for key?", Music Perception 17, 1999.
const MAJOR_PROFILE: [f32; 12] = [5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0];
const MINOR_PROFILE: [f32; 12] = [5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0];

#[derive(Clone, Debug)]
pub(super) struct Tonal {
    chroma: Moments<12>,
    dft: Moments<N_DFT>,
    /// Entropy of the chroma, harmonic change, share of the bass on the strongest class.
    motion: Moments<3>,
    recent: [[f32; 12]; CHANGE_FRAMES],
    n_recent: usize,
    reference: f32,
}

impl Tonal {
    pub(super) fn new() -> Self {
        Self {
            chroma: Moments::new(),
            dft: Moments::new(),
            motion: Moments::new(),
            recent: [[0.0; 12]; CHANGE_FRAMES],
            n_recent: 0,
            reference: 0.0,
        }
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.chroma.scale(factor);
        self.dft.scale(factor);
        self.motion.scale(factor);
    }

    pub(super) fn push(&mut self, frame: &TonalFrame, weight: f64) {
        let power = if frame.power.is_finite() { frame.power } else { 0.0 };
        self.reference = (self.reference * (-1.0 / REFERENCE_FRAMES).exp()).max(power);
        let sounds = power > SILENCE_POWER && power > SILENCE_RATIO * self.reference;
        let (Some(chroma), true) = (folded(&frame.full), sounds) else {
            self.n_recent = 0;
            return;
        };
        self.chroma.add(&chroma, weight);
        self.dft.add(&dft(&chroma), weight);
        let bass = folded(&frame.bass);
        let slot = self.n_recent % CHANGE_FRAMES;
        let change = if self.n_recent >= CHANGE_FRAMES {
            let pairs = chroma.iter().zip(&self.recent[slot]);
            pairs.map(|(now, then)| (now - then).abs()).sum::<f32>() / 2.0
        } else {
            self.motion.mean()[1]
        };
        self.recent[slot] = chroma;
        self.n_recent =
            if self.n_recent + 1 == 2 * CHANGE_FRAMES { CHANGE_FRAMES } else { self.n_recent + 1 };
        let bass_focus = bass.map_or(0.0, |bass| bass.iter().fold(0.0, |max: f32, &b| max.max(b)));
        self.motion.add(&[entropy(&chroma), change, bass_focus], weight);
    }

    /// Layout: mean chroma from C up (12); transform magnitudes of the mean chroma (6) and their mean
    /// over time (6); mean and deviation of entropy, harmonic change and bass focus; correlation with
    /// the best of the key profiles; entropy of the mean chroma. Nothing hangs on the key that was
    /// heard, which may be another one after ten seconds than after the whole.
    pub(super) fn values(&self) -> [f32; N_TONAL] {
        let mut values = [0.0; N_TONAL];
        let chroma = self.chroma.mean();
        let parts = chroma.into_iter().chain(dft(&chroma)).chain(self.dft.mean());
        let parts = parts.chain(self.motion.mean()).chain(self.motion.std());
        let parts = parts.chain([best_correlation(&chroma), entropy(&chroma)]);
        for (value, part) in values.iter_mut().zip(parts) {
            *value = part;
        }
        values
    }
}

/// Thirds of a semitone folded to pitch classes, sum 1; `None` without energy.
fn folded(salience: &[f32; 36]) -> Option<[f32; 12]> {
    let chroma: [f32; 12] = std::array::from_fn(|class| {
        let centre = 3 * class;
        let sum = salience[(centre + 35) % 36] + salience[centre] + salience[centre + 1];
        sum.max(0.0)
    });
    let total: f32 = chroma.iter().sum();
    (total.is_finite() && total > 1e-9).then(|| chroma.map(|c| c / total))
}

/// Magnitudes of coefficients 1 to 6, at most 1 for a chroma that sums to 1.
fn dft(chroma: &[f32; 12]) -> [f32; N_DFT] {
    std::array::from_fn(|k| {
        let (mut re, mut im) = (0.0, 0.0);
        for (class, &value) in chroma.iter().enumerate() {
            let turns = ((k + 1) * class % 12) as f32 / 12.0;
            let (sin, cos) = (2.0 * std::f32::consts::PI * turns).sin_cos();
            re += value * cos;
            im -= value * sin;
        }
        re.hypot(im)
    })
}

/// Entropy relative to that of twelve equal classes, 0 to 1.
fn entropy(chroma: &[f32; 12]) -> f32 {
    let sum: f32 = chroma.iter().filter(|&&c| c > 1e-9).map(|&c| -c * c.ln()).sum();
    sum / 12f32.ln()
}

/// With the profile and tonic that fit best.
fn best_correlation(chroma: &[f32; 12]) -> f32 {
    let tonics = 0..12;
    let both = tonics.flat_map(|tonic| {
        [&MAJOR_PROFILE, &MINOR_PROFILE].map(|profile| correlation(chroma, profile, tonic))
    });
    both.fold(-1.0, f32::max)
}

/// Pearson correlation of the chroma, from `tonic` up, with a profile.
fn correlation(chroma: &[f32; 12], profile: &[f32; 12], tonic: usize) -> f32 {
    let mean_chroma = chroma.iter().sum::<f32>() / 12.0;
    let mean_profile = profile.iter().sum::<f32>() / 12.0;
    let (mut dot, mut norm_chroma, mut norm_profile) = (0.0, 0.0, 0.0);
    for (class, value) in profile.iter().enumerate() {
        let c = chroma[(tonic + class) % 12] - mean_chroma;
        let p = value - mean_profile;
        dot += c * p;
        norm_chroma += c * c;
        norm_profile += p * p;
    }
    dot / (norm_chroma * norm_profile).sqrt().max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposition_changes_no_magnitude() {
        let chroma: [f32; 12] = std::array::from_fn(|i| (i * i % 7) as f32 / 30.0);
        let mut higher = chroma;
        higher.rotate_right(5);
        for (a, b) in dft(&chroma).iter().zip(&dft(&higher)) {
            assert!((a - b).abs() < 1e-5);
        }
    }

    #[test]
    fn a_profile_fits_itself_on_any_tonic() {
        let sum: f32 = MINOR_PROFILE.iter().sum();
        let mut chroma = MINOR_PROFILE.map(|p| p / sum);
        chroma.rotate_right(4);
        assert!(best_correlation(&chroma) > 0.999);
        assert!(correlation(&chroma, &MINOR_PROFILE, 5) < 0.9);
    }
}

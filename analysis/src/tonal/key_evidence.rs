//! [`KeyEvidence`]: what a stretch of music says about its key, and what follows from it.
//!
//! Four witnesses, each standardised over the 24 keys and added up: the profile correlation of all
//! registers, that of the bass, the likelihood of the chords (`triads.rs`), and the log posteriors
//! of the trained network where there is one (`key_pool.rs`). Whether there is a key at all is
//! asked first: the mean chroma must stand out of its fluctuation, look like a key, and the frames
//! like chords.

use super::chroma::Chroma;
use super::key_profile::profile_correlations;
use super::key_reason;
use super::triads::TriadEvidence;
use crate::facts::{KeyCandidate, KeyEstimate};
use crate::history::History;
use crate::music::Key;

/// Weights of the witnesses beside the full-range profile (1). From a plateau over recorded and
/// rendered clips together: .2 to .4 and .5 to 1 give the same accuracy within one clip.
const BASS_WEIGHT: f32 = 0.4;
const CHORDS_WEIGHT: f32 = 0.7;
/// Weight of the network beside all others together.
const NETWORK_WEIGHT: f32 = 2.1;

/// The network was taught with music. It is not asked about a single chord: chords and power chords
/// that go on and on share their energy among up to 6.9 pitch classes, music among 7.4 and more.
const SINGLE_CHORD_PITCH_CLASSES: f32 = 6.5;

/// Slope from added standard scores to log posterior, for calibrated shares over recorded and
/// rendered clips together.
const SHARPNESS: f32 = 3.2;

/// With the network all witnesses agree more often than they are right together: the share of the
/// scores' scale at which their posteriors are the likeliest, on rendered clips held out of training.
const NETWORK_CALM: f32 = 0.44;

/// Frames that overlap count as one observation.
const FRAMES_PER_OBSERVATION: f32 = 7.0;

/// Presence of a key: below any of these there is none. Noise, speech-like noise and drums reach
/// 2.7 / .72 / .66 but never two of them; 95 % of recorded music lies above 4.7 / .75 / .70.
const MIN_SIGNAL_TO_FLUCTUATION: f32 = 3.0;
const MIN_CORRELATION: f32 = 0.6;
const MIN_CHORD_FIT: f32 = 0.672;
/// One tone and its partials amount to 3.1 pitch classes, a triad of pure tones to 4.2, music to 7
/// and more.
const MIN_PITCH_CLASSES: f32 = 3.6;

/// Sums over frames; may be decayed, added and subtracted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct KeyEvidence {
    full: Chroma,
    bass: Chroma,
    /// Sum of squared deviations of the normalised chroma from flat.
    deviation: f32,
    log_likelihood: [f32; 24],
    fit: f32,
    n_frames: f32,
}

impl KeyEvidence {
    /// Adds one sounding frame.
    pub(super) fn push(&mut self, full: &Chroma, bass: &Chroma, triads: &TriadEvidence) {
        let full = full.normalized();
        let mean = full.0.iter().sum::<f32>() / 12.0;
        self.deviation += full.0.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>();
        self.full.add(&full, 1.0);
        self.bass.add(&bass.normalized(), 1.0);
        for (sum, x) in self.log_likelihood.iter_mut().zip(&triads.log_likelihood) {
            *sum += x;
        }
        self.fit += triads.fit;
        self.n_frames += 1.0;
    }

    /// Adds other evidence, `weight` times.
    pub(crate) fn add(&mut self, other: &Self, weight: f32) {
        self.full.add(&other.full, weight);
        self.bass.add(&other.bass, weight);
        self.deviation += weight * other.deviation;
        for (sum, x) in self.log_likelihood.iter_mut().zip(&other.log_likelihood) {
            *sum += weight * x;
        }
        self.fit += weight * other.fit;
        self.n_frames += weight * other.n_frames;
    }

    /// Lets the evidence fade to the share `keep`.
    pub(crate) fn decay(&mut self, keep: f32) {
        let faded = *self;
        *self = Self::default();
        self.add(&faded, keep);
    }

    /// Seconds of sound behind it.
    pub(crate) fn seconds(&self) -> f32 {
        self.n_frames / crate::features::TONAL_FPS as f32
    }

    /// Whether there is a key to be heard.
    pub(crate) fn has_key(&self) -> bool {
        if self.n_frames < 5.0 {
            return false;
        }
        let mean = self.full.0.iter().sum::<f32>() / 12.0;
        let signal = self.full.0.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>()
            / (self.n_frames * self.n_frames);
        let n_observations = (self.n_frames / FRAMES_PER_OBSERVATION).max(1.0);
        let fluctuation = self.deviation / self.n_frames / n_observations;
        let correlation =
            profile_correlations(&self.full).iter().fold(0.0, |max: f32, &x| max.max(x));
        // A few seconds of steady chord stand out of their fluctuation less than a song does, but
        // never less than by 1.
        let needed = MIN_SIGNAL_TO_FLUCTUATION.min(0.7 * n_observations.max(1.0));
        signal > needed * fluctuation
            && self.n_pitch_classes() > MIN_PITCH_CLASSES
            && correlation > MIN_CORRELATION
            && self.fit > MIN_CHORD_FIT * self.n_frames
    }

    /// How many pitch classes share the energy (participation ratio), 1 to 12.
    fn n_pitch_classes(&self) -> f32 {
        let sum: f32 = self.full.0.iter().sum();
        let squares: f32 = self.full.0.iter().map(|x| x * x).sum();
        sum * sum / squares.max(1e-9)
    }
}

/// Evidence of a stretch of music, and the network's log posteriors for the same stretch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyWitness<'a> {
    pub(crate) evidence: &'a KeyEvidence,
    pub(crate) network: Option<[f32; 24]>,
}

impl KeyWitness<'_> {
    /// Log posterior of each key, not normalised.
    pub(crate) fn scores(&self) -> [f32; 24] {
        let full = standardised(profile_correlations(&self.evidence.full));
        let bass = standardised(profile_correlations(&self.evidence.bass));
        let chords = standardised(self.evidence.log_likelihood);
        let heard: [f32; 24] = std::array::from_fn(|key| {
            full[key] + BASS_WEIGHT * bass[key] + CHORDS_WEIGHT * chords[key]
        });
        let Some(network) = self.network else {
            return heard.map(|x| SHARPNESS * x);
        };
        let network = standardised(network);
        let is_music = self.evidence.n_pitch_classes() - SINGLE_CHORD_PITCH_CLASSES;
        let weight = NETWORK_WEIGHT * is_music.clamp(0.0, 1.0);
        let others = 1.0 + BASS_WEIGHT + CHORDS_WEIGHT;
        // The sum stays on the scale that the prices and shares of the decoders are made for.
        let scale = SHARPNESS * others / (others + weight);
        std::array::from_fn(|key| scale * (heard[key] + weight * network[key]))
    }

    /// The most likely key, whether or not there is one.
    pub(crate) fn leader(&self) -> Key {
        estimate(&self.scores()).key
    }

    /// The key, where there is one.
    pub(crate) fn estimate(&self) -> Option<KeyEstimate> {
        let calm = if self.network.is_some() { NETWORK_CALM } else { 1.0 };
        if !self.evidence.has_key() {
            return None;
        }
        let mut estimate = estimate(&self.scores().map(|score| calm * score));
        let runner_up = estimate.alternatives.iter().next().map(|candidate| candidate.key);
        let KeyEvidence { full, bass, .. } = self.evidence;
        estimate.reason = key_reason::reason(full, bass, estimate.key, runner_up);
        estimate.colour = key_reason::colour(full, estimate.key);
        Some(estimate)
    }
}

/// Winner and runners-up of log scores.
pub(super) fn estimate(scores: &[f32; 24]) -> KeyEstimate {
    let best = scores.iter().fold(f32::MIN, |max, &x| max.max(x));
    let sum: f32 = scores.iter().map(|x| (x - best).exp()).sum();
    let mut ranked: [KeyCandidate; 24] = std::array::from_fn(|key| KeyCandidate {
        key: Key::from_index(key),
        weight: (scores[key] - best).exp() / sum,
    });
    ranked.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight));
    KeyEstimate {
        key: ranked[0].key,
        confidence: ranked[0].weight,
        alternatives: History::first_of(ranked[1..].iter().copied()),
        ..KeyEstimate::default()
    }
}

fn standardised(values: [f32; 24]) -> [f32; 24] {
    let mean = values.iter().sum::<f32>() / 24.0;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / 24.0;
    let deviation = variance.sqrt().max(1e-9);
    values.map(|x| (x - mean) / deviation)
}

//! [`Fingerprint`]: what a piece sounds like, in blocks that can each be explained.

use crate::embedding::N_STYLE;
use crate::facts::{KeyEstimate, KeyReason, LoudnessFacts, TempoEstimate};
use crate::features::{SHORT_FPS, ShortFrame, TONAL_FPS, TonalFrame};

mod balance;
mod bands;
mod dynamics;
mod extremes;
mod feel;
mod moments;
mod rhythm;
mod timbre;
mod tonal;
mod width;

use balance::Balance;
use bands::Bands;
use dynamics::Dynamics;
use feel::Feel;
use moments::Fading;
use rhythm::Rhythm;
use timbre::Timbre;
use tonal::Tonal;
use width::Width;

/// Number of timbre values.
pub const N_TIMBRE: usize = 92;
/// Number of tonal balance values (third-octave bands up to 10 kHz).
pub const N_BALANCE: usize = 27;
/// Number of rhythm values.
pub const N_RHYTHM: usize = 26;
/// Number of feel values (fluctuation pattern).
pub const N_FEEL: usize = 40;
/// Number of stereo width values.
pub const N_WIDTH: usize = 8;
/// Number of tonal values.
pub const N_TONAL: usize = 32;
/// Number of dynamics values.
pub const N_DYNAMICS: usize = 8;

/// Where the spectral shape begins within the timbre values.
const TIMBRE_SHAPE: usize = 39;

/// What a piece sounds like: raw block values before whitening. Level-invariant by construction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fingerprint {
    /// MFCC statistics, spectral shape and contrast, correlations of the MFCCs.
    pub timbre: [f32; N_TIMBRE],
    /// Long-term third-octave spectrum in dB relative to its mean.
    pub balance: [f32; N_BALANCE],
    /// Deviation over time of that spectrum in dB, taken over about 3 s at a time, however loud:
    /// the piece's own spread (shown, never matched on).
    pub balance_spread: [f32; N_BALANCE],
    /// Share of each of 8 bands that lies beside the middle, in dB.
    pub width: [f32; N_WIDTH],
    /// Tempogram summary, onset density and regularity.
    pub rhythm: [f32; N_RHYTHM],
    /// Fluctuation pattern: loudness modulation by band and rate.
    pub feel: [f32; N_FEEL],
    /// Chroma statistics, what transposing leaves of them, harmonic change.
    pub tonal: [f32; N_TONAL],
    /// Loudness range, crest, spread.
    pub dynamics: [f32; N_DYNAMICS],
    /// Style as a trained model hears it, of length 1; `None` where there was none.
    pub style: Option<[f32; N_STYLE]>,
    /// Tempo heard.
    pub tempo: Option<TempoEstimate>,
    /// Key heard.
    pub key: Option<KeyEstimate>,
    /// Loudness measured (shown, never matched on).
    pub loudness: LoudnessFacts,
    /// Seconds of sound it is based on.
    pub seconds: f32,
}

impl Fingerprint {
    /// Mean spectral centroid in hertz (geometric mean over time): brightness.
    pub fn centroid_hz(&self) -> f32 {
        self.timbre[TIMBRE_SHAPE].exp2()
    }

    /// Mean spectral flatness in decibels, 0 for white noise, lower for tones: roughness.
    pub fn flatness_db(&self) -> f32 {
        self.timbre[TIMBRE_SHAPE + 3]
    }

    /// Onsets a second.
    pub fn onset_density(&self) -> f32 {
        self.rhythm[20]
    }

    /// Range of the 3 s loudness in decibels, after the idea of EBU Tech 3342.
    pub fn loudness_range_db(&self) -> f32 {
        self.dynamics[0]
    }

    /// How far the peaks stand above the mean level in decibels: crest, on frames of 43 ms.
    pub fn crest_db(&self) -> f32 {
        self.dynamics[3]
    }

    /// Level below about 112 Hz relative to the whole, in decibels: bass.
    pub fn bass_db(&self) -> f32 {
        let power = |levels_db: &[f32]| -> f32 {
            levels_db.iter().map(|level_db| 10f32.powf(level_db / 10.0)).sum::<f32>()
        };
        10.0 * (power(&self.balance[..7]) / power(&self.balance).max(1e-9)).max(1e-6).log10()
    }
}

/// How far back a [`FingerprintBuilder`] remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// Everything counts the same: files.
    Whole,
    /// Older sound fades; about the last minute counts: live.
    LastMinute,
}

/// Time in which the weight of live sound falls to 1/e; an even memory of a minute has the same
/// mean age.
const FADE_S: f64 = 30.0;
/// Sound needed before anything is said.
const MIN_SECONDS: f32 = 3.0;

/// Accumulates a fingerprint from frames. Construction allocates; pushing and resetting do not.
#[derive(Debug)]
pub(crate) struct FingerprintBuilder {
    short_fading: Fading,
    tonal_fading: Fading,
    bands: Bands,
    timbre: Timbre,
    balance: Balance,
    width: Width,
    rhythm: Rhythm,
    feel: Feel,
    tonal: Tonal,
    dynamics: Dynamics,
    n_sounding: u64,
}

impl FingerprintBuilder {
    /// A builder that has heard nothing, for a stream of that rate.
    pub(crate) fn new(memory: Memory, sample_rate: u32) -> Self {
        let fade_s = match memory {
            Memory::Whole => f64::INFINITY,
            Memory::LastMinute => FADE_S,
        };
        Self {
            short_fading: Fading::over(fade_s * SHORT_FPS as f64),
            tonal_fading: Fading::over(fade_s * TONAL_FPS as f64),
            bands: Bands::new(),
            timbre: Timbre::new(),
            balance: Balance::new(),
            width: Width::new(sample_rate, fade_s),
            rhythm: Rhythm::new(),
            feel: Feel::new(),
            tonal: Tonal::new(),
            dynamics: Dynamics::new(),
            n_sounding: 0,
        }
    }

    /// Takes the next samples of both channels, as they are: frames know of one channel only.
    pub(crate) fn push_stereo(&mut self, left: &[f32], right: &[f32]) {
        self.width.push(left, right);
    }

    /// Takes the next short frame.
    pub(crate) fn push(&mut self, frame: &ShortFrame<'_>) {
        let weight = self.short_fading.weight();
        let heard = self.bands.push(frame.power);
        self.timbre.push(frame.power, &heard, weight);
        self.balance.push(frame.power, &heard, weight);
        self.rhythm.push(&heard, weight);
        self.feel.push(&heard, weight);
        self.dynamics.push(&heard, weight);
        self.n_sounding += u64::from(heard.sounds);
        if let Some(factor) = self.short_fading.advance() {
            self.timbre.scale(factor);
            self.balance.scale(factor);
            self.rhythm.scale(factor);
            self.feel.scale(factor);
            self.dynamics.scale(factor);
        }
    }

    /// Takes the next tonal frame.
    pub(crate) fn push_tonal(&mut self, frame: &TonalFrame) {
        self.tonal.push(frame, self.tonal_fading.weight());
        if let Some(factor) = self.tonal_fading.advance() {
            self.tonal.scale(factor);
        }
    }

    /// Forgets everything heard.
    pub(crate) fn reset(&mut self) {
        self.short_fading.reset();
        self.tonal_fading.reset();
        self.bands.reset();
        self.timbre.reset();
        self.balance.reset();
        self.width.reset();
        self.rhythm = Rhythm::new();
        self.feel = Feel::new();
        self.tonal = Tonal::new();
        self.dynamics = Dynamics::new();
        self.n_sounding = 0;
    }

    /// The fingerprint of what was heard; `None` under 3 s of sound. What is known about tempo, key
    /// and loudness goes in as it is.
    pub(crate) fn estimate(
        &self,
        tempo: Option<TempoEstimate>,
        key: Option<KeyEstimate>,
        loudness: LoudnessFacts,
    ) -> Option<Fingerprint> {
        let seconds = self.n_sounding as f32 / SHORT_FPS as f32;
        (seconds >= MIN_SECONDS).then(|| Fingerprint {
            timbre: self.timbre.values(),
            balance: self.balance.values(),
            balance_spread: self.balance.spread_db(),
            width: self.width.values(),
            rhythm: self.rhythm.values(),
            feel: self.feel.values(),
            tonal: self.tonal.values(),
            dynamics: self.dynamics.values(),
            style: None,
            tempo,
            // What decided is no part of what it sounds like.
            key: key.map(|key| KeyEstimate { colour: None, reason: KeyReason::default(), ..key }),
            loudness,
            seconds,
        })
    }
}

#[cfg(test)]
mod tests;

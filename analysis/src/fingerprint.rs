//! [`Fingerprint`]: what a piece sounds like, in blocks that can each be explained.

use crate::facts::{KeyEstimate, LoudnessFacts, TempoEstimate};
use crate::features::{ShortFrame, TonalFrame};

/// Number of timbre values.
pub const N_TIMBRE: usize = 64;
/// Number of tonal balance values (third-octave bands up to 10 kHz).
pub const N_BALANCE: usize = 27;
/// Number of rhythm values.
pub const N_RHYTHM: usize = 26;
/// Number of feel values (fluctuation pattern).
pub const N_FEEL: usize = 40;
/// Number of tonal values.
pub const N_TONAL: usize = 34;
/// Number of dynamics values.
pub const N_DYNAMICS: usize = 8;

/// What a piece sounds like: raw block values before whitening. Level-invariant by construction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fingerprint {
    /// MFCC statistics, spectral shape and contrast.
    pub timbre: [f32; N_TIMBRE],
    /// Long-term third-octave spectrum in dB relative to its mean.
    pub balance: [f32; N_BALANCE],
    /// Tempogram summary, onset density and regularity.
    pub rhythm: [f32; N_RHYTHM],
    /// Fluctuation pattern: loudness modulation by band and rate.
    pub feel: [f32; N_FEEL],
    /// Chroma statistics relative to the tonic, harmonic change.
    pub tonal: [f32; N_TONAL],
    /// Loudness range, crest, spread.
    pub dynamics: [f32; N_DYNAMICS],
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
        self.timbre[39].exp2()
    }

    /// Mean spectral flatness in decibels, 0 for white noise, lower for tones: roughness.
    pub fn flatness_db(&self) -> f32 {
        self.timbre[45]
    }

    /// Onsets a second.
    pub fn onset_density(&self) -> f32 {
        self.rhythm[20]
    }

    /// How clearly a pulse stands out, 0 to 1.
    pub fn pulse_clarity(&self) -> f32 {
        self.rhythm[21]
    }

    /// Range of the 3 s loudness in decibels, after the idea of EBU Tech 3342.
    pub fn loudness_range_db(&self) -> f32 {
        self.dynamics[0]
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

/// Accumulates a fingerprint from frames. Construction allocates; pushing and resetting do not.
#[derive(Clone, Debug)]
pub(crate) struct FingerprintBuilder {
    memory: Memory,
}

impl FingerprintBuilder {
    /// A builder that has heard nothing.
    pub(crate) fn new(memory: Memory) -> Self {
        Self { memory }
    }

    /// Takes the next short frame.
    pub(crate) fn push(&mut self, _frame: &ShortFrame<'_>) {}

    /// Takes the next tonal frame.
    pub(crate) fn push_tonal(&mut self, _frame: &TonalFrame) {}

    /// Forgets everything heard.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.memory);
    }

    /// The fingerprint of what was heard; `None` under 3 s of sound.
    pub(crate) fn estimate(
        &self,
        _tempo: Option<TempoEstimate>,
        _key: Option<KeyEstimate>,
        _loudness: LoudnessFacts,
    ) -> Option<Fingerprint> {
        None
    }
}

//! [`Fingerprint`]: what a piece sounds like, in blocks that can each be explained.

use crate::facts::{KeyEstimate, LoudnessFacts, TempoEstimate};

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

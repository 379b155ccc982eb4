//! The instruments: one file each, played by a [`Pool`] of equal voices.

pub(crate) mod bass;
mod building_blocks;
pub(crate) mod drums;
pub(crate) mod keys;
pub(crate) mod lead;
mod pool;

pub(crate) use pool::{Pool, Voice};

/// Samples rendered at once. Filters and vibrato move in steps of this length.
pub(crate) const QUANTUM: usize = 64;

/// What a voice is told when a note begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Strike {
    pub(crate) sample_rate_hz: f32,
    pub(crate) frequency_hz: f32,
    /// 0 to 1.
    pub(crate) velocity: f32,
    /// How long the note is held.
    pub(crate) gate_samples: u32,
    /// Different for every note, the same on every run.
    pub(crate) seed: u64,
}

/// Frequency of a MIDI note number, A4 = 440 Hz.
pub(crate) fn frequency_hz(pitch: i32) -> f32 {
    440.0 * ((pitch - 69) as f32 / 12.0).exp2()
}

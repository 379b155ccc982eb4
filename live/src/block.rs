//! What crosses from the audio thread to the worker: plain data of fixed size, in one queue, so
//! that sound, notes, gaps and resets can't get out of step.

#![deny(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]

use analysis::NoteEvent;

/// Samples per channel in a full block. Half of a common host buffer, so that most buffers
/// cross as whole blocks, and 2 KiB with both channels: copied in well under a microsecond.
pub const BLOCK_LEN: usize = 256;

/// Messages the queue holds. The queue is made before any sample rate is known, so this is a
/// constant: in full blocks it is 10.9 s at 48 kHz and 2.7 s at 192 kHz, and a host that delivers
/// 32 samples at a time at 48 kHz still has 1.4 s (the worker polls every 5 ms). About 4.2 MB.
pub const QUEUE_CAPACITY: usize = 2048;

/// What the host or the device says about time, as of the first sample of a buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Transport {
    /// Whether the transport runs.
    pub playing: bool,
    /// Tempo of the host's own timeline, where it tells one.
    pub bpm: Option<f64>,
}

/// How a block continues what came before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Seam {
    /// Directly.
    #[default]
    Continuous,
    /// This many samples per channel were lost or passed over just before it.
    Gap {
        /// Samples per channel.
        missed: u64,
    },
    /// It is the start of something new: what was heard is over, what the user holds stays.
    Reset,
    /// The user starts over: forget everything, what is held included.
    Forget,
}

/// Up to [`BLOCK_LEN`] samples of both channels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    /// Position of the first sample since the tap was made, lost ones counted.
    pub(crate) start: u64,
    /// Sample rate in hertz, as the host states it; not checked yet.
    pub(crate) sample_rate: u32,
    /// Host transport at the start of the buffer the block was cut from.
    pub(crate) transport: Transport,
    /// How it continues.
    pub(crate) seam: Seam,
    /// Samples per channel lost since the tap was made.
    pub(crate) lost_total: u64,
    /// How many of the samples are used.
    pub(crate) len: usize,
    /// Left channel.
    pub(crate) left: [f32; BLOCK_LEN],
    /// Right channel.
    pub(crate) right: [f32; BLOCK_LEN],
}

impl Block {
    /// Realtime-safe. A block of `left` and `right`, of which at most [`BLOCK_LEN`] samples are
    /// taken; the shorter channel decides.
    pub(crate) fn of(left: &[f32], right: &[f32]) -> Self {
        let mut block = Self {
            start: 0,
            sample_rate: 0,
            transport: Transport::default(),
            seam: Seam::Continuous,
            lost_total: 0,
            len: left.len().min(right.len()).min(BLOCK_LEN),
            left: [0.0; BLOCK_LEN],
            right: [0.0; BLOCK_LEN],
        };
        copy(left, &mut block.left, block.len);
        copy(right, &mut block.right, block.len);
        block
    }

    /// Realtime-safe. The samples in use, to be cleaned in place.
    pub(crate) fn channels_mut(&mut self) -> (&mut [f32], &mut [f32]) {
        (
            self.left.get_mut(..self.len).unwrap_or_default(),
            self.right.get_mut(..self.len).unwrap_or_default(),
        )
    }
}

/// Realtime-safe. Copies the first `len` samples, where both have as many.
fn copy(from: &[f32], to: &mut [f32; BLOCK_LEN], len: usize) {
    if let (Some(from), Some(to)) = (from.get(..len), to.get_mut(..len)) {
        to.copy_from_slice(from);
    }
}

/// One message of the queue.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::large_enum_variant, reason = "a box would be an allocation on the audio thread")]
pub(crate) enum Message {
    /// Sound.
    Audio(Block),
    /// A note that sounds from here on.
    Note(NoteEvent),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_holds_four_seconds_at_48_khz_and_one_at_192() {
        let samples = (BLOCK_LEN * QUEUE_CAPACITY) as f64;
        assert!(samples / 48_000.0 >= 4.0);
        assert!(samples / 192_000.0 >= 1.0);
        assert!(size_of::<Message>() * QUEUE_CAPACITY <= 5_000_000);
    }

    #[test]
    fn a_block_takes_the_shorter_channel() {
        let mut block = Block::of(&[1.0, 2.0, 3.0], &[4.0, 5.0]);
        assert_eq!(block.channels_mut().0, [1.0, 2.0]);
        assert_eq!(block.channels_mut().1, [4.0, 5.0]);
        assert_eq!(Block::of(&[0.5; 1000], &[0.5; 1000]).len, BLOCK_LEN);
    }
}

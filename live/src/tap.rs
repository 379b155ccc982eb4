//! [`Tap`]: the audio thread's end of the live path.
//!
//! Everything here but the waiting of `offline` (its own file) runs on the audio thread: it never
//! allocates, locks, logs, waits or panics, and its time is bounded by the samples handed in. The
//! lints below hold that at compile time, the allocation detector and the realtime sanitizer of
//! the tests at run time.

#![deny(clippy::disallowed_methods, clippy::disallowed_types, clippy::disallowed_macros)]
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
#![deny(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use analysis::NoteEvent;
use crossbeam::queue::ArrayQueue;

use crate::block::{BLOCK_LEN, Block, Message, Seam, Transport};

/// Takes the sound off the audio thread. One per stream; it can't be cloned.
#[derive(Debug)]
pub struct Tap {
    queue: Arc<ArrayQueue<Message>>,
    /// Samples per channel handed in since the tap was made.
    position: u64,
    /// Samples per channel lost since the tap was made.
    lost_total: u64,
    /// Samples per channel lost or passed over since the last block that got through.
    unannounced: u64,
    /// Whether the next block starts something new.
    reset: bool,
    /// Whether everything is to be forgotten before the next block.
    forget: bool,
    /// Whether a note was lost: which keys are down is then not known.
    note_lost: bool,
    /// Whether [`Tap::push_waiting`] waited in vain and no room has appeared since.
    pub(crate) gave_up: bool,
}

impl Tap {
    pub(crate) fn new(queue: Arc<ArrayQueue<Message>>) -> Self {
        Self {
            queue,
            position: 0,
            lost_total: 0,
            unannounced: 0,
            reset: false,
            forget: false,
            note_lost: false,
            gave_up: false,
        }
    }

    /// Realtime-safe. Hands on a buffer of any length, in blocks; where the channels differ in
    /// length the shorter one decides. Where the queue is full the samples are counted as lost,
    /// and the next block that gets through says so.
    pub fn push(&mut self, sample_rate: u32, left: &[f32], right: &[f32], transport: Transport) {
        for (left, right) in left.chunks(BLOCK_LEN).zip(right.chunks(BLOCK_LEN)) {
            self.push_block(sample_rate, left, right, transport);
        }
    }

    /// Realtime-safe. Hands on a note that sounds from the next sample on. To place a note inside
    /// a buffer, push the buffer in two parts.
    pub fn note(&mut self, event: NoteEvent) {
        self.release_lost_notes();
        if self.queue.push(Message::Note(event)).is_ok() {
            self.gave_up = false;
        } else {
            self.note_lost = true;
        }
    }

    /// Realtime-safe. Says that what comes next has nothing to do with what came before; takes
    /// effect with the next sample. What the user holds stays: hosts reset whenever they like.
    pub fn reset(&mut self) {
        self.reset = true;
    }

    /// Realtime-safe. As [`Tap::reset`], but for the user's wish to start over: what is held is
    /// forgotten as well.
    pub fn forget(&mut self) {
        self.forget = true;
    }

    /// Realtime-safe. Says that so many samples per channel passed that are not to be heard. They
    /// take their time in the stream, and are not counted as lost.
    pub fn pass_over(&mut self, n_samples: usize) {
        let n_samples = n_samples as u64;
        self.position = self.position.wrapping_add(n_samples);
        self.unannounced = self.unannounced.saturating_add(n_samples);
    }

    /// Realtime-safe. Samples per channel lost so far because the worker did not keep up.
    pub fn lost_samples(&self) -> u64 {
        self.lost_total
    }

    /// Realtime-safe. Whether a lost note still keeps the worker from knowing which keys are down.
    pub(crate) fn owes_release(&self) -> bool {
        self.note_lost
    }

    /// Realtime-safe. Whether the queue has no room for another message.
    pub(crate) fn is_full(&self) -> bool {
        self.queue.is_full()
    }

    /// Realtime-safe. Hands on at most [`BLOCK_LEN`] samples.
    pub(crate) fn push_block(
        &mut self,
        sample_rate: u32,
        left: &[f32],
        right: &[f32],
        transport: Transport,
    ) {
        self.release_lost_notes();
        let mut block = Block::of(left, right);
        if block.len == 0 {
            return;
        }
        block.start = self.position;
        block.sample_rate = sample_rate;
        block.transport = transport;
        block.lost_total = self.lost_total;
        block.seam = match (self.forget, self.reset, self.unannounced) {
            (true, _, _) => Seam::Forget,
            (false, true, _) => Seam::Reset,
            (false, false, 0) => Seam::Continuous,
            (false, false, missed) => Seam::Gap { missed },
        };
        let len = block.len as u64;
        self.position = self.position.wrapping_add(len);
        if self.queue.push(Message::Audio(block)).is_ok() {
            self.reset = false;
            self.forget = false;
            self.unannounced = 0;
            self.gave_up = false;
        } else {
            self.lost_total = self.lost_total.saturating_add(len);
            self.unannounced = self.unannounced.saturating_add(len);
        }
    }

    /// Realtime-safe. A lost note-off would sound forever, so after a loss every key goes up.
    pub(crate) fn release_lost_notes(&mut self) {
        if self.note_lost && self.queue.push(Message::Note(NoteEvent::AllOff)).is_ok() {
            self.note_lost = false;
        }
    }
}

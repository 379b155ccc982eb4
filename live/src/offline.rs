//! [`Tap::push_waiting`]: the tap of an offline render, where nothing must be lost.
//!
//! A host that renders offline delivers sound a hundred times faster than it plays: a queue that
//! holds seconds would lose most of it. There, and only there, the audio thread may wait.

use std::thread;
use std::time::{Duration, Instant};

use crate::block::{BLOCK_LEN, Transport};
use crate::tap::Tap;

/// How long the worker may make no progress before it is taken for gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// Pause between two looks at the queue: well under the time the worker needs to empty it.
const PAUSE: Duration = Duration::from_micros(500);

impl Tap {
    /// Not realtime-safe: for offline rendering only. As [`Tap::push`], but waits for room. Where
    /// the worker makes no progress for two seconds it gives up and counts the samples as lost;
    /// it does not wait again before there is room.
    pub fn push_waiting(
        &mut self,
        sample_rate: u32,
        left: &[f32],
        right: &[f32],
        transport: Transport,
    ) {
        for (left, right) in left.chunks(BLOCK_LEN).zip(right.chunks(BLOCK_LEN)) {
            self.wait_for_room();
            self.push_block(sample_rate, left, right, transport);
        }
    }

    fn wait_for_room(&mut self) {
        if self.gave_up || !self.is_full() {
            return;
        }
        let since = Instant::now();
        while self.is_full() {
            if since.elapsed() > PATIENCE {
                self.gave_up = true;
                return;
            }
            thread::sleep(PAUSE);
        }
    }
}

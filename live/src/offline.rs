//! [`Tap::push_waiting`] and [`Tap::note_waiting`]: the tap of an offline render, where nothing must be lost.
//!
//! A host that renders offline delivers sound a hundred times faster than it plays: a queue that
//! holds seconds would lose most of it. There, and only there, the audio thread may wait.

use std::thread;
use std::time::{Duration, Instant};

use analysis::NoteEvent;

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
            self.make_room();
            self.push_block(sample_rate, left, right, transport);
        }
    }

    /// Not realtime-safe: for offline rendering only. As [`Tap::note`], but waits for room as
    /// [`Tap::push_waiting`] does.
    pub fn note_waiting(&mut self, event: NoteEvent) {
        self.make_room();
        self.note(event);
    }

    /// Waits for room for one message. What is still owed goes first, so that it does not take the
    /// room that was waited for.
    fn make_room(&mut self) {
        self.wait_for_room();
        if self.owes_release() {
            self.release_lost_notes();
            self.wait_for_room();
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crossbeam::queue::ArrayQueue;

    use super::*;
    use crate::block::{Message, Seam};

    const RATE: u32 = 48_000;

    /// Takes messages slowly until there are no more and the tap is gone; hands them back.
    fn slow_reader(queue: Arc<ArrayQueue<Message>>) -> thread::JoinHandle<Vec<Message>> {
        let read = move || {
            let mut taken = Vec::new();
            loop {
                let is_last = Arc::strong_count(&queue) == 1;
                match queue.pop() {
                    Some(message) => taken.push(message),
                    None if is_last => return taken,
                    None => {}
                }
                thread::sleep(Duration::from_micros(50));
            }
        };
        thread::Builder::new().name("slow-reader".to_owned()).spawn(read).unwrap()
    }

    #[test]
    fn an_offline_render_with_notes_loses_neither_notes_nor_sound() {
        let queue = Arc::new(ArrayQueue::new(4));
        let mut tap = Tap::new(Arc::clone(&queue));
        let reader = slow_reader(queue);
        let sound = [0.1; 600];
        for idx in 0..200_u8 {
            tap.push_waiting(RATE, &sound, &sound, Transport::default());
            tap.note_waiting(NoteEvent::On(idx % 128));
        }
        assert_eq!(tap.lost_samples(), 0);
        drop(tap);
        let taken = reader.join().unwrap();
        let n_notes = taken
            .iter()
            .filter(|message| matches!(message, Message::Note(NoteEvent::On(_))))
            .count();
        assert_eq!((n_notes, taken.len()), (200, 200 + 3 * 200), "and no key was let go");
    }

    #[test]
    fn a_note_lost_before_costs_an_offline_render_nothing() {
        let queue = Arc::new(ArrayQueue::new(2));
        let mut tap = Tap::new(Arc::clone(&queue));
        let sound = [0.1; BLOCK_LEN];
        tap.push(RATE, &sound, &sound, Transport::default());
        tap.push(RATE, &sound, &sound, Transport::default());
        tap.note(NoteEvent::On(60));
        let reader = slow_reader(queue);
        tap.push_waiting(RATE, &sound, &sound, Transport::default());
        assert_eq!(tap.lost_samples(), 0);
        drop(tap);
        let taken = reader.join().unwrap();
        assert!(matches!(
            taken[..],
            [
                Message::Audio(_),
                Message::Audio(_),
                Message::Note(NoteEvent::AllOff),
                Message::Audio(_)
            ]
        ));
    }

    #[test]
    fn what_is_passed_over_is_a_gap_but_not_a_loss() {
        let queue = Arc::new(ArrayQueue::new(4));
        let mut tap = Tap::new(Arc::clone(&queue));
        let sound = [0.1; 64];
        tap.push(RATE, &sound, &sound, Transport::default());
        tap.pass_over(1000);
        tap.push(RATE, &sound, &sound, Transport::default());
        let seams: Vec<Seam> = std::iter::from_fn(|| queue.pop())
            .filter_map(|message| match message {
                Message::Audio(block) => Some(block.seam),
                Message::Note(_) => None,
            })
            .collect();
        assert_eq!(seams, [Seam::Continuous, Seam::Gap { missed: 1000 }]);
        assert_eq!(tap.lost_samples(), 0);
    }
}

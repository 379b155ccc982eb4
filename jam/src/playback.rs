//! [`Playback`]: something being played: decoded ahead on a thread of its own, handed out by a
//! [`Playout`] to the output device's callback, or to a clock where there is no device.

mod clock;
mod file_source;
mod rate_converter;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam::queue::ArrayQueue;

pub(crate) use clock::Clock;
pub(crate) use file_source::FileSource;

use crate::lease::{Home, Lease};

/// Samples per channel in a chunk, and chunks decoded ahead: 0.7 s at 48 kHz.
const CHUNK_LEN: usize = 256;
const N_CHUNKS: usize = 128;

/// How long the decoder rests when it is far enough ahead.
const FEED_INTERVAL: Duration = Duration::from_millis(10);

/// Something that can be played, front to back.
pub(crate) trait Source: Send {
    /// Writes the next samples and says how many; 0 at the end.
    ///
    /// # Errors
    /// Where it can't be read on, in the user's words.
    fn read(&mut self, left: &mut [f32], right: &mut [f32]) -> Result<usize, String>;
}

impl Source for song::Renderer {
    fn read(&mut self, left: &mut [f32], right: &mut [f32]) -> Result<usize, String> {
        Ok(self.render(left, right))
    }
}

/// Something being played at one sample rate. Dropping it stops the decoder.
pub(crate) struct Playback {
    shared: Arc<Shared>,
    playout: Home<Playout>,
    feeder: Option<JoinHandle<()>>,
    rate: u32,
}

/// The playing end. Moves into the callback or the clock.
#[derive(Debug)]
pub(crate) struct Playout {
    shared: Arc<Shared>,
    current: Chunk,
    n_taken: usize,
}

#[derive(Debug)]
struct Shared {
    chunks: ArrayQueue<Chunk>,
    /// Why the source stopped before its end.
    error: ArrayQueue<String>,
    stop: AtomicBool,
    /// Nothing more will be queued.
    fed: AtomicBool,
    /// Everything queued was handed out.
    played: AtomicBool,
}

#[derive(Clone, Copy, Debug)]
struct Chunk {
    left: [f32; CHUNK_LEN],
    right: [f32; CHUNK_LEN],
    len: usize,
}

impl Chunk {
    const EMPTY: Self = Self { left: [0.0; CHUNK_LEN], right: [0.0; CHUNK_LEN], len: 0 };
}

impl Playback {
    /// Starts decoding `source`, whose samples come at `rate` hertz.
    ///
    /// # Errors
    /// Where the system has no thread left.
    pub(crate) fn start(mut source: Box<dyn Source>, rate: u32) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            chunks: ArrayQueue::new(N_CHUNKS),
            error: ArrayQueue::new(1),
            stop: AtomicBool::new(false),
            fed: AtomicBool::new(false),
            played: AtomicBool::new(false),
        });
        let playout =
            Home::new(Playout { shared: Arc::clone(&shared), current: Chunk::EMPTY, n_taken: 0 });
        let fed = Arc::clone(&shared);
        let feeder =
            thread::Builder::new().name("jamboree-decoder".to_owned()).spawn(move || {
                let feeding = AssertUnwindSafe(|| feed(source.as_mut(), &fed));
                let result = catch_unwind(feeding)
                    .unwrap_or_else(|_| Err("the decoder broke down".to_owned()));
                if let Err(error) = result {
                    drop(fed.error.push(error));
                }
                fed.fed.store(true, Ordering::Release);
            })?;
        Ok(Self { shared, playout, feeder: Some(feeder), rate })
    }

    /// Its sample rate in hertz.
    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    /// Lends the playing end; waits a moment for the last user to let go.
    pub(crate) fn lend_playout(&self) -> Option<Lease<Playout>> {
        self.playout.lend(Duration::from_secs(2))
    }

    /// Whether everything was played.
    pub(crate) fn has_ended(&self) -> bool {
        self.shared.played.load(Ordering::Acquire)
    }

    /// Why the source stopped before its end; said once.
    pub(crate) fn take_error(&self) -> Option<String> {
        self.shared.error.pop()
    }
}

impl Drop for Playback {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Release);
        if let Some(feeder) = self.feeder.take() {
            feeder.thread().unpark();
            drop(feeder.join());
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the decoder's own thread may wait")]
fn feed(source: &mut dyn Source, shared: &Shared) -> Result<(), String> {
    while !shared.stop.load(Ordering::Acquire) {
        let mut chunk = Chunk::EMPTY;
        chunk.len = source.read(&mut chunk.left, &mut chunk.right)?;
        if chunk.len == 0 {
            return Ok(());
        }
        while let Err(back) = shared.chunks.push(chunk) {
            if shared.stop.load(Ordering::Acquire) {
                return Ok(());
            }
            chunk = back;
            thread::park_timeout(FEED_INTERVAL);
        }
    }
    Ok(())
}

impl Playout {
    /// Realtime-safe. Writes the next samples and says how many: fewer than the buffers hold where
    /// the decoder is behind, or at the end.
    pub(crate) fn fill(&mut self, left: &mut [f32], right: &mut [f32]) -> usize {
        let wanted = left.len().min(right.len());
        let mut n_written = 0;
        while n_written < wanted {
            if self.n_taken == self.current.len && !self.next_chunk() {
                break;
            }
            let n = (wanted - n_written).min(self.current.len - self.n_taken);
            let (to, from) = (n_written..n_written + n, self.n_taken..self.n_taken + n);
            if let (Some(to_l), Some(from_l), Some(to_r), Some(from_r)) = (
                left.get_mut(to.clone()),
                self.current.left.get(from.clone()),
                right.get_mut(to),
                self.current.right.get(from),
            ) {
                to_l.copy_from_slice(from_l);
                to_r.copy_from_slice(from_r);
            }
            n_written += n;
            self.n_taken += n;
        }
        n_written
    }

    fn next_chunk(&mut self) -> bool {
        // Asked before the queue is looked at: what was queued until then is seen below.
        let fed = self.shared.fed.load(Ordering::Acquire);
        match self.shared.chunks.pop() {
            Some(chunk) => {
                self.current = chunk;
                self.n_taken = 0;
                true
            }
            None => {
                if fed {
                    self.shared.played.store(true, Ordering::Release);
                }
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    /// A ramp, then the end or an error.
    struct Ramp {
        at: usize,
        len: usize,
        error: Option<String>,
    }

    impl Source for Ramp {
        fn read(&mut self, left: &mut [f32], right: &mut [f32]) -> Result<usize, String> {
            let n = left.len().min(100).min(self.len - self.at);
            for idx in 0..n {
                left[idx] = (self.at + idx) as f32;
                right[idx] = -left[idx];
            }
            self.at += n;
            if n == 0 { self.error.take().map_or(Ok(0), Err) } else { Ok(n) }
        }
    }

    fn play_all(playback: &Playback) -> Vec<f32> {
        let mut playout = playback.lend_playout().unwrap();
        let mut heard = Vec::new();
        let started = Instant::now();
        while !playback.has_ended() && started.elapsed() < Duration::from_secs(10) {
            let (mut left, mut right) = ([0.0; 777], [0.0; 777]);
            let n = playout.get().unwrap().fill(&mut left, &mut right);
            assert!(left[..n].iter().zip(&right[..n]).all(|(l, r)| *l == -*r));
            heard.extend_from_slice(&left[..n]);
            thread::park_timeout(Duration::from_millis(1));
        }
        heard
    }

    #[test]
    fn everything_is_played_in_order_and_then_it_ends() {
        let source = Ramp { at: 0, len: 100_003, error: None };
        let playback = Playback::start(Box::new(source), 48_000).unwrap();
        let heard = play_all(&playback);
        assert_eq!(heard.len(), 100_003);
        assert!(heard.iter().enumerate().all(|(idx, &x)| x == idx as f32));
        assert_eq!(playback.take_error(), None);
    }

    #[test]
    fn a_source_that_fails_is_played_up_to_there_and_says_why() {
        let source = Ramp { at: 0, len: 500, error: Some("scratched".to_owned()) };
        let playback = Playback::start(Box::new(source), 48_000).unwrap();
        assert_eq!(play_all(&playback).len(), 500);
        assert_eq!(playback.take_error().as_deref(), Some("scratched"));
    }

    #[test]
    fn a_playback_can_be_given_up_at_any_time() {
        let source = Ramp { at: 0, len: 1 << 30, error: None };
        let playback = Playback::start(Box::new(source), 48_000).unwrap();
        let started = Instant::now();
        drop(playback);
        assert!(started.elapsed() < Duration::from_secs(2));
    }
}

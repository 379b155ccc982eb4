//! [`Clock`]: plays in real time without an output device, so that the panel has something to
//! listen to on a machine without a sound card.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use live::Tap;

use super::Playout;
use crate::frames::{SCRATCH_LEN, Scratch};
use crate::lease::Lease;
use crate::streams::PLAYING;

/// Time between two buffers: that of a common sound card.
const TICK: Duration = Duration::from_millis(10);

/// A late clock (the machine slept) starts over instead of catching up from further behind.
const MAX_LATE: Duration = Duration::from_millis(500);

/// A running clock. Dropping it stops it and sends home what it was lent.
#[derive(Debug)]
pub(crate) struct Clock {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Clock {
    /// Plays `playout` at `rate` hertz into `tap`.
    ///
    /// # Errors
    /// Where the system has no thread left.
    pub(crate) fn start(tap: Lease<Tap>, playout: Lease<Playout>, rate: u32) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("jamboree-clock".to_owned())
            .spawn(move || run(tap, playout, rate, &stopped))?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            drop(thread.join());
        }
    }
}

#[allow(clippy::disallowed_methods, reason = "the clock's own thread may wait")]
fn run(mut tap: Lease<Tap>, mut playout: Lease<Playout>, rate: u32, stop: &AtomicBool) {
    let (Some(tap), Some(playout)) = (tap.get(), playout.get()) else { return };
    let mut scratch = Scratch::new();
    let mut started = Instant::now();
    let mut n_played = 0u64;
    while !stop.load(Ordering::Acquire) {
        let due = (started.elapsed().as_secs_f64() * f64::from(rate)) as u64;
        if due.saturating_sub(n_played) as f64 > MAX_LATE.as_secs_f64() * f64::from(rate) {
            (started, n_played) = (Instant::now(), 0);
            continue;
        }
        while n_played < due {
            let wanted =
                usize::try_from(due - n_played).map_or(SCRATCH_LEN, |n| n.min(SCRATCH_LEN));
            let (left, right) = scratch.channels(wanted);
            let n = playout.fill(left, right);
            let (left, right) =
                (left.get(..n).unwrap_or_default(), right.get(..n).unwrap_or_default());
            tap.push(rate, left, right, PLAYING);
            n_played += n as u64;
            if n < wanted {
                break;
            }
        }
        thread::park_timeout(TICK);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lease::Home;
    use crate::playback::{Playback, Source};

    struct Silence;

    impl Source for Silence {
        fn read(&mut self, left: &mut [f32], _right: &mut [f32]) -> Result<usize, String> {
            Ok(left.len())
        }
    }

    #[test]
    fn the_clock_keeps_real_time_and_returns_what_it_was_lent() {
        let playback = Playback::start(Box::new(Silence), 8_000).unwrap();
        let mut session = live::session();
        let home = Home::new(session.tap);
        let tap = home.lend(Duration::ZERO).unwrap();
        let clock = Clock::start(tap, playback.lend_playout().unwrap(), 8_000).unwrap();
        let started = Instant::now();
        thread::park_timeout(Duration::from_millis(700));
        drop(clock);
        let elapsed = started.elapsed().as_secs_f64();
        assert!(home.lend(Duration::ZERO).is_some());
        session.worker.step();
        let heard = session.worker.snapshot().hearing.at.0;
        assert!(heard > 0.2 && heard <= elapsed + 0.05, "{heard} s heard in {elapsed} s");
    }
}

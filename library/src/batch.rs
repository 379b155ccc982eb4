//! Many items worked on by several threads, results in input order, memory bounded.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::{io, thread};

/// Results that may wait for an earlier one, per thread. Bounds the memory when one file takes
/// much longer than those after it.
const AHEAD_PER_JOB: usize = 8;

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every item was worked on.
    Complete,
    /// `stop` was set; what had been begun was finished and handed out in order, up to a gap.
    Stopped,
}

/// Applies `work` to every item on `jobs` named threads (0 for as many as there are processors) and
/// hands the results to `on_result` on the calling thread, in input order.
///
/// # Errors
/// Where no thread can be started.
pub fn in_order<I: Sync, T: Send>(
    items: &[I],
    jobs: usize,
    stop: &AtomicBool,
    work: impl Fn(&I) -> T + Sync,
    on_result: &mut dyn FnMut(usize, T),
) -> io::Result<Outcome> {
    let jobs = n_threads(jobs, items.len());
    let desk = Desk::new(jobs * AHEAD_PER_JOB);
    thread::scope(|scope| {
        // Whatever happens below, no thread is left waiting.
        let _closing = CloseOnDrop(&desk);
        let mut n_started = 0;
        for idx in 0..jobs {
            let worker = || {
                let _leaving = LeaveOnDrop(&desk);
                while let Some(idx) = desk.take(items.len(), stop) {
                    if let Some(item) = items.get(idx) {
                        desk.put(idx, work(item));
                    }
                }
            };
            desk.enter();
            let started = thread::Builder::new()
                .name(format!("jamboree-file-{idx}"))
                .spawn_scoped(scope, worker);
            match started {
                Ok(_) => n_started += 1,
                Err(error) if n_started == 0 => {
                    desk.leave();
                    return Err(error);
                }
                Err(_) => desk.leave(),
            }
        }
        let mut n_handed_out = 0;
        while let Some(result) = desk.next_in_order() {
            on_result(n_handed_out, result);
            n_handed_out += 1;
        }
        Ok(if n_handed_out == items.len() { Outcome::Complete } else { Outcome::Stopped })
    })
}

fn n_threads(jobs: usize, n_items: usize) -> usize {
    let wanted = match jobs {
        0 => thread::available_parallelism().map_or(1, NonZeroUsize::get),
        jobs => jobs,
    };
    wanted.clamp(1, n_items.max(1))
}

/// Where the threads fetch work and leave results.
struct Desk<T> {
    state: Mutex<DeskState<T>>,
    changed: Condvar,
    window: usize,
}

struct DeskState<T> {
    /// The next item to work on.
    next: usize,
    /// The next result to hand out; `waiting[0]` is its place.
    due: usize,
    waiting: std::collections::VecDeque<Option<T>>,
    n_workers: usize,
    closed: bool,
}

impl<T> Desk<T> {
    fn new(window: usize) -> Self {
        let state = DeskState {
            next: 0,
            due: 0,
            waiting: std::collections::VecDeque::new(),
            n_workers: 0,
            closed: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new(), window }
    }

    fn lock(&self) -> MutexGuard<'_, DeskState<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, DeskState<T>>) -> MutexGuard<'a, DeskState<T>> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self) {
        self.lock().n_workers += 1;
    }

    fn leave(&self) {
        self.lock().n_workers -= 1;
        self.changed.notify_all();
    }

    /// The next item, once there is room for its result; `None` when there is nothing left to do.
    fn take(&self, n_items: usize, stop: &AtomicBool) -> Option<usize> {
        let mut state = self.lock();
        loop {
            if state.closed || state.next >= n_items || stop.load(Ordering::Relaxed) {
                return None;
            }
            if state.next < state.due + self.window {
                state.next += 1;
                return Some(state.next - 1);
            }
            state = self.wait(state);
        }
    }

    fn put(&self, idx: usize, result: T) {
        let mut state = self.lock();
        let place = idx.saturating_sub(state.due);
        while state.waiting.len() <= place {
            state.waiting.push_back(None);
        }
        if let Some(slot) = state.waiting.get_mut(place) {
            *slot = Some(result);
        }
        self.changed.notify_all();
    }

    /// Waits for the next result in order; `None` when all threads have left and it is not there.
    fn next_in_order(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if let Some(Some(_)) = state.waiting.front() {
                state.due += 1;
                let result = state.waiting.pop_front().flatten();
                self.changed.notify_all();
                return result;
            }
            if state.n_workers == 0 {
                return None;
            }
            state = self.wait(state);
        }
    }
}

struct CloseOnDrop<'a, T>(&'a Desk<T>);

impl<T> Drop for CloseOnDrop<'_, T> {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.changed.notify_all();
    }
}

struct LeaveOnDrop<'a, T>(&'a Desk<T>);

impl<T> Drop for LeaveOnDrop<'_, T> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn results_come_in_input_order_whatever_the_number_of_threads() {
        let items: Vec<u64> = (0..100).collect();
        for jobs in [1, 3, 7] {
            let mut seen = Vec::new();
            let work = |&item: &u64| {
                thread::sleep(Duration::from_micros((item * 7919) % 400));
                item * 2
            };
            let outcome = in_order(&items, jobs, &AtomicBool::new(false), work, &mut |idx, got| {
                assert_eq!(idx, seen.len());
                seen.push(got);
            });
            assert_eq!(outcome.unwrap(), Outcome::Complete);
            assert_eq!(seen, items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_slow_first_file_does_not_let_results_pile_up() {
        let begun = std::sync::atomic::AtomicUsize::new(0);
        let items: Vec<usize> = (0..500).collect();
        let work = |&item: &usize| {
            begun.fetch_add(1, Ordering::Relaxed);
            if item == 0 {
                thread::sleep(Duration::from_millis(100));
                begun.load(Ordering::Relaxed)
            } else {
                0
            }
        };
        let mut begun_while_first = None;
        in_order(&items, 2, &AtomicBool::new(false), work, &mut |idx, got| {
            if idx == 0 {
                begun_while_first = Some(got);
            }
        })
        .unwrap();
        assert!(begun_while_first.unwrap() <= 2 * AHEAD_PER_JOB + 1, "{begun_while_first:?}");
    }

    #[test]
    fn a_stopped_batch_hands_out_what_was_begun() {
        let stop = AtomicBool::new(false);
        let items: Vec<usize> = (0..1000).collect();
        let mut seen = 0;
        let outcome = in_order(&items, 2, &stop, |&item| item, &mut |idx, got| {
            assert_eq!(idx, got);
            seen += 1;
            if seen == 5 {
                stop.store(true, Ordering::Relaxed);
            }
        });
        assert_eq!(outcome.unwrap(), Outcome::Stopped);
        assert!((5..200).contains(&seen), "{seen}");
    }

    #[test]
    fn nothing_to_do_is_done_at_once() {
        let outcome =
            in_order(&[] as &[u8], 0, &AtomicBool::new(false), |_| (), &mut |_, ()| unreachable!());
        assert_eq!(outcome.unwrap(), Outcome::Complete);
    }
}

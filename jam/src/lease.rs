//! [`Lease`]: something lent to an audio callback that comes home when the stream is closed.
//!
//! cpal owns the callback and drops it with the stream, on whatever thread it likes. What the
//! callback needs but does not own for good (the tap, the song being played) is lent to it; the
//! drop sends it home through a lock-free slot that was allocated beforehand.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam::queue::ArrayQueue;

/// Where a value rests between two uses.
#[derive(Debug)]
pub(crate) struct Home<T> {
    slot: Arc<ArrayQueue<T>>,
}

/// A value on loan.
#[derive(Debug)]
pub(crate) struct Lease<T> {
    value: Option<T>,
    home: Arc<ArrayQueue<T>>,
}

impl<T> Home<T> {
    /// A home with `value` in it.
    pub(crate) fn new(value: T) -> Self {
        let slot = Arc::new(ArrayQueue::new(1));
        drop(slot.push(value));
        Self { slot }
    }

    /// Lends the value. `None` where it is out and does not come home within `patience`: a closed
    /// stream may take a moment to let go.
    #[allow(clippy::disallowed_methods, reason = "never called on an audio thread")]
    pub(crate) fn lend(&self, patience: Duration) -> Option<Lease<T>> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(value) = self.slot.pop() {
                return Some(Lease { value: Some(value), home: Arc::clone(&self.slot) });
            }
            if Instant::now() >= deadline {
                return None;
            }
            thread::park_timeout(Duration::from_millis(2));
        }
    }

    /// Whether the value is on loan.
    pub(crate) fn is_out(&self) -> bool {
        self.slot.is_empty()
    }
}

impl<T> Lease<T> {
    /// Realtime-safe. The value; always there until the drop.
    pub(crate) fn get(&mut self) -> Option<&mut T> {
        self.value.as_mut()
    }
}

impl<T> Drop for Lease<T> {
    fn drop(&mut self) {
        if let Some(value) = self.value.take() {
            drop(self.home.push(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_comes_home_with_what_happened_to_it() {
        let home = Home::new(1);
        let mut lease = home.lend(Duration::ZERO).unwrap();
        assert!(home.lend(Duration::ZERO).is_none());
        *lease.get().unwrap() += 1;
        thread::scope(|scope| {
            scope.spawn(move || drop(lease));
            assert_eq!(home.lend(Duration::from_secs(5)).unwrap().get(), Some(&mut 2));
        });
    }
}

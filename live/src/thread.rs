//! [`WorkerThread`]: runs a [`Worker`] on a thread of its own.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::worker::Worker;

/// Time between two looks at the queue. The audio thread does not wake the worker, because waking
/// a thread is a system call; 5 ms is a twentieth of what a viewer notices.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// A running worker. [`WorkerThread::stop`] hands the worker back with all it has heard; dropping
/// the thread stops it too.
#[derive(Debug)]
pub struct WorkerThread {
    stop: Arc<AtomicBool>,
    handle: Option<JoinHandle<Worker>>,
}

impl WorkerThread {
    /// Starts `worker`. `on_publish` is called on the worker's thread whenever there is something
    /// new to read; it should only ask for a repaint.
    ///
    /// # Errors
    /// Where the system has no thread left; the worker is then lost.
    pub fn start(worker: Worker, on_publish: Box<dyn FnMut() + Send>) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let handle = thread::Builder::new()
            .name("jamboree-worker".to_owned())
            .spawn(move || run(worker, on_publish, &stopped))?;
        Ok(Self { stop, handle: Some(handle) })
    }

    /// Analyses what is still queued, stops, and hands the worker back. Not for the audio thread.
    pub fn stop(mut self) -> Option<Worker> {
        self.join()
    }

    fn join(&mut self) -> Option<Worker> {
        self.stop.store(true, Ordering::Release);
        let handle = self.handle.take()?;
        handle.thread().unpark();
        handle.join().ok()
    }
}

impl Drop for WorkerThread {
    fn drop(&mut self) {
        drop(self.join());
    }
}

fn run(mut worker: Worker, mut on_publish: Box<dyn FnMut() + Send>, stop: &AtomicBool) -> Worker {
    // A listener that panics is asked again next time: it must not take the analysis with it.
    let mut tell = || drop(catch_unwind(AssertUnwindSafe(&mut on_publish)));
    if worker.resume() {
        tell();
    }
    while !stop.load(Ordering::Acquire) {
        if worker.step() {
            tell();
        }
        thread::park_timeout(POLL_INTERVAL);
    }
    // What was pushed before the stop is in the queue by now, and a step empties a full one.
    worker.step();
    worker.suspend();
    tell();
    worker
}

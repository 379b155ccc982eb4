//! [`Listening`]: the worker, running while the plugin is active and kept in between.

use std::time::{Duration, Instant};

use live::{Worker, WorkerThread};

use crate::heard::Heard;
use crate::repaint::Repaint;

/// How often what is heard is kept for the state while the plugin runs.
const KEEP_INTERVAL: Duration = Duration::from_secs(1);

/// The worker of an instance. Hosts activate and deactivate in any order and more than once.
pub(crate) enum Listening {
    /// Not active; the worker keeps what it has heard.
    Idle(Box<Worker>),
    /// Active: the worker runs on its own thread.
    Running(WorkerThread),
    /// The worker was lost.
    Lost,
}

impl Listening {
    pub(crate) fn new(worker: Worker) -> Self {
        Self::Idle(Box::new(worker))
    }

    /// Starts the worker where it does not run. False where there is none.
    pub(crate) fn start(&mut self, heard: Heard, repaint: Repaint) -> bool {
        *self = match std::mem::replace(self, Self::Lost) {
            Self::Idle(worker) => WorkerThread::start(*worker, on_publish(heard, repaint))
                .map_or(Self::Lost, Self::Running),
            other => other,
        };
        matches!(self, Self::Running(_))
    }

    /// Lets the worker finish what it was given, and stops it.
    pub(crate) fn stop(&mut self) {
        *self = match std::mem::replace(self, Self::Lost) {
            Self::Running(thread) => thread.stop().map_or(Self::Lost, Self::new),
            other => other,
        };
    }
}

/// What happens on the worker's thread when there is something new to show.
fn on_publish(heard: Heard, repaint: Repaint) -> Box<dyn FnMut() + Send> {
    let mut kept_at: Option<Instant> = None;
    Box::new(move || {
        repaint.request();
        if kept_at.is_none_or(|at| at.elapsed() >= KEEP_INTERVAL) {
            heard.keep();
            kept_at = Some(Instant::now());
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_and_stop_work_in_any_order() {
        let session = live::session();
        let heard = Heard::new(session.snapshots);
        let mut listening = Listening::new(session.worker);
        listening.stop();
        for _ in 0..3 {
            assert!(listening.start(heard.clone(), Repaint::default()));
            assert!(listening.start(heard.clone(), Repaint::default()), "active already");
            listening.stop();
            listening.stop();
            assert!(matches!(listening, Listening::Idle(_)), "the worker comes back");
        }
    }
}

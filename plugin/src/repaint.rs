//! [`Repaint`]: asks the open window to draw, once there is one that can.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Asks the open window to draw; from any thread, without waiting for a frame.
///
/// Stands in for nice-plug-egui's `RepaintNotifier`, which asks as soon as the window exists.
/// baseview 0.4 then asks the X server for a frame of a window that is not shown yet, never gets
/// an answer, and asks no second time: on a busy machine the editor stays blank for good. Here a
/// window is asked for the first time after it has drawn by itself, as it does when it is shown.
#[derive(Clone, Default)]
pub struct Repaint {
    window: Arc<Mutex<Option<egui::Context>>>,
}

impl Repaint {
    /// Asks for a frame, where a window is open.
    pub fn request(&self) {
        // A copy, so that the lock is not held while egui wakes the window.
        let window = self.lock().clone();
        if let Some(window) = window {
            window.request_repaint();
        }
    }

    /// The window of `ctx` has drawn: from now on it can be asked.
    pub(crate) fn attach(&self, ctx: &egui::Context) {
        *self.lock() = Some(ctx.clone());
    }

    /// The window is about to close.
    pub(crate) fn detach(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<egui::Context>> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn only_a_window_that_has_drawn_is_asked() {
        let n_asked = Arc::new(AtomicU32::new(0));
        let ctx = egui::Context::default();
        let counter = Arc::clone(&n_asked);
        ctx.set_request_repaint_callback(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let repaint = Repaint::default();
        repaint.request();
        assert_eq!(n_asked.load(Ordering::Relaxed), 0);
        repaint.attach(&ctx);
        repaint.request();
        assert_eq!(n_asked.load(Ordering::Relaxed), 1);
        repaint.detach();
        repaint.request();
        assert_eq!(n_asked.load(Ordering::Relaxed), 1);
    }
}

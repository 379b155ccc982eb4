//! [`contain`]: a panic stays inside the plugin.
//!
//! The plugin lives in someone else's process: a panic that reaches the wrapper's `extern "C"`
//! functions or the window's event loop aborts the whole host. So everything that analyses, reads,
//! draws or talks to the window system runs in here. What does not is what makes an instance, hands
//! out its parameters or takes a value of the state: that allocates, copies and stores, no more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

/// What the body returned, or `None` where it panicked. The panic hook of the process has then
/// printed the message already.
///
/// State that the body was changing may be half changed; callers stop using it.
pub(crate) fn contain<R>(body: impl FnOnce() -> R) -> Option<R> {
    catch_unwind(AssertUnwindSafe(body)).ok()
}

/// Where a test can ask for a panic, to prove in a real host that it is contained.
///
/// Test hook: the environment variable `JAMBOREE_TEST_PANIC` (`process`, `activate`, `reset`,
/// `ui`, `load`) is read once when an instance is made. Each probe goes off once.
#[derive(Debug)]
pub(crate) struct PanicProbe {
    armed: AtomicBool,
}

impl PanicProbe {
    /// The probe of the entry point `place`.
    pub(crate) fn from_env(place: &str) -> Self {
        let armed = std::env::var("JAMBOREE_TEST_PANIC").is_ok_and(|asked| asked == place);
        Self { armed: AtomicBool::new(armed) }
    }

    /// Panics where a test asked for it. One relaxed load otherwise.
    pub(crate) fn check(&self) {
        if self.armed.load(Ordering::Relaxed) {
            self.go_off();
        }
    }

    #[cold]
    fn go_off(&self) {
        self.armed.store(false, Ordering::Relaxed);
        std::panic::panic_any("panic asked for by a test");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_none() {
        assert_eq!(contain(|| 1), Some(1));
        assert_eq!(contain(|| -> i32 { panic!("contained") }), None);
    }

    #[test]
    fn a_probe_goes_off_once() {
        let probe = PanicProbe { armed: AtomicBool::new(true) };
        assert_eq!(contain(|| probe.check()), None);
        assert_eq!(contain(|| probe.check()), Some(()));
    }
}

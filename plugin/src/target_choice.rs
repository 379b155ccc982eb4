//! [`TargetChoice`]: what an instance writes towards.

use std::sync::{Mutex, MutexGuard, PoisonError};

use library::Pin;
use live::Control;
use nice_plug::params::persist::PersistentField;

/// The target pinned, part of the state. It is remembered by what it is, not by its number, so that
/// it is found again in the library that is open then, and stays remembered where it is not.
#[derive(Debug)]
pub struct TargetChoice {
    pin: Mutex<Option<Pin>>,
    control: Control,
}

impl TargetChoice {
    /// Nothing yet. What is chosen goes to the worker of `control`.
    pub fn new(control: Control) -> Self {
        Self { pin: Mutex::default(), control }
    }

    /// Writes towards `pin` from now on, `None` for nothing in particular.
    pub fn choose(&self, pin: Option<Pin>) {
        let mut chosen = self.lock();
        chosen.clone_from(&pin);
        // Under the lock, so that two choices reach the worker in their order.
        self.control.set_target(pin);
    }

    /// What is pinned.
    pub fn pin(&self) -> Option<Pin> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pin>> {
        // A value is replaced whole, so a panic elsewhere cannot leave half of one behind.
        self.pin.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PersistentField<'_, Option<Pin>> for TargetChoice {
    fn set(&self, new_value: Option<Pin>) {
        self.choose(new_value);
    }

    fn map<F: Fn(&Option<Pin>) -> R, R>(&self, f: F) -> R {
        f(&self.lock())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use advice::Aimed;

    #[test]
    fn what_the_state_brings_reaches_the_worker_and_goes_into_the_next_state() {
        let live::Session { mut worker, control, .. } = live::session();
        let choice = TargetChoice::new(control);
        let pin = Some(Pin::of_scene("night drive"));
        choice.set(pin.clone());
        assert_eq!(choice.map(Clone::clone), pin);
        worker.step();
        assert!(matches!(worker.snapshot().aimed, Aimed::At(_)));
        // One that is not there stays remembered, and is said to be missing.
        let gone = Some(Pin::Reference {
            content: String::new(),
            file: "/gone.wav".to_owned(),
            title: "Gone".to_owned(),
        });
        choice.set(gone.clone());
        worker.step();
        assert_eq!(worker.snapshot().aimed, Aimed::Missing);
        assert_eq!(choice.map(Clone::clone), gone);
        choice.set(None);
        worker.step();
        assert_eq!(worker.snapshot().aimed, Aimed::Nowhere);
    }
}

//! [`Persisted`]: a value that is part of the state.

use std::sync::{Mutex, MutexGuard, PoisonError};

use nice_plug::params::persist::PersistentField;
use serde::{Deserialize, Serialize};

/// A value that is part of the state. Behind a lock that worker, editor and host take for moments;
/// the audio thread never does.
#[derive(Debug, Default)]
pub struct Persisted<T>(Mutex<T>);

impl<T: Clone> Persisted<T> {
    /// A copy of the value.
    pub fn get(&self) -> T {
        self.lock().clone()
    }

    /// Replaces the value.
    pub fn replace(&self, value: T) {
        *self.lock() = value;
    }
}

impl<T> Persisted<T> {
    fn lock(&self) -> MutexGuard<'_, T> {
        // A value is replaced whole, so a panic elsewhere cannot leave half of one behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a, T: Serialize + Deserialize<'a> + Send> PersistentField<'a, T> for Persisted<T> {
    fn set(&self, new_value: T) {
        *self.lock() = new_value;
    }

    fn map<F: Fn(&T) -> R, R>(&self, f: F) -> R {
        f(&self.lock())
    }
}

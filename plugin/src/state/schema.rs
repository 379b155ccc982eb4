//! [`Schema`]: which version of the persisted fields was loaded, and whether all of it was understood.

use std::sync::atomic::{AtomicU32, Ordering};

use nice_plug::params::persist::PersistentField;

/// Version of the persisted fields.
pub const SCHEMA: u32 = 1;

/// What became of the state last loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateHealth {
    /// None was loaded, or it was understood in full.
    Good,
    /// A newer Jamboree saved it: what this version knows was taken.
    Newer,
    /// Parts of it could not be read: they have their default values.
    Damaged,
}

/// The persisted schema version. Saves [`SCHEMA`]; remembers what it was loaded from.
#[derive(Debug)]
pub struct Schema {
    loaded: AtomicU32,
}

impl Schema {
    /// [`repair`](super::repair) writes this version where parts of a state could not be read.
    pub(super) const DAMAGED: u32 = 0;

    /// What became of the state last loaded.
    pub fn health(&self) -> StateHealth {
        match self.loaded.load(Ordering::Relaxed) {
            Self::DAMAGED => StateHealth::Damaged,
            loaded if loaded > SCHEMA => StateHealth::Newer,
            _ => StateHealth::Good,
        }
    }
}

impl Default for Schema {
    fn default() -> Self {
        Self { loaded: AtomicU32::new(SCHEMA) }
    }
}

impl PersistentField<'_, u32> for Schema {
    fn set(&self, new_value: u32) {
        self.loaded.store(new_value, Ordering::Relaxed);
    }

    fn map<F: Fn(&u32) -> R, R>(&self, f: F) -> R {
        f(&SCHEMA)
    }
}

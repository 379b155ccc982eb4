//! [`Heard`]: the latest snapshot, for the panel to draw and for the state to remember.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use advice::Snapshot;
use live::SnapshotReader;
use nice_plug::params::persist::PersistentField;

use crate::state::LastHeard;

/// Reads snapshots for everyone who is not the audio thread: the panel, the host when it saves the
/// state, and the worker when it has published. The reading end can't be cloned and those three
/// run on different threads, hence the lock; it is held for one copy.
#[derive(Clone, Debug)]
pub struct Heard {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    snapshots: SnapshotReader,
    /// The latest summary that says anything: of this session, or from the state loaded.
    last: Option<LastHeard>,
}

impl Heard {
    /// Reads from `snapshots`; nothing heard yet.
    pub fn new(snapshots: SnapshotReader) -> Self {
        Self { shared: Arc::new(Mutex::new(Shared { snapshots, last: None })) }
    }

    /// The latest snapshot.
    pub fn snapshot(&self) -> Snapshot {
        *self.lock().snapshots.read()
    }

    /// Keeps what is heard now for the state, where it says anything.
    pub fn keep(&self) {
        self.lock().keep();
    }

    /// Forgets what was kept: the user wants to start over.
    pub fn forget(&self) {
        self.lock().last = None;
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    fn keep(&mut self) {
        let now = LastHeard::from(self.snapshots.read());
        // Silence after the song, or the first second after a restart, is not worth forgetting
        // the song for.
        if now.key.is_some() || now.bpm.is_some() || !now.chords.is_empty() {
            self.last = Some(now);
        }
    }
}

impl PersistentField<'_, Option<LastHeard>> for Heard {
    fn set(&self, new_value: Option<LastHeard>) {
        self.lock().last = new_value;
    }

    fn map<F: Fn(&Option<LastHeard>) -> R, R>(&self, f: F) -> R {
        let mut shared = self.lock();
        shared.keep();
        f(&shared.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_state_brought_stays_until_something_is_heard() {
        let heard = Heard::new(live::session().snapshots);
        let brought = LastHeard { key: Some("D major".to_owned()), ..LastHeard::default() };
        heard.set(Some(brought.clone()));
        assert_eq!(heard.map(Clone::clone), Some(brought));
        heard.forget();
        assert_eq!(heard.map(Clone::clone), None);
    }
}

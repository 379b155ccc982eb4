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
    /// Resets by the user that the last snapshot read knew of.
    n_resets: u32,
    /// Whether there was a reset that the snapshots do not know of yet.
    awaits_reset: bool,
}

impl Heard {
    /// Reads from `snapshots`; nothing heard yet.
    pub fn new(snapshots: SnapshotReader) -> Self {
        Self {
            shared: Arc::new(Mutex::new(Shared {
                snapshots,
                last: None,
                n_resets: 0,
                awaits_reset: false,
            })),
        }
    }

    /// The latest snapshot.
    pub fn snapshot(&self) -> Snapshot {
        *self.lock().snapshots.read()
    }

    /// Keeps what is heard now for the state, where it says anything.
    pub fn keep(&self) {
        self.lock().keep();
    }

    /// Forgets what was kept, and what is heard up to the reset that the caller asks the worker for
    /// next: the user wants to start over.
    pub fn forget(&self) {
        let mut shared = self.lock();
        shared.look();
        shared.last = None;
        shared.awaits_reset = true;
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Looks whether the user has started over since the last look: by the panel's button or by
    /// the parameter.
    fn look(&mut self) {
        let n_resets = self.snapshots.read().n_resets;
        if n_resets != self.n_resets {
            self.n_resets = n_resets;
            // The one awaited has done its work; a state may have been loaded since.
            if !std::mem::replace(&mut self.awaits_reset, false) {
                self.last = None;
            }
        }
    }

    fn keep(&mut self) {
        self.look();
        if self.awaits_reset {
            return;
        }
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
        let mut shared = self.lock();
        // A reset from before the state was loaded does not concern it.
        shared.look();
        shared.last = new_value;
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
    fn a_reset_from_anywhere_forgets_what_was_kept() {
        let live::Session { mut tap, mut worker, snapshots, control } = live::session();
        let heard = Heard::new(snapshots);
        let brought = Some(LastHeard { key: Some("D major".to_owned()), ..LastHeard::default() });
        let hear = |tap: &mut live::Tap, worker: &mut live::Worker| {
            tap.push(48_000, &[0.0; 480], &[0.0; 480], live::Transport::default());
            worker.step();
        };
        // The host's reset is none.
        heard.set(brought.clone());
        tap.reset();
        hear(&mut tap, &mut worker);
        assert_eq!(heard.map(Clone::clone), brought);
        // The parameter's.
        tap.forget();
        hear(&mut tap, &mut worker);
        assert_eq!(heard.map(Clone::clone), None);
        // The panel's: gone before the worker knows, and a state loaded later stays.
        heard.set(brought.clone());
        heard.forget();
        control.reset();
        assert_eq!(heard.map(Clone::clone), None);
        heard.set(brought.clone());
        worker.step();
        assert_eq!(heard.map(Clone::clone), brought);
    }

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

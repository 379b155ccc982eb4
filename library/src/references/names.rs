//! [`Names`]: what references are called, looked up in the database when it is asked for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError, TryLockError};

use advice::TrackId;

use super::title_of;
use crate::error::LibraryError;
use crate::store::{Label, Store};

/// Titles remembered.
const N_TITLES: usize = 1_024;

/// The database of a library, for one question at a time.
#[derive(Debug, Default)]
pub(super) struct Names(Mutex<Option<Open>>);

struct Open {
    store: Store,
    /// `None` for those that are gone, whose numbers are never used again.
    titles: HashMap<TrackId, Option<String>>,
}

impl Names {
    pub(super) fn of(store: Store) -> Self {
        Self(Mutex::new(Some(Open { store, titles: HashMap::new() })))
    }

    pub(super) fn label(&self, id: TrackId) -> Result<Option<Label>, LibraryError> {
        self.ask(|open| open.store.label(id.0)).transpose().map(Option::flatten)
    }

    /// `None` also where the database can't be read, or not now: whoever draws has no use for an
    /// error, and draws again before long. Waits neither for another question nor for a writer.
    pub(super) fn title(&self, id: TrackId) -> Option<String> {
        let mut open = match self.0.try_lock() {
            Ok(open) => open,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        let open = open.as_mut()?;
        if let Some(title) = open.titles.get(&id) {
            return title.clone();
        }
        let title = open.store.label_at_once(id.0).ok()?.as_ref().map(title_of);
        if open.titles.len() >= N_TITLES {
            open.titles.clear();
        }
        open.titles.insert(id, title.clone());
        title
    }

    /// `None` where there is no database.
    fn ask<T>(&self, question: impl FnOnce(&mut Open) -> T) -> Option<T> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_mut().map(question)
    }

    /// Puts a question to the database; where there is none, the answer is that there is nothing.
    pub(super) fn ask_store<T: Default>(
        &self,
        question: impl FnOnce(&Store) -> Result<T, LibraryError>,
    ) -> Result<T, LibraryError> {
        self.ask(|open| question(&open.store)).unwrap_or(Ok(T::default()))
    }
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("n_titles", &self.titles.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, Instant};

    use rusqlite::Connection;

    use super::*;
    use crate::store::tests::store_with_one_track;

    const ONE: TrackId = TrackId(1);

    fn names(dir: &Path) -> Names {
        store_with_one_track(dir);
        Names::of(Store::open_to_read(dir).unwrap())
    }

    #[test]
    fn a_title_is_not_waited_for_while_another_question_is_asked() {
        let dir = tempfile::tempdir().unwrap();
        let names = names(dir.path());
        assert_eq!(names.ask(|_| names.title(ONE)), Some(None));
        assert_eq!(names.title(ONE).as_deref(), Some("A"));
    }

    #[test]
    fn a_title_is_not_waited_for_while_the_database_is_locked() {
        let dir = tempfile::tempdir().unwrap();
        let names = names(dir.path());
        let other = Connection::open(dir.path().join("meta.sqlite")).unwrap();
        drop(names);
        // Without a log of its own, a writer locks readers out.
        other.pragma_update(None, "journal_mode", "DELETE").unwrap();
        let names = Names::of(Store::open_to_read(dir.path()).unwrap());
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let start = Instant::now();
        assert_eq!(names.title(ONE), None);
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        other.execute_batch("COMMIT").unwrap();
        assert_eq!(names.title(ONE).as_deref(), Some("A"));
    }

    #[test]
    fn what_is_gone_is_asked_for_once() {
        let dir = tempfile::tempdir().unwrap();
        let names = names(dir.path());
        let rename = |from, to| {
            let db = Connection::open(dir.path().join("meta.sqlite")).unwrap();
            db.execute("UPDATE track SET id = ?2 WHERE id = ?1", [from, to]).unwrap();
        };
        assert_eq!(names.title(TrackId(7)), None);
        rename(1, 7);
        assert_eq!(names.title(TrackId(7)), None);
        assert_eq!(names.label(TrackId(7)).unwrap().unwrap().title.as_deref(), Some("A"));
    }
}

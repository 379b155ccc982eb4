//! [`Names`]: what references are called, looked up in the database when it is asked for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

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
    titles: HashMap<TrackId, String>,
}

impl Names {
    pub(super) fn of(store: Store) -> Self {
        Self(Mutex::new(Some(Open { store, titles: HashMap::new() })))
    }

    pub(super) fn label(&self, id: TrackId) -> Result<Option<Label>, LibraryError> {
        self.ask(|open| open.store.label(id.0)).transpose().map(Option::flatten)
    }

    /// `None` also where the database can't be read: whoever draws has no use for an error.
    pub(super) fn title(&self, id: TrackId) -> Option<String> {
        self.ask(|open| {
            if let Some(title) = open.titles.get(&id) {
                return Some(title.clone());
            }
            let title = title_of(&open.store.label(id.0).ok()??);
            if open.titles.len() >= N_TITLES {
                open.titles.clear();
            }
            open.titles.insert(id, title.clone());
            Some(title)
        })?
    }

    /// `None` where there is no database.
    fn ask<T>(&self, question: impl FnOnce(&mut Open) -> T) -> Option<T> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_mut().map(question)
    }

    /// Puts a question to the database.
    pub(super) fn ids(
        &self,
        question: impl FnOnce(&Store) -> Result<Vec<u32>, LibraryError>,
    ) -> Result<Vec<u32>, LibraryError> {
        self.ask(|open| question(&open.store)).unwrap_or(Ok(Vec::new()))
    }
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open").field("n_titles", &self.titles.len()).finish_non_exhaustive()
    }
}

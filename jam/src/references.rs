//! [`ReferenceShelf`]: the reference library, read on a thread of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use advice::TrackId;
use gui::LibraryView;
use library::References;
use live::Control;

/// The library in use.
#[derive(Default)]
pub(crate) struct ReferenceShelf {
    state: State,
}

#[derive(Default)]
enum State {
    #[default]
    Closed,
    Loading {
        path: PathBuf,
        result: Receiver<Result<References, String>>,
    },
    Open {
        path: String,
        references: Arc<References>,
    },
    Failed(String),
}

impl ReferenceShelf {
    /// Begins to read the library in a folder; `wake` is called when that is done.
    pub(crate) fn open(&mut self, path: &Path, wake: Arc<dyn Fn() + Send + Sync>) {
        let (sender, result) = channel();
        let folder = path.to_owned();
        let reading = thread::Builder::new().name("jamboree-library".to_owned()).spawn(move || {
            let references = References::load(&folder).map_err(|error| error.to_string());
            drop(sender.send(references));
            wake();
        });
        self.state = match reading {
            Ok(_) => State::Loading { path: path.to_owned(), result },
            Err(error) => State::Failed(error.to_string()),
        };
    }

    /// Uses none any more.
    pub(crate) fn close(&mut self, control: &Control) {
        self.state = State::Closed;
        control.use_library(None);
    }

    /// Looks whether reading is done; says what went wrong, once.
    pub(crate) fn poll(&mut self, control: &Control) -> Option<String> {
        let State::Loading { path, result } = &self.state else { return None };
        let result = match result.try_recv() {
            Ok(result) => result,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => Err("reading the library broke down".to_owned()),
        };
        match result {
            Ok(references) => {
                let references = Arc::new(references);
                control.use_library(Some(Arc::clone(&references)));
                let path = path.display().to_string();
                self.state = State::Open { path, references };
                None
            }
            Err(error) => {
                self.state = State::Failed(error.clone());
                Some(error)
            }
        }
    }

    /// For the panel.
    pub(crate) fn view(&self) -> LibraryView<'_> {
        match &self.state {
            State::Closed => LibraryView::Closed,
            State::Loading { .. } => LibraryView::Loading,
            State::Open { path, references } => {
                LibraryView::Open { path, n_tracks: references.entries().len() }
            }
            State::Failed(error) => LibraryView::Error(error),
        }
    }

    /// Name of a reference of the open library.
    pub(crate) fn name(&self, track: TrackId) -> Option<String> {
        match &self.state {
            State::Open { references, .. } => references.name(track).map(str::to_owned),
            _ => None,
        }
    }
}

//! [`ReferenceShelf`]: the reference library, read on a thread of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

use advice::{SceneProfiles, TrackId};
use gui::LibraryView;
use library::{Pin, References};
use live::Control;

/// The library in use.
#[derive(Default)]
pub(crate) struct ReferenceShelf {
    state: State,
    called: Option<Result<Pin, String>>,
}

#[derive(Default)]
enum State {
    #[default]
    Closed,
    Loading {
        path: PathBuf,
        result: Receiver<Result<Read, String>>,
    },
    Open {
        path: String,
        references: Arc<References>,
    },
    Failed(String),
}

/// A library that was read, and what is called so in it, where that was asked.
struct Read {
    references: References,
    called: Option<Result<Pin, String>>,
}

impl ReferenceShelf {
    /// Begins to read the library in a folder, and then looks there for what is called `name`, which
    /// may take a while too; `wake` is called when that is done. The library before is used no more:
    /// its tracks could not be named.
    pub(crate) fn open(
        &mut self,
        path: &Path,
        name: Option<String>,
        control: &Control,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) {
        control.use_library(None);
        self.called = None;
        let (sender, result) = channel();
        let folder = path.to_owned();
        let reading = thread::Builder::new().name("jamboree-library".to_owned()).spawn(move || {
            let read = References::load(&folder).map_err(|error| error.to_string());
            drop(sender.send(read.map(|references| {
                let called = name.map(|name| pin_called(&references, &name));
                Read { references, called }
            })));
            wake();
        });
        self.state = match reading {
            Ok(_) => State::Loading { path: path.to_owned(), result },
            Err(error) => State::Failed(format!("no thread to read it: {error}")),
        };
    }

    /// Uses none any more.
    pub(crate) fn close(&mut self, control: &Control) {
        self.state = State::Closed;
        self.called = None;
        control.use_library(None);
    }

    /// The scenes to show: a library may have some of its own.
    pub(crate) fn scenes(&self) -> &SceneProfiles {
        match &self.state {
            State::Open { references, .. } => references.scenes(),
            _ => SceneProfiles::shipped(),
        }
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
            Ok(Read { references, called }) => {
                self.called = called;
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

    /// What is called as was asked when the library was opened, or why nothing is; once.
    pub(crate) fn take_called(&mut self) -> Option<Result<Pin, String>> {
        self.called.take()
    }

    /// The library that is open.
    pub(crate) fn references(&self) -> Option<&Arc<References>> {
        match &self.state {
            State::Open { references, .. } => Some(references),
            _ => None,
        }
    }

    /// For the panel.
    pub(crate) fn view(&self) -> LibraryView<'_> {
        match &self.state {
            State::Closed => LibraryView::Closed,
            State::Loading { .. } => LibraryView::Loading,
            State::Open { path, references } => {
                LibraryView::Open { path, n_tracks: references.len() }
            }
            State::Failed(error) => LibraryView::Error(error),
        }
    }

    /// Name of a reference of the open library.
    pub(crate) fn name(&self, track: TrackId) -> Option<String> {
        match &self.state {
            State::Open { references, .. } => references.name(track),
            _ => None,
        }
    }
}

/// The one target that is called `name`.
fn pin_called(references: &References, name: &str) -> Result<Pin, String> {
    let target = references.target_named(name, references.scenes());
    match target.and_then(|target| references.pin(target)) {
        Ok(Some(pin)) => Ok(pin),
        Ok(None) => Err(format!("'{name}' was taken out of the library just now; try again")),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn a_library_that_can_not_be_read_leaves_no_library_in_use() {
        let session = live::session();
        let (control, mut worker) = (session.control, session.worker);
        let folder = std::env::temp_dir().join(format!("jamboree-shelf-{}", std::process::id()));
        drop(library::Library::open_or_create(&folder).unwrap());
        let mut shelf = ReferenceShelf::default();
        shelf.open(&folder, Some("Neon Coast".to_owned()), &control, Arc::new(|| ()));
        assert_eq!(settled(&mut shelf, &control), None);
        let said = shelf.take_called();
        assert!(said.is_some_and(|it| it.is_err_and(|words| words.contains("Neon Coast"))));
        assert!(shelf.take_called().is_none());
        let State::Open { references, .. } = &shelf.state else {
            panic!("the library is not open")
        };
        let old = Arc::downgrade(references);
        worker.step();
        shelf.open(&folder.join("nothing here"), None, &control, Arc::new(|| ()));
        worker.step();
        assert!(old.upgrade().is_none(), "the old library is still compared with");
        assert!(settled(&mut shelf, &control).is_some());
        assert!(matches!(shelf.view(), LibraryView::Error(_)));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    /// What went wrong with the library being read.
    fn settled(shelf: &mut ReferenceShelf, control: &Control) -> Option<String> {
        let deadline = Instant::now() + Duration::from_secs(30);
        while matches!(shelf.state, State::Loading { .. }) {
            assert!(Instant::now() < deadline, "reading the library does not end");
            let error = shelf.poll(control);
            if error.is_some() {
                return error;
            }
            thread::yield_now();
        }
        None
    }
}

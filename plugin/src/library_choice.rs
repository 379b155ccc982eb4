//! [`LibraryChoice`]: which reference library an instance uses, and the thread that reads it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use library::References;
use live::Control;
use nice_plug::params::persist::PersistentField;

use crate::contain::{PanicProbe, contain};
use crate::repaint::Repaint;

/// Where the library stands.
#[derive(Clone, Debug)]
pub enum LibraryStatus {
    /// None is chosen.
    Closed,
    /// It is being read.
    Loading,
    /// It is in use.
    Open(Arc<References>),
    /// It could not be read; why, in the user's words.
    Failed(String),
}

/// The library chosen, part of the state. Reading happens on a thread of its own, never on the
/// host's threads; the worker gets the result and ranks against it.
pub struct LibraryChoice {
    shared: Arc<Shared>,
}

struct Shared {
    chosen: Mutex<Chosen>,
    control: Control,
    repaint: Repaint,
    probe: PanicProbe,
}

struct Chosen {
    path: Option<PathBuf>,
    /// Grows with every choice: a library read for an earlier one is thrown away.
    n_choices: u64,
    status: LibraryStatus,
}

impl LibraryChoice {
    /// No library yet. What is read goes to the worker of `control`; `repaint` is asked to show it.
    pub fn new(control: Control, repaint: Repaint) -> Self {
        let chosen = Chosen { path: None, n_choices: 0, status: LibraryStatus::Closed };
        Self {
            shared: Arc::new(Shared {
                chosen: Mutex::new(chosen),
                control,
                repaint,
                probe: PanicProbe::from_env("load"),
            }),
        }
    }

    /// Uses the library in the folder `path` from now on, `None` for no library. Returns at once.
    pub fn choose(&self, path: Option<PathBuf>) {
        let n_choices = {
            let mut chosen = self.shared.lock();
            chosen.n_choices += 1;
            chosen.status =
                if path.is_some() { LibraryStatus::Loading } else { LibraryStatus::Closed };
            chosen.path.clone_from(&path);
            chosen.n_choices
        };
        match path {
            None => self.shared.control.use_library(None),
            Some(path) => {
                if let Err(error) = self.start_reading(path, n_choices) {
                    self.shared.finish(n_choices, Err(format!("no thread to read it: {error}")));
                }
            }
        }
        self.shared.repaint.request();
    }

    /// Folder chosen.
    pub fn path(&self) -> Option<PathBuf> {
        self.shared.lock().path.clone()
    }

    /// Where it stands.
    pub fn status(&self) -> LibraryStatus {
        self.shared.lock().status.clone()
    }

    fn start_reading(&self, path: PathBuf, n_choices: u64) -> io::Result<()> {
        let shared = Arc::clone(&self.shared);
        std::thread::Builder::new().name("jamboree-library".to_owned()).spawn(move || {
            let read = contain(|| {
                shared.probe.check();
                read(&path)
            });
            let read = read.unwrap_or_else(|| {
                Err("reading it failed unexpectedly; index it again".to_owned())
            });
            shared.finish(n_choices, read);
        })?;
        Ok(())
    }
}

fn read(path: &Path) -> Result<Arc<References>, String> {
    References::load(path).map(Arc::new).map_err(|error| error.to_string())
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Chosen> {
        self.chosen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(&self, n_choices: u64, read: Result<Arc<References>, String>) {
        let mut chosen = self.lock();
        if chosen.n_choices != n_choices {
            return;
        }
        let (status, references) = match read {
            Ok(references) => (LibraryStatus::Open(Arc::clone(&references)), Some(references)),
            Err(reason) => (LibraryStatus::Failed(reason), None),
        };
        chosen.status = status;
        // Under the lock, so that two choices reach the worker in their order.
        self.control.use_library(references);
        drop(chosen);
        self.repaint.request();
    }
}

impl PersistentField<'_, Option<String>> for LibraryChoice {
    fn set(&self, new_value: Option<String>) {
        let path = new_value.map(PathBuf::from);
        let unchanged = {
            let chosen = self.shared.lock();
            chosen.path == path && !matches!(chosen.status, LibraryStatus::Failed(_))
        };
        // Hosts load the same state more than once; reading a large library again would not help.
        if !unchanged {
            self.choose(path);
        }
    }

    fn map<F: Fn(&Option<String>) -> R, R>(&self, f: F) -> R {
        f(&self.path().map(|path| path.to_string_lossy().into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn settled(choice: &LibraryChoice) -> LibraryStatus {
        let start = Instant::now();
        loop {
            let status = choice.status();
            if !matches!(status, LibraryStatus::Loading)
                || start.elapsed() > Duration::from_secs(20)
            {
                return status;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_folder_without_a_library_is_an_error_in_words() {
        let session = live::session();
        let choice = LibraryChoice::new(session.control, Repaint::default());
        choice.choose(Some(PathBuf::from("/no/such/library")));
        let LibraryStatus::Failed(reason) = settled(&choice) else { panic!("opened nothing") };
        assert!(!reason.is_empty());
        assert_eq!(choice.path(), Some(PathBuf::from("/no/such/library")), "kept for the state");
        choice.choose(None);
        assert!(matches!(choice.status(), LibraryStatus::Closed));
    }
}

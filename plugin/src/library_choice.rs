//! [`LibraryChoice`]: which reference library an instance uses, and the thread that reads it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

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
    Open {
        /// The library.
        references: Arc<References>,
        /// Its number in [`advice::Snapshot::library`].
        number: u32,
    },
    /// It could not be read; why, in the user's words.
    Failed(String),
}

/// The library chosen, part of the state. Reading happens on a thread of its own, never on the
/// host's threads; the worker gets the result and ranks against it. Dropping it waits until what is
/// being read has been read: afterwards the host may unload the plugin's code.
pub struct LibraryChoice {
    shared: Arc<Shared>,
    /// Threads that read. Those of earlier choices may still be at it.
    readers: Mutex<Vec<JoinHandle<()>>>,
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
            readers: Mutex::default(),
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
            if path.is_none() {
                // Under the lock, so that two choices reach the worker in their order.
                self.shared.control.use_library(None);
            }
            chosen.n_choices
        };
        if let Some(path) = path
            && let Err(error) = self.start_reading(path, n_choices)
        {
            self.shared.finish(n_choices, Err(format!("no thread to read it: {error}")));
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
        let reader =
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
        let mut readers = self.readers();
        readers.extract_if(.., |reader| reader.is_finished()).for_each(join);
        readers.push(reader);
        Ok(())
    }

    fn readers(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LibraryChoice {
    fn drop(&mut self) {
        // What is read from now on is for nobody.
        self.shared.lock().n_choices += 1;
        let readers = std::mem::take(&mut *self.readers());
        readers.into_iter().for_each(join);
    }
}

/// Waits for the end of a thread. A panic in it is contained there.
fn join(reader: JoinHandle<()>) {
    drop(reader.join());
}

fn read(path: &Path) -> Result<Arc<References>, String> {
    References::load_shared(path).map_err(|error| error.to_string())
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
        // Under the lock, so that two choices reach the worker in their order.
        let number = self.control.use_library(read.as_ref().ok().cloned());
        chosen.status = match read {
            Ok(references) => LibraryStatus::Open { references, number },
            Err(reason) => LibraryStatus::Failed(reason),
        };
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

    #[test]
    fn no_reading_outlives_the_instance() {
        let session = live::session();
        let choice = LibraryChoice::new(session.control, Repaint::default());
        let shared = Arc::downgrade(&choice.shared);
        for idx in 0..20 {
            choice.choose(Some(PathBuf::from(format!("/no/such/library/{idx}"))));
        }
        drop(choice);
        // Every thread has held on to it until its end.
        assert!(shared.upgrade().is_none());
    }
}

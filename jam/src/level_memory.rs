//! [`LevelMemory`]: the metrical level that the user chose for the file being heard, recalled from
//! the open library and kept there, on threads of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use analysis::Bpm;
use library::{Library, LibraryError, chosen_tempo};

/// What the library says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Memory {
    /// This tempo was chosen for the file.
    Recalled(Bpm),
    /// What was chosen now could not be kept, and why.
    NotKept(String),
}

/// Recalls and keeps. Where no file is heard, or no library is open, there is nothing to do.
pub(crate) struct LevelMemory {
    library: Option<PathBuf>,
    wake: Arc<dyn Fn() + Send + Sync>,
    sender: Sender<Memory>,
    memories: Receiver<Memory>,
}

impl LevelMemory {
    /// `wake` is called when there is something to [`poll`](Self::poll).
    pub(crate) fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (sender, memories) = channel();
        Self { library: None, wake, sender, memories }
    }

    /// Begins to recall what the library in a folder knows of the file that is heard.
    pub(crate) fn open(&mut self, library: &Path, file: Option<&Path>) {
        self.library = Some(library.to_owned());
        // A library that can't be read is complained of by whoever reads its references.
        self.on_a_thread(file, |library, file| {
            chosen_tempo(library, file).ok().flatten().map(Memory::Recalled)
        });
    }

    /// Uses no library any more.
    pub(crate) fn close(&mut self) {
        self.library = None;
    }

    /// Begins to keep the tempo chosen for the file that is heard.
    pub(crate) fn keep(&self, file: Option<&Path>, chosen: Bpm) {
        let keep = move |library: &Path, file: &Path| -> Result<(), LibraryError> {
            Library::open(library)?.choose_tempo(file, chosen).map(|_| ())
        };
        self.on_a_thread(file, move |library, file| {
            keep(library, file).err().map(|error| Memory::NotKept(error.to_string()))
        });
    }

    /// What has been recalled, or could not be kept, since the last call.
    pub(crate) fn poll(&self) -> Option<Memory> {
        self.memories.try_recv().ok()
    }

    fn on_a_thread(
        &self,
        file: Option<&Path>,
        ask: impl FnOnce(&Path, &Path) -> Option<Memory> + Send + 'static,
    ) {
        let (Some(library), Some(file)) = (self.library.clone(), file) else { return };
        let file = file.to_owned();
        let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
        let asking = thread::Builder::new().name("jamboree-levels".to_owned()).spawn(move || {
            if let Some(memory) = ask(&library, &file) {
                drop(sender.send(memory));
                wake();
            }
        });
        if let Err(error) = asking {
            drop(self.sender.send(Memory::NotKept(format!("no thread to keep it: {error}"))));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, Instant};

    use tempfile::tempdir;

    use super::*;

    fn memory() -> LevelMemory {
        LevelMemory::new(Arc::new(|| ()))
    }

    /// The next memory; `None` where there is none for as long as one would take.
    fn next(memory: &LevelMemory) -> Option<Memory> {
        memory.memories.recv_timeout(Duration::from_secs(5)).ok()
    }

    /// What is chosen is kept on another thread: until it is there.
    fn wait_until_kept(library: &Path, file: &Path, expected: Bpm) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while chosen_tempo(library, file).unwrap() != Some(expected) {
            assert!(Instant::now() < deadline, "it is not kept");
            thread::yield_now();
        }
    }

    #[test]
    fn what_was_chosen_for_a_file_is_recalled_the_next_time() {
        let dir = tempdir().unwrap();
        let (library, song) = (dir.path().join("lib"), dir.path().join("song.wav"));
        fs::write(&song, "any bytes will do").unwrap();
        drop(Library::open_or_create(&library).unwrap());
        let mut first = memory();
        first.open(&library, Some(&song));
        first.keep(Some(&song), Bpm(87.0));
        wait_until_kept(&library, &song, Bpm(87.0));
        let mut second = memory();
        second.open(&library, Some(&song));
        assert_eq!(next(&second), Some(Memory::Recalled(Bpm(87.0))));
    }

    #[test]
    fn a_library_that_can_not_be_written_is_said_to_be_so() {
        let dir = tempdir().unwrap();
        let (library, song) = (dir.path().join("lib"), dir.path().join("song.wav"));
        fs::write(&song, "any bytes will do").unwrap();
        let writer = Library::open_or_create(&library).unwrap();
        let mut memory = memory();
        memory.open(&library, Some(&song));
        memory.keep(Some(&song), Bpm(87.0));
        let Some(Memory::NotKept(reason)) = next(&memory) else { panic!("nothing is said") };
        assert!(reason.contains(&library.display().to_string()), "{reason}");
        drop(writer);
        assert_eq!(chosen_tempo(&library, &song).unwrap(), None);
    }

    #[test]
    fn without_a_file_or_a_library_nothing_is_kept() {
        let dir = tempdir().unwrap();
        drop(Library::open_or_create(dir.path()).unwrap());
        let mut nothing_heard = memory();
        nothing_heard.open(dir.path(), None);
        nothing_heard.keep(None, Bpm(87.0));
        let no_library = memory();
        no_library.keep(Some(Path::new("song.wav")), Bpm(87.0));
        assert_eq!((nothing_heard.poll(), no_library.poll()), (None, None));
    }
}

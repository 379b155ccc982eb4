//! [`LevelMemory`]: the metrical level that the user chose for the file being heard, recalled from
//! the open library and kept there, on a thread of its own.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use analysis::Bpm;
use library::{Library, chosen_tempo};

/// Said where keeping panicked.
const BROKE_DOWN: &str = "keeping it broke down; choose it again";

/// What the library says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Memory {
    /// This tempo was chosen for the file.
    Recalled(Bpm),
    /// What was chosen now could not be kept, and why.
    NotKept(String),
}

/// Recalls and keeps, one after the other: of two choices the later one stays. Where no file is
/// heard, or no library is open, there is nothing to do. Dropping it waits until all that was chosen
/// is kept.
pub(crate) struct LevelMemory {
    library: Option<PathBuf>,
    wake: Arc<dyn Fn() + Send + Sync>,
    sender: Sender<Memory>,
    memories: Receiver<Memory>,
    /// Begins with the first question.
    thread: Option<Asker>,
}

struct Asker {
    questions: Sender<Question>,
    handle: JoinHandle<()>,
}

struct Question {
    library: PathBuf,
    file: PathBuf,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Recall,
    Keep(Bpm),
}

impl LevelMemory {
    /// `wake` is called when there is something to [`poll`](Self::poll).
    pub(crate) fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (sender, memories) = channel();
        Self { library: None, wake, sender, memories, thread: None }
    }

    /// Begins to recall what the library in a folder knows of the file that is heard.
    pub(crate) fn open(&mut self, library: &Path, file: Option<&Path>) {
        self.library = Some(library.to_owned());
        self.ask(file, What::Recall);
    }

    /// Uses no library any more.
    pub(crate) fn close(&mut self) {
        self.library = None;
    }

    /// Begins to keep the tempo chosen for the file that is heard.
    pub(crate) fn keep(&mut self, file: Option<&Path>, chosen: Bpm) {
        self.ask(file, What::Keep(chosen));
    }

    /// What has been recalled, or could not be kept, since the last call.
    pub(crate) fn poll(&self) -> Option<Memory> {
        self.memories.try_recv().ok()
    }

    /// Waits until all that was chosen is kept.
    pub(crate) fn finish(&mut self) {
        if let Some(Asker { questions, handle }) = self.thread.take() {
            drop(questions);
            if handle.join().is_err() {
                drop(self.sender.send(Memory::NotKept(BROKE_DOWN.to_owned())));
            }
        }
    }

    fn ask(&mut self, file: Option<&Path>, what: What) {
        let (Some(library), Some(file)) = (self.library.clone(), file) else { return };
        let question = Question { library, file: file.to_owned(), what };
        if let Err(error) = self.send(question)
            && let Some(memory) = what.failed(&format!("no thread to keep it: {error}"))
        {
            drop(self.sender.send(memory));
        }
    }

    fn send(&mut self, question: Question) -> io::Result<()> {
        let thread = match &self.thread {
            Some(thread) => thread,
            None => {
                let thread = Asker::start(self.sender.clone(), Arc::clone(&self.wake))?;
                self.thread.insert(thread)
            }
        };
        thread.questions.send(question).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Drop for LevelMemory {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Asker {
    fn start(sender: Sender<Memory>, wake: Arc<dyn Fn() + Send + Sync>) -> io::Result<Self> {
        let (questions, asked) = channel::<Question>();
        let answer_all = move || {
            while let Ok(question) = asked.recv() {
                // One file that breaks it down must not end it for those after.
                if let Some(memory) = contained(&question.what, || question.answer()) {
                    drop(sender.send(memory));
                    drop(catch_unwind(AssertUnwindSafe(|| wake())));
                }
            }
        };
        let handle = thread::Builder::new().name("jamboree-levels".to_owned()).spawn(answer_all)?;
        Ok(Self { questions, handle })
    }
}

/// What `answer` says to a question; where it panics, what is to be said of that.
fn contained(what: &What, answer: impl FnOnce() -> Option<Memory>) -> Option<Memory> {
    catch_unwind(AssertUnwindSafe(answer)).unwrap_or_else(|_| what.failed(BROKE_DOWN))
}

impl What {
    /// What is to be said where this failed: nothing was chosen where something was to be recalled.
    fn failed(&self, reason: &str) -> Option<Memory> {
        match self {
            Self::Recall => None,
            Self::Keep(_) => Some(Memory::NotKept(reason.to_owned())),
        }
    }
}

impl Question {
    fn answer(&self) -> Option<Memory> {
        match self.what {
            // A library that can't be read is complained of by whoever reads its references.
            What::Recall => {
                chosen_tempo(&self.library, &self.file).ok().flatten().map(Memory::Recalled)
            }
            What::Keep(chosen) => Library::open(&self.library)
                .and_then(|mut library| library.choose_tempo(&self.file, chosen))
                .err()
                .map(|error| Memory::NotKept(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use tempfile::tempdir;

    use super::*;

    #[test]
    fn a_panic_while_something_is_told_does_not_end_the_keeping() {
        let dir = tempdir().unwrap();
        let (library, song) = (dir.path().join("lib"), dir.path().join("song.wav"));
        fs::write(&song, "any bytes will do").unwrap();
        let writer = Library::open_or_create(&library).unwrap();
        let mut memory = LevelMemory::new(Arc::new(|| panic!("on purpose")));
        memory.open(&library, Some(&song));
        for _ in 0..2 {
            memory.keep(Some(&song), Bpm(87.0));
            assert!(matches!(next(&memory), Some(Memory::NotKept(_))));
        }
        drop(writer);
    }

    fn memory() -> LevelMemory {
        LevelMemory::new(Arc::new(|| ()))
    }

    /// The next memory; `None` where there is none for as long as one would take.
    fn next(memory: &LevelMemory) -> Option<Memory> {
        memory.memories.recv_timeout(Duration::from_secs(5)).ok()
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
        first.finish();
        let mut second = memory();
        second.open(&library, Some(&song));
        assert_eq!(next(&second), Some(Memory::Recalled(Bpm(87.0))));
    }

    #[test]
    fn of_choices_made_one_after_the_other_the_last_is_kept_also_just_before_the_end() {
        let dir = tempdir().unwrap();
        let (library, song) = (dir.path().join("lib"), dir.path().join("song.wav"));
        fs::write(&song, "any bytes will do").unwrap();
        drop(Library::open_or_create(&library).unwrap());
        for round in 0..5 {
            let mut memory = memory();
            memory.open(&library, Some(&song));
            for n in 0..12 {
                memory.keep(Some(&song), Bpm((60 + 20 * round + n) as f32));
            }
            drop(memory);
            let kept = chosen_tempo(&library, &song).unwrap();
            assert_eq!(kept, Some(Bpm((71 + 20 * round) as f32)));
        }
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
    fn a_panic_is_said_of_what_was_to_be_kept_and_not_of_what_was_to_be_recalled() {
        let said = |what: What| contained(&what, || panic!("on purpose"));
        assert_eq!(said(What::Recall), None);
        assert_eq!(said(What::Keep(Bpm(87.0))), Some(Memory::NotKept(BROKE_DOWN.to_owned())));
    }

    #[test]
    fn without_a_file_or_a_library_nothing_is_kept() {
        let dir = tempdir().unwrap();
        drop(Library::open_or_create(dir.path()).unwrap());
        let mut nothing_heard = memory();
        nothing_heard.open(dir.path(), None);
        nothing_heard.keep(None, Bpm(87.0));
        let mut no_library = memory();
        no_library.keep(Some(Path::new("song.wav")), Bpm(87.0));
        assert_eq!((nothing_heard.poll(), no_library.poll()), (None, None));
    }
}

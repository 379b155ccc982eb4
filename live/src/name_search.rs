//! [`NameSearch`]: references found by name while somebody types, on a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle};

use advice::NamedReference;
use library::References;

/// References told for a name.
const N_TOLD: usize = 30;

/// What was asked for last, and what was found. Nothing here waits: who draws asks, and polls when
/// it is woken. The thread begins with the first question; a newer question ends the one before.
/// Dropping it waits for the thread, which breaks off, within a moment even where another process
/// holds the database: afterwards a host may unload the code.
pub struct NameSearch {
    wake: Arc<dyn Fn() + Send + Sync>,
    asked: String,
    /// The library asked.
    library: Weak<References>,
    /// Number of the newest question; the thread looks whether it is still its own.
    newest: Arc<AtomicU64>,
    thread: Option<Searcher>,
    is_searching: bool,
    found: Vec<NamedReference>,
    has_more: bool,
    problem: Option<String>,
}

struct Searcher {
    questions: Sender<Question>,
    answers: Receiver<Answer>,
    handle: JoinHandle<()>,
}

struct Question {
    number: u64,
    name: String,
    references: Arc<References>,
}

struct Answer {
    number: u64,
    found: Result<Vec<NamedReference>, String>,
}

impl NameSearch {
    /// Nothing is asked yet. `wake` is called on the thread when there is something to
    /// [`poll`](Self::poll).
    pub fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        Self {
            wake,
            asked: String::new(),
            library: Weak::new(),
            newest: Arc::default(),
            thread: None,
            is_searching: false,
            found: Vec::new(),
            has_more: false,
            problem: None,
        }
    }

    /// Asks for the references of `library` that are called `name` or have it in title or path.
    /// What was found before in the same library is there until the answer has come; for no name
    /// there is none.
    pub fn ask(&mut self, library: &Arc<References>, name: String) {
        if Arc::as_ptr(library) != self.library.as_ptr() {
            self.forget();
        }
        let number = self.newest.fetch_add(1, Ordering::AcqRel) + 1;
        self.library = Arc::downgrade(library);
        self.problem = None;
        self.is_searching = !name.trim().is_empty();
        self.asked.clone_from(&name);
        if !self.is_searching {
            self.found.clear();
            self.has_more = false;
            return;
        }
        let question = Question { number, name, references: Arc::clone(library) };
        if let Err(reason) = self.send(question) {
            self.is_searching = false;
            self.problem = Some(reason);
        }
    }

    /// Takes what has been found since. What was asked of another library than `library`, which is
    /// open now, is forgotten: its numbers mean other references.
    pub fn poll(&mut self, library: Option<&Arc<References>>) {
        if !self.asked.is_empty()
            && library.is_none_or(|open| Arc::as_ptr(open) != self.library.as_ptr())
        {
            self.forget();
        }
        let Some(thread) = &self.thread else { return };
        while let Ok(Answer { number, found }) = thread.answers.try_recv() {
            if number != self.newest.load(Ordering::Acquire) {
                continue;
            }
            self.is_searching = false;
            match found {
                Ok(mut found) => {
                    self.has_more = found.len() > N_TOLD;
                    found.truncate(N_TOLD);
                    self.found = found;
                }
                Err(problem) => {
                    self.found.clear();
                    self.has_more = false;
                    self.problem = Some(problem);
                }
            }
        }
    }

    /// What was asked for last.
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// Whether the answer to that is still to come.
    pub fn is_searching(&self) -> bool {
        self.is_searching
    }

    /// What was found, best first; while searching, what was found before.
    pub fn found(&self) -> &[NamedReference] {
        &self.found
    }

    /// Whether there is more than what was found.
    pub fn has_more(&self) -> bool {
        self.has_more
    }

    /// Why nothing could be found, in the user's words.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    fn forget(&mut self) {
        self.newest.fetch_add(1, Ordering::AcqRel);
        self.library = Weak::new();
        self.asked.clear();
        self.is_searching = false;
        self.found.clear();
        self.has_more = false;
        self.problem = None;
    }

    fn send(&mut self, question: Question) -> Result<(), String> {
        let thread = match &self.thread {
            Some(thread) => thread,
            None => {
                let thread = Searcher::start(Arc::clone(&self.newest), Arc::clone(&self.wake));
                self.thread.insert(thread.map_err(|error| format!("no thread for it: {error}"))?)
            }
        };
        thread.questions.send(question).map_err(|_| "searching broke down".to_owned())
    }
}

impl Drop for NameSearch {
    fn drop(&mut self) {
        self.newest.fetch_add(1, Ordering::AcqRel);
        if let Some(Searcher { questions, handle, .. }) = self.thread.take() {
            drop(questions);
            drop(handle.join());
        }
    }
}

impl std::fmt::Debug for NameSearch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NameSearch").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl Searcher {
    fn start(newest: Arc<AtomicU64>, wake: Arc<dyn Fn() + Send + Sync>) -> std::io::Result<Self> {
        let (questions, asked) = channel::<Question>();
        let (answer, answers) = channel();
        let search = move || {
            while let Ok(question) = asked.recv() {
                let is_wanted = || newest.load(Ordering::Acquire) == question.number;
                // Those that somebody has typed on from are passed over at once.
                let found = catch_unwind(AssertUnwindSafe(|| {
                    question.references.named(&question.name, N_TOLD + 1, &is_wanted)
                }));
                let found = match found {
                    Ok(Ok(Some(found))) => Ok(found),
                    Ok(Ok(None)) => continue,
                    Ok(Err(error)) => Err(error.to_string()),
                    Err(_) => Err("searching failed unexpectedly; index the library again".into()),
                };
                let number = question.number;
                // A library that was closed meanwhile is let go here, not where it is drawn.
                drop(question);
                if answer.send(Answer { number, found }).is_err() {
                    return;
                }
                drop(catch_unwind(AssertUnwindSafe(|| wake())));
            }
        };
        let handle = thread::Builder::new().name("jamboree-names".to_owned()).spawn(search)?;
        Ok(Self { questions, answers, handle })
    }
}

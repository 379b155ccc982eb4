//! [`SystemFonts`]: fonts of the system for characters that the panel's own fonts lack, as names of
//! files have them in Korean, Thai, Arabic or with rare Chinese characters.
//!
//! The system is asked on a thread of its own, which begins with the first such character: no frame
//! waits for it. Until the answer comes, and where the system has no font for it, a box is drawn.
//! Fonts are mapped, not copied; which one goes with a script is what the system says (fontconfig,
//! DirectWrite, Core Text, through fontique).

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use egui::epaint::text::{FallbackRequest, FontInsert, FontProvider};
use egui::{Context, FontFamily};
use egui_system_font_provider::SystemFontProvider;

/// Characters asked for at most. A panel shows some dozens of names.
const MAX_ASKED: usize = 4_096;
/// Fonts used at most.
const MAX_FONTS: usize = 16;

/// A character, in a family of the panel's fonts.
type Asked = (FontFamily, char);

/// Lends the fonts of the system to the windows of one instance. Dropping it waits for the thread:
/// afterwards a host may unload the code.
pub struct SystemFonts {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    questions: Option<Receiver<Asked>>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

struct Shared {
    known: Mutex<Known>,
    has_news: AtomicBool,
}

#[derive(Default)]
struct Known {
    /// `None` until there is an answer, and where no font has the character.
    fonts: HashMap<Asked, Option<FontInsert>>,
    names: BTreeSet<String>,
    questions: Option<Sender<Asked>>,
}

impl SystemFonts {
    /// Nothing is asked yet. `wake` is called on the thread when there is something to
    /// [`poll`](Self::poll).
    pub fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (sender, questions) = channel();
        let known = Known { questions: Some(sender), ..Known::default() };
        Self {
            shared: Arc::new(Shared { known: Mutex::new(known), has_news: AtomicBool::new(false) }),
            thread: None,
            questions: Some(questions),
            wake,
        }
    }

    /// Lends them to a new window. Takes the place of any other provider of fonts.
    pub fn lend_to(&self, ctx: &Context) {
        ctx.set_font_providers(vec![Arc::new(Lender(Arc::clone(&self.shared)))]);
    }

    /// Before a frame: begins to ask for what the last one lacked, and hands on what was found.
    pub fn poll(&mut self, ctx: &Context) {
        if self.shared.has_news.swap(false, Ordering::AcqRel) {
            // egui asks a provider once for a character; a new one is asked again.
            self.lend_to(ctx);
        }
        let is_asked = !self.shared.lock().fonts.is_empty();
        if is_asked && let Some(questions) = self.questions.take() {
            let (shared, wake) = (Arc::clone(&self.shared), Arc::clone(&self.wake));
            let thread = thread::Builder::new().name("jamboree-fonts".to_owned());
            // Without a thread there are boxes, as there are without fonts.
            self.thread = thread.spawn(move || answer(&questions, &shared, &*wake)).ok();
        }
    }
}

impl Drop for SystemFonts {
    fn drop(&mut self) {
        // A window may still hold the lender, but not what it asks through.
        self.shared.lock().questions = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl std::fmt::Debug for SystemFonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SystemFonts").finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What egui asks: answers at once with what is known.
struct Lender(Arc<Shared>);

impl FontProvider for Lender {
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        let asked = (request.family.clone(), request.cluster.chars().next()?);
        let mut known = self.0.lock();
        if let Some(font) = known.fonts.get(&asked) {
            return font.clone();
        }
        if known.fonts.len() < MAX_ASKED
            && known.questions.as_ref().is_some_and(|to| to.send(asked.clone()).is_ok())
        {
            known.fonts.insert(asked, None);
        }
        None
    }
}

/// Answers questions until nobody is left to ask them.
fn answer(questions: &Receiver<Asked>, shared: &Shared, wake: &(dyn Fn() + Send + Sync)) {
    // Looks through the system's fonts, on yet another thread.
    let Ok(system) = catch_unwind(SystemFontProvider::new) else { return };
    while let Ok(asked) = questions.recv() {
        let (family, letter) = &asked;
        let cluster = letter.to_string();
        let request = FallbackRequest { cluster: &cluster, family };
        // A broken font must not end it.
        let found = catch_unwind(AssertUnwindSafe(|| system.font_for(&request)));
        let Ok(Some(font)) = found else { continue };
        let mut known = shared.lock();
        if known.names.len() >= MAX_FONTS && !known.names.contains(&font.name) {
            continue;
        }
        known.names.insert(font.name.clone());
        known.fonts.insert(asked, Some(font));
        drop(known);
        shared.has_news.store(true, Ordering::Release);
        drop(catch_unwind(AssertUnwindSafe(wake)));
    }
}

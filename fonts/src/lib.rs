//! [`SystemFonts`]: fonts of the system for characters that the panel's own fonts lack, as names of
//! files have them in Korean, Thai, Arabic or with rare Chinese characters.
//!
//! The system is asked on a thread of its own, which begins with the first such character: no frame
//! waits for it. Until the answer comes, and where the system has no font for it, a box is drawn.
//! Fonts are mapped, not copied; which one goes with a script is what the system says.

mod answers;
mod system;

use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread::{self, JoinHandle};

use egui::Context;

use answers::{Asked, Lender, Shared};
use system::SystemSearch;

/// Lends the fonts of the system to the windows of one instance. Dropping it waits for the thread,
/// the only one there is: afterwards a host may unload the code. It waits for the answer under way,
/// of which the first includes a look through all fonts, and for none that was asked for besides.
pub struct SystemFonts {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    questions: Option<Receiver<Asked>>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl SystemFonts {
    /// Nothing is asked yet. `wake` is called on the thread when there is something to
    /// [`poll`](Self::poll).
    pub fn new(wake: Arc<dyn Fn() + Send + Sync>) -> Self {
        let (shared, questions) = Shared::new();
        Self { shared, thread: None, questions: Some(questions), wake }
    }

    /// Lends them to a new window. Takes the place of any other provider of fonts. Does nothing once
    /// they were [taken back](Self::take_back).
    pub fn lend_to(&self, ctx: &Context) {
        if self.shared.is_open() {
            ctx.set_font_providers(vec![Arc::new(Lender(Arc::clone(&self.shared)))]);
        }
    }

    /// After the panel is drawn: begins to ask for what it lacked, and hands on what was found, which
    /// the next frame has.
    pub fn poll(&mut self, ctx: &Context) {
        if self.shared.take_news() {
            // egui asks a provider once for a character; a new one is asked again.
            self.lend_to(ctx);
        }
        if self.shared.is_asked()
            && let Some(questions) = self.questions.take()
        {
            let (shared, wake) = (Arc::clone(&self.shared), Arc::clone(&self.wake));
            let thread = thread::Builder::new().name("jamboree-fonts".to_owned());
            // Without a thread there are boxes, as there are without fonts.
            self.thread = thread.spawn(move || answer(&questions, &shared, &*wake)).ok();
        }
    }

    /// Drawing failed: a font of the system may be broken, and would break every panel that shows the
    /// same name. If any was found, they are lent no more, in this window and those after it.
    pub fn take_back(&mut self, ctx: &Context) {
        if self.shared.has_found() {
            self.shared.close();
            ctx.set_font_providers(vec![]);
        }
    }
}

impl Drop for SystemFonts {
    fn drop(&mut self) {
        // A window may still hold the lender, but not what it asks through.
        self.shared.close();
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

/// The thread: looks through the system's fonts, then answers.
fn answer(questions: &Receiver<Asked>, shared: &Shared, wake: &(dyn Fn() + Send + Sync)) {
    if !shared.is_open() {
        return;
    }
    let Ok(mut system) = catch_unwind(SystemSearch::new) else { return };
    shared.answer(questions, &mut |family, letter| system.find(family, letter), wake);
}

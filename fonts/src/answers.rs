//! [`Shared`]: what was asked for and found, between who draws and the thread that looks.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::FontFamily;
use epaint::text::{FallbackRequest, FontInsert, FontProvider};

/// Characters asked for at most. A panel shows some dozens of names.
const MAX_ASKED: usize = 4_096;
/// Fonts used at most.
const MAX_FONTS: usize = 16;

/// A character, in a family of the panel's fonts.
pub(crate) type Asked = (FontFamily, char);

/// Finds a font that has a character, if there is one.
pub(crate) type Find<'a> = dyn FnMut(&FontFamily, char) -> Option<FontInsert> + 'a;

#[derive(Default)]
pub(crate) struct Shared(Mutex<Known>);

#[derive(Default)]
struct Known {
    letters: HashMap<Asked, Letter>,
    /// Fonts by name, in the families they were found for.
    fonts: BTreeSet<(String, FontFamily)>,
    questions: Option<Sender<Asked>>,
    has_news: bool,
    /// How often the fonts were lent afresh.
    n_lent: u64,
}

struct Letter {
    /// `None` until there is an answer, and where no font has the character.
    font: Option<FontInsert>,
    /// [`Known::n_lent`] when a window was told last that there is none, which it remembers until
    /// the fonts are lent again.
    denied_at: u64,
}

impl Shared {
    /// Nothing is asked yet; with what receives the questions.
    pub(crate) fn new() -> (Arc<Self>, Receiver<Asked>) {
        let (sender, questions) = channel();
        let known = Known { questions: Some(sender), ..Known::default() };
        (Arc::new(Self(Mutex::new(known))), questions)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether anything was asked for yet.
    pub(crate) fn is_asked(&self) -> bool {
        !self.lock().letters.is_empty()
    }

    /// Whether a font was found yet.
    pub(crate) fn has_found(&self) -> bool {
        !self.lock().fonts.is_empty()
    }

    /// Whether the fonts must be lent again for windows to see what was found; true once.
    pub(crate) fn take_news(&self) -> bool {
        let mut known = self.lock();
        known.n_lent += u64::from(known.has_news);
        std::mem::take(&mut known.has_news)
    }

    /// Takes no more questions, and leaves open those that wait.
    pub(crate) fn close(&self) {
        self.lock().questions = None;
    }

    /// Whether questions are taken.
    pub(crate) fn is_open(&self) -> bool {
        self.lock().questions.is_some()
    }

    /// Answers questions until [`closed`](Self::close), at most the one under way after that. `wake`
    /// is called when there is news.
    pub(crate) fn answer(
        &self,
        questions: &Receiver<Asked>,
        find: &mut Find<'_>,
        wake: &(dyn Fn() + Send + Sync),
    ) {
        while let Ok(asked) = questions.recv() {
            // Those that wait are still received when nobody can ask any more.
            if !self.is_open() {
                return;
            }
            // A broken font must not end it.
            let found = catch_unwind(AssertUnwindSafe(|| find(&asked.0, asked.1)));
            let Ok(Some(font)) = found else { continue };
            let is_news = self.lock().add(asked, font);
            if is_news {
                drop(catch_unwind(AssertUnwindSafe(wake)));
            }
        }
    }
}

impl Known {
    /// Stores an answer. Returns whether it is the first news since the fonts were lent.
    fn add(&mut self, asked: Asked, font: FontInsert) -> bool {
        let named = (font.name.clone(), asked.0.clone());
        let is_new = !self.fonts.contains(&named);
        if is_new && self.fonts.len() >= MAX_FONTS {
            return false;
        }
        self.fonts.insert(named);
        let Some(letter) = self.letters.get_mut(&asked) else { return false };
        letter.font = Some(font);
        // To lend again makes every face and the atlas anew. A font that was lent answers for all its
        // characters, but for those that a window was denied since.
        let is_news = is_new || letter.denied_at == self.n_lent;
        is_news && !std::mem::replace(&mut self.has_news, true)
    }
}

/// What egui asks: answers at once with what is known.
pub(crate) struct Lender(pub(crate) Arc<Shared>);

impl FontProvider for Lender {
    fn font_for(&self, request: &FallbackRequest<'_>) -> Option<FontInsert> {
        let asked = (request.family.clone(), request.cluster.chars().next()?);
        let mut known = self.0.lock();
        let denied_at = known.n_lent;
        if let Some(letter) = known.letters.get_mut(&asked) {
            letter.denied_at = denied_at;
            return letter.font.clone();
        }
        if known.letters.len() < MAX_ASKED
            && known.questions.as_ref().is_some_and(|to| to.send(asked.clone()).is_ok())
        {
            known.letters.insert(asked, Letter { font: None, denied_at });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use epaint::text::{FontPriority, InsertFontFamily};
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const FAMILY: FontFamily = FontFamily::Proportional;

    fn font() -> FontInsert {
        FontInsert::new(
            "one for all",
            egui::FontData::from_static(&[]),
            vec![InsertFontFamily { family: FAMILY, priority: FontPriority::Lowest }],
        )
    }

    fn ask(shared: &Arc<Shared>, letters: impl Iterator<Item = char>) -> Vec<bool> {
        let lender = Lender(Arc::clone(shared));
        letters
            .map(|letter| {
                let cluster = letter.to_string();
                lender.font_for(&FallbackRequest { cluster: &cluster, family: &FAMILY }).is_some()
            })
            .collect()
    }

    #[test]
    fn once_nobody_asks_no_question_that_waits_is_answered() {
        let (shared, questions) = Shared::new();
        ask(&shared, '가'..='나');
        let mut n_answered = 0;
        let mut find = |_: &FontFamily, _| {
            n_answered += 1;
            shared.close();
            Some(font())
        };
        shared.answer(&questions, &mut find, &|| ());
        assert_eq!(n_answered, 1);
    }

    #[test]
    fn fonts_are_lent_again_once_a_font_not_once_a_character() {
        let (shared, questions) = Shared::new();
        ask(&shared, '가'..='나');
        let (mut n_left, n_lent) = (('가'..='나').count(), AtomicUsize::new(0));
        let mut find = |_: &FontFamily, _| {
            n_left -= 1;
            if n_left == 0 {
                shared.close();
            }
            Some(font())
        };
        let wake = || {
            assert!(shared.take_news());
            n_lent.fetch_add(1, Ordering::Relaxed);
        };
        // The window lends again the moment it is woken.
        shared.answer(&questions, &mut find, &wake);
        assert_eq!(n_lent.into_inner(), 1);
        assert!(!shared.take_news());
        assert!(ask(&shared, '가'..='나').iter().all(|has| *has));
    }

    #[test]
    fn a_character_denied_after_its_font_was_lent_is_lent_again() {
        let (shared, _questions) = Shared::new();
        ask(&shared, ['가', '나'].into_iter());
        assert!(shared.lock().add((FAMILY, '가'), font()));
        assert!(shared.take_news());
        // Drawn without the other, so that the window does not know the font.
        assert_eq!(ask(&shared, ['나'].into_iter()), [false]);
        assert!(shared.lock().add((FAMILY, '나'), font()));
        assert!(shared.take_news());
        assert_eq!(ask(&shared, ['나'].into_iter()), [true]);
    }
}

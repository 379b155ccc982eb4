//! [`Suggester`]: the one thing to try next.

use analysis::{Fingerprint, Hearing};

use crate::snapshot::{Corpus, NextChord, SceneId, Suggestion};

/// Chooses one suggestion and stays with it until there is a reason to change.
#[derive(Clone, Copy, Debug, Default)]
pub struct Suggester {
    shown: Option<Suggestion>,
}

impl Suggester {
    /// A suggester that has suggested nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets what was suggested.
    pub fn reset(&mut self) {
        self.shown = None;
    }

    /// Chords that often followed what is heard, likeliest first; empty where key or chord are
    /// not known.
    pub fn next_chords(&self, _hearing: &Hearing, _corpus: Corpus, _k: usize) -> Vec<NextChord> {
        Vec::new()
    }

    /// The one thing to try: the likeliest next chord where key and chord are known, otherwise the
    /// move that closes the largest gap to `aim` (`None`: to the best fitting scene).
    pub fn suggest(
        &mut self,
        _hearing: &Hearing,
        _fingerprint: Option<&Fingerprint>,
        _corpus: Corpus,
        _aim: Option<SceneId>,
    ) -> Option<Suggestion> {
        self.shown
    }
}

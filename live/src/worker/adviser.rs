//! [`Adviser`]: references, scenes, next chords and the suggestion, as the stream goes on.

use std::sync::Arc;

use advice::{
    Corpus, NextChord, ReferenceMatch, SceneFit, SceneProfiles, Snapshot, Suggester, Suggestion,
    Weights,
};
use analysis::{Chord, Fingerprint, History, Key, LiveAnalyzer};
use library::References;

use super::hold::Hold;
use super::ranking::{N_CANDIDATES, update_references, update_scenes};

/// Seconds of stream between two rankings.
const RANKING_INTERVAL_S: u64 = 1;

/// Under this much sound a ranking is provisional: a verse is not a song.
const PROVISIONAL_S: f32 = 30.0;

/// The corpus that next chords are taken from.
const CORPUS: Corpus = Corpus::Billboard;

/// Chords suggested.
const N_NEXT_CHORDS: usize = 4;

/// Asks for advice when it may have changed: rankings once a second of stream, chords when the
/// chord or the key changes.
pub(super) struct Adviser {
    references: Option<Arc<References>>,
    suggester: Suggester,
    fingerprint: Option<Fingerprint>,
    /// Samples since the last ranking.
    n_since_ranking: u64,
    /// Key and chord that the chords below were suggested for.
    context: (Option<Key>, Option<Chord>),
    nearest: History<ReferenceMatch, 5>,
    scenes: History<SceneFit, 4>,
    next_chords: History<NextChord, N_NEXT_CHORDS>,
    suggestion: Option<Suggestion>,
}

impl Adviser {
    pub(super) fn new() -> Self {
        Self {
            references: None,
            suggester: Suggester::new(),
            fingerprint: None,
            n_since_ranking: 0,
            context: (None, None),
            nearest: History::new(),
            scenes: History::new(),
            next_chords: History::new(),
            suggestion: None,
        }
    }

    /// Compares with another library from now on.
    pub(super) fn use_library(&mut self, references: Option<Arc<References>>) {
        self.nearest.clear();
        self.references = references;
        self.rank();
    }

    /// Forgets what was heard.
    pub(super) fn reset(&mut self) {
        self.suggester.reset();
        self.fingerprint = None;
        self.n_since_ranking = 0;
        self.context = (None, None);
        self.nearest.clear();
        self.scenes.clear();
        self.next_chords.clear();
        self.suggestion = None;
    }

    /// Looks at what `analyzer` has heard after `n_samples` more of the stream.
    pub(super) fn attend(
        &mut self,
        analyzer: &LiveAnalyzer,
        hold: &Hold,
        n_samples: u64,
        sample_rate: u32,
    ) {
        self.n_since_ranking = self.n_since_ranking.saturating_add(n_samples);
        let ranking_due = self.n_since_ranking >= RANKING_INTERVAL_S * u64::from(sample_rate);
        if ranking_due {
            self.n_since_ranking = 0;
            self.fingerprint = analyzer.fingerprint();
            self.rank();
        }
        let hearing = analyzer.hearing();
        let context = (
            hold.key().or(hearing.key).map(|estimate| estimate.key),
            hearing.chord.and_then(|segment| segment.chord),
        );
        if ranking_due || context != self.context {
            self.context = context;
            let hearing = hold.in_shown_key(hearing);
            let next_chords = self.suggester.next_chords(&hearing, CORPUS, N_NEXT_CHORDS);
            self.next_chords = History::first_of(next_chords);
            self.suggestion =
                self.suggester.suggest(&hearing, self.fingerprint.as_ref(), CORPUS, None);
        }
    }

    /// What was ranked by last.
    pub(super) fn fingerprint(&self) -> Option<&Fingerprint> {
        self.fingerprint.as_ref()
    }

    /// Writes what there is to say into `snapshot`.
    pub(super) fn fill(&self, snapshot: &mut Snapshot) {
        snapshot.references = self.nearest;
        snapshot.provisional =
            self.fingerprint.as_ref().is_none_or(|fingerprint| fingerprint.seconds < PROVISIONAL_S);
        snapshot.scenes = self.scenes;
        snapshot.next_chords = self.next_chords;
        snapshot.suggestion = self.suggestion;
    }

    fn rank(&mut self) {
        let Some(fingerprint) = &self.fingerprint else { return };
        // A library that can no longer be read has no references; the next one to open it is told.
        let nearest = match &self.references {
            Some(references) => {
                references.rank(fingerprint, &Weights::default(), N_CANDIDATES).unwrap_or_default()
            }
            None => Vec::new(),
        };
        update_references(&mut self.nearest, &nearest);
        update_scenes(&mut self.scenes, &SceneProfiles::shipped().fit(fingerprint));
    }
}

//! [`Adviser`]: references, scenes, the gap to the target, next chords and the suggestion, as the
//! stream goes on.

use std::sync::Arc;

use advice::{
    Aim, Aimed, Corpus, Gap, NextChord, ReferenceMatch, SceneFit, SceneProfiles, Snapshot,
    Suggester, Suggestion, Target, Wanted, Weights,
};
use analysis::{Chord, Fingerprint, Hearing, History, Key, LiveAnalyzer};
use library::{LibraryError, Pin, References};

use super::hold::Hold;
use super::ranking::{N_CANDIDATES, update_references, update_scenes};

/// Seconds of stream between two rankings.
const RANKING_INTERVAL_S: u64 = 1;

/// Under this much sound a ranking is provisional: a verse is not a song.
const PROVISIONAL_S: f32 = 30.0;

/// Sound from which on the gap to the target is told: before, a phrase has hardly been heard once.
const COMPARED_FROM_S: f32 = 10.0;

/// The corpus that next chords are taken from.
const CORPUS: Corpus = Corpus::Billboard;

/// Chords suggested.
const N_NEXT_CHORDS: usize = 4;

/// Asks for advice when it may have changed: rankings once a second of stream, chords when the
/// chord or the key changes.
pub(super) struct Adviser {
    references: Option<Arc<References>>,
    suggester: Suggester,
    /// What the user writes towards, as it is remembered,
    pin: Option<Pin>,
    /// and as it was found among scenes and references.
    aim: Option<Aim>,
    gap: Option<Gap>,
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
            pin: None,
            aim: None,
            gap: None,
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
        // Another library has other scenes under the same numbers.
        self.scenes.clear();
        self.references = references;
        self.find_target();
        self.rank();
    }

    /// Compares with another target from now on; `None` for no target.
    pub(super) fn aim_at(&mut self, pin: Option<Pin>) {
        self.pin = pin;
        self.find_target();
        self.compare();
    }

    /// Whether there is a target, and which.
    pub(super) fn aimed(&self) -> Aimed {
        match (&self.pin, &self.aim) {
            (None, _) => Aimed::Nowhere,
            (Some(_), None) => Aimed::Missing,
            (Some(_), Some(aim)) => Aimed::At(aim.target()),
        }
    }

    /// Looks for the target among the scenes and references there are.
    fn find_target(&mut self) {
        // Scenes and references of before may have other numbers now.
        if !matches!(self.suggestion, None | Some(Suggestion::Chord { .. })) {
            self.suggester.reset();
            self.suggestion = None;
        }
        self.gap = None;
        // A library that can no longer be read has no references.
        self.aim = self
            .pin
            .as_ref()
            .and_then(|pin| found(pin, self.references.as_deref()).unwrap_or_default());
    }

    /// Tells the gap to the target anew.
    fn compare(&mut self) {
        let heard = self.fingerprint.as_ref().filter(|heard| heard.seconds >= COMPARED_FROM_S);
        self.gap = self.aim.as_mut().zip(heard).map(|(aim, heard)| aim.gap(heard));
    }

    /// Forgets what was heard. The target stays.
    pub(super) fn reset(&mut self) {
        self.suggester.reset();
        self.aim.iter_mut().for_each(Aim::reset);
        self.gap = None;
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
            self.suggest(hearing, hold);
        }
    }

    /// Says anew what to try: after `hearing` has changed, or the target or the library has.
    pub(super) fn suggest(&mut self, hearing: &Hearing, hold: &Hold) {
        let hearing = hold.in_shown_key(hearing);
        let next_chords = self.suggester.next_chords(&hearing, CORPUS, N_NEXT_CHORDS);
        self.next_chords = History::first_of(next_chords);
        let wanted = match &self.aim {
            Some(_) => Wanted::Target(self.gap.as_ref()),
            None => Wanted::Anywhere(scenes_of(self.references.as_deref())),
        };
        let fingerprint = self.fingerprint.as_ref();
        self.suggestion = self.suggester.suggest(&hearing, fingerprint, wanted, CORPUS);
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
        snapshot.gap = self.gap;
        snapshot.next_chords = self.next_chords;
        snapshot.suggestion = self.suggestion;
    }

    fn rank(&mut self) {
        self.compare();
        let Some(fingerprint) = &self.fingerprint else { return };
        // A library that can no longer be read has no references; the next one to open it is told.
        let nearest = match &self.references {
            Some(references) => {
                references.rank(fingerprint, &Weights::default(), N_CANDIDATES).unwrap_or_default()
            }
            None => Vec::new(),
        };
        update_references(&mut self.nearest, &nearest);
        let scenes = scenes_of(self.references.as_deref());
        update_scenes(&mut self.scenes, &scenes.fit(fingerprint));
    }
}

/// The target that `pin` means, ready to be compared with.
fn found(pin: &Pin, references: Option<&References>) -> Result<Option<Aim>, LibraryError> {
    let target = match references {
        Some(references) => references.pinned(pin)?,
        None => pin.scene(SceneProfiles::shipped()),
    };
    Ok(match target {
        None => None,
        Some(Target::Scene(scene)) => {
            scenes_of(references).get(scene).map(|profile| Aim::at_scene(scene, profile))
        }
        Some(Target::Reference(track)) => match references {
            Some(references) => {
                references.entry(track)?.map(|entry| Aim::at_reference(track, &entry.fingerprint))
            }
            None => None,
        },
    })
}

/// The scenes to fit with: a library may have some of its own.
fn scenes_of(references: Option<&References>) -> &SceneProfiles {
    references.map_or(SceneProfiles::shipped(), References::scenes)
}

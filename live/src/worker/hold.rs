//! [`Hold`]: what the user has frozen.

use advice::{Gap, ReferenceMatch, SceneFit, Snapshot, Suggestion};
use analysis::{
    Hearing, History, KeyEstimate, KeySegment, MeterEstimate, TempoEstimate, TuningEstimate,
};

/// Keeps key, tuning, tempo, meter, references, scenes, the gap to the target, whether these are
/// provisional, and the suggestion as they were shown when the hold began, or from the first moment there was one. The rest goes on.
#[derive(Debug, Default)]
pub(super) struct Hold {
    held: bool,
    frozen: Frozen,
}

#[derive(Clone, Copy, Debug, Default)]
struct Frozen {
    key: Option<KeyEstimate>,
    keys: History<KeySegment, 16>,
    tuning: Option<TuningEstimate>,
    tempo: Option<TempoEstimate>,
    meter: Option<MeterEstimate>,
    references: History<ReferenceMatch, 5>,
    /// Of the references and the gap that are held.
    provisional: Option<bool>,
    scenes: History<SceneFit, 4>,
    gap: Option<Gap>,
    suggestion: Option<Suggestion>,
}

impl Hold {
    /// Holds or lets go.
    pub(super) fn set(&mut self, held: bool) {
        if self.held != held {
            self.held = held;
            self.clear();
        }
    }

    /// Forgets what is held; what comes next is held in its place.
    pub(super) fn clear(&mut self) {
        self.frozen = Frozen::default();
    }

    /// Lets go of the references: they are of a library that is no longer in use.
    pub(super) fn clear_references(&mut self) {
        self.frozen.references.clear();
        self.forget_provisional();
    }

    /// Lets go of the gap, and of the suggestion that may be how to close it: another target was
    /// chosen.
    pub(super) fn clear_gap(&mut self) {
        self.frozen.gap = None;
        self.frozen.suggestion = None;
        self.forget_provisional();
    }

    /// It goes with the last that it was said of.
    fn forget_provisional(&mut self) {
        if self.frozen.references.is_empty() && self.frozen.gap.is_none() {
            self.frozen.provisional = None;
        }
    }

    /// Puts what is held in the place of what is heard; takes hold of what is there for the first
    /// time.
    pub(super) fn apply(&mut self, snapshot: &mut Snapshot) {
        if !self.held {
            return;
        }
        let Frozen {
            key,
            keys,
            tuning,
            tempo,
            meter,
            references,
            provisional,
            scenes,
            gap,
            suggestion,
        } = &mut self.frozen;
        let hearing = &mut snapshot.hearing;
        if key.is_none() {
            *keys = hearing.keys;
        }
        hearing.keys = *keys;
        freeze(key, &mut hearing.key);
        freeze(tuning, &mut hearing.tuning);
        freeze(tempo, &mut hearing.tempo);
        freeze(meter, &mut hearing.meter);
        freeze(gap, &mut snapshot.gap);
        freeze(suggestion, &mut snapshot.suggestion);
        if references.is_empty() {
            *references = snapshot.references;
        }
        snapshot.references = *references;
        if !references.is_empty() || gap.is_some() {
            snapshot.provisional = *provisional.get_or_insert(snapshot.provisional);
        }
        if scenes.is_empty() {
            *scenes = snapshot.scenes;
        }
        snapshot.scenes = *scenes;
    }

    /// The key that is held.
    pub(super) fn key(&self) -> Option<KeyEstimate> {
        self.frozen.key
    }

    /// `hearing` with the key that is shown: what chords are read in.
    pub(super) fn in_shown_key(&self, hearing: &Hearing) -> Hearing {
        Hearing { key: self.frozen.key.or(hearing.key), ..*hearing }
    }
}

fn freeze<T: Copy>(frozen: &mut Option<T>, shown: &mut Option<T>) {
    *frozen = frozen.or(*shown);
    *shown = *frozen;
}

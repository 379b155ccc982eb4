//! Facts and references in, matches and suggestions out.
//!
//! Pure like `analysis`: no file, thread, clock or host. [`Snapshot`] is what the panel draws.
//! References are prepared once ([`PreparedReferences`]) and ranked as often as wanted; scenes
//! ([`SceneProfiles`]) and chord statistics ([`ChordStatistics`]) are data files compiled in.

mod aspect;
mod harmony;
mod matching;
mod scenes;
mod snapshot;
mod suggest;
#[cfg(test)]
mod testing;
mod whitening;

pub use aspect::{Aspect, N_ASPECTS, Weights};
pub use harmony::{ChordStatistics, Repertoire};
pub use matching::{PreparedReferences, compare, rank};
pub use scenes::{
    CueBand, CueReading, CueReadings, SceneGroup, SceneProfile, SceneProfileError, SceneProfiles,
    Source,
};
pub use snapshot::{
    Corpus, Cue, NextChord, ReferenceMatch, SceneFit, SceneId, Snapshot, Suggestion, TrackId,
    WorkerState,
};
pub use suggest::Suggester;
pub use whitening::{N_WHITENED, Whitening, WhiteningError};

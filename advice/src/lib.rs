//! Facts and references in, matches and suggestions out.
//!
//! Pure like `analysis`: no file, thread, clock or host. [`Snapshot`] is what the panel draws.

mod aspect;
mod snapshot;

pub use aspect::{Aspect, N_ASPECTS, Weights};
pub use snapshot::{
    Corpus, Cue, NextChord, ReferenceMatch, SceneFit, SceneId, Snapshot, Suggestion, TrackId,
    WorkerState,
};

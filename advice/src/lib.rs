//! Facts and references in, matches and suggestions out.
//!
//! Pure like `analysis`: no file, thread, clock or host. [`Snapshot`] is what the panel draws.
//! A [`Query`] is compared with references, very many of them by their [`Sketch`] first; scenes
//! ([`SceneProfiles`]) and chord statistics ([`ChordStatistics`]) are data files compiled in. An [`Aim`]
//! tells how far what is heard is from a scene or reference that the user writes towards.

mod aspect;
mod harmony;
mod host_tempo;
mod matching;
mod named;
mod scenes;
mod sketch;
mod snapshot;
mod suggest;
mod tap_tempo;
mod target;
#[cfg(test)]
mod testing;
mod whitening;

pub use aspect::{Aspect, N_ASPECTS, Weights};
pub use harmony::{ChordStatistics, Repertoire};
pub use host_tempo::{AgainstHost, Trend};
pub use matching::{PreparedReferences, Query, compare, keys_go_together, rank};
pub use named::NamedReference;
pub use scenes::{
    Collection, CueBand, CueReading, CueReadings, SceneGroup, SceneHeading, SceneProfile,
    SceneProfileError, SceneProfiles, Source,
};
pub use sketch::{HeardBytes, SKETCH_LEN, Sketch, SketchQuery, key_of, tempo_bytes};
pub use snapshot::{
    Aimed, Corpus, Cue, NextChord, ReferenceMatch, SceneFit, SceneId, Snapshot, Suggestion,
    TrackId, WorkerState,
};
pub use suggest::{Suggester, Wanted};
pub use tap_tempo::{TapTempo, Tapped};
pub use target::{
    Aim, BalanceGap, BalanceRegion, Compared, FigureGap, Gap, GapAspect, GapValue, KeyGap, KeyGoal,
    Target, TempoGap, TempoLevel,
};
pub use whitening::{N_WHITENED, Whitening, WhiteningError};

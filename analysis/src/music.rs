//! Pitch classes, keys and chords: one type inside, spelled at the edge.

mod chord;
mod key;
mod pitch_class;

pub use chord::{Chord, ChordQuality};
pub use key::{Key, Mode};
pub use pitch_class::{PitchClass, Spelling};

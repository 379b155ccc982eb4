//! Files, decoding and the reference library.
//!
//! An [`AudioFile`] is decoded front to back; [`analyze_file`] turns one into a [`FileAnalysis`],
//! [`in_order`] does that on several threads, and [`AnalysisLine`]s are the lines of the command
//! contract. A [`Library`] is a folder that remembers analyses and fingerprints; [`index()`]
//! brings it up to date with folders of music, and [`References`] is what a plugin reads of it.

mod analysis_line;
mod atomic_file;
mod audio_files;
mod batch;
mod chosen_tempo;
mod decode;
mod error;
mod file_analysis;
mod fingerprint_record;
mod folded;
mod index;
mod library;
mod made_up;
mod manifest;
mod mapping;
mod plain_text;
mod references;
mod scene_files;
mod segments;
mod simd;
mod sketches;
mod store;
mod style_model;

pub use analysis_line::{
    AlternativeKey, AlternativeTempo, AnalysisFacts, AnalysisLine, BeatEntry, ChordEntry, KeyEntry,
    KeySpan, LoudnessEntry, MeterEntry, TempoEntry, TimelineEntry,
};
pub use atomic_file::NewFile;
pub use audio_files::{audio_files, is_audio_file};
pub use batch::{Outcome, in_order};
pub use chosen_tempo::chosen_tempo;
pub use decode::{AudioFile, StereoBlock, Tags};
pub use error::{DecodeError, FileError, LibraryError};
pub use file_analysis::{
    FileAnalysis, ThreadClock, analyze_file, analyze_file_unlearned, analyze_file_with_style,
};
pub use index::{IndexOptions, IndexReport, Progress, index};
pub use library::Library;
pub use made_up::MadeUpMusic;
pub use manifest::{FEATURE_VERSION, LIBRARY_FORMAT};
pub use plain_text::plain_text;
pub use references::{
    Filter, LibraryRow, Pin, ReferenceEntry, References, Selection, TableError, TableRow,
};
pub use scene_files::{add_scenes, scenes_folder};
pub use store::Totals;
pub use style_model::{STYLE_MODEL_HASH, install_style_model, style_model};

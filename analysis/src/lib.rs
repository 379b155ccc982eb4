//! Samples in, musical facts out.
//!
//! A [`FeatureExtractor`] turns a stream of any rate, cut in any way, into frames; a
//! [`LiveAnalyzer`] decodes them causally into a [`Hearing`], a [`TrackAnalyzer`] decodes a whole
//! file into a [`TrackAnalysis`]. The crate knows no file, thread, clock, host or log, and nothing
//! fails after construction.

mod beat_grid;
mod config;
mod embedding;
mod facts;
mod features;
mod fingerprint;
mod framer;
mod hearing;
mod history;
mod learned;
mod level;
mod live;
mod loudness;
mod low_spectrum;
mod mel_bands;
mod music;
mod part;
mod pitch_image;
mod resample;
mod rhythm;
mod samples;
mod spectrum;
mod sum;
mod tempo_level;
mod third_octave;
mod tonal;
mod track;
mod units;

pub use beat_grid::BeatGrid;
pub use config::{
    ANALYSIS_RATE, ANALYSIS_VERSION, AnalysisConfig, ConfigError, SAMPLE_RATES, TempoRange,
};
pub use embedding::{EmbeddingModel, EmbeddingModelError, EmbeddingStream, N_EMBEDDING, N_STYLE};
pub use facts::{
    Beat, ChordSegment, KeyCandidate, KeyEstimate, KeyReason, KeySegment, LoudnessFacts,
    MeterEstimate, ModeColour, Stability, TempoCandidate, TempoEstimate, TempoRelation,
    TempoSource, TuningEstimate,
};
pub use features::{
    BAND_FPS, BandFrame, FeatureExtractor, FrameSink, LeadingFrame, N_MEL_BANDS, N_PITCH_BINS,
    N_SHORT_BINS, PITCH_FPS, PitchFrame, SHORT_FPS, SHORT_WINDOW, ShortFrame, TONAL_FPS,
    TonalFrame,
};
pub use fingerprint::{
    Fingerprint, N_BALANCE, N_DYNAMICS, N_FEEL, N_RHYTHM, N_TIMBRE, N_TONAL, N_WIDTH,
};
pub use hearing::{Hearing, InputState, N_THIRD_OCTAVES, THIRD_OCTAVE_CENTRES_HZ};
pub use history::History;
pub use live::{LiveAnalyzer, NoteEvent};
pub use music::{Chord, ChordQuality, Key, Mode, PitchClass, Spelling};
pub use part::Part;
pub use track::{TrackAnalysis, TrackAnalyzer};
pub use units::{Bpm, Cents, Decibels, Hertz, Lufs, Seconds};

//! [`Hearing`]: everything the live analysis states at one moment.

use crate::facts::{
    Beat, ChordSegment, KeyEstimate, KeySegment, LoudnessFacts, MeterEstimate, TempoEstimate,
    TuningEstimate,
};
use crate::history::History;
use crate::units::Seconds;

/// Number of third-octave bands, 25 Hz to 10 kHz (IEC 61260-1 nominal centres).
pub const N_THIRD_OCTAVES: usize = 27;

/// Nominal centre frequencies of the third-octave bands in hertz.
pub const THIRD_OCTAVE_CENTRES_HZ: [f32; N_THIRD_OCTAVES] = [
    25.0, 31.5, 40.0, 50.0, 63.0, 80.0, 100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0, 500.0,
    630.0, 800.0, 1000.0, 1250.0, 1600.0, 2000.0, 2500.0, 3150.0, 4000.0, 5000.0, 6300.0, 8000.0,
    10000.0,
];

/// What kind of input the analysis has in front of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputState {
    /// Nothing has arrived since the start or the last reset.
    #[default]
    Waiting,
    /// Sound arrives.
    Sounding,
    /// Input arrives and has been silent for more than a second.
    Silent,
}

/// What is heard now and what was heard lately. Plain data: latest wins when it crosses a thread,
/// and whatever must not be lost is a bounded history inside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hearing {
    /// How much of the stream has been analysed.
    pub at: Seconds,
    /// Whether there is anything to hear.
    pub input: InputState,
    /// The key shown (committed, not the momentary favourite).
    pub key: Option<KeyEstimate>,
    /// The keys shown so far, oldest first; the one shown now lasts until `at`.
    pub keys: History<KeySegment, 16>,
    /// Tuning of what was heard.
    pub tuning: Option<TuningEstimate>,
    /// The tempo shown.
    pub tempo: Option<TempoEstimate>,
    /// Beats per bar.
    pub meter: Option<MeterEstimate>,
    /// Position within the current beat, 0 on the beat to just under 1.
    pub beat_phase: f32,
    /// Beats called so far; grows by one with each.
    pub n_beats: u64,
    /// The latest beats, oldest first.
    pub beats: History<Beat, 64>,
    /// The chord sounding now, `None` for no chord.
    pub chord: Option<ChordSegment>,
    /// The latest finished chords, oldest first; no-chord stretches included.
    pub chords: History<ChordSegment, 64>,
    /// Number of finished chords so far.
    pub n_chords: u64,
    /// Energy of the twelve pitch classes over the last second, C first, greatest is 1.
    pub chroma: [f32; 12],
    /// Loudness.
    pub loudness: LoudnessFacts,
    /// Third-octave levels over the last seconds in dB relative to their sum; -90 where silent.
    pub third_octaves_db: [f32; N_THIRD_OCTAVES],
}

impl Default for Hearing {
    fn default() -> Self {
        Self {
            at: Seconds(0.0),
            input: InputState::Waiting,
            key: None,
            keys: History::new(),
            tuning: None,
            tempo: None,
            meter: None,
            beat_phase: 0.0,
            n_beats: 0,
            beats: History::new(),
            chord: None,
            chords: History::new(),
            n_chords: 0,
            chroma: [0.0; 12],
            loudness: LoudnessFacts::default(),
            third_octaves_db: [-90.0; N_THIRD_OCTAVES],
        }
    }
}

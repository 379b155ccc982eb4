//! The musical facts an analysis states: plain `Copy` data, `Option` where there may be none.

use crate::history::History;
use crate::music::{Chord, Key, PitchClass, Spelling};
use crate::units::{Bpm, Cents, Hertz, Lufs, Seconds};

/// A key that was considered, with its share of the evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KeyCandidate {
    /// The key.
    pub key: Key,
    /// Posterior share, 0 to 1; the winner's and all candidates' shares sum to at most 1.
    pub weight: f32,
}

/// What colours a key beside major or minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModeColour {
    /// Minor with a major sixth.
    Dorian,
    /// Minor with a minor second.
    Phrygian,
    /// Major with an augmented fourth.
    Lydian,
    /// Major with a minor seventh.
    Mixolydian,
    /// Minor with a major seventh.
    HarmonicMinor,
    /// Five notes: major without fourth and seventh, minor without second and sixth.
    Pentatonic,
    /// Both thirds over a minor seventh, or the minor pentatonic with a diminished fifth.
    Blues,
}

impl ModeColour {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Dorian,
        Self::Phrygian,
        Self::Lydian,
        Self::Mixolydian,
        Self::HarmonicMinor,
        Self::Pentatonic,
        Self::Blues,
    ];

    /// "dorian", "harmonic minor": as printed for other programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dorian => "dorian",
            Self::Phrygian => "phrygian",
            Self::Lydian => "lydian",
            Self::Mixolydian => "mixolydian",
            Self::HarmonicMinor => "harmonic minor",
            Self::Pentatonic => "pentatonic",
            Self::Blues => "blues",
        }
    }
}

/// What speaks for the key and against the runner-up, as far as it is plain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyReason {
    /// A note that sounds, belongs to the key and not to the runner-up.
    pub note: Option<PitchClass>,
    /// The note that the runner-up would have in its place, and that hardly sounds.
    pub instead_of: Option<PitchClass>,
    /// The tonic, where the bass rests on it.
    pub bass: Option<PitchClass>,
    /// The change of chords to the tonic that was heard most often.
    pub cadence: Option<(Chord, Chord)>,
}

/// The key heard. Where there is none (silence, noise, drums alone) the estimate is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KeyEstimate {
    /// The most likely key.
    pub key: Key,
    /// Estimated probability that `key` is right, 0 to 1.
    pub confidence: f32,
    /// Runners-up, strongest first, without the winner.
    pub alternatives: History<KeyCandidate, 3>,
    /// What colours the mode, where that is plain.
    pub colour: Option<ModeColour>,
    /// What decided.
    pub reason: KeyReason,
}

/// Tuning of the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TuningEstimate {
    /// Deviation from A4 = 440 Hz, -50 to 50.
    pub cents: Cents,
    /// How sharply the partials agree on it, 0 to 1.
    pub confidence: f32,
}

impl TuningEstimate {
    /// The frequency of A4.
    pub fn a4(self) -> Hertz {
        self.cents.a4()
    }
}

/// Ratio of another metrical level to the tempo stated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TempoRelation {
    /// A third.
    Third,
    /// Half.
    #[default]
    Half,
    /// Two thirds.
    TwoThirds,
    /// Three quarters.
    ThreeQuarters,
    /// Four thirds.
    FourThirds,
    /// Three halves.
    ThreeHalves,
    /// Double.
    Double,
    /// Triple.
    Triple,
}

impl TempoRelation {
    /// All of them, slowest first.
    pub const ALL: [Self; 8] = [
        Self::Third,
        Self::Half,
        Self::TwoThirds,
        Self::ThreeQuarters,
        Self::FourThirds,
        Self::ThreeHalves,
        Self::Double,
        Self::Triple,
    ];

    /// The factor applied to the stated tempo.
    pub fn ratio(self) -> f32 {
        match self {
            Self::Third => 1.0 / 3.0,
            Self::Half => 0.5,
            Self::TwoThirds => 2.0 / 3.0,
            Self::ThreeQuarters => 0.75,
            Self::FourThirds => 4.0 / 3.0,
            Self::ThreeHalves => 1.5,
            Self::Double => 2.0,
            Self::Triple => 3.0,
        }
    }

    /// "1/2", "4/3", "2": as the contract prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Third => "1/3",
            Self::Half => "1/2",
            Self::TwoThirds => "2/3",
            Self::ThreeQuarters => "3/4",
            Self::FourThirds => "4/3",
            Self::ThreeHalves => "3/2",
            Self::Double => "2",
            Self::Triple => "3",
        }
    }
}

/// Another metrical level of the tempo.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TempoCandidate {
    /// Its tempo.
    pub bpm: Bpm,
    /// Its ratio to the stated tempo.
    pub relation: TempoRelation,
    /// Its share of the evidence, 0 to 1.
    pub weight: f32,
}

/// Whether the tempo holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stability {
    /// One tempo throughout.
    #[default]
    Steady,
    /// The tempo moves.
    Drifting,
}

/// What the tempo of a file is from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TempoSource {
    /// A pulse that was heard.
    #[default]
    Pulse,
    /// The length of the file: no pulse was heard, but it is whole bars of a round tempo to the
    /// sample, as loops are.
    Length,
}

/// The tempo heard; absent where there is no pulse.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TempoEstimate {
    /// The tempo.
    pub bpm: Bpm,
    /// Estimated probability that `bpm` is right within 4 % at this metrical level, 0 to 1.
    pub confidence: f32,
    /// Steady or drifting.
    pub stability: Stability,
    /// Other metrical levels, strongest first.
    pub alternatives: History<TempoCandidate, 4>,
}

/// One beat.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Beat {
    /// When it falls.
    pub at: Seconds,
    /// Its position in the bar, 1 for the downbeat; 0 where it is not known.
    pub bar_position: u8,
}

/// The meter: how many beats make a bar.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeterEstimate {
    /// Beats in a bar.
    pub beats_per_bar: u8,
    /// Estimated probability that it is right, 0 to 1.
    pub confidence: f32,
}

/// A stretch of one chord.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChordSegment {
    /// Where it begins.
    pub start: Seconds,
    /// Where it ends.
    pub end: Seconds,
    /// The chord, `None` where none is to be heard.
    pub chord: Option<Chord>,
    /// The bass note of an inversion: a note of the chord, but not its root.
    pub bass: Option<PitchClass>,
    /// Estimated probability that the chord is right, 0 to 1.
    pub confidence: f32,
}

impl ChordSegment {
    /// Harte label, "Bb:min7/b3"; "N" for no chord.
    pub fn harte(&self, spelling: Spelling) -> String {
        match (self.chord, self.bass) {
            (None, _) => "N".to_owned(),
            (Some(chord), None) => chord.harte(spelling),
            (Some(chord), Some(bass)) => chord.harte_over(bass, spelling),
        }
    }
}

/// A stretch of one key.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct KeySegment {
    /// Where it begins.
    pub start: Seconds,
    /// Where it ends.
    pub end: Seconds,
    /// The key.
    pub key: Key,
}

/// Loudness after ITU-R BS.1770-4 and EBU Tech 3342. Absent values were not measurable yet (too
/// short or silent).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LoudnessFacts {
    /// Last 0.4 s.
    pub momentary: Option<Lufs>,
    /// Last 3 s.
    pub short_term: Option<Lufs>,
    /// Gated, over everything heard.
    pub integrated: Option<Lufs>,
    /// Loudness range in LU.
    pub range_lu: Option<f32>,
    /// Highest true peak so far in dBTP.
    pub true_peak_dbtp: Option<f32>,
}

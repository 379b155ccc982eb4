//! [`Snapshot`]: what crosses from the worker to the panel, whole, by copy.

use std::cmp::Ordering;

use analysis::{Chord, Hearing, History, Key};

use crate::aspect::{Aspect, N_ASPECTS};
use crate::host_tempo::AgainstHost;
use crate::tap_tempo::Tapped;
use crate::target::{Gap, GapAspect, Target};

/// A reference of the loaded library; its name is looked up outside the snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackId(pub u32);

/// A scene profile; its name is looked up in the profiles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SceneId(pub u16);

/// One reference with its distance, broken down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReferenceMatch {
    /// Which reference.
    pub track: TrackId,
    /// Distance, 0 for the same; the sum of `parts`.
    pub distance: f32,
    /// What each aspect contributes, indexed by [`Aspect::index`].
    pub parts: [f32; N_ASPECTS],
}

impl ReferenceMatch {
    /// Nearest first; equally near ones in the order of their ids.
    pub fn nearer_first(&self, other: &Self) -> Ordering {
        self.distance.total_cmp(&other.distance).then(self.track.0.cmp(&other.track.0))
    }

    /// Share of the distance that `aspect` has, 0 to 1; 0 where the distance is 0.
    pub fn share(&self, aspect: Aspect) -> f32 {
        if self.distance > 0.0 { self.parts[aspect.index()] / self.distance } else { 0.0 }
    }
}

/// What a scene profile is measured on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cue {
    /// Tempo in BPM.
    #[default]
    Tempo,
    /// Mode, 0 minor to 1 major.
    Mode,
    /// Spectral centroid in Hz.
    Brightness,
    /// Onsets a second.
    OnsetDensity,
    /// Range of the level over about 3 s, in dB.
    LoudnessRange,
    /// Level below 112 Hz relative to the whole, in dB.
    Bass,
    /// Spectral flatness in dB, 0 for noise.
    Roughness,
}

impl Cue {
    /// All of them, in the order of [`Cue::index`].
    pub const ALL: [Self; 7] = [
        Self::Tempo,
        Self::Mode,
        Self::Brightness,
        Self::OnsetDensity,
        Self::LoudnessRange,
        Self::Bass,
        Self::Roughness,
    ];

    /// Position in [`Cue::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name in the contract and in profile files ("onset density").
    pub fn name(self) -> &'static str {
        match self {
            Self::Tempo => "tempo",
            Self::Mode => "mode",
            Self::Brightness => "brightness",
            Self::OnsetDensity => "onset density",
            Self::LoudnessRange => "loudness range",
            Self::Bass => "bass",
            Self::Roughness => "roughness",
        }
    }

    /// The cue of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cue| cue.name() == name)
    }
}

/// How well what is heard fits a scene.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SceneFit {
    /// Which scene.
    pub scene: SceneId,
    /// Fit, 0 to 1.
    pub fit: f32,
    /// How much that figure can be trusted, 0 to 1.
    pub confidence: f32,
    /// Cues inside the profile, best first.
    pub agrees: History<Cue, 4>,
    /// Cues outside the profile, furthest first.
    pub differs: History<Cue, 4>,
}

/// Why a chord is suggested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Corpus {
    /// McGill Billboard: 739 US songs, 1958-1991.
    #[default]
    Billboard,
    /// POP909: 777 Chinese pop songs.
    Pop909,
}

/// A chord that often follows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NextChord {
    /// The chord.
    pub chord: Chord,
    /// How often it followed the same chord or chords in the corpus, 0 to 1.
    pub probability: f32,
    /// How often the context was counted.
    pub n_counted: u32,
    /// Chords of context used, 1 or more.
    pub n_context: u8,
    /// Which corpus.
    pub corpus: Corpus,
}

/// One thing to try, with the figures that explain it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Suggestion {
    /// Play this chord next.
    Chord {
        /// The key it is read in.
        key: Key,
        /// The chord it follows.
        after: Chord,
        /// The chord and its statistics.
        next: NextChord,
    },
    /// Close the largest gap to the target; its figures are in [`Snapshot::gap`].
    Close {
        /// What is aimed at.
        target: Target,
        /// The aspect to move.
        aspect: GapAspect,
    },
    /// Move one cue towards the scene that fits best, where nothing is aimed at.
    Move {
        /// The scene.
        scene: SceneId,
        /// The cue.
        cue: Cue,
        /// Where it is now, in the cue's unit.
        here: f32,
        /// Where the profile begins, in the cue's unit.
        there: f32,
    },
}

/// What became of the target that the user pinned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aimed {
    /// Nothing is pinned.
    #[default]
    Nowhere,
    /// It is neither among the scenes nor in the library that is open.
    Missing,
    /// It is aimed at.
    At(Target),
}

/// State of the worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkerState {
    /// Running.
    #[default]
    Running,
    /// Stopped by the host (deactivated).
    Stopped,
    /// The analysis failed and was restarted or gave up; what is shown is from before.
    Failed,
    /// The stream's sample rate can't be analysed.
    UnusableRate,
}

/// Everything the panel draws.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// What was heard.
    pub hearing: Hearing,
    /// The nearest references, nearest first.
    pub references: History<ReferenceMatch, 5>,
    /// Whether the reference ranking is provisional (less than 30 s heard).
    pub provisional: bool,
    /// The best fitting scenes, best first.
    pub scenes: History<SceneFit, 4>,
    /// What the user writes towards.
    pub aimed: Aimed,
    /// How far it is to there; `None` before enough was heard.
    pub gap: Option<Gap>,
    /// Chords that often follow the one sounding, likeliest first.
    pub next_chords: History<NextChord, 4>,
    /// The one thing to try.
    pub suggestion: Option<Suggestion>,
    /// Samples lost between the audio thread and the worker since the start.
    pub lost_samples: u64,
    /// How many times samples were lost.
    pub n_gaps: u32,
    /// Sample rate of the input in hertz, 0 until something arrived.
    pub sample_rate: u32,
    /// The worker.
    pub worker: WorkerState,
    /// Whether the model that hears style is in use.
    pub hears_style: bool,
    /// Tempo of the host's transport, where it plays.
    pub host_bpm: Option<f32>,
    /// How the playing compares with it.
    pub against_host: Option<AgainstHost>,
    /// The tempo tapped on a MIDI key.
    pub tapped: Option<Tapped>,
    /// Whether the shown values are held by the user.
    pub held: bool,
    /// Which library `references` are of: counts the libraries used, 0 before the first. A name is
    /// looked up only in the library of this number.
    pub library: u32,
    /// How often the user had everything heard forgotten; wraps around.
    pub n_resets: u32,
}

//! [`SceneProfile`]: one scene's file.

use serde::{Deserialize, Serialize};

use super::band::CueBand;
use super::file::ProfileFile;

/// How a figure of a profile is known, best first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// From published data.
    Published,
    /// Measured by the project on labelled material; few pieces.
    Measured,
    /// Trade practice.
    Convention,
    /// Somebody's choice.
    #[default]
    Editorial,
}

impl Source {
    /// "published", "measured", "convention", "editorial", as the contract prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Measured => "measured",
            Self::Convention => "convention",
            Self::Editorial => "editorial",
        }
    }

    /// How far a figure of this kind can be trusted at most, 0 to 1: a judgement, not a
    /// measurement.
    pub(super) fn trust(self) -> f32 {
        match self {
            Self::Published => 0.9,
            Self::Measured => 0.7,
            Self::Convention => 0.5,
            Self::Editorial => 0.4,
        }
    }
}

/// Where a scene belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SceneGroup {
    /// Everyday life.
    #[default]
    Life,
    /// Games.
    Game,
    /// Film.
    Film,
    /// The user's own.
    Own,
}

/// A profile file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SceneProfileError {
    /// Not such a file.
    #[error("scene profile can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A cue that is not one.
    #[error("scene profile {scene:?} has the unknown cue {cue:?}")]
    UnknownCue {
        /// The scene's key.
        scene: String,
        /// The name given.
        cue: String,
    },
    /// A band without width, or one that can't be placed on the cue's scale.
    #[error(
        "scene profile {scene:?} has no proper band for {cue}: expected from < to, above 0 where the cue is a rate or a frequency, and a weight above 0"
    )]
    Band {
        /// The scene's key.
        scene: String,
        /// The cue's name.
        cue: &'static str,
    },
    /// No centroid, or one without cues.
    #[error("scene profile {scene:?} has no centroid with cues")]
    Empty {
        /// The scene's key.
        scene: String,
    },
    /// No key, or no name.
    #[error("a scene profile needs a key and a name")]
    Nameless,
    /// Too few pieces to learn from.
    #[error(
        "a scene is learned from {expected} pieces or more of at least 5 s each, there are {actual}; \
         add more"
    )]
    TooFew {
        /// How many there must be.
        expected: usize,
        /// How many there are.
        actual: usize,
    },
}

/// How one scene sounds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SceneProfile {
    pub(super) key: String,
    pub(super) name_en: String,
    pub(super) name_zh: String,
    pub(super) group: SceneGroup,
    pub(super) note: String,
    pub(super) citations: Vec<String>,
    pub(super) centroids: Vec<Centroid>,
}

/// One way a scene can sound.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Centroid {
    pub(super) name: String,
    pub(super) bands: Vec<CueBand>,
}

impl SceneProfile {
    /// Reads a profile file; its fields are explained beside the shipped ones.
    ///
    /// # Errors
    /// Where the file can't be used.
    pub fn from_json(json: &str) -> Result<Self, SceneProfileError> {
        serde_json::from_str::<ProfileFile>(json)?.into_profile()
    }

    /// The profile as a file.
    pub fn to_json(&self) -> String {
        ProfileFile::of(self).to_json()
    }

    /// The name in the contract and in settings; never translated, never changed ("night drive").
    pub fn key(&self) -> &str {
        &self.key
    }

    /// English name.
    pub fn name_en(&self) -> &str {
        &self.name_en
    }

    /// Name in Simplified Chinese.
    pub fn name_zh(&self) -> &str {
        &self.name_zh
    }

    /// Where it belongs.
    pub fn group(&self) -> SceneGroup {
        self.group
    }

    /// How most of the profile's weight is known.
    pub fn source(&self) -> Source {
        let weight = |source| -> f32 {
            let bands = self.centroids().flatten();
            bands.filter(|band| band.source == source).map(CueBand::importance).sum()
        };
        let sources = [Source::Published, Source::Measured, Source::Convention, Source::Editorial];
        let most = sources.into_iter().max_by(|a, b| weight(*a).total_cmp(&weight(*b)));
        most.unwrap_or_default()
    }

    /// Where the figures come from, in words.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The sources the note speaks of.
    pub fn citations(&self) -> impl Iterator<Item = &str> {
        self.citations.iter().map(String::as_str)
    }

    /// The ways the scene can sound.
    pub fn centroids(&self) -> impl Iterator<Item = &[CueBand]> {
        self.centroids.iter().map(|centroid| centroid.bands.as_slice())
    }
}

//! [`SceneProfiles`]: how scenes sound, and how well something heard fits them.

use analysis::Fingerprint;

use crate::snapshot::{Cue, SceneFit, SceneId};

/// How a figure of a profile is known, best first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
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
}

/// Where a scene belongs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SceneGroup {
    /// Everyday life.
    #[default]
    Life,
    /// Games.
    Game,
    /// Film.
    Film,
}

/// One cue as heard.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CueReading {
    /// Its value in the cue's unit.
    pub value: f32,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
}

/// The cues of one piece; absent where they are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CueReadings([Option<CueReading>; 7]);

impl CueReadings {
    /// Reads the cues off a fingerprint.
    pub fn of(_fingerprint: &Fingerprint) -> Self {
        Self::default()
    }

    /// The reading of `cue`.
    pub fn get(&self, cue: Cue) -> Option<CueReading> {
        self.0.get(cue as usize).copied().flatten()
    }
}

/// How one scene sounds.
#[derive(Clone, Debug, Default)]
pub struct SceneProfile {
    key: String,
    name_en: String,
    name_zh: String,
    group: SceneGroup,
    source: Source,
    note: String,
}

impl SceneProfile {
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
        self.source
    }

    /// Where the figures come from, in words, with citations.
    pub fn note(&self) -> &str {
        &self.note
    }
}

/// All profiles.
#[derive(Clone, Debug, Default)]
pub struct SceneProfiles {
    profiles: Vec<SceneProfile>,
}

impl SceneProfiles {
    /// The profiles compiled in.
    pub fn shipped() -> &'static Self {
        static SHIPPED: SceneProfiles = SceneProfiles { profiles: Vec::new() };
        &SHIPPED
    }

    /// The profile of `scene`.
    pub fn get(&self, scene: SceneId) -> Option<&SceneProfile> {
        self.profiles.get(usize::from(scene.0))
    }

    /// The scene whose [`SceneProfile::key`] is `key`.
    pub fn find(&self, key: &str) -> Option<SceneId> {
        self.profiles.iter().position(|p| p.key == key).map(|idx| SceneId(idx as u16))
    }

    /// All scenes, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (SceneId, &SceneProfile)> {
        self.profiles.iter().enumerate().map(|(idx, profile)| (SceneId(idx as u16), profile))
    }

    /// How well `fingerprint` fits every scene, best first.
    pub fn fit(&self, _fingerprint: &Fingerprint) -> Vec<SceneFit> {
        Vec::new()
    }
}

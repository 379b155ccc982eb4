//! [`SceneProfile`]: one scene's file.

use serde::Deserialize;

use crate::snapshot::Cue;

/// How a figure of a profile is known, best first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
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
        "scene profile {scene:?} has no proper band for {cue}: expected from < to, above 0 where the cue is a rate or a frequency"
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
}

/// One figure: the band of one cue, about one deviation to either side of the middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CueBand {
    /// The cue.
    pub cue: Cue,
    /// Lower end in the cue's unit.
    pub from: f32,
    /// Upper end.
    pub to: f32,
    /// How it is known.
    pub source: Source,
    /// How much it counts, about 1.
    pub weight: f32,
}

/// How one scene sounds.
#[derive(Clone, Debug, Default)]
pub struct SceneProfile {
    key: String,
    name_en: String,
    name_zh: String,
    group: SceneGroup,
    note: String,
    citations: Vec<String>,
    centroids: Vec<Vec<CueBand>>,
}

#[derive(Deserialize)]
struct ProfileFile {
    key: String,
    name: Names,
    group: SceneGroup,
    note: String,
    citations: Vec<String>,
    centroids: Vec<CentroidEntry>,
}

#[derive(Deserialize)]
struct Names {
    en: String,
    #[serde(rename = "zh-CN")]
    zh_cn: String,
}

#[derive(Deserialize)]
struct CentroidEntry {
    cues: std::collections::BTreeMap<String, BandEntry>,
}

#[derive(Deserialize)]
struct BandEntry {
    from: f32,
    to: f32,
    source: Source,
    weight: Option<f32>,
}

impl SceneProfile {
    /// Reads a profile file; its fields are explained beside the shipped ones.
    ///
    /// # Errors
    /// Where the file can't be used.
    pub fn from_json(json: &str) -> Result<Self, SceneProfileError> {
        let file: ProfileFile = serde_json::from_str(json)?;
        let mut centroids = Vec::new();
        for centroid in file.centroids {
            let mut bands = Vec::new();
            for (name, entry) in centroid.cues {
                let Some(cue) = Cue::parse(&name) else {
                    return Err(SceneProfileError::UnknownCue { scene: file.key, cue: name });
                };
                let BandEntry { from, to, source, weight } = entry;
                let band = CueBand { cue, from, to, source, weight: weight.unwrap_or(1.0) };
                if !(from < to && band.half_width().is_finite() && band.half_width() > 0.0) {
                    return Err(SceneProfileError::Band { scene: file.key, cue: cue.name() });
                }
                bands.push(band);
            }
            centroids.push(bands);
        }
        if centroids.is_empty() || centroids.iter().any(Vec::is_empty) {
            return Err(SceneProfileError::Empty { scene: file.key });
        }
        Ok(Self {
            key: file.key,
            name_en: file.name.en,
            name_zh: file.name.zh_cn,
            group: file.group,
            note: file.note,
            citations: file.citations,
            centroids,
        })
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
            let bands = self.centroids.iter().flatten();
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
        self.centroids.iter().map(Vec::as_slice)
    }
}

impl CueBand {
    /// How much the band counts: its own weight times that of the cue.
    pub(super) fn importance(&self) -> f32 {
        self.weight * cue_weight(self.cue)
    }

    /// Distance of `value` from the middle of the band, signed, in half bands: within -1 and 1 it
    /// is inside. Half and double tempo are read as the same pulse, a little less well.
    pub(super) fn deviation(&self, value: f32) -> f32 {
        let plain = self.plain_deviation(value);
        if self.cue != Cue::Tempo {
            return plain;
        }
        [value / 2.0, value * 2.0].into_iter().fold(plain, |best, other| {
            let deviation = self.plain_deviation(other);
            if deviation.abs() + OTHER_OCTAVE < best.abs() {
                deviation.signum() * (deviation.abs() + OTHER_OCTAVE)
            } else {
                best
            }
        })
    }

    fn plain_deviation(&self, value: f32) -> f32 {
        let middle = (self.scaled(self.from) + self.scaled(self.to)) / 2.0;
        (self.scaled(value) - middle) / self.half_width()
    }

    fn half_width(&self) -> f32 {
        (self.scaled(self.to) - self.scaled(self.from)) / 2.0
    }

    /// Rates and frequencies are heard as ratios.
    fn scaled(&self, value: f32) -> f32 {
        match self.cue {
            Cue::Tempo | Cue::Brightness => value.ln(),
            Cue::OnsetDensity => (value.max(0.0) + SLOWEST_DENSITY).ln(),
            Cue::Mode | Cue::LoudnessRange | Cue::Bass | Cue::Roughness => value,
        }
    }
}

/// What reading a tempo at another octave adds, in half bands.
const OTHER_OCTAVE: f32 = 0.5;
/// Fewer onsets a second than this are hardly told apart.
const SLOWEST_DENSITY: f32 = 0.3;

/// How much a cue says about a scene. The order of mode, tempo, register, dynamics, articulation
/// and timbre is that of Eerola, Friberg & Bresin, "Emotional expression in music", Frontiers in
/// Psychology 4:487, 2013; the figures, and brightness beside tempo (Kirk & Timmers 2024), are ours.
fn cue_weight(cue: Cue) -> f32 {
    match cue {
        Cue::Mode => 1.0,
        Cue::Tempo | Cue::Brightness => 0.9,
        Cue::OnsetDensity => 0.7,
        Cue::LoudnessRange => 0.5,
        Cue::Bass | Cue::Roughness => 0.4,
    }
}

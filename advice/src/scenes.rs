//! [`SceneProfiles`]: how scenes sound, and how well something heard fits them.
//!
//! A profile has a few centroids, ways the scene can sound; each is a band a cue wide. The fit is
//! that of the nearest centroid: the weighted mean over the cues known of the squared distance from
//! the middle of the band, in half bands, as a Gaussian. Profiles are data files; each figure says
//! how it is known.

mod band;
mod collection;
mod cues;
mod file;
mod fit;
mod learn;
mod norms;
mod profile;
mod scale;

use std::sync::LazyLock;

use analysis::Fingerprint;

use crate::snapshot::{Cue, SceneFit, SceneId};

pub(crate) use band::importance_of;
pub(crate) use fit::mean_square;
pub(crate) use norms::between;

pub use band::CueBand;
pub use collection::Collection;
pub use cues::{CueReading, CueReadings};
pub use learn::SceneHeading;
pub use profile::{SceneGroup, SceneProfile, SceneProfileError, Source};

/// The profile files in the order of their ids. Append only.
const FILES: [&str; 18] = [
    include_str!("../data/scenes/study.json"),
    include_str!("../data/scenes/sleep.json"),
    include_str!("../data/scenes/workout.json"),
    include_str!("../data/scenes/night_drive.json"),
    include_str!("../data/scenes/commute.json"),
    include_str!("../data/scenes/morning.json"),
    include_str!("../data/scenes/party.json"),
    include_str!("../data/scenes/romance.json"),
    include_str!("../data/scenes/sadness.json"),
    include_str!("../data/scenes/town.json"),
    include_str!("../data/scenes/exploration.json"),
    include_str!("../data/scenes/battle.json"),
    include_str!("../data/scenes/boss.json"),
    include_str!("../data/scenes/race.json"),
    include_str!("../data/scenes/menu.json"),
    include_str!("../data/scenes/film_tension.json"),
    include_str!("../data/scenes/focus.json"),
    include_str!("../data/scenes/celebration.json"),
];

/// All profiles.
#[derive(Clone, Debug, Default)]
pub struct SceneProfiles {
    profiles: Vec<SceneProfile>,
}

/// A cue that lies outside a scene's band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Gap {
    pub(crate) cue: Cue,
    /// Where it is, in the cue's unit.
    pub(crate) here: f32,
    /// The nearer end of the band.
    pub(crate) there: f32,
    /// How much closing it would help: distance beyond the band, weighted.
    pub(crate) gain: f32,
}

impl SceneProfiles {
    /// The profiles compiled in.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<SceneProfiles> = LazyLock::new(|| {
            // A test holds that all of them can be read.
            SceneProfiles::from_json(&FILES).unwrap_or_default()
        });
        &SHIPPED
    }

    /// Reads profiles from the text of their files, in the order of their ids.
    ///
    /// # Errors
    /// The first file that can't be used.
    pub fn from_json(files: &[&str]) -> Result<Self, SceneProfileError> {
        let profiles = files.iter().map(|file| SceneProfile::from_json(file));
        Ok(Self { profiles: profiles.collect::<Result<_, _>>()? })
    }

    /// Adds a scene; one with the same key as another takes its place and its id.
    pub fn add(&mut self, profile: SceneProfile) -> SceneId {
        match self.find(profile.key()) {
            Some(id) => {
                self.profiles[usize::from(id.0)] = profile;
                id
            }
            None => {
                self.profiles.push(profile);
                SceneId((self.profiles.len() - 1) as u16)
            }
        }
    }

    /// Number of scenes.
    pub fn len(&self) -> usize {
        self.profiles.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.profiles.is_empty()
    }

    /// The profile of `scene`.
    pub fn get(&self, scene: SceneId) -> Option<&SceneProfile> {
        self.profiles.get(usize::from(scene.0))
    }

    /// The scene whose [`SceneProfile::key`] is `key`.
    pub fn find(&self, key: &str) -> Option<SceneId> {
        self.profiles.iter().position(|p| p.key() == key).map(|idx| SceneId(idx as u16))
    }

    /// The scene called `name`, in capitals or not: by its key or its name in either language.
    pub fn named(&self, name: &str) -> Option<SceneId> {
        let name = name.trim().to_lowercase();
        let is_called = |profile: &SceneProfile| {
            [profile.key(), profile.name_en(), profile.name_zh()]
                .into_iter()
                .any(|other| other.to_lowercase() == name)
        };
        self.iter().find(|(_, profile)| is_called(profile)).map(|(id, _)| id)
    }

    /// All scenes, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (SceneId, &SceneProfile)> {
        self.profiles.iter().enumerate().map(|(idx, profile)| (SceneId(idx as u16), profile))
    }

    /// How well `fingerprint` fits every scene, best first.
    pub fn fit(&self, fingerprint: &Fingerprint) -> Vec<SceneFit> {
        self.fit_readings(&CueReadings::of(fingerprint))
    }

    /// How well cues read elsewhere fit every scene, best first.
    pub fn fit_readings(&self, readings: &CueReadings) -> Vec<SceneFit> {
        let mut fits: Vec<SceneFit> =
            self.iter().map(|(scene, profile)| fit::fit(scene, profile, readings)).collect();
        fits.sort_by(|a, b| b.fit.total_cmp(&a.fit).then(a.scene.0.cmp(&b.scene.0)));
        fits
    }

    /// How well cues fit one scene, 0 to 1; 0 where nothing is known.
    pub(crate) fn fit_one(&self, scene: SceneId, readings: &CueReadings) -> f32 {
        self.get(scene).map_or(0.0, |profile| fit::fit_alone(profile, readings))
    }

    /// The cues of `readings` outside the band of `scene`, the most rewarding to move first.
    pub(crate) fn gaps(&self, scene: SceneId, readings: &CueReadings) -> Vec<Gap> {
        self.get(scene).map(|profile| fit::gaps(profile, readings)).unwrap_or_default()
    }
}

#[cfg(test)]
mod learning_tests;
#[cfg(test)]
mod tests;

//! The scenes a file would suit, and how it stands in the library.

use std::io::Write;
use std::path::Path;

use advice::{Collection, Cue, CueReadings, SceneFit, SceneGroup, SceneProfiles};
use analysis::Fingerprint;
use anyhow::Context;
use library::{References, add_scenes};
use serde_json::{Map, Value, json};

use crate::cue_words::more_and_less;
use crate::say;

/// Scenes printed.
const N_SCENES: usize = 5;
/// Scenes of the user's own that are printed beside them.
const N_OWN: usize = 10;
/// A cue this many deviations from what is usual in the library is worth a word.
const UNUSUAL: f32 = 1.0;

/// What is said about scenes.
pub(super) struct Scenes {
    profiles: SceneProfiles,
    fits: Vec<SceneFit>,
    /// Of each fit, the share of the library that fits less well.
    standings: Option<Vec<f32>>,
    cues: Vec<CueHere>,
}

/// A cue of the file beside what is usual in the library.
struct CueHere {
    cue: Cue,
    here: f32,
    usual: f32,
    z: f32,
}

impl Scenes {
    /// The scenes that fit `here` best: those shipped, those of the library, those in `folder`.
    pub(super) fn of(
        here: &Fingerprint,
        references: &References,
        folder: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let mut profiles = references.scenes().clone();
        references.scene_complaints().iter().for_each(|complaint| say(complaint));
        if let Some(folder) = folder {
            let complaints = add_scenes(folder, &mut profiles)
                .with_context(|| format!("--scenes {} can't be read", folder.display()))?;
            complaints.iter().for_each(|complaint| say(complaint));
        }
        let readings = CueReadings::of(here);
        let mut fits = profiles.fit_readings(&readings);
        // What somebody has taken the trouble to learn is told, however well it fits.
        let own = fits.split_off(fits.len().min(N_SCENES));
        let is_own = |fit: &SceneFit| {
            profiles.get(fit.scene).is_some_and(|profile| profile.group() == SceneGroup::Own)
        };
        fits.extend(own.into_iter().filter(is_own).take(N_OWN));
        let collection = references.collection()?;
        let standings = collection.standings(&profiles, &fits);
        let cues = cues_here(&readings, &collection);
        Ok(Self { profiles, fits, standings, cues })
    }

    /// Every scene there is.
    pub(super) fn profiles(&self) -> &SceneProfiles {
        &self.profiles
    }

    /// As the contract has it, with how many of the library fit less well.
    pub(super) fn to_json(&self) -> Value {
        let scene = |(idx, fit): (usize, &SceneFit)| {
            let profile = self.profiles.get(fit.scene);
            json!({
                "name": profile.map(|profile| profile.key()),
                "name_en": profile.map(|profile| profile.name_en()),
                "name_zh": profile.map(|profile| profile.name_zh()),
                "fit": share(fit.fit),
                "confidence": share(fit.confidence),
                "better_than": self.standing(idx).map(share),
                "agrees": fit.agrees.iter().map(|cue| cue.name()).collect::<Vec<_>>(),
                "differs": fit.differs.iter().map(|cue| cue.name()).collect::<Vec<_>>(),
                "source": profile.map(|profile| profile.source().name()),
            })
        };
        self.fits.iter().enumerate().map(scene).collect()
    }

    /// The cues beside what is usual in the library, by name.
    pub(super) fn cues_to_json(&self) -> Value {
        let mut cues = Map::new();
        for CueHere { cue, here, usual, z } in &self.cues {
            let entry = json!({"here": share(*here), "usual": share(*usual), "z": share(*z)});
            cues.insert(cue.name().to_owned(), entry);
        }
        Value::Object(cues)
    }

    /// In words.
    pub(super) fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "\n{:>8}  scene, and what agrees", "fit")?;
        for (idx, fit) in self.fits.iter().enumerate() {
            let Some(profile) = self.profiles.get(fit.scene) else { continue };
            let agrees: Vec<&str> = fit.agrees.iter().map(|cue| cue.name()).collect();
            let standing = match self.standing(idx) {
                Some(share) => format!("; better than {:.0} % of the library", share * 100.0),
                None => String::new(),
            };
            writeln!(
                out,
                "{:8.2}  {} ({})  {}{standing}",
                fit.fit,
                profile.name_en(),
                profile.source().name(),
                agrees.join(", "),
            )?;
        }
        let unusual: Vec<String> =
            self.cues.iter().filter(|cue| cue.z.abs() >= UNUSUAL).map(CueHere::in_words).collect();
        if !unusual.is_empty() {
            writeln!(out, "\nbeside the library: {}", unusual.join(", "))?;
        }
        Ok(())
    }

    fn standing(&self, idx: usize) -> Option<f32> {
        self.standings.as_ref()?.get(idx).copied()
    }
}

impl CueHere {
    fn in_words(&self) -> String {
        let (more, less) = more_and_less(self.cue);
        format!("{} ({:+.1})", if self.z > 0.0 { more } else { less }, self.z)
    }
}

fn cues_here(readings: &CueReadings, collection: &Collection) -> Vec<CueHere> {
    let here = |cue| {
        let here = readings.get(cue)?.value;
        let (usual, z) = (collection.middle(cue)?, collection.z(cue, here)?);
        Some(CueHere { cue, here, usual, z })
    };
    Cue::ALL.into_iter().filter_map(here).collect()
}

/// To three decimals.
fn share(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}

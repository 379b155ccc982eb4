//! [`Pin`]: a target as it is remembered, and found again in whatever library is open.

use std::path::Path;

use advice::{SceneProfiles, Target, TrackId};
use serde::{Deserialize, Serialize};

use super::{References, title_of};
use crate::error::LibraryError;

/// What a project remembers of the target that the user pinned. Numbers of references mean nothing
/// in another library, so a reference is remembered by the content of its file, and by where it
/// lies for when the file was written anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pin {
    /// A scene.
    Scene {
        /// The key of its profile.
        key: String,
    },
    /// A reference.
    Reference {
        /// BLAKE3 of its file's bytes in hexadecimal; empty where that is not known.
        content: String,
        /// Where its file lay.
        file: String,
        /// What it is called, for when it is not there.
        title: String,
    },
}

impl Pin {
    /// Remembers a scene.
    pub fn of_scene(key: &str) -> Self {
        Self::Scene { key: key.to_owned() }
    }

    /// What to call the target where it can't be found.
    pub fn name(&self) -> &str {
        match self {
            Self::Scene { key } => key,
            Self::Reference { title, .. } => title,
        }
    }

    /// The scene that is meant; `None` where it is not among `scenes`, or a reference is meant.
    pub fn scene(&self, scenes: &SceneProfiles) -> Option<Target> {
        match self {
            Self::Scene { key } => scenes.find(key).map(Target::Scene),
            Self::Reference { .. } => None,
        }
    }
}

impl References {
    /// How to remember `target`; `None` where there is no such scene or reference.
    ///
    /// # Errors
    /// Where the library's database can't be read.
    pub fn pin(&self, target: Target) -> Result<Option<Pin>, LibraryError> {
        match target {
            Target::Scene(scene) => {
                Ok(self.scenes().get(scene).map(|profile| Pin::of_scene(profile.key())))
            }
            Target::Reference(track) => {
                let content = self.names.ask_store(|store| store.content_of(track.0))?;
                let label = self.names.label(track)?;
                Ok(label.map(|label| Pin::Reference {
                    content: content.map(hexadecimal).unwrap_or_default(),
                    file: label.path.to_string_lossy().into_owned(),
                    title: title_of(&label),
                }))
            }
        }
    }

    /// The target that `pin` remembers: the same content wherever it lies now, or else the file at
    /// the same place. `None` where neither is in this library.
    ///
    /// # Errors
    /// Where the library's database can't be read.
    pub fn pinned(&self, pin: &Pin) -> Result<Option<Target>, LibraryError> {
        let Pin::Reference { content, file, .. } = pin else {
            return Ok(pin.scene(self.scenes()));
        };
        let mut ids = match blake3::Hash::from_hex(content) {
            Ok(hash) => self.names.ask_store(|store| store.tracks_with(hash.as_bytes()))?,
            Err(_) => Vec::new(),
        };
        ids.extend(self.names.ask_store(|store| store.tracks_at(Path::new(file)))?);
        // Those put in after this was opened have no fingerprint here.
        let found = ids.into_iter().find(|id| self.has(*id));
        Ok(found.map(|id| Target::Reference(TrackId(id))))
    }

    pub(super) fn has(&self, id: u32) -> bool {
        self.parts.iter().any(|part| part.row_of(id).is_some())
    }
}

fn hexadecimal(hash: [u8; 32]) -> String {
    blake3::Hash::from(hash).to_hex().to_string()
}

//! [`Pin`]: a target as it is remembered, and found again in whatever library is open.

use std::path::Path;

use advice::{SceneProfiles, Target, TrackId};
use serde::{Deserialize, Serialize};

use super::{References, title_of};
use crate::error::LibraryError;
use crate::store::Label;

/// References looked at that have a name in theirs.
const N_NAMED: usize = 200;

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

    /// The targets that are called `name`, in capitals or not: a scene by its key or its name in
    /// either language, a reference by its title, its file's name or its path. Where none is called
    /// just so, the references that have it in title or path, of which only the first few hundred
    /// are looked at.
    ///
    /// # Errors
    /// Where the library's database can't be read.
    pub fn targets_named(&self, name: &str) -> Result<Vec<Target>, LibraryError> {
        if let Some(scene) = self.scenes().named(name) {
            return Ok(vec![Target::Scene(scene)]);
        }
        if name.trim().is_empty() {
            return Ok(Vec::new());
        }
        let name = name.trim();
        let found = self.names.ask_store(|store| store.tracks_named(name, N_NAMED))?;
        let found: Vec<(u32, Label)> = found.into_iter().filter(|(id, _)| self.has(*id)).collect();
        let of = |(id, _): &(u32, Label)| Target::Reference(TrackId(*id));
        let exact: Vec<Target> =
            found.iter().filter(|(_, label)| is_called(label, name)).map(of).collect();
        Ok(if exact.is_empty() { found.iter().map(of).collect() } else { exact })
    }

    fn has(&self, id: u32) -> bool {
        self.parts.iter().any(|part| part.row_of(id).is_some())
    }
}

fn is_called(label: &Label, name: &str) -> bool {
    let folded = |text: &str| text.to_lowercase();
    let name = folded(name);
    let file = [label.path.file_name(), label.path.file_stem(), Some(label.path.as_os_str())];
    let file = file.into_iter().flatten().map(|part| folded(&part.to_string_lossy()));
    folded(&title_of(label)) == name || file.into_iter().any(|part| part == name)
}

fn hexadecimal(hash: [u8; 32]) -> String {
    blake3::Hash::from(hash).to_hex().to_string()
}

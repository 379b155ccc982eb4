//! The one target that is meant by a name.

use std::collections::HashSet;

use advice::{SceneProfiles, Target, TrackId};

use super::{References, title_of};
use crate::error::LibraryError;
use crate::store::{ContentHash, Label};

/// Names told where several targets are called alike.
const N_NAMES: usize = 5;

impl References {
    /// The one target that is called `name`: one of `scenes`, or a reference by its title, its
    /// file's name or its path, or else the only one that has it in them. Copies of one file are
    /// one target.
    ///
    /// # Errors
    /// Where none is called so, or several are ([`LibraryError::is_about_a_name`]); where the
    /// library's database can't be read.
    pub fn target_named(&self, name: &str, scenes: &SceneProfiles) -> Result<Target, LibraryError> {
        if let Some(scene) = scenes.named(name) {
            return Ok(Target::Scene(scene));
        }
        let mut contents: HashSet<ContentHash> = HashSet::new();
        let mut several = Vec::new();
        for (id, label) in self.called(name)? {
            let content = self.names.ask_store(|store| store.content_of(id))?;
            if content.is_none_or(|content| contents.insert(content)) {
                several.push((id, label));
            }
        }
        match several.as_slice() {
            [] => Err(LibraryError::NoneCalled { name: name.to_owned() }),
            [(id, _)] => Ok(Target::Reference(TrackId(*id))),
            several => Err(LibraryError::SeveralCalled {
                name: name.to_owned(),
                these: told(several.iter().map(|(_, label)| label)),
            }),
        }
    }
}

/// "'A', 'B' in /one, 'B' in /other and more".
fn told<'a>(labels: impl ExactSizeIterator<Item = &'a Label> + Clone) -> String {
    let titles: Vec<String> = labels.clone().map(title_of).collect();
    let n_more = titles.len().saturating_sub(N_NAMES);
    let name = |(label, title): (&Label, &String)| {
        let is_alone = titles.iter().filter(|other| *other == title).count() == 1;
        match label.path.parent().filter(|_| !is_alone) {
            Some(folder) => format!("'{title}' in {}", folder.display()),
            None => format!("'{title}'"),
        }
    };
    let names: Vec<String> = labels.zip(&titles).take(N_NAMES).map(name).collect();
    let more = if n_more > 0 { " and more" } else { "" };
    format!("{}{more}", names.join(", "))
}

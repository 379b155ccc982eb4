//! Scene profiles of the user's own: the `*.json` files of a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use advice::{SceneProfile, SceneProfiles};

/// The folder of a library that scenes are read from.
const FOLDER: &str = "scenes";

/// More of them than this are not read: a folder given by mistake.
const MAX_SCENES: usize = 1_000;
/// A profile has a few hundred bytes; larger files are something else.
const MAX_BYTES: u64 = 1 << 20;

/// Where the library in `dir` keeps scenes of one's own.
pub fn scenes_folder(dir: &Path) -> PathBuf {
    dir.join(FOLDER)
}

/// Adds the scenes that lie in `folder` to `profiles`, in the order of their file names; one with
/// the key of another takes its place. A file that can't be used is passed over: what is the matter
/// with it is returned, a sentence each.
///
/// # Errors
/// Where the folder can't be listed.
pub fn add_scenes(folder: &Path, profiles: &mut SceneProfiles) -> io::Result<Vec<String>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_hidden =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !is_hidden && path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut complaints = Vec::new();
    if paths.len() > MAX_SCENES {
        let n = paths.len();
        complaints.push(format!("{}: only {MAX_SCENES} of {n} scenes are read", folder.display()));
        paths.truncate(MAX_SCENES);
    }
    for path in paths {
        match read(&path) {
            Ok(profile) => {
                profiles.add(profile);
            }
            Err(reason) => {
                complaints.push(format!("{}: {reason}; the other scenes are used", path.display()))
            }
        }
    }
    Ok(complaints)
}

fn read(path: &Path) -> Result<SceneProfile, String> {
    let metadata = fs::metadata(path).map_err(|error| error.to_string())?;
    if !metadata.is_file() || metadata.len() > MAX_BYTES {
        return Err("not a scene profile".to_owned());
    }
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    SceneProfile::from_json(&text).map_err(|error| error.to_string())
}

/// The scenes shipped and those of the library in `dir`, where it has any, with what is the matter
/// with files there.
pub(crate) fn of_library(dir: &Path) -> (Option<SceneProfiles>, Vec<String>) {
    let folder = scenes_folder(dir);
    if !folder.exists() {
        return (None, Vec::new());
    }
    let mut profiles = SceneProfiles::shipped().clone();
    let complaints = match add_scenes(&folder, &mut profiles) {
        Ok(complaints) => complaints,
        Err(error) => {
            vec![format!("{}: {error}; only the shipped scenes are used", folder.display())]
        }
    };
    (Some(profiles), complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(key: &str) -> String {
        let study = SceneProfiles::shipped().iter().next().unwrap().1.to_json();
        study.replace("\"study\"", &format!("{key:?}"))
    }

    #[test]
    fn broken_files_are_named_and_the_others_are_used() {
        let dir = tempfile::tempdir().unwrap();
        let folder = scenes_folder(dir.path());
        assert!(matches!(of_library(dir.path()), (None, complaints) if complaints.is_empty()));
        fs::create_dir(&folder).unwrap();
        for (name, text) in [
            ("rain.json", own("rain")),
            ("broken.json", "{\"key\": \"x".to_owned()),
            ("empty.json", String::new()),
            ("odd.json", own("odd").replace("\"tempo\"", "\"smell\"")),
            ("notes.txt", "not a profile".to_owned()),
            (".hidden.json", "not a profile".to_owned()),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        fs::create_dir(folder.join("folder.json")).unwrap();
        let (profiles, complaints) = of_library(dir.path());
        let profiles = profiles.unwrap();
        assert!(profiles.find("rain").is_some());
        assert_eq!(profiles.len(), SceneProfiles::shipped().len() + 1);
        assert_eq!(complaints.len(), 4, "{complaints:?}");
        for (complaint, name) in complaints.iter().zip(["broken", "empty", "folder", "odd"]) {
            assert!(complaint.contains(&format!("{name}.json: ")), "{complaint}");
            assert!(!complaint.contains('\n'), "{complaint}");
        }
    }
}

//! [`Queries`]: which file of a folder is another form of a recording.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use library::audio_files;

/// Recordings to ask with: copies of a set's files, louder, recoded or otherwise altered.
#[derive(Debug)]
pub(super) struct Queries {
    dir: PathBuf,
    /// By their paths inside the folder, without extension.
    by_path: HashMap<PathBuf, PathBuf>,
    /// By their names alone; several of one name can't be told apart by it.
    by_name: HashMap<OsString, Vec<PathBuf>>,
}

impl Queries {
    /// The recordings in `dir`.
    pub(super) fn of_folder(dir: &Path) -> Self {
        let mut queries =
            Self { dir: dir.to_owned(), by_path: HashMap::default(), by_name: HashMap::default() };
        for path in audio_files(&[dir.to_owned()]) {
            let inside = path.strip_prefix(dir).unwrap_or(&path).with_extension("");
            queries.by_name.entry(name(&inside)).or_default().push(path.clone());
            queries.by_path.insert(inside, path);
        }
        queries
    }

    /// The form of the recording that its set calls `inside`: the file of the same path inside the
    /// folder, whatever its extension; where there is none, the only one of the same name.
    pub(super) fn form_of(&self, inside: &Path) -> anyhow::Result<&Path> {
        let inside = inside.with_extension("");
        if let Some(path) = self.by_path.get(&inside) {
            return Ok(path);
        }
        let dir = self.dir.display();
        let named = self.by_name.get(&name(&inside));
        match named.with_context(|| format!("no file of this name in {dir}"))?.as_slice() {
            [only] => Ok(only),
            several => bail!(
                "{} files in {dir} have this name; give them the folders of the set",
                several.len()
            ),
        }
    }
}

/// The last part of a path whose extension is off.
fn name(inside: &Path) -> OsString {
    inside.file_name().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queries(files: &[&str]) -> (tempfile::TempDir, Queries) {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"").unwrap();
        }
        let queries = Queries::of_folder(dir.path());
        (dir, queries)
    }

    fn found(queries: &Queries, inside: &str) -> Result<String, String> {
        let path = queries.form_of(Path::new(inside)).map_err(|error| error.to_string())?;
        let inside = path.strip_prefix(&queries.dir).unwrap();
        Ok(inside.to_str().unwrap().replace('\\', "/"))
    }

    #[test]
    fn files_of_one_name_in_two_folders_are_told_apart() {
        let (_dir, queries) = queries(&["one/theme.mp3", "two/theme.mp3", "other.00001.mp3"]);
        assert_eq!(found(&queries, "one/theme.ogg").unwrap(), "one/theme.mp3");
        assert_eq!(found(&queries, "two/theme.flac").unwrap(), "two/theme.mp3");
        // Other folders than in the set: the name alone, where it is the only one.
        assert_eq!(found(&queries, "set/other.00001.flac").unwrap(), "other.00001.mp3");
        assert!(found(&queries, "set/theme.ogg").unwrap_err().contains("2 files"));
        assert!(found(&queries, "set/other.00002.flac").unwrap_err().contains("no file"));
    }
}

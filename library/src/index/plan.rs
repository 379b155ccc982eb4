//! [`Plan`]: what an index run has to look at, from what lies in the folders and what is known.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::audio_files::scan;
use crate::error::DecodeError;
use crate::store::{KnownTrack, Stamp};

/// A file to look at.
#[derive(Clone, Debug)]
pub(super) struct Task {
    /// Where it lies, absolute.
    pub(super) path: PathBuf,
    /// The same as text, as the database has it.
    pub(super) name: String,
    /// The content last seen at this path, if it needs no new analysis.
    pub(super) last_content: Option<[u8; 32]>,
    /// Why that content could not be analysed.
    pub(super) last_error: Option<String>,
}

/// What a run has to do.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) tasks: Vec<Task>,
    /// Files found, the unchanged ones included.
    pub(super) n_files: usize,
    pub(super) n_unchanged: usize,
    /// How many of them are among those that failed.
    pub(super) n_failed_before: usize,
    /// What failed before a file was opened, and what failed in an earlier run and is unchanged.
    pub(super) failed: Vec<(PathBuf, String)>,
    /// Folders that were read and whose missing files may be dropped.
    trusted_roots: Vec<PathBuf>,
    /// Folders that were found empty: what is left where a disk is not mounted.
    empty_roots: Vec<PathBuf>,
    /// Folders below them that could not be read.
    unreadable: Vec<PathBuf>,
    seen: HashSet<PathBuf>,
}

impl Plan {
    /// Looks through `roots`.
    pub(super) fn make(roots: &[PathBuf], known: &[KnownTrack]) -> Self {
        let by_path: HashMap<&Path, &KnownTrack> =
            known.iter().map(|track| (track.path.as_path(), track)).collect();
        let mut plan = Self::default();
        for root in roots {
            match fs::canonicalize(root) {
                Ok(absolute) => plan.add_root(&absolute, &by_path),
                Err(error) => {
                    plan.failed.push((root.clone(), DecodeError::from_io(error).to_string()));
                }
            }
        }
        plan
    }

    fn add_root(&mut self, root: &Path, known: &HashMap<&Path, &KnownTrack>) {
        let found = scan(root);
        let n_unreadable = found.unreadable.len();
        for (folder, error) in found.unreadable {
            let reason = format!("the folder can't be read: {}", DecodeError::from_io(error));
            self.failed.push((folder.clone(), reason));
            self.unreadable.push(folder);
        }
        let is_empty = fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_none());
        if is_empty {
            self.empty_roots.push(root.to_owned());
        }
        if root.is_dir() && !is_empty && !self.unreadable.iter().any(|folder| folder == root) {
            self.trusted_roots.push(root.to_owned());
        }
        let unreadable: HashSet<PathBuf> =
            self.unreadable.iter().rev().take(n_unreadable).cloned().collect();
        for path in found.entries {
            if !unreadable.contains(&path) && self.seen.insert(path.clone()) {
                self.add_file(path, known);
            }
        }
    }

    fn add_file(&mut self, path: PathBuf, known: &HashMap<&Path, &KnownTrack>) {
        self.n_files += 1;
        let Some(name) = path.to_str().map(str::to_owned) else {
            self.n_unchanged += 1;
            self.n_failed_before += 1;
            self.failed.push((path, "its name is not valid Unicode; rename it".to_owned()));
            return;
        };
        let track = known.get(path.as_path()).filter(|track| track.is_current);
        let is_unchanged = track.is_some_and(|track| {
            // A file that could not even be read is tried again.
            track.content.is_some() && stamp(&path).is_some_and(|stamp| stamp == track.stamp)
        });
        if is_unchanged {
            self.n_unchanged += 1;
            if let Some(reason) = track.and_then(|track| track.error.clone()) {
                self.n_failed_before += 1;
                self.failed.push((path, reason));
            }
        } else {
            let last_content = track.and_then(|track| track.content);
            let last_error = track.and_then(|track| track.error.clone());
            self.tasks.push(Task { path, name, last_content, last_error });
        }
    }

    /// The folders found empty that were not, with the number of tracks that nothing is done about.
    pub(super) fn empty_roots<'a>(
        &'a self,
        known: &'a [KnownTrack],
    ) -> impl Iterator<Item = (&'a Path, usize)> + 'a {
        let n_below =
            |root: &Path| known.iter().filter(|track| track.path.starts_with(root)).count();
        self.empty_roots
            .iter()
            .map(move |root| (root.as_path(), n_below(root)))
            .filter(|&(_, n_tracks)| n_tracks > 0)
    }

    /// The tracks whose files are gone, as far as that is certain.
    pub(super) fn gone<'a>(
        &'a self,
        known: &'a [KnownTrack],
    ) -> impl Iterator<Item = &'a KnownTrack> + 'a {
        known.iter().filter(|track| {
            let path = &track.path;
            !self.seen.contains(path)
                && self.trusted_roots.iter().any(|root| path.starts_with(root))
                && !self.unreadable.iter().any(|folder| path.starts_with(folder))
                && is_gone(path)
        })
    }
}

/// Size and time of change of a file.
pub(super) fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Some(Stamp {
        size: i64::try_from(metadata.len()).unwrap_or(i64::MAX),
        modified_ns: modified.map_or(0, |time| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)),
    })
}

/// Whether it is certain that there is nothing at `path`.
pub(super) fn is_gone(path: &Path) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    std::fs::symlink_metadata(path)
        .is_err_and(|error| matches!(error.kind(), NotFound | NotADirectory))
}

//! [`audio_files`]: files and folders in, the files to work on out.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Extensions looked for inside folders; a file named by the user is tried whatever it is called.
const EXTENSIONS: [&str; 22] = [
    "aac", "aif", "aifc", "aiff", "alac", "caf", "flac", "m4a", "m4b", "mka", "mkv", "mp1", "mp2",
    "mp3", "mp4", "oga", "ogg", "ogx", "opus", "wav", "wave", "webm",
];

/// The files to analyse: folders are searched with everything below them, sorted by name inside
/// each folder; the order of the input stays. A path that does not exist, and a folder that can't
/// be listed, stay in the list so that they get a line that says so. Hidden files are passed over.
pub fn audio_files(paths: &[PathBuf]) -> Vec<PathBuf> {
    paths.iter().flat_map(|path| scan(path).entries).collect()
}

/// What was found below one path.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Audio files, and folders that could not be listed, in the order described above.
    pub(crate) entries: Vec<PathBuf>,
    /// The folders among them that could not be listed.
    pub(crate) unreadable: Vec<(PathBuf, io::Error)>,
}

/// Looks below one path. A path that is not a folder is its own only entry.
pub(crate) fn scan(path: &Path) -> Scan {
    let mut found = Scan::default();
    if path.is_dir() {
        scan_folder(path, &mut found, &mut HashSet::new());
    } else {
        found.entries.push(path.to_owned());
    }
    found
}

fn scan_folder(folder: &Path, found: &mut Scan, seen: &mut HashSet<PathBuf>) {
    // Links may lead back up: every real folder is visited once.
    if let Ok(real) = fs::canonicalize(folder)
        && !seen.insert(real)
    {
        return;
    }
    let names = match list(folder) {
        Ok(names) => names,
        Err(error) => {
            found.entries.push(folder.to_owned());
            found.unreadable.push((folder.to_owned(), error));
            return;
        }
    };
    for path in names {
        if path.is_dir() {
            scan_folder(&path, found, seen);
        } else if is_audio_file(&path) {
            found.entries.push(path);
        }
    }
}

/// The visible entries of a folder, sorted.
fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// Whether a file is looked at where it lies in a folder that is to be analysed: goes by its name.
pub fn is_audio_file(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
}

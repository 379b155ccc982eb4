//! Files that are there whole or not at all.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that takes the place of another once it is whole. Dropped before that, it leaves
/// everything as it was.
///
/// What is no file (a device, a pipe) can't be replaced and is written to as it is.
#[derive(Debug)]
pub struct NewFile {
    path: PathBuf,
    /// Beside `path`, until it is renamed.
    temporary: Option<PathBuf>,
    /// Open until it is put in place: Windows renames no open files.
    file: Option<File>,
}

impl NewFile {
    /// Begins a file that is to lie at `path`. Through a link, the file it leads to is replaced.
    ///
    /// # Errors
    /// Where `path` is a folder, or the folder it lies in can't be written.
    pub fn beside(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let temporary = match fs::metadata(&path) {
            Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => None,
            _ => Some(temporary_name(&path)),
        };
        let file = File::create(temporary.as_ref().unwrap_or(&path))?;
        Ok(Self { path, temporary, file: Some(file) })
    }

    /// Makes sure that it is on the disk and puts it in place.
    ///
    /// # Errors
    /// Where that fails; what was in its place is still there.
    pub fn put_in_place(mut self) -> io::Result<()> {
        let file = self.file.take();
        let Some(temporary) = &self.temporary else { return Ok(()) };
        if let Some(file) = file {
            file.sync_all()?;
        }
        fs::rename(temporary, &self.path)?;
        self.temporary = None;
        sync_folder(&self.path)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), File::flush)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        self.file = None;
        if let Some(temporary) = &self.temporary {
            // What was begun is of no use to anybody; the error that matters was another.
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Writes `parts` one after the other to a temporary file beside `path`, makes sure they are on the
/// disk, and puts the file in place of `path`.
pub(crate) fn write_atomically(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = NewFile::beside(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.put_in_place()
}

/// The rename itself survives a power cut only when the folder is on the disk too. Windows can't
/// open folders as files and needs no such thing.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => {
            let here = folder.as_os_str().is_empty();
            File::open(if here { Path::new(".") } else { folder })?.sync_all()
        }
        _ => Ok(()),
    }
}

fn temporary_name(path: &Path) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".tmp");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_finished_leaves_the_old_one_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("table.csv");
        fs::write(&path, "old").unwrap();
        let mut file = NewFile::beside(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        let mut file = NewFile::beside(&path).unwrap();
        file.write_all(b"new").unwrap();
        file.put_in_place().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(NewFile::beside(dir.path()).is_err());
    }
}

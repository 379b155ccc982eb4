//! What can go wrong with files and libraries, in the user's words: what is the matter, what to do.
//!
//! The messages do not repeat the file's name where whoever prints them has it beside them.

use std::io;
use std::path::{Path, PathBuf};

use analysis::ConfigError;
use rusqlite::ErrorCode;

/// Why a file can't be decoded.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Nothing is there.
    #[error("there is no such file")]
    Missing,
    /// It is a folder (one that could not be listed, or one given where a file is needed).
    #[error("it is a folder, not an audio file")]
    Folder,
    /// A device, a pipe, a socket.
    #[error("it is not a regular file")]
    NotAFile,
    /// The operating system refuses.
    #[error("no permission to read it")]
    Permission,
    /// Zero bytes.
    #[error("the file is empty")]
    Empty,
    /// No format reader recognises it.
    #[error(
        "not an audio file that can be read (WAV, AIFF, FLAC, MP3, Ogg Vorbis, Opus, AAC, ALAC, \
         CAF and Matroska can)"
    )]
    NotAudio,
    /// The container is understood, what is in it is not.
    #[error("its sound is encoded in a way that can't be read ({0})")]
    Codec(String),
    /// The file is well-formed, or nearly, and holds no sample.
    #[error("there is no sound in it (0 seconds)")]
    NoSound,
    /// The file is damaged from the start.
    #[error("the file is damaged ({0})")]
    Damaged(String),
    /// The sample rate is outside what the analysis accepts.
    #[error("its sample rate of {actual} Hz is not between {min} and {max} Hz")]
    SampleRate {
        /// What the file has.
        actual: u32,
        /// Lowest rate accepted.
        min: u32,
        /// Highest rate accepted.
        max: u32,
    },
    /// Reading failed half way.
    #[error("reading it failed: {0}")]
    Io(#[source] io::Error),
}

impl DecodeError {
    /// Sorts the errors of opening a file.
    pub(crate) fn from_io(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Permission,
            io::ErrorKind::IsADirectory => Self::Folder,
            _ => Self::Io(error),
        }
    }

    /// Whether the same bytes would fail again: then a library need not try them a second time.
    pub(crate) fn is_about_the_content(&self) -> bool {
        !matches!(
            self,
            Self::Missing | Self::Folder | Self::NotAFile | Self::Permission | Self::Io(_)
        )
    }
}

/// Why a file can't be analysed.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It can't be decoded.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The analysis does not accept it.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A fault of ours, contained.
    #[error("the analysis failed on this file, please report it ({0})")]
    Internal(String),
}

impl FileError {
    /// Whether the same bytes would fail again.
    pub(crate) fn is_about_the_content(&self) -> bool {
        match self {
            Self::Decode(error) => error.is_about_the_content(),
            Self::Config(_) | Self::Internal(_) => true,
        }
    }
}

/// Why a library can't be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// There is no library at that path.
    #[error(
        "there is no library at {path}; make one with `cargo xtask index DIR --library {path}`"
    )]
    Missing {
        /// Where one was looked for.
        path: PathBuf,
    },
    /// The model that hears style is not what it should be.
    #[error("{path} {reason}; run `cargo xtask setup --for style` to get it anew")]
    Model {
        /// Where it lies.
        path: PathBuf,
        /// What is the matter with it.
        reason: String,
    },
    /// The path is a file.
    #[error("{path} is a file; a library is a folder, so give the path of a folder")]
    NotAFolder {
        /// The path given.
        path: PathBuf,
    },
    /// The folder exists, holds other things and no library.
    #[error(
        "{path} is a folder with other things in it and no library; give a new or an empty folder"
    )]
    NotALibrary {
        /// The path given.
        path: PathBuf,
    },
    /// Written by a newer version of Jamboree.
    #[error(
        "the library {path} was written by a newer Jamboree (format {found}, this one reads up to \
         {known}); update Jamboree"
    )]
    Newer {
        /// The library.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format known here.
        known: u32,
    },
    /// Its fingerprints can't be compared with those made now.
    #[error(
        "the library {path} was made with feature version {found}, this Jamboree uses {expected}; {}",
        way_on(path, *found, *expected)
    )]
    FeatureVersion {
        /// The library.
        path: PathBuf,
        /// The feature version it was made with.
        found: u32,
        /// The feature version in use.
        expected: u32,
    },
    /// Another process is writing to it.
    #[error("another `index` is writing to the library {path}; wait until it has finished")]
    Busy {
        /// The library.
        path: PathBuf,
    },
    /// The operating system refuses.
    #[error("no permission to {what} {path}")]
    Permission {
        /// "read" or "write".
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
    },
    /// There is no room on the disk.
    #[error(
        "the disk is full: {path} can't be written; make room and run it again, nothing that was \
         finished is lost"
    )]
    Full {
        /// The file or folder.
        path: PathBuf,
    },
    /// The database can't be made larger, for reasons that it does not tell.
    #[error(
        "{path} can't be written any further (is the disk full, a quota used up, or the disk gone?); \
         make room and run it again, nothing that was finished is lost"
    )]
    Stuck {
        /// The database file.
        path: PathBuf,
    },
    /// A file of the library is missing or does not hold what it should.
    #[error(
        "the library is damaged: {path} {reason}; index again, and if that does not help, delete first \
         what is in the library's folder but `scenes`"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is the matter with it.
        reason: String,
    },
    /// No target has that name.
    #[error(
        "'{name}' is neither a scene nor in the library; expected a scene, or the title, file name \
         or path of a reference"
    )]
    NoneCalled {
        /// What was asked for.
        name: String,
    },
    /// Several targets have that name.
    #[error("'{name}' may be {these}; expected one whole title, file name or path")]
    SeveralCalled {
        /// What was asked for.
        name: String,
        /// The first of them.
        these: String,
    },
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The database failed.
    #[error("the library's database {path} failed: {source}")]
    Database {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

/// What to do about a library of another feature version. Scenes of the user's own lie in it too.
fn way_on(path: &Path, found: u32, expected: u32) -> String {
    if found > expected {
        return "update Jamboree".to_owned();
    }
    let path = path.display();
    format!(
        "rebuild it: delete what is in the folder but `scenes` and run `cargo xtask index DIR \
         --library {path}` again"
    )
}

impl LibraryError {
    /// Whether the library is well and another name has to be given.
    pub fn is_about_a_name(&self) -> bool {
        matches!(self, Self::NoneCalled { .. } | Self::SeveralCalled { .. })
    }

    /// Sorts an error of reading `path`.
    pub(crate) fn reading(path: &Path, error: io::Error) -> Self {
        Self::from_io("read", path, error)
    }

    /// Sorts an error of writing `path`.
    pub(crate) fn writing(path: &Path, error: io::Error) -> Self {
        Self::from_io("write", path, error)
    }

    fn from_io(what: &'static str, path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Permission { what, path }
            }
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full { path },
            io::ErrorKind::NotFound if what == "read" => {
                Self::Damaged { path, reason: "is missing".to_owned() }
            }
            _ => Self::Io { path, source: error },
        }
    }

    /// Sorts an error of the database at `path`.
    pub(crate) fn database(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::Permission { what: "write", path }
            }
            Some(ErrorCode::DiskFull) => Self::Full { path },
            // The index of the log can't be made larger.
            _ if extended_code(&error) == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => {
                Self::Full { path }
            }
            // A quota, a limit on the size of files, a disk that was pulled out.
            _ if extended_code(&error) == Some(rusqlite::ffi::SQLITE_IOERR_WRITE) => {
                Self::Stuck { path }
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                Self::Damaged { path, reason: "is not a database".to_owned() }
            }
            _ => Self::Database { path, source: error },
        }
    }
}

fn extended_code(error: &rusqlite::Error) -> Option<i32> {
    error.sqlite_error().map(|error| error.extended_code)
}

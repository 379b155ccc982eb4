//! [`Manifest`]: `manifest.json` of a library, what every reader looks at first.
//!
//! It is written last when a library is made, so a folder with a manifest is a whole library.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use analysis::{
    ANALYSIS_VERSION, N_BALANCE, N_DYNAMICS, N_FEEL, N_RHYTHM, N_TIMBRE, N_TONAL, N_WIDTH,
};
use serde::{Deserialize, Serialize};

use crate::atomic_file::write_atomically;
use crate::error::LibraryError;
use crate::style_model::STYLE_MODEL_HASH;

/// Format of the files of a library; grows with every change that older versions can't read.
pub const LIBRARY_FORMAT: u32 = 2;

/// Meaning of the values of a fingerprint; grows with every change that makes old ones
/// incomparable with new ones.
pub const FEATURE_VERSION: u32 = 4;

const KIND: &str = "jamboree reference library";
const FILE_NAME: &str = "manifest.json";

/// What a library is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    kind: String,
    /// [`LIBRARY_FORMAT`] it was written with.
    pub(crate) format: u32,
    /// [`FEATURE_VERSION`] it was written with.
    pub(crate) feature_version: u32,
    /// [`ANALYSIS_VERSION`] of the last writer; each track has its own.
    pub(crate) analysis_version: u32,
    /// Version of Jamboree that wrote it last.
    written_by: String,
    /// Number of values in each block of a fingerprint. Raw values, before whitening.
    blocks: Blocks,
    /// The model that heard the style of those tracks that have one.
    #[serde(default)]
    style_model: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Blocks {
    timbre: usize,
    balance: usize,
    width: usize,
    rhythm: usize,
    feel: usize,
    tonal: usize,
    dynamics: usize,
}

/// The part that every version ever has.
#[derive(Deserialize)]
struct Versions {
    kind: String,
    format: u32,
    feature_version: u32,
}

impl Manifest {
    /// Of a library written now.
    pub(crate) fn current() -> Self {
        Self {
            kind: KIND.to_owned(),
            format: LIBRARY_FORMAT,
            feature_version: FEATURE_VERSION,
            analysis_version: ANALYSIS_VERSION,
            written_by: env!("CARGO_PKG_VERSION").to_owned(),
            blocks: Blocks {
                timbre: N_TIMBRE,
                balance: N_BALANCE,
                width: N_WIDTH,
                rhythm: N_RHYTHM,
                feel: N_FEEL,
                tonal: N_TONAL,
                dynamics: N_DYNAMICS,
            },
            style_model: STYLE_MODEL_HASH.to_owned(),
        }
    }

    /// Reads and checks the manifest of the library in `dir`; `None` where there is none.
    pub(crate) fn read(dir: &Path) -> Result<Option<Self>, LibraryError> {
        let path = Self::path(dir);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(LibraryError::reading(&path, error)),
        };
        let damaged = |reason: String| LibraryError::Damaged { path: path.clone(), reason };
        let versions: Versions = serde_json::from_str(&text)
            .map_err(|error| damaged(format!("can't be understood ({error})")))?;
        if versions.kind != KIND {
            return Err(damaged("is not the manifest of a library".to_owned()));
        }
        if versions.format > LIBRARY_FORMAT {
            return Err(LibraryError::Newer {
                path: dir.to_owned(),
                found: versions.format,
                known: LIBRARY_FORMAT,
            });
        }
        let other_features = LibraryError::FeatureVersion {
            path: dir.to_owned(),
            found: versions.feature_version,
            expected: FEATURE_VERSION,
        };
        // First, because other features may have other blocks.
        if versions.feature_version != FEATURE_VERSION {
            return Err(other_features);
        }
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|error| damaged(format!("can't be understood ({error})")))?;
        if manifest.blocks != Self::current().blocks || manifest.style_model != STYLE_MODEL_HASH {
            return Err(other_features);
        }
        Ok(Some(manifest))
    }

    /// Writes it, all or nothing.
    pub(crate) fn write(&self, dir: &Path) -> Result<(), LibraryError> {
        let path = Self::path(dir);
        let mut text = serde_json::to_string_pretty(self)
            .map_err(|error| LibraryError::writing(&path, io::Error::other(error)))?;
        text.push('\n');
        write_atomically(&path, &[text.as_bytes()])
            .map_err(|error| LibraryError::writing(&path, error))
    }

    fn path(dir: &Path) -> PathBuf {
        dir.join(FILE_NAME)
    }
}

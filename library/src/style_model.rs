//! The model that hears style: where it lies on this machine, and whether it is whole.
//!
//! It is not part of the project and everything works without it. There is exactly one that is
//! right; its hash stands here, so that fingerprints made with it on any machine can be compared.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use analysis::EmbeddingModel;
use etcetera::BaseStrategy as _;

use crate::atomic_file::write_atomically;
use crate::error::LibraryError;

/// BLAKE3 of the file.
pub const STYLE_MODEL_HASH: &str =
    "6e9e52e8d2b16c609fc8e22b4003ad49935f4832fa51c0a49fc0211d3972a229";

const FOLDER: &str = "jamboree";
const FILE_NAME: &str = "style-musicnn-1.bin";

/// The model, once it was read: a process reads it once, and shares it.
static READ: Mutex<Option<Arc<EmbeddingModel>>> = Mutex::new(None);

/// The model that hears style; `None` where it is not installed.
///
/// # Errors
/// Where it can't be read or is not what it should be; says how to get it anew.
pub fn style_model() -> Result<Option<Arc<EmbeddingModel>>, LibraryError> {
    // Held while it is read: plugins of a project open all at once.
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if read.is_none() {
        *read = match style_model_path() {
            Some(path) => read_from(&path)?.map(Arc::new),
            None => None,
        };
    }
    Ok(read.clone())
}

/// Puts the model where [`style_model`] finds it, whole or not at all.
///
/// # Errors
/// Where the bytes are not the model, or can't be written.
pub fn install_style_model(bytes: &[u8]) -> Result<PathBuf, LibraryError> {
    let path = style_model_path().ok_or_else(no_home)?;
    write_to(&path, bytes)?;
    Ok(path)
}

fn write_to(path: &Path, bytes: &[u8]) -> Result<(), LibraryError> {
    checked(bytes, path)?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| LibraryError::writing(folder, error))?;
    }
    write_atomically(path, &[bytes]).map_err(|error| LibraryError::writing(path, error))
}

/// Where the model lies: in the user's data folder, as the system names it.
fn style_model_path() -> Option<PathBuf> {
    let folders = etcetera::base_strategy::choose_native_strategy().ok()?;
    Some(folders.data_dir().join(FOLDER).join(FILE_NAME))
}

fn read_from(path: &Path) -> Result<Option<EmbeddingModel>, LibraryError> {
    match fs::read(path) {
        Ok(bytes) => checked(&bytes, path).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(LibraryError::reading(path, error)),
    }
}

fn checked(bytes: &[u8], path: &Path) -> Result<EmbeddingModel, LibraryError> {
    let damaged = |reason: String| LibraryError::Model { path: path.to_owned(), reason };
    let hash = blake3::hash(bytes).to_hex();
    if hash.as_str() != STYLE_MODEL_HASH {
        return Err(damaged(format!("has the hash {hash} instead of {STYLE_MODEL_HASH}")));
    }
    EmbeddingModel::from_bytes(bytes).map_err(|error| damaged(error.to_string()))
}

fn no_home() -> LibraryError {
    let error = io::Error::other("this user has no folder for data (is HOME set?)");
    LibraryError::Io { path: PathBuf::from(FILE_NAME), source: error }
}

#[cfg(test)]
mod tests {
    use analysis::EmbeddingStream;
    use serde_json::Value;

    use super::*;

    const RATE: u32 = 16_000;
    /// What TensorFlow makes of [`music`] with the graph and the weights as they were published;
    /// brought to the level that the network gets to see.
    const GOLDEN: &str = include_str!("style_model/golden.json");

    #[test]
    fn other_bytes_are_not_installed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("folder").join("model");
        for bytes in [&b""[..], b"JAMNET01\0\0\0\0"] {
            let error = write_to(&path, bytes).unwrap_err().to_string();
            assert!(error.contains("setup --for style"), "{error}");
            assert!(!path.parent().unwrap().exists());
        }
    }

    #[test]
    fn a_model_that_is_missing_is_none_and_a_damaged_one_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("model");
        assert!(read_from(&path).unwrap().is_none());
        fs::write(&path, [0; 100]).unwrap();
        assert!(matches!(read_from(&path), Err(LibraryError::Model { .. })));
    }

    #[test]
    fn it_says_what_the_published_network_says() {
        let Some(model) = style_model().unwrap() else {
            eprintln!(
                "skipped: the model that hears style is not installed; run \
                       `cargo xtask setup --for style`"
            );
            return;
        };
        let golden: Value = serde_json::from_str(GOLDEN).unwrap();
        let numbers = |patch: usize| {
            let values = golden["embeddings"][patch].as_array().unwrap().iter();
            values.map(|x| x.as_f64().unwrap() as f32).collect::<Vec<f32>>()
        };
        let (first, second) = (numbers(0), numbers(1));
        let both: Vec<f32> = first.iter().zip(&second).map(|(a, b)| 0.5 * (a + b)).collect();
        let music = music();
        for (n_seconds, expected) in [(3, first), (6, both)] {
            let mut stream = EmbeddingStream::of_file(Arc::clone(&model), RATE).unwrap();
            stream.push(&music[..n_seconds * RATE as usize]);
            stream.finish();
            let given = stream.embedding().unwrap();
            assert_eq!(given.len(), expected.len());
            let worst = given.iter().zip(&expected).map(|(a, b)| (a - b).abs());
            let worst = worst.fold(0.0, f32::max);
            // The numbers go from -1 to 4; the weights are stored in half precision.
            assert!(worst < 0.02, "{worst}");
        }
    }

    /// Four notes and noise, six seconds.
    fn music() -> Vec<f32> {
        let mut state = 1u32;
        let sample = |i: u32| {
            let at = f64::from(i) / f64::from(RATE);
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(state >> 8) / 8_388_608.0 - 1.0;
            let hz = [220.0, 277.18, 329.63, 440.0][(at * 2.0) as usize % 4];
            let note = (-4.0 * (at * 2.0).fract()).exp() * (std::f64::consts::TAU * hz * at).sin();
            (0.4 * note + 0.1 * noise * (-20.0 * (at * 4.0).fract()).exp()) as f32
        };
        (0..6 * RATE).map(sample).collect()
    }
}

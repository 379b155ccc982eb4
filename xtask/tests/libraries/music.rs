//! A folder of made-up pieces, and the commands run beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const RATE: u32 = 8_000;

/// A folder with `music` in it; commands run there, so that paths are the same whatever it is called.
pub(crate) struct Place(pub(crate) TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        fs::create_dir(place.path("music")).unwrap();
        place
    }

    /// With pieces `from..to`.
    pub(crate) fn with_pieces(n: usize) -> Self {
        let place = Self::new();
        (0..n).for_each(|idx| place.add_piece(&format!("music/{idx:03}.wav"), idx));
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn add_piece(&self, name: &str, idx: usize) {
        self.add_file(name, &piece(idx));
    }

    pub(crate) fn add_file(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        command(Path::new(env!("CARGO_BIN_EXE_xtask")), self.0.path(), args)
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs a command that must succeed; its standard output.
    pub(crate) fn succeed(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }
}

pub(crate) fn command(program: &Path, dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(dir).stdin(Stdio::null()).env_remove("RUST_BACKTRACE");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The one line on standard error.
pub(crate) fn complaint(output: &Output) -> String {
    let said = text(&output.stderr);
    assert_eq!(said.lines().count(), 1, "expected one line: {said:?}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// Six seconds of a piece.
pub(crate) fn piece(idx: usize) -> Vec<u8> {
    piece_of(idx, 6.0)
}

/// Chords in a pulse; each `idx` below 24 in another key, tempo and register.
pub(crate) fn piece_of(idx: usize, seconds: f32) -> Vec<u8> {
    let root = 110.0 * 2f32.powf((idx * 7 % 12) as f32 / 12.0);
    let beat_s = 60.0 / (84.0 + 9.0 * (idx % 8) as f32);
    let octaves = [1.0, 2.0, 4.0][idx % 3];
    let samples = (0..(seconds * RATE as f32) as u32).map(|n| {
        let t = n as f32 / RATE as f32;
        let envelope = (-5.0 * (t % beat_s)).exp();
        let tone = |ratio: f32| (std::f32::consts::TAU * root * octaves * ratio * t).sin();
        0.2 * envelope * (tone(1.0) + tone(1.26) + tone(1.5))
    });
    wav(&samples.collect::<Vec<f32>>())
}

/// 16-bit mono.
pub(crate) fn wav(samples: &[f32]) -> Vec<u8> {
    let n_bytes = samples.len() as u32 * 2;
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((36 + n_bytes).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend([1, 0, 1, 0]);
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((RATE * 2).to_le_bytes());
    bytes.extend([2, 0, 16, 0]);
    bytes.extend(b"data");
    bytes.extend(n_bytes.to_le_bytes());
    bytes.extend(samples.iter().flat_map(|sample| ((sample * 32_767.0) as i16).to_le_bytes()));
    bytes
}

//! Test sounds, and a WAV writer of ten lines.

use std::f32::consts::TAU;
use std::fs;
use std::path::{Path, PathBuf};

/// How the samples of a WAV file are stored.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Int16,
    Float32,
}

/// A file of `library/tests/data`.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

/// Interleaved sine tones, channel 0 at `hz`, each further channel an octave higher.
pub(crate) fn tones(hz: f32, n_channels: usize, rate: u32, seconds: f32) -> Vec<f32> {
    let n_samples = (seconds * rate as f32) as usize;
    (0..n_samples)
        .flat_map(|idx| {
            (0..n_channels).map(move |channel| {
                let hz = hz * (1 << channel) as f32;
                0.25 * (TAU * hz * idx as f32 / rate as f32).sin()
            })
        })
        .collect()
}

/// Writes interleaved samples as a WAV file.
pub(crate) fn write_wav(path: &Path, n_channels: u16, rate: u32, format: Format, samples: &[f32]) {
    fs::write(path, wav(n_channels, rate, format, samples)).unwrap();
}

/// A short piece that differs with `hz`: 4 s, stereo, 22,050 Hz.
pub(crate) fn write_piece(path: &Path, hz: f32) {
    write_wav(path, 2, 22_050, Format::Int16, &tones(hz, 2, 22_050, 4.0));
    // Written within one tick of the clock, two pieces of one size would look like the same file.
    let written = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 + hz as u64);
    std::fs::File::options().write(true).open(path).unwrap().set_modified(written).unwrap();
}

/// The bytes of a WAV file.
pub(crate) fn wav(n_channels: u16, rate: u32, format: Format, samples: &[f32]) -> Vec<u8> {
    let (tag, width) = if format == Format::Int16 { (1u16, 2u16) } else { (3, 4) };
    let data_len = samples.len() as u32 * u32::from(width);
    let mut out = Vec::new();
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + data_len).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16u32.to_le_bytes());
    out.extend_from_slice(&tag.to_le_bytes());
    out.extend_from_slice(&n_channels.to_le_bytes());
    out.extend_from_slice(&rate.to_le_bytes());
    out.extend_from_slice(&(rate * u32::from(width * n_channels)).to_le_bytes());
    out.extend_from_slice(&(width * n_channels).to_le_bytes());
    out.extend_from_slice(&(width * 8).to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&data_len.to_le_bytes());
    for &sample in samples {
        match format {
            Format::Int16 => out.extend_from_slice(&((sample * 32767.0) as i16).to_le_bytes()),
            Format::Float32 => out.extend_from_slice(&sample.to_le_bytes()),
        }
    }
    out
}

//! Every kind of file gives the samples that are in it.

use std::fs::File;
use std::path::{Path, PathBuf};

use library::{AudioFile, audio_files};
use opus_pure::{Application, MAX_PACKET_BYTES, OggOpusWriter, OpusEncoder, OpusHead};
use tempfile::tempdir;

use crate::sound::{Format, fixture, tones, write_wav};

struct Decoded {
    rate: u32,
    left: Vec<f32>,
    right: Vec<f32>,
    warning: Option<String>,
}

fn decode(path: &Path) -> Decoded {
    let mut file = AudioFile::open(path).unwrap();
    let (mut left, mut right) = (Vec::new(), Vec::new());
    while let Some(block) = file.next_block().unwrap() {
        assert!(!block.left.is_empty());
        assert_eq!(block.left.len(), block.right.len());
        left.extend_from_slice(block.left);
        right.extend_from_slice(block.right);
    }
    let warning = file.warning().map(str::to_owned);
    Decoded { rate: file.sample_rate(), left, right, warning }
}

/// Amplitude of a sine of `hz` in `samples`.
fn amplitude(samples: &[f32], hz: f64, rate: u32) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (idx, &sample) in samples.iter().enumerate() {
        let phase = std::f64::consts::TAU * hz * idx as f64 / f64::from(rate);
        re += f64::from(sample) * phase.cos();
        im += f64::from(sample) * phase.sin();
    }
    2.0 * re.hypot(im) / samples.len() as f64
}

#[test]
fn stereo_wav_comes_out_sample_by_sample() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("a.wav");
    let samples = tones(440.0, 2, 44_100, 1.0);
    write_wav(&path, 2, 44_100, Format::Float32, &samples);
    let decoded = decode(&path);
    assert_eq!(decoded.rate, 44_100);
    assert_eq!(decoded.left, samples.iter().step_by(2).copied().collect::<Vec<_>>());
    assert_eq!(decoded.right, samples.iter().skip(1).step_by(2).copied().collect::<Vec<_>>());
    assert_eq!(decoded.warning, None);
}

#[test]
fn mono_at_8_khz_sounds_on_both_sides() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("phone.wav");
    write_wav(&path, 1, 8_000, Format::Int16, &tones(440.0, 1, 8_000, 0.5));
    let decoded = decode(&path);
    assert_eq!((decoded.rate, decoded.left.len()), (8_000, 4_000));
    assert_eq!(decoded.left, decoded.right);
}

#[test]
fn six_channels_at_192_khz_are_folded_down() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("cinema.wav");
    write_wav(&path, 6, 192_000, Format::Int16, &tones(100.0, 6, 192_000, 0.25));
    let decoded = decode(&path);
    assert_eq!((decoded.rate, decoded.left.len()), (192_000, 48_000));
    // Front left at full gain, the centre (two octaves up) at -3 dB, no effects channel.
    let level = |hz| amplitude(&decoded.left, hz, decoded.rate);
    assert!((level(100.0) - 0.25).abs() < 0.01, "{}", level(100.0));
    assert!((level(400.0) - 0.25 * f64::sqrt(0.5)).abs() < 0.01, "{}", level(400.0));
    assert!(level(800.0) < 0.01, "{}", level(800.0));
}

#[test]
fn every_codec_gives_the_same_chord() {
    for name in ["chord.flac", "chord.mp3", "chord.ogg"] {
        let decoded = decode(&fixture(name));
        assert_eq!(decoded.rate, 16_000, "{name}");
        let seconds = decoded.left.len() as f64 / 16_000.0;
        assert!((seconds - 4.0).abs() < 0.1, "{name}: {seconds} s");
        for hz in [220.0, 261.63, 329.63] {
            let found = amplitude(&decoded.left, hz, decoded.rate);
            assert!((found - 0.2).abs() < 0.02, "{name}: {found} at {hz} Hz");
        }
        assert!(amplitude(&decoded.left, 300.0, decoded.rate) < 0.02, "{name}");
        assert_eq!(decoded.warning, None, "{name}");
    }
}

#[test]
fn opus_starts_at_its_start_and_ends_at_its_end() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("a.opus");
    let (frame, n_frames) = (960, 100);
    let mut encoder = OpusEncoder::new(48_000, 2, Application::Audio).unwrap();
    encoder.bitrate_bps = 128_000;
    let head = OpusHead::for_encoder(&encoder, 48_000);
    let mut writer = OggOpusWriter::new(File::create(&path).unwrap(), head).unwrap();
    let pcm = tones(440.0, 2, 48_000, n_frames as f32 * 0.02);
    let mut packet = vec![0; MAX_PACKET_BYTES];
    for block in pcm.chunks_exact(frame * 2) {
        let len = encoder.encode(block, frame, &mut packet).unwrap();
        writer.write_packet(&packet[..len]).unwrap();
    }
    writer.finish().unwrap();

    let decoded = decode(&path);
    assert_eq!(decoded.rate, 48_000);
    let n_expected = frame * n_frames;
    assert!(
        decoded.left.len() <= n_expected && decoded.left.len() + 1_000 > n_expected,
        "{}",
        decoded.left.len()
    );
    // In phase with the original: what precedes the start was taken off.
    let original: Vec<f32> = pcm.iter().step_by(2).copied().collect();
    let error = original
        .iter()
        .zip(&decoded.left)
        .skip(4_800)
        .map(|(a, b)| f64::from(a - b).powi(2))
        .sum::<f64>()
        .sqrt();
    let power = original.iter().map(|a| f64::from(*a).powi(2)).sum::<f64>().sqrt();
    assert!(error < 0.05 * power, "{error} of {power}");
}

#[test]
fn tags_are_read() {
    let file = AudioFile::open(&fixture("chord.flac")).unwrap();
    assert_eq!(file.tags().title.as_deref(), Some("Three notes"));
    assert_eq!(file.tags().artist.as_deref(), Some("Jamboree"));
}

#[test]
fn samples_that_are_no_numbers_are_silence() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("nan.wav");
    let mut samples = tones(440.0, 1, 44_100, 0.5);
    samples[100] = f32::NAN;
    samples[200] = f32::INFINITY;
    samples[300] = 1e30;
    write_wav(&path, 1, 44_100, Format::Float32, &samples);
    let decoded = decode(&path);
    assert_eq!((decoded.left[100], decoded.left[200]), (0.0, 0.0));
    assert!(decoded.left.iter().all(|sample| sample.abs() <= 1_000.0));
    assert_eq!(decoded.left[101], samples[101]);
}

#[test]
fn folders_are_searched_in_order_and_what_is_missing_stays_in_the_list() {
    let dir = tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    std::fs::create_dir_all(path("b/deep")).unwrap();
    for name in ["b/2.flac", "b/1.WAV", "b/notes.txt", "b/.hidden.wav", "b/deep/0.mp3", "odd.name"]
    {
        std::fs::write(path(name), b"x").unwrap();
    }
    let given = [path("gone.wav"), path("b"), path("odd.name")];
    let expected: Vec<PathBuf> =
        ["gone.wav", "b/1.WAV", "b/2.flac", "b/deep/0.mp3", "odd.name"].map(path).into();
    assert_eq!(audio_files(&given), expected);
}

#[cfg(unix)]
#[test]
fn a_folder_that_contains_itself_is_searched_once() {
    let dir = tempdir().unwrap();
    std::fs::write(dir.path().join("a.wav"), b"x").unwrap();
    std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
    assert_eq!(audio_files(&[dir.path().to_owned()]).len(), 1);
}

/// The project's measuring data, where it lies beside the checkout: every file must be readable.
#[test]
fn every_file_of_the_measuring_data_is_decoded_from_end_to_end() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if !data.is_dir() {
        eprintln!("skipped: ../shared/data is not there");
        return;
    }
    let files = audio_files(&[data]);
    assert!(!files.is_empty());
    for path in files {
        let name = path.display();
        let mut file = AudioFile::open(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        while file.next_block().unwrap().is_some() {}
        assert!(file.decoded_seconds() > 1.0, "{name}");
        assert_eq!(file.warning(), None, "{name}");
        // Nothing may be lost on the way: every beat after it would be early. One block of slack
        // for files whose first page is stamped wrongly.
        if let Some(declared) = file.declared_seconds() {
            let lost = declared - file.decoded_seconds();
            assert!(lost.abs() < 0.025, "{name}: {lost} s of {declared} s");
        }
    }
}

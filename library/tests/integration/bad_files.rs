//! Bad input: one clear line each, and nothing lost that could be had.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use library::{AnalysisLine, AudioFile, DecodeError, FileError, analyze_file, audio_files};
use tempfile::tempdir;

use crate::sound::{Format, fixture, tones, wav, write_wav};

/// The one line a user reads about a file that can't be analysed.
fn complaint(path: &Path) -> String {
    let result = analyze_file(path);
    assert!(result.is_err(), "{} was analysed", path.display());
    let line = AnalysisLine::of(path, &result);
    assert_eq!((line.audio_seconds, line.facts), (0.0, None));
    let error = line.error.unwrap();
    assert!(!error.contains('\n') && error.len() < 200, "{error}");
    error
}

fn complaint_about(name: &str, bytes: &[u8]) -> String {
    let dir = tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    complaint(&path)
}

fn seconds_of(path: &Path) -> (f64, Option<String>) {
    let mut file = AudioFile::open(path).unwrap();
    while file.next_block().unwrap().is_some() {}
    (file.decoded_seconds(), file.warning().map(str::to_owned))
}

#[test]
fn a_text_file_named_wav_is_not_audio() {
    let text = "Dear diary, today I wrote a song.\n".repeat(500);
    assert!(complaint_about("song.wav", text.as_bytes()).starts_with("not an audio file"));
}

#[test]
fn random_bytes_named_mp3_give_an_error() {
    let mut state = 1u32;
    let noise: Vec<u8> = (0..50_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    complaint_about("noise.mp3", &noise);
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    assert_eq!(complaint_about("a.flac", b""), "the file is empty");
}

#[test]
fn a_wav_of_0_seconds_is_said_to_hold_no_sound() {
    let bytes = wav(2, 44_100, Format::Int16, &[]);
    assert_eq!(complaint_about("a.wav", &bytes), "there is no sound in it (0 seconds)");
}

#[test]
fn a_missing_file_and_a_folder_are_told_apart() {
    let dir = tempdir().unwrap();
    assert_eq!(complaint(&dir.path().join("gone.wav")), "there is no such file");
    assert_eq!(complaint(dir.path()), "it is a folder, not an audio file");
}

#[test]
fn a_rate_beyond_the_range_is_named() {
    let error = complaint_about("slow.wav", &wav(1, 2_000, Format::Int16, &[0.1; 2_000]));
    assert_eq!(error, "its sample rate of 2000 Hz is not between 4000 and 384000 Hz");
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_said_to_be_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempdir().unwrap();
    let path = dir.path().join("secret.wav");
    write_wav(&path, 1, 8_000, Format::Int16, &tones(440.0, 1, 8_000, 1.0));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    assert_eq!(complaint(&path), "no permission to read it");
}

#[test]
fn a_truncated_flac_gives_what_is_there() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("cut.flac");
    let whole = fs::read(fixture("chord.flac")).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let (seconds, warning) = seconds_of(&path);
    assert!((1.0..3.0).contains(&seconds), "{seconds} s");
    let warning = warning.unwrap();
    assert!(warning.starts_with("the file ends early: ") && warning.ends_with(" of 4.0 s"));
    let done = analyze_file(&path).unwrap();
    assert_eq!(done.warning, Some(warning));
}

#[test]
fn a_truncated_wav_gives_what_is_there() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("cut.wav");
    let whole = wav(2, 44_100, Format::Int16, &tones(440.0, 2, 44_100, 2.0));
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let (seconds, warning) = seconds_of(&path);
    assert!((0.9..=1.0).contains(&seconds), "{seconds} s");
    assert!(warning.is_some());
}

#[test]
fn a_truncated_ogg_gives_what_is_there() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/bgm");
    let Some(long) = audio_files(&[data]).into_iter().find(|path| path.extension() == ogg()) else {
        eprintln!("skipped: there is no Ogg file of several pages in ../shared");
        return;
    };
    let whole = fs::read(&long).unwrap();
    assert_eq!(seconds_of(&long).1, None);
    let dir = tempdir().unwrap();
    let path = dir.path().join("cut.ogg");
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let (seconds, warning) = seconds_of(&path);
    let expected = format!("the file ends early: after {seconds:.1} s its end is missing");
    assert_eq!(warning, Some(expected));
}

fn ogg() -> Option<&'static OsStr> {
    Some(OsStr::new("ogg"))
}

#[test]
fn files_cut_within_their_headers_give_an_error_and_nothing_worse() {
    for name in ["chord.flac", "chord.mp3", "chord.ogg"] {
        let whole = fs::read(fixture(name)).unwrap();
        let dir = tempdir().unwrap();
        let path = dir.path().join(name);
        for len in [1, 4, 10, 27, 40, 60, 100] {
            fs::write(&path, &whole[..len]).unwrap();
            assert!(matches!(analyze_file(&path), Err(FileError::Decode(_))), "{name} {len}");
        }
    }
}

#[test]
fn an_mp3_with_garbage_in_the_middle_goes_on_after_it() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("scratched.mp3");
    let whole = fs::read(fixture("chord.mp3")).unwrap();
    let middle = whole.len() / 2;
    let mut scratched = whole[..middle].to_vec();
    scratched.extend((0..3_000u32).map(|idx| ((idx * 7919) >> 3) as u8));
    scratched.extend_from_slice(&whole[middle..]);
    fs::write(&path, &scratched).unwrap();
    let (seconds, _) = seconds_of(&path);
    assert!((3.6..4.8).contains(&seconds), "{seconds} s");
}

#[test]
fn no_flipped_byte_brings_a_decoder_down() {
    let dir = tempdir().unwrap();
    for name in ["chord.flac", "chord.mp3", "chord.ogg"] {
        let whole = fs::read(fixture(name)).unwrap();
        let path = dir.path().join(name);
        for idx in (0..whole.len()).step_by(whole.len() / 40) {
            let mut bytes = whole.clone();
            bytes[idx] ^= 0xa5;
            fs::write(&path, &bytes).unwrap();
            let Ok(mut file) = AudioFile::open(&path) else { continue };
            loop {
                match file.next_block() {
                    Ok(Some(_)) => {}
                    Ok(None) | Err(DecodeError::Damaged(_)) => break,
                    Err(error) => panic!("{name}, byte {idx}: {error}"),
                }
            }
            assert!(file.decoded_seconds() < 20.0, "{name}, byte {idx}");
        }
    }
}

#[test]
fn nan_samples_and_odd_formats_are_analysed() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("a.wav");
    let mut samples = tones(110.0, 6, 192_000, 1.0);
    samples[5_000] = f32::NAN;
    write_wav(&path, 6, 192_000, Format::Float32, &samples);
    let done = analyze_file(&path).unwrap();
    let line = AnalysisLine::of::<FileError>(&path, &Ok(done));
    let text = serde_json::to_string(&line).unwrap();
    assert!(!text.contains("NaN"), "{text}");
    assert_eq!(line.error, None);
}

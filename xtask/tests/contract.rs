//! The command contract with bad input: exit codes, one line each, never a panic.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn xtask(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(args)
        .stdin(Stdio::null())
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The one line on standard error.
fn complaint(output: &Output) -> String {
    let said = text(&output.stderr);
    assert_eq!(said.lines().count(), 1, "expected one line: {said:?}");
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// The only line of `analyze FILE`, and its exit code.
fn analyzed(path: &Path, more: &[&str]) -> (Value, Option<i32>) {
    let mut args = vec!["analyze", path.to_str().unwrap()];
    args.extend(more);
    let output = xtask(&args);
    let lines = text(&output.stdout);
    assert_eq!(lines.lines().count(), 1, "{lines}");
    assert!(!text(&output.stderr).contains("panicked"));
    (serde_json::from_str(&lines).unwrap(), output.status.code())
}

/// A WAV file of 32-bit floats.
fn wav(channels: u16, rate: u32, frames: usize, sample: impl Fn(usize, u16) -> f32) -> Vec<u8> {
    let n_bytes = (frames * usize::from(channels) * 4) as u32;
    let mut bytes = Vec::new();
    bytes.extend(b"RIFF");
    bytes.extend((36 + n_bytes).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend(3_u16.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * u32::from(channels) * 4).to_le_bytes());
    bytes.extend((channels * 4).to_le_bytes());
    bytes.extend(32_u16.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(n_bytes.to_le_bytes());
    for frame in 0..frames {
        for channel in 0..channels {
            bytes.extend(sample(frame, channel).to_le_bytes());
        }
    }
    bytes
}

/// A C major triad that starts anew every half second.
fn triad(rate: u32) -> impl Fn(usize, u16) -> f32 {
    move |frame, _| {
        let t = frame as f32 / rate as f32;
        let envelope = (-6.0 * (t % 0.5)).exp();
        let tone = |hz: f32| (std::f32::consts::TAU * hz * t).sin();
        0.2 * envelope * (tone(261.63) + tone(329.63) + tone(392.0))
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// A file that can't be analysed: its line says why, in the contract's form, and the exit code is 3.
fn check_refused(path: &Path, reason: &str) {
    for more in [&[][..], &["--live"]] {
        let (line, code) = analyzed(path, more);
        assert_eq!(code, Some(3), "{line}");
        let error = line["error"].as_str().unwrap_or_default();
        assert!(error.contains(reason), "{error:?} does not say {reason:?}");
        assert_eq!(line["audio_seconds"], 0.0);
        assert_eq!(line["file"], path.to_str().unwrap());
        assert!(line.get("key").is_none());
    }
}

/// A file that is odd and can be analysed all the same.
fn check_accepted(path: &Path, seconds: std::ops::Range<f64>) -> Value {
    let (line, code) = analyzed(path, &[]);
    assert_eq!(code, Some(0), "{line}");
    let length = line["audio_seconds"].as_f64().unwrap();
    assert!(seconds.contains(&length), "{length} s");
    for field in ["cpu_seconds", "analysis_version", "key", "tempo", "beats", "chords", "loudness"]
    {
        assert!(line.get(field).is_some(), "{field} is missing");
    }
    let (live, code) = analyzed(path, &["--live"]);
    assert_eq!(code, Some(0), "{live}");
    assert!(live["timeline"].is_array());
    line
}

#[test]
fn a_text_file_named_wav_is_refused() {
    let folder = Folder::new();
    check_refused(&folder.file("text.wav", "Dear diary, today I wrote a song.\n"), "not an audio");
}

#[test]
fn an_empty_file_is_refused() {
    check_refused(&Folder::new().file("empty.mp3", ""), "empty");
}

#[test]
fn a_wav_of_no_length_is_refused() {
    let folder = Folder::new();
    check_refused(&folder.file("zero.wav", wav(2, 44_100, 0, |_, _| 0.0)), "0 seconds");
}

#[test]
fn a_file_that_is_not_there_has_its_line() {
    check_refused(&Folder::new().path("gone.flac"), "no such file");
}

#[test]
fn one_channel_at_8_khz_is_heard() {
    let folder = Folder::new();
    let line = check_accepted(
        &folder.file("telephone.wav", wav(1, 8_000, 8_000 * 12, triad(8_000))),
        11.99..12.01,
    );
    assert_eq!(line["key"]["tonic"], "C");
    let bpm = line["tempo"]["bpm"].as_f64().unwrap();
    assert!([60.0, 120.0].iter().any(|level| (bpm - level).abs() < 2.0), "{bpm}");
}

#[test]
fn six_channels_at_192_khz_are_heard() {
    let folder = Folder::new();
    let line = check_accepted(
        &folder.file("surround.wav", wav(6, 192_000, 192_000 * 8, triad(192_000))),
        7.99..8.01,
    );
    assert_eq!(line["key"]["tonic"], "C");
}

#[test]
fn samples_that_are_no_numbers_are_silence() {
    let folder = Folder::new();
    let play = triad(44_100);
    let bytes = wav(2, 44_100, 44_100 * 8, |frame, channel| match frame % 10_007 {
        0 => f32::NAN,
        1 => f32::INFINITY,
        _ => play(frame, channel),
    });
    // The line is JSON, which has neither NaN nor infinity: reading it back proves it.
    let line = check_accepted(&folder.file("odd.wav", bytes), 7.99..8.01);
    assert_eq!(line["key"]["tonic"], "C");
    let absurd = wav(2, 44_100, 44_100 * 8, |frame, _| if frame % 1000 == 0 { -1e30 } else { 0.1 });
    check_accepted(&folder.file("absurd.wav", absurd), 7.99..8.01);
}

/// FLAC is made by sox where it is there; the project does not encode.
fn encoded(folder: &Folder, name: &str) -> Option<Vec<u8>> {
    let plain = folder.file("plain.wav", wav(2, 44_100, 44_100 * 20, triad(44_100)));
    let made = folder.path(name);
    let done = Command::new("sox").arg(&plain).arg(&made).stderr(Stdio::null()).status();
    if !done.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("JAMBOREE_REQUIRE_HOSTS").is_none(), "sox can't make {name}");
        eprintln!("skipped: no sox that makes {name}");
        return None;
    }
    Some(fs::read(made).unwrap())
}

#[test]
fn a_truncated_flac_is_heard_as_far_as_it_goes() {
    let folder = Folder::new();
    let Some(whole) = encoded(&folder, "whole.flac") else { return };
    let half = folder.file("half.flac", &whole[..whole.len() / 2]);
    let line = check_accepted(&half, 5.0..15.0);
    assert!(line["warning"].as_str().unwrap().contains("early"), "{}", line["warning"]);
}

#[test]
fn an_mp3_with_garbage_in_the_middle_is_heard() {
    let folder = Folder::new();
    let chord = Path::new(env!("CARGO_MANIFEST_DIR")).join("../library/tests/data/chord.mp3");
    let mut whole = fs::read(chord).unwrap();
    let middle = whole.len() / 2;
    for (i, byte) in whole[middle..middle + 500].iter_mut().enumerate() {
        *byte = (i * 131 % 251) as u8;
    }
    // Four seconds, of which the garbage takes half a second at most.
    check_accepted(&folder.file("dirty.mp3", whole), 3.0..4.3);
}

#[test]
fn one_bad_file_does_not_keep_the_others_back() {
    let folder = Folder::new();
    folder.file("a.wav", wav(1, 8_000, 8_000 * 6, triad(8_000)));
    folder.file("b.wav", "text");
    folder.file("c.wav", wav(1, 8_000, 8_000 * 6, triad(8_000)));
    let output = xtask(&["analyze", folder.0.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    let lines: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let errors: Vec<bool> = lines.iter().map(|line| line.get("error").is_some()).collect();
    assert_eq!(errors, [false, true, false]);
    assert!(complaint(&output).contains("1 of 3"));
}

/// What to put before the program so that it may not read everything: nothing, or for root the
/// user nobody. `None` where root can't become that.
#[cfg(unix)]
fn as_nobody(closed: &Path) -> Option<&'static [&'static str]> {
    const NOBODY: &[&str] = &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    if fs::read_dir(closed).is_err() {
        return Some(&[]);
    }
    let refused = Command::new(NOBODY[0])
        .args(&NOBODY[1..])
        .args(["sh", "-c", "! ls \"$0\""])
        .arg(closed)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    refused.is_ok_and(|status| status.success()).then_some(NOBODY)
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_has_its_line() {
    use std::ffi::OsStr;
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    let folder = Folder::new();
    let closed = folder.path("closed");
    fs::create_dir(&closed).unwrap();
    // Another user gets to the folder, and to the program, which may lie in root's own home.
    mode(folder.0.path(), 0o755);
    let program = folder.path("xtask");
    fs::copy(env!("CARGO_BIN_EXE_xtask"), &program).unwrap();
    mode(&program, 0o755);
    mode(&closed, 0o000);
    let become_nobody = as_nobody(&closed);
    let output = become_nobody.map(|words| {
        let words: Vec<&OsStr> =
            words.iter().map(OsStr::new).chain([program.as_os_str()]).collect();
        Command::new(words[0])
            .args(&words[1..])
            .arg("analyze")
            .arg(&closed)
            .current_dir(folder.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap()
    });
    mode(&closed, 0o755);
    let Some(output) = output else {
        eprintln!("skipped: this user may read everything, and can't become another (setpriv)");
        return;
    };
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    let line: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert!(line["error"].as_str().unwrap().contains("permission"), "{line}");
}

#[test]
fn lines_are_not_written_over_the_files_they_are_about() {
    let folder = Folder::new();
    let song = folder.file("song.wav", wav(1, 8_000, 8_000 * 2, triad(8_000)));
    let before = fs::read(&song).unwrap();
    let song_arg = song.to_str().unwrap();
    let output = xtask(&["analyze", song_arg, "--out", song_arg]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr).lines().count(), 1);
    assert!(text(&output.stderr).contains("--out"), "{}", text(&output.stderr));
    assert_eq!(fs::read(&song).unwrap(), before);
}

#[test]
fn a_library_path_that_is_a_file_is_refused() {
    let folder = Folder::new();
    let file = folder.file("library", "not a folder");
    let song = folder.file("song.wav", wav(1, 8_000, 8_000 * 8, triad(8_000)));
    let (file, song) = (file.to_str().unwrap(), song.to_str().unwrap());
    let dir = folder.0.path().to_str().unwrap();
    for args in [&["index", dir, "--library", file][..], &["match", song, "--library", file]] {
        let output = xtask(args);
        assert_eq!(output.status.code(), Some(1));
        assert!(complaint(&output).contains("is a file"));
    }
    assert_eq!(fs::read_to_string(folder.path("library")).unwrap(), "not a folder");
}

/// A library of one song.
fn library(folder: &Folder) -> (String, String) {
    let songs = folder.path("songs");
    fs::create_dir(&songs).unwrap();
    fs::write(songs.join("song.wav"), wav(1, 22_050, 22_050 * 12, triad(22_050))).unwrap();
    let library = folder.path("library").to_str().unwrap().to_owned();
    let output = xtask(&["index", songs.to_str().unwrap(), "--library", &library]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    (library, songs.join("song.wav").to_str().unwrap().to_owned())
}

#[test]
fn a_library_of_a_newer_version_is_left_alone() {
    let folder = Folder::new();
    let (library, song) = library(&folder);
    let manifest = fs::read_dir(&library)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "json"))
        .expect("a library has a manifest");
    let mut stated: Value = serde_json::from_str(&fs::read_to_string(&manifest).unwrap()).unwrap();
    let versions: Vec<String> = stated
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, value)| value.is_u64())
        .map(|(name, _)| name.clone())
        .collect();
    assert!(!versions.is_empty(), "{stated}");
    for name in versions {
        stated[name] = 4_000_000.into();
    }
    fs::write(&manifest, stated.to_string()).unwrap();
    for args in [
        &["match", &song, "--library", &library, "--json"][..],
        &["index", folder.path("songs").to_str().unwrap(), "--library", &library],
    ] {
        let output = xtask(args);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(complaint(&output).contains("newer"));
        assert!(output.stdout.is_empty());
    }
    assert_eq!(fs::read_to_string(&manifest).unwrap(), stated.to_string());
}

#[test]
fn a_song_is_its_own_nearest_reference_and_parts_add_up() {
    let folder = Folder::new();
    let (library, song) = library(&folder);
    let songs = folder.path("songs");
    fs::write(songs.join("noise.wav"), wav(1, 22_050, 22_050 * 12, noise)).unwrap();
    let again = xtask(&["index", songs.to_str().unwrap(), "--library", &library]);
    assert!(text(&again.stdout).starts_with("1 analysed"), "{}", text(&again.stdout));
    let again = xtask(&["index", songs.to_str().unwrap(), "--library", &library]);
    assert!(text(&again.stdout).starts_with("0 analysed"), "{}", text(&again.stdout));

    let output = xtask(&["match", &song, "--library", &library, "--json", "--top", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let found: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    let references = found["references"].as_array().unwrap();
    assert_eq!(references.len(), 2);
    assert!(references[0]["file"].as_str().unwrap().ends_with("song.wav"));
    assert_eq!(references[0]["distance"], 0.0);
    assert!(references[1]["distance"].as_f64().unwrap() > 0.0);
    for reference in references {
        let sum = |field: &str| -> f64 {
            let aspects = reference["aspects"].as_object().unwrap();
            aspects.values().map(|aspect| aspect[field].as_f64().unwrap()).sum()
        };
        assert!((sum("distance") - reference["distance"].as_f64().unwrap()).abs() < 1e-6);
        assert!((sum("share") - 1.0).abs() < 1e-6);
    }
    for field in ["name", "fit", "confidence", "agrees", "differs", "source"] {
        assert!(found["scenes"][0].get(field).is_some(), "{field} is missing");
    }
}

#[test]
fn what_is_analysed_can_go_into_a_library_too() {
    let folder = Folder::new();
    let song = folder.file("song.wav", wav(1, 22_050, 22_050 * 12, triad(22_050)));
    let (song, library) = (song.to_str().unwrap(), folder.path("library"));
    let output = xtask(&["analyze", song, "--library", library.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout).lines().count(), 1);
    assert!(complaint(&output).contains("1 references"));
    let found = xtask(&["match", song, "--library", library.to_str().unwrap(), "--json"]);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
}

#[test]
fn what_the_library_did_not_take_fails_the_run() {
    let folder = Folder::new();
    let sound = wav(1, 22_050, 22_050 * 12, triad(22_050));
    let song = folder.file("song.wav", vec![b' '; sound.len()]);
    let library = folder.path("library");
    let args = ["analyze", song.to_str().unwrap(), "--library", library.to_str().unwrap()];
    let output = xtask(&args);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("1 of 1"), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("not in the library"), "its line says it already");

    // As long and as old as before: the library takes it for the same broken file.
    let then = fs::metadata(&song).unwrap().modified().unwrap();
    fs::write(&song, sound).unwrap();
    fs::File::options().write(true).open(&song).unwrap().set_modified(then).unwrap();
    let output = xtask(&args);
    let line: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert!(line.get("error").is_none(), "{line}");
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("not in the library"), "{}", text(&output.stderr));
}

fn noise(frame: usize, _: u16) -> f32 {
    let mut x = (frame as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 29;
    x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((x >> 40) as f32 / (1 << 23) as f32 - 1.0) * 0.2
}

#[test]
fn wrong_arguments_exit_with_two_and_one_line() {
    for (args, named) in [
        (&["analyze"][..], "<PATH>"),
        (&["analyze", "x", "--jobs", "zero"], "--jobs"),
        (&["analyze", "x", "--format", "xml"], "--format"),
        (&["analyze", "x", "--loud"], "--loud"),
        (&["index", "x"], "--library"),
        (&["index", "/no/such/folder", "--library", "/no/such/library"], "/no/such/folder"),
        (&["match", "x", "--library", "y", "--weights", "mood=1"], "--weights"),
        (&["match", "/no/such/song.wav", "--library", "y"], "/no/such/song.wav"),
        (&["eval", "/no/such/truth.csv"], "/no/such/truth.csv"),
        (&["bench", "--files", "/no/such/song.wav"], "/no/such/song.wav"),
        (&["demo", "--seconds=0"], "--seconds"),
        (&["nonsense"], "nonsense"),
        (&[], "command"),
    ] {
        let output = xtask(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(complaint(&output).contains(named), "{args:?}: {}", complaint(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn what_fails_exits_with_one_and_one_line() {
    let folder = Folder::new();
    let truth = folder.file("truth.csv", "name,key\nx,C major\n");
    let song = folder.file("song.wav", wav(1, 8_000, 8_000 * 8, triad(8_000)));
    for (args, named) in [
        (&["eval", truth.to_str().unwrap()][..], "`file`"),
        (&["analyze", "x", "--out", "/no/such/folder/out.jsonl"], "/no/such/folder/out.jsonl"),
        (&["match", song.to_str().unwrap(), "--library", "/no/such/library"], "no library"),
    ] {
        let output = xtask(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(complaint(&output).contains(named), "{args:?}: {}", complaint(&output));
    }
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let folder = Folder::new();
    for i in 0..6 {
        folder.file(&format!("{i}.wav"), wav(1, 8_000, 8_000 * 6, triad(8_000)));
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["analyze", folder.0.path().to_str().unwrap(), "--jobs", "1"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn lines_come_in_input_order_and_as_a_table_too() {
    let folder = Folder::new();
    let long = folder.file("z.wav", wav(1, 8_000, 8_000 * 30, triad(8_000)));
    let short = folder.file("a.wav", wav(1, 8_000, 8_000 * 5, triad(8_000)));
    let (long, short) = (long.to_str().unwrap(), short.to_str().unwrap());
    let out = folder.path("out.csv");
    let args = ["analyze", long, short, "--format", "csv", "--out", out.to_str().unwrap()];
    let output = xtask(&args);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty());
    let table = fs::read_to_string(out).unwrap();
    let files: Vec<&str> = table.lines().map(|row| row.split(',').next().unwrap()).collect();
    assert_eq!(files, ["file", long, short]);
    let output = xtask(&["analyze", short, "--live", "--format", "csv"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("timelines"), "{}", text(&output.stderr));
}

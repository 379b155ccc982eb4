//! Files that can't be analysed have a line that says why; odd ones are heard all the same.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::command::{Folder, analyzed, complaint, text, xtask};
use crate::sound::{triad, wav};

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

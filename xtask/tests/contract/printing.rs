//! Where the lines go, and in which order.

use std::fs;
use std::process::{Command, Stdio};

use crate::command::{Folder, text, xtask};
use crate::sound::{triad, wav};

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

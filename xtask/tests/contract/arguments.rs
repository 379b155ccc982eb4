//! Wrong arguments exit with two, what fails with one; either says so in one line.

use crate::command::{Folder, complaint, xtask};
use crate::sound::{triad, wav};

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

//! Where writing or reading is not allowed: limits and permissions that any user can set up.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::music::{Place, command, complaint, text};

/// Whom a test becomes that was started by somebody who may do everything.
const NOBODY: u32 = 65_534;

fn set_mode(path: impl Into<PathBuf>, mode: u32) {
    fs::set_permissions(path.into(), fs::Permissions::from_mode(mode)).unwrap();
}

/// Runs a command as a user to whom permissions mean something.
fn run_as_anybody(place: &Place, args: &[&str]) -> Output {
    let probe = place.path("probe");
    fs::create_dir_all(&probe).unwrap();
    set_mode(&probe, 0o555);
    let may_everything = fs::write(probe.join("x"), b"x").is_ok();
    let program = PathBuf::from(env!("CARGO_BIN_EXE_xtask"));
    if !may_everything {
        return command(&program, place.0.path(), args).output().unwrap();
    }
    // Nobody may not look into the folder that this was built in.
    set_mode(place.0.path(), 0o755);
    let copy = place.path("xtask");
    if !copy.exists() {
        fs::copy(program, &copy).unwrap();
        set_mode(&copy, 0o755);
    }
    let mut command = command(&copy, place.0.path(), args);
    // Another user has another home.
    command.env("HOME", place.0.path()).env_remove("XDG_DATA_HOME");
    command.uid(NOBODY).gid(NOBODY).output().unwrap()
}

/// What the library answers.
fn table(place: &Place) -> String {
    place.succeed(&["index", "--library", "lib", "--export", "csv"])
}

#[test]
fn where_no_more_may_be_written_it_is_said_and_the_library_is_as_it_was() {
    let place = Place::with_pieces(3);
    place.succeed(&["index", "music", "--library", "lib"]);
    let before = table(&place);
    (3..30).for_each(|idx| place.add_piece(&format!("music/{idx:03}.wav"), idx));
    // A file may grow no further than this: what a full disk or a quota does, without rights.
    for n_blocks in [8, 40, 72, 104] {
        let script = format!("trap '' XFSZ; ulimit -f {n_blocks}; exec \"$0\" \"$@\"");
        let mut limited = Command::new("sh");
        limited.args(["-c", &script, env!("CARGO_BIN_EXE_xtask")]);
        limited.args(["index", "music", "--library", "lib", "--jobs", "1"]);
        let output = limited.current_dir(place.0.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{n_blocks}: {}", text(&output.stderr));
        let said = complaint(&output);
        assert!(said.contains("make room") && said.contains("nothing that was finished is lost"));
        let now = table(&place);
        assert!(now.starts_with(&before), "{n_blocks}: {now}");
    }
    place.succeed(&["index", "music", "--library", "lib"]);
    let after = table(&place);
    assert!(after.starts_with(&before) && after.lines().count() == 31, "{after}");
}

#[test]
fn a_library_that_may_only_be_read_answers_and_is_not_changed() {
    let place = Place::with_pieces(3);
    place.succeed(&["index", "music", "--library", "lib"]);
    let before = table(&place);
    place.add_piece("music/new.wav", 9);
    for entry in fs::read_dir(place.path("lib")).unwrap().map(Result::unwrap) {
        set_mode(entry.path(), 0o444);
    }
    set_mode(place.path("lib"), 0o555);
    let args = ["match", "music/001.wav", "--library", "lib", "--json"];
    let found = run_as_anybody(&place, &args);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
    let refused = run_as_anybody(&place, &["index", "music", "--library", "lib"]);
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused.stderr));
    assert!(complaint(&refused).contains("no permission to write"), "{}", text(&refused.stderr));
    let choice = ["index", "--library", "lib", "--level", "music/001.wav=1/2"];
    let refused = run_as_anybody(&place, &choice);
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused.stderr));
    assert!(complaint(&refused).contains("no permission to write"), "{}", text(&refused.stderr));
    set_mode(place.path("lib"), 0o755);
    assert_eq!(table(&place), before);
}

#[test]
fn a_file_that_may_not_be_read_is_reported_once_and_tried_again() {
    let place = Place::with_pieces(2);
    set_mode(place.path("music/001.wav"), 0o000);
    fs::create_dir(place.path("lib")).unwrap();
    set_mode(place.path("lib"), 0o777);
    let args = ["index", "music", "--library", "lib"];
    for n_analysed in ["1 analysed", "0 analysed"] {
        let output = run_as_anybody(&place, &args);
        assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
        assert!(text(&output.stdout).starts_with(n_analysed), "{}", text(&output.stdout));
        let said = text(&output.stderr);
        assert_eq!(said.matches("001.wav").count(), 1, "{said}");
        assert!(said.contains("001.wav: no permission to read it"), "{said}");
    }
    set_mode(place.path("music/001.wav"), 0o644);
    let output = run_as_anybody(&place, &args);
    assert!(text(&output.stdout).starts_with("1 analysed"), "{}", text(&output.stderr));
}

#[test]
fn nothing_is_dropped_below_a_folder_that_may_not_be_looked_into() {
    let place = Place::with_pieces(1);
    place.add_piece("music/locked/001.wav", 1);
    fs::create_dir(place.path("lib")).unwrap();
    set_mode(place.path("lib"), 0o777);
    let args = ["index", "music", "--library", "lib"];
    assert_eq!(run_as_anybody(&place, &args).status.code(), Some(0));
    set_mode(place.path("music/locked"), 0o000);
    let output = run_as_anybody(&place, &args);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("0 removed, 1 failed; 2 references"));
    assert!(text(&output.stderr).contains("the folder can't be read"), "{}", text(&output.stderr));
    set_mode(place.path("music/locked"), 0o755);
}

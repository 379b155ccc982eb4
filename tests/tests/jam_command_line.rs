//! What the standalone says on the terminal, where there is no window and no sound card.

#![allow(dead_code, reason = "the tests of the standalone share their helpers")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails fails its test")]

#[path = "jam/binary.rs"]
mod binary;

use std::process::Command;
use std::time::Duration;

use binary::{Running, jam};

fn run(arguments: &[&str]) -> (Running, i32) {
    let mut command = Command::new(jam());
    command.args(arguments).env_remove("DISPLAY");
    let mut running = Running::start(&mut command);
    let status = running.wait(Duration::from_secs(60)).expect("it ends by itself");
    let code = status.code().expect("it is not killed");
    (running, code)
}

#[test]
fn wrong_arguments_are_named_in_one_line() {
    for (arguments, named) in [
        (&["--reference-a4", "300"][..], "--reference-a4"),
        (&["--seconds", "never"], "--seconds"),
        (&["--loud"], "--loud"),
        (&["--host", "gramophone"], "gramophone"),
    ] {
        let (running, code) = run(arguments);
        assert_eq!(code, 2, "{arguments:?}");
        assert_eq!(running.err.len(), 1, "{:?}", running.err);
        assert!(running.err[0].contains(named), "{:?}", running.err);
        assert!(running.out.is_empty());
    }
}

#[test]
fn a_file_that_is_not_there_is_said_and_fails() {
    let (running, code) = run(&["--headless", "--file", "no-such-file.wav"]);
    assert_eq!(code, 1);
    let said = running.err.iter().filter(|line| line.contains("no-such-file.wav")).count();
    assert_eq!(said, 1, "{:?}", running.err);
}

#[test]
fn an_input_that_never_came_is_said_and_fails_after_the_seconds_asked_for() {
    let (running, code) = run(&["--headless", "--input", "gramophone", "--seconds", "1"]);
    assert_eq!(code, 1, "{:?}", running.err);
    assert!(running.err.iter().any(|line| line.contains("gramophone")), "{:?}", running.err);
}

#[test]
fn without_a_display_the_demo_song_is_heard_and_printed() {
    let (running, code) = run(&["--demo", "--seconds", "20"]);
    let text = format!("{}\n{}", running.err.join("\n"), running.out.join("\n"));
    assert_eq!(code, 0, "{text}");
    assert!(running.err.iter().any(|line| line.contains("no window can be opened")), "{text}");
    let truth = song::demo().truth();
    let key = truth.keys[0].key.to_string();
    assert!(running.out.iter().any(|line| line.contains(&key)), "{text}");
    let tempo = format!("{:.0}.", truth.bpm.0);
    let tempo_line = |line: &String| line.contains("tempo") && line.contains(&tempo);
    assert!(running.out.iter().any(tempo_line), "{text}");
}

#[test]
fn no_panic_message_reaches_the_user() {
    for arguments in [&["--list-devices"][..], &["--headless", "--seconds", "1"]] {
        let (running, _) = run(arguments);
        let all = [running.out.join("\n"), running.err.join("\n")].concat();
        assert!(!all.contains("panicked"), "{all}");
    }
}

//! The built VST3 plugin in two real hosts, minihost and pedalboard, both JUCE seen from Python.
//! The checks themselves are in `tests/hosts`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use tests::bundles::{self, missing, workspace};
use tests::music::demo_song;
use tests::x11::FurnishedServer;

/// Longest time a check may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// The interpreter that has the hosts, or `None` where the test is to be skipped.
fn python() -> Option<PathBuf> {
    let python = env::var_os("JAMBOREE_PYTHON")
        .map_or_else(|| workspace().join("target/hosts-venv/bin/python"), PathBuf::from);
    if python.exists() {
        return Some(python);
    }
    missing(&format!("{} is not there; run `cargo xtask setup`", python.display()));
    None
}

/// The demo song as the checks read it, made once for all of them.
fn song() -> &'static PathBuf {
    static SONG: OnceLock<PathBuf> = OnceLock::new();
    SONG.get_or_init(|| {
        let [left, right] = demo_song(48_000, song::demo().truth().length.0);
        let bytes: Vec<u8> = left
            .iter()
            .zip(&right)
            .flat_map(|(left, right)| [left.to_le_bytes(), right.to_le_bytes()])
            .flatten()
            .collect();
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let (path, part) = (folder.join("demo-song.f32"), folder.join("demo-song.part"));
        fs::write(&part, bytes).unwrap();
        fs::rename(&part, &path).unwrap();
        path
    })
}

fn check(script: &str, name: &str, display: Option<&str>) {
    let (Some(plugin), Some(python)) = (bundles::vst3(), python()) else { return };
    let truth = song::demo().truth();
    let truth = serde_json::json!({
        "bpm": truth.bpm.0,
        "first_key": truth.keys.first().unwrap().key.to_string(),
        "last_key": truth.keys.last().unwrap().key.to_string(),
    });
    let mut command = Command::new(python);
    command
        .arg(workspace().join("tests/hosts").join(script))
        .arg(name)
        .arg(plugin)
        .arg(song())
        .arg(truth.to_string())
        .stdin(Stdio::null());
    match display {
        Some(display) => command.env("DISPLAY", display),
        None => command.env_remove("DISPLAY"),
    };
    let status = wait(command);
    assert!(status.success(), "{script} {name}: {status}");
}

fn wait(mut command: Command) -> ExitStatus {
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{command:?} took more than {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn in_minihost(name: &str) {
    check("vst3_minihost.py", name, None);
}

#[test]
fn minihost_loads_it_and_sees_eight_parameters() {
    in_minihost("loads");
}

#[test]
fn minihost_plays_the_demo_song_and_reads_back_what_was_heard() {
    in_minihost("hears_the_song");
}

#[test]
fn minihost_plays_music_at_103_against_a_transport_at_100() {
    in_minihost("compares_with_the_host");
}

#[test]
fn minihost_saves_and_restores_its_state() {
    in_minihost("keeps_its_state");
}

#[test]
fn minihost_changes_rate_and_block_size() {
    in_minihost("follows_rate_and_block_size");
}

#[test]
fn minihost_plays_mono() {
    in_minihost("hears_mono");
}

#[test]
fn minihost_plays_notes() {
    in_minihost("hears_notes");
}

#[test]
fn minihost_opens_it_fifty_times() {
    in_minihost("opens_fifty_times");
}

#[test]
fn minihost_holds_several_at_once() {
    in_minihost("several_at_once");
}

#[test]
fn pedalboard_plays_the_demo_song_through_it() {
    check("vst3_pedalboard.py", "plays_the_song", None);
}

#[test]
fn pedalboard_keeps_its_preset() {
    check("vst3_pedalboard.py", "keeps_its_preset", None);
}

#[test]
fn pedalboard_shows_its_editor() {
    if bundles::vst3().is_none() {
        return;
    }
    match FurnishedServer::start() {
        Ok(server) => check("vst3_pedalboard.py", "shows_its_editor", Some(server.display())),
        Err(error) => missing(&format!("no furnished display: {error:#}")),
    }
}

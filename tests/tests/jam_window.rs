//! The standalone's window on an X server without a screen.

#![allow(dead_code, reason = "the tests of the standalone share their helpers")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails fails its test")]

#[path = "jam/binary.rs"]
mod binary;

use std::collections::HashSet;
use std::process::Command;
use std::time::Duration;

use binary::{Running, has_program, jam};
use tests::bundles::missing;
use tests::x11;

fn screenshot(language: &str) -> Option<Vec<[u8; 3]>> {
    if !has_program("Xvfb") {
        missing("Xvfb is not installed; run `cargo xtask setup`");
        return None;
    }
    let server = x11::Server::start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("window.png");
    let mut command = Command::new(jam());
    command.args(["--demo", "--seconds", "8", "--language", language, "--screenshot"]).arg(&path);
    command.env("DISPLAY", server.display());
    let mut running = Running::start(&mut command);
    let status = running.wait(Duration::from_secs(60));
    let said = running.err.join("\n");
    assert!(status.is_some_and(|status| status.success()), "{status:?}:\n{said}");

    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgb);
    assert!(info.width >= 640 && info.height >= 400, "{} x {}", info.width, info.height);
    Some(bytes.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2]]).collect())
}

#[test]
fn the_window_shows_the_panel_in_both_languages() {
    let Some(english) = screenshot("en") else { return };
    let colors: HashSet<_> = english.iter().collect();
    assert!(colors.len() > 50, "only {} colors: the window is blank", colors.len());
    let Some(chinese) = screenshot("zh") else { return };
    let colors: HashSet<_> = chinese.iter().collect();
    assert!(colors.len() > 50, "only {} colors: the window is blank", colors.len());
    assert_ne!(english, chinese);
}

#[test]
fn the_window_closes_by_itself_after_the_seconds_asked_for() {
    if !has_program("Xvfb") {
        missing("Xvfb is not installed; run `cargo xtask setup`");
        return;
    }
    let server = x11::Server::start().unwrap();
    let mut command = Command::new(jam());
    command.args(["--demo", "--seconds", "3"]).env("DISPLAY", server.display());
    let mut running = Running::start(&mut command);
    let status = running.wait(Duration::from_secs(30));
    assert!(status.is_some_and(|status| status.success()), "{}", running.err.join("\n"));
}

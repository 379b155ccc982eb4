//! Jamboree as a standalone for jam sessions: listens to a device, a file or the demo song through
//! the same live path as the plugin, and shows the same panel.
//!
//! ```text
//! device callback ─┐
//! file or song ────┴► Tap ► live::WorkerThread ► Snapshot ► gui::Panel in a window, or lines
//! ```

mod devices;
mod engine;
mod error;
mod frames;
mod headless;
mod lease;
mod level_memory;
mod options;
mod playback;
mod references;
mod setup;
mod streams;
mod towards;
mod window;
mod words;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::options::Options;
use crate::setup::Parts;
use crate::window::Outcome;

/// Exit code for arguments that can't be used.
const WRONG_ARGUMENTS: u8 = 2;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |at| format!(" ({at})"));
        eprintln!("jam: a mistake of ours was caught{place}; listening goes on where it can");
    }));
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) => return say_arguments(&error),
    };
    if options.list_devices {
        let _ = write!(std::io::stdout(), "{}", devices::list());
        return ExitCode::SUCCESS;
    }
    let parts = match Parts::new(&options) {
        Ok(parts) => parts,
        Err(error) => {
            eprintln!("jam: {error}");
            return ExitCode::from(WRONG_ARGUMENTS);
        }
    };
    if options.headless {
        return headless::run(&options, parts);
    }
    if let Some(reason) = no_display() {
        return without_window(&options, parts, reason);
    }
    match window::run(&options, parts) {
        Outcome::Closed => ExitCode::SUCCESS,
        Outcome::NoWindow { reason, parts } => without_window(&options, *parts, &reason),
        Outcome::Failed(reason) => {
            eprintln!("jam: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// One line that names the argument, or the help that was asked for.
fn say_arguments(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let line: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    eprintln!("jam: {}; --help shows what there is", line.join(" ").trim_start_matches("error: "));
    ExitCode::from(WRONG_ARGUMENTS)
}

/// Why no window can be opened, where that is known beforehand.
fn no_display() -> Option<&'static str> {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let needs_display = cfg!(all(unix, not(target_os = "macos")));
    (needs_display && !is_set("DISPLAY")).then_some("DISPLAY is not set")
}

fn without_window(options: &Options, parts: Parts, reason: &str) -> ExitCode {
    if options.screenshot.is_some() {
        eprintln!("jam: --screenshot needs a window, and none can be opened: {reason}");
        return ExitCode::FAILURE;
    }
    eprintln!("jam: no window can be opened ({reason}); printing what is heard instead");
    headless::run(options, parts)
}

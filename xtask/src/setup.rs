//! Installs what is missing, and nothing else.
//!
//! Looks first: where everything is there, no package manager is started and no network is used.

use std::io::IsTerminal;
use std::process::{Command, ExitCode, Stdio};

use anyhow::bail;

use crate::cli::Purpose;
use crate::say;
use crate::workspace::{Workspace, is_installed, output, status};

mod manager;
mod packages;
mod python;
mod style;

use manager::Manager;

pub(crate) use python::interpreter;

/// The command: sets up and says what it did.
pub(crate) fn command(purpose: Purpose) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    prepare(&workspace, purpose)?;
    crate::tell(&format!("ready to {}", purpose_name(purpose)))?;
    Ok(ExitCode::SUCCESS)
}

/// Prepares this machine for `purpose`.
///
/// # Errors
/// Where something stays missing; says what.
pub(crate) fn prepare(workspace: &Workspace, purpose: Purpose) -> anyhow::Result<()> {
    if purpose == Purpose::Style {
        return style::prepare(workspace);
    }
    if cfg!(target_os = "linux") {
        system_packages(purpose)?;
        if purpose >= Purpose::Test {
            python::prepare(workspace)?;
        }
    } else {
        say("nothing to install: the system's own audio and window libraries are used");
    }
    Ok(())
}

fn purpose_name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Style => "hear style",
        Purpose::Build => "build",
        Purpose::Window => "build and run",
        Purpose::Test => "build, run and test",
    }
}

fn system_packages(purpose: Purpose) -> anyhow::Result<()> {
    let Some(manager) = Manager::find() else {
        let missing = packages::missing_by_trace(purpose);
        if missing.is_empty() {
            return Ok(());
        }
        bail!(
            "no package manager known here (apt-get, dnf, pacman); install by hand what provides: {}",
            missing.join(", ")
        );
    };
    let missing = manager.missing(&packages::names(manager, purpose));
    if missing.is_empty() {
        return Ok(());
    }
    say(&format!("installing {}", missing.join(" ")));
    let Some(as_root) = become_root() else {
        bail!("missing: {0}; run as root: {1} {0}", missing.join(" "), manager.install().join(" "));
    };
    manager.install_all(&as_root, &missing)?;
    let missing = manager.missing(&missing);
    if !missing.is_empty() {
        bail!("still missing after installing: {}", missing.join(" "));
    }
    Ok(())
}

/// What to put before a command so that it runs as root; `None` where there is no way.
fn become_root() -> Option<Vec<&'static str>> {
    if output("id", &["-u"]).is_some_and(|id| id.trim() == "0") {
        return Some(Vec::new());
    }
    if !is_installed("sudo") {
        return None;
    }
    if std::io::stdin().is_terminal() {
        return Some(vec!["sudo"]);
    }
    output("sudo", &["-n", "true"]).map(|_| vec!["sudo", "-n"])
}

fn run_as(as_root: &[&str], command: &[&str]) -> anyhow::Result<bool> {
    let mut words = as_root.iter().chain(command);
    let Some(program) = words.next() else { return Ok(false) };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::inherit());
    // Packages must not stop to ask; sudo drops the environment, apt reads it through `env`.
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(status(&mut command, program)?.success())
}

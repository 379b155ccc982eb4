//! The VST3 hosts of the tests and the reference scorer: Python packages in their own environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::say;
use crate::workspace::{Workspace, run};

/// Pinned, so that a host's new release does not change what the tests see.
const REQUIREMENTS: &str = "minihost==0.11.0\npedalboard==0.9.26\nmir_eval==0.8.2\n";

const CHECK: &str = "import minihost, pedalboard, mir_eval, numpy";

/// The interpreter of the environment, where it has been set up.
pub(crate) fn interpreter(workspace: &Workspace) -> Option<PathBuf> {
    let python = python_in(&folder(workspace));
    python.exists().then_some(python)
}

/// The interpreter of an environment: Windows keeps it elsewhere.
pub(super) fn python_in(environment: &Path) -> PathBuf {
    match cfg!(windows) {
        true => environment.join("Scripts").join("python.exe"),
        false => environment.join("bin").join("python"),
    }
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("hosts-venv")
}

/// Makes the environment, unless it is there and works.
pub(super) fn prepare(workspace: &Workspace) -> anyhow::Result<()> {
    let folder = folder(workspace);
    let stamp = folder.join("jamboree-requirements.txt");
    let python = python_in(&folder);
    if std::fs::read_to_string(&stamp).is_ok_and(|text| text == REQUIREMENTS) && works(&python) {
        return Ok(());
    }
    say("installing the test hosts (minihost, pedalboard, mir_eval) into target/hosts-venv");
    std::fs::create_dir_all(&workspace.target)?;
    run(
        Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder).stdin(Stdio::null()),
        "making a Python environment for the test hosts (python3 -m venv)",
    )?;
    let list = folder.join("requirements.txt");
    std::fs::write(&list, REQUIREMENTS)?;
    run(
        Command::new(&python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(&list)
            .stdin(Stdio::null()),
        "installing the test hosts (pip)",
    )?;
    anyhow::ensure!(works(&python), "the test hosts were installed but can't be imported");
    std::fs::rename(&list, &stamp).context("the test hosts' environment can't be written")
}

fn works(python: &Path) -> bool {
    Command::new(python)
        .args(["-c", CHECK])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

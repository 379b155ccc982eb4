//! The model that hears style: fetched once as a Python package, converted, and put into the
//! user's data folder.
//!
//! The package is `musicnn` by J. Pons (ISC licence); what is taken from it are the weights of
//! MSD_musicnn as TensorFlow wrote them. Where from is up to pip's own settings. What arrives must
//! be, byte for byte, what this was written for, and so must what is made of it: nothing is left
//! half done, and nothing is done twice.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use super::python::python_in;
use crate::say;
use crate::workspace::Workspace;

mod checkpoint;
mod convert;
mod wheel;

use checkpoint::Checkpoint;

const PACKAGE: &str = "musicnn==0.1.0";
/// What Python is called on this system or that.
const PYTHONS: [&str; 3] = ["python3", "python", "py"];
const WHEEL: &str = "musicnn-0.1.0-py3-none-any.whl";
const WHEEL_SHA256: &str = "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa";

/// Installs the model, unless it is there.
pub(super) fn prepare(workspace: &Workspace) -> anyhow::Result<()> {
    match library::style_model() {
        Ok(Some(_)) => return Ok(()),
        Ok(None) => {}
        Err(error) => say(&format!("{error}; it is made anew")),
    }
    say(&format!("fetching the model that hears style ({PACKAGE}, 29 MB, ISC licence)"));
    let folder = workspace.target.join("style-model");
    let wheel = fetch(workspace, &folder)?;
    let model = converted(&wheel)?;
    let path = library::install_style_model(&model)?;
    // The package is of no more use; what can't be removed only takes room.
    let _ = std::fs::remove_dir_all(&folder);
    say(&format!("the model that hears style is in {}", path.display()));
    Ok(())
}

/// The model's bytes, from the package's.
fn converted(wheel: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes =
        std::fs::read(wheel).with_context(|| format!("{} can't be read", wheel.display()))?;
    wheel::verify(&bytes, WHEEL_SHA256)
        .with_context(|| format!("{} is not used", wheel.display()))?;
    let index = wheel::file(&bytes, "musicnn/MSD_musicnn/.index")?;
    let data = wheel::file(&bytes, "musicnn/MSD_musicnn/.data-00000-of-00001")?;
    convert::convert(&Checkpoint::read(&index, data)?)
}

/// Downloads the package with pip, which checks the hash as well.
fn fetch(workspace: &Workspace, folder: &Path) -> anyhow::Result<PathBuf> {
    let python = python_with_pip(workspace, folder)?;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{} can't be made", folder.display()))?;
    let list = folder.join("requirements.txt");
    std::fs::write(&list, format!("{PACKAGE} --hash=sha256:{WHEEL_SHA256}\n"))
        .with_context(|| format!("{} can't be written", list.display()))?;
    let status = Command::new(&python)
        .args([
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--retries",
            "1",
            "--no-deps",
        ])
        .args(["--only-binary", ":all:", "--require-hashes", "--dest"])
        .arg(folder)
        .arg("-r")
        .arg(&list)
        .stdin(Stdio::null())
        .status()
        .with_context(|| format!("{} can't be started", python.display()))?;
    ensure!(
        status.success(),
        "pip could not fetch {PACKAGE}; is there a network? Everything else works without the \
         model; `cargo xtask setup --for style` tries again"
    );
    let wheel = folder.join(WHEEL);
    ensure!(wheel.exists(), "pip did not leave {WHEEL} in {}", folder.display());
    Ok(wheel)
}

/// A Python that has pip: that of the test hosts, the system's, or one in an environment made here.
fn python_with_pip(workspace: &Workspace, folder: &Path) -> anyhow::Result<PathBuf> {
    let known = super::interpreter(workspace).into_iter();
    let known = known.chain(PYTHONS.map(PathBuf::from));
    if let Some(python) = known.into_iter().find(|python| has_pip(python)) {
        return Ok(python);
    }
    let environment = folder.join("venv");
    let makes = |python: &&str| {
        let mut command = Command::new(python);
        command.args(["-m", "venv", "--clear"]).arg(&environment).stdin(Stdio::null());
        command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let is_made = PYTHONS.iter().any(makes);
    let python = python_in(&environment);
    if !is_made || !has_pip(&python) {
        bail!("no Python with pip was found to fetch {PACKAGE}; install python3 and python3-venv");
    }
    Ok(python)
}

fn has_pip(python: &Path) -> bool {
    Command::new(python)
        .args(["-m", "pip", "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

//! Where the workspace is, and how its tools are run.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, bail};

/// The workspace and its target folder.
#[derive(Debug)]
pub(crate) struct Workspace {
    /// Folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds, `CARGO_TARGET_DIR` and cargo's configuration respected.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo. Needs no network: the lock file is committed and nothing is resolved.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let root = root();
        let output = cargo(&root)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .stderr(Stdio::inherit())
            .output()
            .context("cargo can't be started; is it on the PATH?")?;
        if !output.status.success() {
            bail!("cargo can't read the workspace at {}", root.display());
        }
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let target = metadata["target_directory"].as_str().context("cargo names no target")?;
        Ok(Self { target: target.into(), root })
    }

    /// A cargo command that runs in the workspace.
    pub(crate) fn cargo(&self) -> Command {
        cargo(&self.root)
    }
}

/// The workspace this command was built from, or is run in through cargo.
pub(crate) fn root() -> PathBuf {
    let manifest_dir = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .filter(|dir| dir.ends_with("xtask"))
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    manifest_dir.parent().map(Path::to_path_buf).unwrap_or(manifest_dir)
}

fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    // A cargo started by cargo is told about our own package; what it builds must not see that.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|n| n.starts_with("CARGO_PKG_") || n == "CARGO_MANIFEST_DIR") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs `command` to its end, its output going to the terminal; fails where it fails.
pub(crate) fn run(command: &mut Command, what: &str) -> anyhow::Result<()> {
    let status = status(command, what)?;
    if !status.success() {
        bail!("{what} failed ({status})");
    }
    Ok(())
}

/// Runs `command` to its end, its output going to the terminal.
pub(crate) fn status(command: &mut Command, what: &str) -> anyhow::Result<ExitStatus> {
    command.status().with_context(|| {
        format!("{what} can't be started: {}", command.get_program().to_string_lossy())
    })
}

/// Whether a program of that name is on the PATH.
pub(crate) fn is_installed(program: impl AsRef<OsStr>) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|dir| dir.join(program.as_ref()).is_file())
    })
}

/// What `program` prints, where it can be started and succeeds.
pub(crate) fn output(program: impl AsRef<OsStr>, args: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

//! Builds and starts the standalone.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Context;

use crate::cli::Purpose;
use crate::setup;
use crate::workspace::{Workspace, output, run, status};

/// The command: the exit code is the standalone's own.
pub(crate) fn command(args: &[String]) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    setup::prepare(&workspace, Purpose::Window)?;
    start(&workspace, args)
}

/// Builds and starts it; paths among `args` keep their meaning, for it runs where we run.
pub(crate) fn start(workspace: &Workspace, args: &[String]) -> anyhow::Result<ExitCode> {
    let program = build(workspace)?;
    let status = status(Command::new(&program).args(args), "the standalone")?;
    let code = status.code().with_context(|| format!("the standalone ended early ({status})"))?;
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Builds it; the program's path.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    run(
        workspace.cargo().args(["build", "--package", "jam"]).args(features()),
        "building the standalone",
    )?;
    Ok(workspace.target.join("debug").join("jam").with_extension(std::env::consts::EXE_EXTENSION))
}

/// JACK is built in where its development files are there.
pub(crate) fn features() -> &'static [&'static str] {
    match output("pkg-config", &["--exists", "jack"]) {
        Some(_) => &["--features", "jam/jack"],
        None => &[],
    }
}

//! The pictures of the README: the real panel listening to the demo song, in each language.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::Context;

use crate::cli::Purpose;
use crate::workspace::{Workspace, run};
use crate::{jam, say, setup};

/// Language tags of the panel and of the pictures' names.
const LANGUAGES: [&str; 2] = ["en", "zh-Hans"];

/// When the picture is taken: the second section of the song, where every zone has something to say.
const AT_SECONDS: &str = "33";

/// The command: writes `docs/panel-<language>.png`.
pub(crate) fn command() -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    setup::prepare(&workspace, Purpose::Test)?;
    let program = jam::build(&workspace)?;
    let folder = workspace.root.join("docs");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("{} can't be made", folder.display()))?;
    for language in LANGUAGES {
        let picture = folder.join(format!("panel-{language}.png"));
        say(&format!("listening for {AT_SECONDS} s, then a picture of the panel in {language}"));
        run(&mut windowed(&program, language, &picture), "the standalone")?;
        crate::tell(&picture.display().to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The standalone in a window, on a virtual display where there is no other.
fn windowed(program: &Path, language: &str, picture: &Path) -> Command {
    let has_display = std::env::var_os("DISPLAY").is_some_and(|display| !display.is_empty());
    let mut command = if cfg!(target_os = "linux") && !has_display {
        let mut xvfb = Command::new("xvfb-run");
        xvfb.args(["-a", "-s", "-screen 0 1280x900x24 +extension GLX"]).arg(program);
        xvfb.env("LIBGL_ALWAYS_SOFTWARE", "1");
        xvfb
    } else {
        Command::new(program)
    };
    command.args(["--demo", "--language", language, "--seconds", AT_SECONDS, "--screenshot"]);
    command.arg(picture);
    command
}

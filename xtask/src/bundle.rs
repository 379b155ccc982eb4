//! The plugin as hosts load it: built, bundled, and copied to where hosts look.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::cli::Purpose;
use crate::workspace::Workspace;
use crate::{licences, setup};

/// What `bundler.toml` calls the plugin.
const NAME: &str = "Jamboree";
const PACKAGE: &str = "plugin";

/// The two bundles.
#[derive(Debug)]
pub(crate) struct Bundles {
    pub(crate) clap: PathBuf,
    pub(crate) vst3: PathBuf,
}

/// The command `bundle`.
pub(crate) fn command(release: bool) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    let bundles = bundle(&workspace, release)?;
    crate::tell(&bundles.clap.display().to_string())?;
    crate::tell(&bundles.vst3.display().to_string())?;
    Ok(ExitCode::SUCCESS)
}

/// The command `install`.
pub(crate) fn install() -> anyhow::Result<ExitCode> {
    let folders = PluginFolders::of_user()?;
    let workspace = Workspace::find()?;
    setup::prepare(&workspace, Purpose::Window)?;
    let bundles = bundle(&workspace, true)?;
    for (from, folder) in [(&bundles.clap, &folders.clap), (&bundles.vst3, &folders.vst3)] {
        let to = replace(from, folder)?;
        crate::tell(&format!("installed {}", to.display()))?;
    }
    crate::tell("hosts find it at their next scan")?;
    Ok(ExitCode::SUCCESS)
}

/// Builds and bundles.
pub(crate) fn bundle(workspace: &Workspace, release: bool) -> anyhow::Result<Bundles> {
    std::env::set_current_dir(&workspace.root).context("the workspace can't be entered")?;
    nice_plug_xtask::build(&[PACKAGE.to_owned()], profile(release))?;
    package(workspace, release)
}

/// Bundles what was built. Names, folders, property lists and signing are the framework's.
pub(crate) fn package(workspace: &Workspace, release: bool) -> anyhow::Result<Bundles> {
    // The framework would look for the outermost Cargo.toml above; ours is where we say it is.
    std::env::set_current_dir(&workspace.root).context("the workspace can't be entered")?;
    let folder = workspace.target.join("bundled");
    let bundles = Bundles {
        clap: folder.join(format!("{NAME}.clap")),
        vst3: folder.join(format!("{NAME}.vst3")),
    };
    // A bundle left from before must not pass for one made now.
    for stale in [&bundles.clap, &bundles.vst3] {
        remove(stale)?;
    }
    nice_plug_xtask::bundle(&workspace.target, PACKAGE, profile(release), false)?;
    for made in [&bundles.clap, &bundles.vst3] {
        if !made.exists() {
            bail!("the bundle {} was not made", made.display());
        }
    }
    let list = folder.join("THIRD-PARTY.txt");
    fs::write(&list, licences::list(workspace, PACKAGE)?)
        .with_context(|| format!("{} can't be written", list.display()))?;
    Ok(bundles)
}

fn profile(release: bool) -> &'static [String] {
    static RELEASE: std::sync::LazyLock<[String; 1]> =
        std::sync::LazyLock::new(|| ["--release".to_owned()]);
    if release { RELEASE.as_slice() } else { &[] }
}

/// Where the user's hosts look for plugins.
struct PluginFolders {
    clap: PathBuf,
    vst3: PathBuf,
}

impl PluginFolders {
    fn of_user() -> anyhow::Result<Self> {
        let from = |variable: &str| -> anyhow::Result<PathBuf> {
            match std::env::var_os(variable).filter(|value| !value.is_empty()) {
                Some(value) => Ok(value.into()),
                None => {
                    bail!("the variable {variable} is not set, so your plugin folders are unknown")
                }
            }
        };
        let (clap, vst3) = if cfg!(target_os = "macos") {
            let plugins = from("HOME")?.join("Library/Audio/Plug-Ins");
            (plugins.join("CLAP"), plugins.join("VST3"))
        } else if cfg!(target_os = "windows") {
            let common = from("LOCALAPPDATA")?.join("Programs").join("Common");
            (common.join("CLAP"), common.join("VST3"))
        } else {
            (from("HOME")?.join(".clap"), from("HOME")?.join(".vst3"))
        };
        Ok(Self { clap, vst3 })
    }
}

/// Copies a bundle into `folder` beside an older one, then takes its place: a host that scans in
/// between finds either.
fn replace(from: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let to = folder.join(from.file_name().context("a bundle has a name")?);
    let coming = folder.join(format!(".{NAME}.coming"));
    let install = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        remove_entry(&coming)?;
        copy(from, &coming)?;
        remove_entry(&to)?;
        fs::rename(&coming, &to)
    };
    install().with_context(|| format!("{} can't be installed", to.display()))?;
    Ok(to)
}

fn remove(path: &Path) -> anyhow::Result<()> {
    remove_entry(path).with_context(|| format!("{} can't be replaced", path.display()))
}

fn remove_entry(path: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installing_replaces_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let bundle = dir.path().join("Jamboree.vst3");
        fs::create_dir_all(bundle.join("Contents/x86_64-linux")).unwrap();
        fs::write(bundle.join("Contents/x86_64-linux/Jamboree.so"), "new").unwrap();
        let folder = dir.path().join("plugins");
        fs::create_dir_all(folder.join("Jamboree.vst3/Contents/old")).unwrap();
        let to = replace(&bundle, &folder).unwrap();
        assert_eq!(
            fs::read_to_string(to.join("Contents/x86_64-linux/Jamboree.so")).unwrap(),
            "new"
        );
        assert!(!to.join("Contents/old").exists());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }
}

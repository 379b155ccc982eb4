//! The platform's package manager.

use anyhow::bail;

use super::run_as;
use crate::workspace::{is_installed, output};

/// A package manager we can drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manager {
    /// Debian, Ubuntu and their kin.
    Apt,
    /// Fedora and its kin.
    Dnf,
    /// Arch and its kin.
    Pacman,
}

impl Manager {
    /// The one this machine has.
    pub(super) fn find() -> Option<Self> {
        [(Self::Apt, "apt-get"), (Self::Dnf, "dnf"), (Self::Pacman, "pacman")]
            .into_iter()
            .find(|(_, program)| is_installed(program))
            .map(|(manager, _)| manager)
    }

    /// The words before the names of the packages to install.
    pub(super) fn install(self) -> &'static [&'static str] {
        match self {
            Self::Apt => &[
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
            ],
            Self::Dnf => &["dnf", "install", "-y", "--setopt=install_weak_deps=False"],
            Self::Pacman => &["pacman", "-S", "--noconfirm", "--needed"],
        }
    }

    fn refresh(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Apt => Some(&["apt-get", "update", "-qq"]),
            Self::Dnf => None,
            Self::Pacman => Some(&["pacman", "-Sy", "--noconfirm"]),
        }
    }

    /// Those of `names` that are not installed.
    pub(super) fn missing<'a>(self, names: &[&'a str]) -> Vec<&'a str> {
        names.iter().copied().filter(|name| !self.has(name)).collect()
    }

    fn has(self, name: &str) -> bool {
        match self {
            Self::Apt => output("dpkg-query", &["-W", "-f=${db:Status-Status}\\n", name])
                .is_some_and(|said| said.lines().any(|line| line == "installed")),
            Self::Dnf => output("rpm", &["-q", "--whatprovides", name]).is_some(),
            Self::Pacman => output("pacman", &["-Q", name]).is_some(),
        }
    }

    /// Installs `names`; package lists are fetched only where installing without that fails.
    pub(super) fn install_all(self, as_root: &[&str], names: &[&str]) -> anyhow::Result<()> {
        let install: Vec<&str> = self.install().iter().chain(names).copied().collect();
        let lists_are_there = self != Self::Apt || apt_has_lists();
        if lists_are_there && run_as(as_root, &install)? {
            return Ok(());
        }
        let Some(refresh) = self.refresh() else {
            bail!("the package manager could not install {}", names.join(" "));
        };
        if !run_as(as_root, refresh)? {
            bail!("`{}` failed; is there a network?", refresh.join(" "));
        }
        if !run_as(as_root, &install)? {
            bail!("the package manager could not install {}", names.join(" "));
        }
        Ok(())
    }
}

fn apt_has_lists() -> bool {
    std::fs::read_dir("/var/lib/apt/lists").is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.file_name().to_string_lossy().contains("_Packages"))
    })
}

//! What each purpose needs, by the names the distributions give it.
//!
//! The plugin and the panel link no system library: X11, xkbcommon and OpenGL are loaded when a
//! window opens. Only ALSA, for the standalone, is
//! linked; JACK where its development files are there.

use std::path::Path;

use super::Manager;
use crate::cli::Purpose;
use crate::workspace::is_installed;

struct Need {
    purpose: Purpose,
    /// A program or library that shows that it is there, for systems without a known manager.
    trace: &'static str,
    apt: &'static [&'static str],
    dnf: &'static [&'static str],
    pacman: &'static [&'static str],
}

const fn need(
    purpose: Purpose,
    trace: &'static str,
    apt: &'static [&'static str],
    dnf: &'static [&'static str],
    pacman: &'static [&'static str],
) -> Need {
    Need { purpose, trace, apt, dnf, pacman }
}

const NEEDS: &[Need] = &[
    need(Purpose::Build, "cc", &["gcc", "libc6-dev"], &["gcc"], &["gcc"]),
    need(Purpose::Build, "pkg-config", &["pkg-config"], &["pkgconf-pkg-config"], &["pkgconf"]),
    need(Purpose::Build, "libasound.so", &["libasound2-dev"], &["alsa-lib-devel"], &["alsa-lib"]),
    need(Purpose::Window, "libX11.so.6", &["libx11-6"], &["libX11"], &["libx11"]),
    need(Purpose::Window, "libX11-xcb.so.1", &["libx11-xcb1"], &["libX11-xcb"], &["libx11"]),
    need(Purpose::Window, "libxcb.so.1", &["libxcb1"], &["libxcb"], &["libxcb"]),
    need(Purpose::Window, "libXcursor.so.1", &["libxcursor1"], &["libXcursor"], &["libxcursor"]),
    need(Purpose::Window, "libXi.so.6", &["libxi6"], &["libXi"], &["libxi"]),
    need(Purpose::Window, "libXrandr.so.2", &["libxrandr2"], &["libXrandr"], &["libxrandr"]),
    need(
        Purpose::Window,
        "libxkbcommon-x11.so.0",
        &["libxkbcommon0", "libxkbcommon-x11-0"],
        &["libxkbcommon", "libxkbcommon-x11"],
        &["libxkbcommon", "libxkbcommon-x11"],
    ),
    need(
        Purpose::Window,
        "libGL.so.1",
        &["libgl1", "libegl1", "libgl1-mesa-dri"],
        &["libglvnd-glx", "libglvnd-egl", "mesa-dri-drivers"],
        &["libglvnd", "mesa"],
    ),
    need(
        Purpose::Test,
        "Xvfb",
        &["xvfb", "xauth"],
        &["xorg-x11-server-Xvfb", "xorg-x11-xauth"],
        &["xorg-server-xvfb", "xorg-xauth"],
    ),
    need(Purpose::Test, "xdotool", &["xdotool"], &["xdotool"], &["xdotool"]),
    need(Purpose::Test, "import", &["imagemagick"], &["ImageMagick"], &["imagemagick"]),
    need(
        Purpose::Test,
        "xwininfo",
        &["x11-utils"],
        &["xwininfo", "xprop"],
        &["xorg-xwininfo", "xorg-xprop"],
    ),
    need(Purpose::Test, "xfwm4", &["xfwm4"], &["xfwm4"], &["xfwm4"]),
    need(Purpose::Test, "xsettingsd", &["xsettingsd"], &["xsettingsd"], &["xsettingsd"]),
    need(
        Purpose::Test,
        "jackd",
        &["jackd2", "jack-tools", "libjack-jackd2-dev"],
        &[
            "jack-audio-connection-kit",
            "jack-audio-connection-kit-example-clients",
            "jack-audio-connection-kit-devel",
        ],
        &["jack2", "jack-example-tools"],
    ),
    need(Purpose::Test, "sox", &["sox"], &["sox"], &["sox"]),
    need(
        Purpose::Test,
        "python3",
        &["python3", "python3-venv"],
        &["python3", "python3-pip"],
        &["python", "python-pip"],
    ),
];

fn needs(purpose: Purpose) -> impl Iterator<Item = &'static Need> {
    NEEDS.iter().filter(move |need| need.purpose <= purpose)
}

/// The packages that `purpose` needs, as `manager` calls them.
pub(super) fn names(manager: Manager, purpose: Purpose) -> Vec<&'static str> {
    let mut names: Vec<&str> = needs(purpose)
        .flat_map(|need| match manager {
            Manager::Apt => need.apt,
            Manager::Dnf => need.dnf,
            Manager::Pacman => need.pacman,
        })
        .copied()
        .collect();
    names.dedup();
    names
}

/// Programs and libraries that `purpose` needs and that can't be found.
pub(super) fn missing_by_trace(purpose: Purpose) -> Vec<&'static str> {
    needs(purpose).map(|need| need.trace).filter(|trace| !is_there(trace)).collect()
}

fn is_there(trace: &str) -> bool {
    if !trace.contains(".so") {
        return is_installed(trace);
    }
    let triplet = format!("{}-linux-gnu", std::env::consts::ARCH);
    ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib"].iter().any(|dir| {
        Path::new(dir).join(trace).exists() || Path::new(dir).join(&triplet).join(trace).exists()
    })
}

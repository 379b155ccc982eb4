//! Finds the bundled plugins that the host tests load.

use std::path::{Path, PathBuf};

/// The bundled CLAP plugin, or `None` where the test is to be skipped.
pub fn clap() -> Option<PathBuf> {
    bundle("Jamboree.clap")
}

/// The bundled VST3 plugin, or `None` where the test is to be skipped.
pub fn vst3() -> Option<PathBuf> {
    bundle("Jamboree.vst3")
}

/// The CLAP plugin with the allocation detector, or `None` where the test is to be skipped.
pub fn detector() -> Option<PathBuf> {
    let path = std::env::var_os("JAMBOREE_DETECTOR")
        .map_or_else(|| workspace().join("target/detector/Jamboree.clap"), PathBuf::from);
    if path.exists() {
        return Some(path);
    }
    missing(&format!("{} is not there; `cargo xtask test` builds it", path.display()));
    None
}

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Says that something a host test needs is not there. Where `JAMBOREE_REQUIRE_HOSTS` is set, as
/// in CI, that is a failure: a skipped test proves nothing.
pub fn missing(what: &str) {
    let required = std::env::var_os("JAMBOREE_REQUIRE_HOSTS").is_some_and(|value| value == "1");
    assert!(!required, "{what}");
    eprintln!("skipped: {what}");
}

fn bundle(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("JAMBOREE_BUNDLES")
        .map_or_else(|| workspace().join("target/bundled"), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    missing(&format!("{} is not there; run `cargo xtask bundle`", path.display()));
    None
}

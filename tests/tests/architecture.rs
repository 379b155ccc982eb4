//! Which crate may know which, and the habits a reader relies on. A new edge between crates
//! changes `ARCHITECTURE.md` and the table here, or is a mistake.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every crate with the crates it may depend on; complete.
const ALLOWED: &[(&str, &[&str])] = &[
    ("analysis", &[]),
    ("advice", &["analysis"]),
    ("song", &["analysis"]),
    ("library", &["advice", "analysis"]),
    ("gui", &["advice", "analysis"]),
    ("fonts", &[]),
    ("live", &["advice", "analysis", "library"]),
    ("plugin", &["advice", "analysis", "fonts", "gui", "library", "live"]),
    ("jam", &["advice", "analysis", "fonts", "gui", "library", "live", "song"]),
    ("xtask", &["advice", "analysis", "library", "live", "song"]),
    ("parquet-table", &["library"]),
    ("tests", &["advice", "analysis", "gui", "jam", "library", "live", "plugin", "song", "xtask"]),
    ("rtsan", &["advice", "analysis", "library", "live", "plugin"]),
];

/// A crate that any crate's tests may use: the demo song is a fixture.
const FIXTURE: &str = "song";

/// Programs a bare machine must be able to build `xtask` without: windows and audio devices.
const NEEDS_A_SYSTEM: &[&str] =
    &["cpal", "eframe", "egui", "nice-plug", "nice-plug-core", "nice-plug-egui", "winit"];

/// Longest file.
const MAX_LINES: usize = 600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Normal,
    Build,
    Dev,
}

#[derive(Debug)]
struct Manifest {
    name: String,
    dir: PathBuf,
    dependencies: Vec<(Kind, String)>,
    inherits_lints: bool,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Reads what is needed of a manifest: tables, and the first word of each line in them.
fn read_manifest(dir: &Path) -> Manifest {
    let text = fs::read_to_string(dir.join("Cargo.toml")).unwrap();
    let mut manifest = Manifest {
        name: String::new(),
        dir: dir.to_path_buf(),
        dependencies: Vec::new(),
        inherits_lints: false,
    };
    let mut table = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']).to_owned();
            // "[dependencies.name]" and "[target.'cfg(unix)'.dependencies.name]".
            for (kind, word) in kinds() {
                if let Some((before, name)) = table.split_once(&format!("{word}."))
                    && (before.is_empty() || before.ends_with('.'))
                {
                    manifest.dependencies.push((kind, name.to_owned()));
                }
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let (key, value) = (key.trim(), value.trim());
        match table.as_str() {
            "package" if key == "name" => manifest.name = value.trim_matches('"').to_owned(),
            "lints" if key == "workspace" => manifest.inherits_lints = value == "true",
            _ => {
                for (kind, word) in kinds() {
                    if table == word || table.ends_with(&format!(".{word}")) {
                        let name = key.split('.').next().unwrap_or(key);
                        manifest.dependencies.push((kind, name.to_owned()));
                    }
                }
            }
        }
    }
    manifest
}

fn kinds() -> [(Kind, &'static str); 3] {
    [
        (Kind::Dev, "dev-dependencies"),
        (Kind::Build, "build-dependencies"),
        (Kind::Normal, "dependencies"),
    ]
}

fn manifests() -> Vec<Manifest> {
    let text = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let members = text.lines().find_map(|line| line.strip_prefix("members = [")).unwrap();
    members
        .split('"')
        .skip(1)
        .step_by(2)
        .map(|member| read_manifest(&root().join(member)))
        .collect()
}

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            if !entry.file_name().to_string_lossy().starts_with("target") {
                rust_files(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every package of the lock file with the packages it may pull in, on whatever system.
fn locked() -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let mut locked: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in text.split("[[package]]").skip(1) {
        let quoted = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
        let name = package.lines().find(|line| line.starts_with("name = ")).map(quoted).unwrap();
        let dependencies = package
            .lines()
            .filter(|line| line.starts_with(" \""))
            .map(|line| quoted(line).split(' ').next().unwrap_or_default().to_owned());
        locked.entry(name).or_default().extend(dependencies);
    }
    locked
}

#[test]
fn crates_know_only_what_they_may() {
    let manifests = manifests();
    let crates: BTreeSet<&str> = manifests.iter().map(|manifest| manifest.name.as_str()).collect();
    let listed: BTreeSet<&str> = ALLOWED.iter().map(|(name, _)| *name).collect();
    assert_eq!(crates, listed, "the table above and the workspace differ");
    for manifest in &manifests {
        let (_, allowed) = ALLOWED.iter().find(|(name, _)| *name == manifest.name).unwrap();
        for (kind, dependency) in &manifest.dependencies {
            let fixture = *kind == Kind::Dev && dependency == FIXTURE;
            assert!(
                !crates.contains(dependency.as_str())
                    || allowed.contains(&dependency.as_str())
                    || fixture,
                "{} must not know {dependency}",
                manifest.name
            );
        }
    }
}

#[test]
fn the_table_of_edges_points_downward() {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for (name, allowed) in ALLOWED {
        for dependency in *allowed {
            assert!(known.contains(dependency), "{name} points up to {dependency}");
        }
        known.insert(name);
    }
}

#[test]
fn xtask_builds_without_windows_or_audio_devices() {
    let locked = locked();
    let manifests = manifests();
    let xtask = manifests.iter().find(|manifest| manifest.name == "xtask").unwrap();
    // The lock file mixes in what tests need: start from what the manifests of our own crates
    // name, and follow the lock file from there.
    let mut open: Vec<String> = xtask.dependencies.iter().map(|(_, name)| name.clone()).collect();
    let mut linked: BTreeSet<String> = BTreeSet::new();
    while let Some(name) = open.pop() {
        if !linked.insert(name.clone()) {
            continue;
        }
        match manifests.iter().find(|manifest| manifest.name == name) {
            Some(ours) => open.extend(
                ours.dependencies
                    .iter()
                    .filter(|(kind, _)| *kind != Kind::Dev)
                    .map(|(_, name)| name.clone()),
            ),
            None => open.extend(locked.get(&name).into_iter().flatten().cloned()),
        }
    }
    assert!(linked.contains("realfft"), "the walk did not reach the bottom: {linked:?}");
    for banned in NEEDS_A_SYSTEM {
        assert!(!linked.contains(*banned), "xtask links {banned}");
    }
}

#[test]
fn only_programs_about_the_code_use_anyhow() {
    for manifest in manifests() {
        let uses = manifest.dependencies.iter().any(|(_, name)| name == "anyhow");
        let may = ["xtask", "tests"].contains(&manifest.name.as_str());
        assert!(!uses || may, "{} uses anyhow", manifest.name);
    }
}

#[test]
fn every_crate_inherits_the_lints_that_forbid_unsafe_code() {
    let text = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let lints = text.split("[workspace.lints.rust]").nth(1).unwrap();
    let lints = lints.split("\n[").next().unwrap();
    assert!(lints.contains("unsafe_code = \"forbid\""));
    for manifest in manifests() {
        // Loading a plugin as a host does is a call into foreign code, and a mapped file and a
        // processor's own instructions are no matter of types: where it says why that is sound.
        if ["tests", "library"].contains(&manifest.name.as_str()) {
            let text = fs::read_to_string(manifest.dir.join("Cargo.toml")).unwrap();
            assert!(text.contains("unsafe_code = \"deny\""));
        } else {
            assert!(manifest.inherits_lints, "{} has lints of its own", manifest.name);
        }
    }
}

/// The files outside the tests that may say `unsafe`.
const UNSAFE: &[&str] = &["library/src/mapping.rs", "library/src/simd.rs"];

#[test]
fn only_two_files_of_the_library_are_unsafe() {
    let mut files = Vec::new();
    rust_files(&root().join("library/src"), &mut files);
    for file in files {
        let is_allowed = UNSAFE.iter().any(|allowed| file.ends_with(allowed));
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.contains("allow(unsafe_code"), is_allowed, "{}", file.display());
    }
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut n_files = 0;
    for manifest in manifests() {
        let mut files = Vec::new();
        rust_files(&manifest.dir, &mut files);
        n_files += files.len();
        for file in files {
            let n_lines = fs::read_to_string(&file).unwrap().lines().count();
            assert!(n_lines <= MAX_LINES, "{} has {n_lines} lines", file.display());
            assert_ne!(file.file_name().unwrap(), "mod.rs", "{}", file.display());
        }
    }
    assert!(n_files > 50, "found only {n_files} files");
}

/// Modules of `std` that a text names, in groups (`std::{fs, io}`) too.
fn std_modules(code: &str) -> BTreeSet<&str> {
    let word = |text: &str| text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    let mut modules = BTreeSet::new();
    for rest in code.split("std::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default(),
            None => &rest[..word(rest)],
        };
        modules.extend(names.split(',').map(str::trim).map(|name| &name[..word(name)]));
    }
    modules
}

#[test]
fn analysis_and_advice_know_no_file_thread_or_clock() {
    const OUTSIDE: &[&str] = &["fs", "thread", "time", "net", "process", "env"];
    assert!(std_modules("use std::{f32, fs::File};").contains("fs"));
    for name in ["analysis", "advice", "song"] {
        let mut files = Vec::new();
        rust_files(&root().join(name).join("src"), &mut files);
        for file in files {
            // Tests inside the crate may read their fixtures.
            if file.to_string_lossy().ends_with("tests.rs") {
                continue;
            }
            let text = fs::read_to_string(&file).unwrap();
            let tests = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
            let modules = std_modules(&text[..tests]);
            for module in OUTSIDE {
                assert!(!modules.contains(module), "{} uses std::{module}", file.display());
            }
        }
    }
}

/// The files that run on the audio thread.
const AUDIO_THREAD: &[&str] = &["live/src/block.rs", "live/src/tap.rs", "plugin/src/process.rs"];

#[test]
fn locks_sleeps_and_printing_are_banned_on_the_audio_thread() {
    for file in AUDIO_THREAD {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let denied: String =
            text.split("#![deny(").skip(1).filter_map(|rest| rest.split(")]").next()).collect();
        for lint in ["disallowed_methods", "disallowed_types", "disallowed_macros"] {
            assert!(denied.contains(&format!("clippy::{lint}")), "{file} does not deny {lint}");
        }
    }
}

#[test]
fn every_thread_has_a_name() {
    for manifest in manifests() {
        let mut files = Vec::new();
        rust_files(&manifest.dir, &mut files);
        let here = Path::new(file!()).file_name();
        for file in files.into_iter().filter(|file| file.file_name() != here) {
            let text = fs::read_to_string(&file).unwrap();
            assert!(!text.contains("thread::spawn("), "{}: use thread::Builder", file.display());
            for built in text.split("thread::Builder::new()").skip(1) {
                assert!(built.trim_start().starts_with(".name("), "{}", file.display());
            }
        }
    }
}

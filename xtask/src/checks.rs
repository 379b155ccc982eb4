//! Every test there is, and everything else that continuous integration checks.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, bail};

use crate::cli::Purpose;
use crate::workspace::{Workspace, output, run};
use crate::{bundle, jam, licences, say, setup};

/// The command `test`.
pub(crate) fn test() -> anyhow::Result<ExitCode> {
    test_all(&Workspace::find()?)?;
    Ok(ExitCode::SUCCESS)
}

/// The command `ci`.
pub(crate) fn ci() -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    let mut failed = Vec::new();
    let mut check = |name: &'static str, result: anyhow::Result<()>| {
        if let Err(error) = result {
            say(&format!("{name}: {error:#}"));
            failed.push(name);
        }
    };
    let cargo = |args: &[&str], what: &str| {
        say(&format!("cargo {}", args.join(" ")));
        run(workspace.cargo().args(args), what)
    };
    check("format", cargo(&["fmt", "--all", "--check"], "cargo fmt"));
    check("licences", licences::check(&workspace));
    check("tests", test_all(&workspace));
    check(
        "lints",
        cargo(
            &["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"],
            "cargo clippy",
        ),
    );
    say("cargo doc --workspace --no-deps, warnings denied");
    check(
        "docs",
        run(
            workspace
                .cargo()
                .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"])
                .env("RUSTDOCFLAGS", "--deny warnings"),
            "cargo doc",
        ),
    );
    if failed.is_empty() {
        crate::tell("everything passed")?;
        return Ok(ExitCode::SUCCESS);
    }
    bail!("failed: {}", failed.join(", "))
}

fn test_all(workspace: &Workspace) -> anyhow::Result<()> {
    setup::prepare(workspace, Purpose::Build)?;
    let hosts = match setup::prepare(workspace, Purpose::Test) {
        Ok(()) => true,
        // Where nobody looks at what was skipped, nothing may be.
        Err(error) if std::env::var_os("CI").is_some() => return Err(error),
        Err(error) => {
            say(&format!("{error:#}; the tests that need hosts or a display skip, and say so"));
            false
        }
    };
    let detector = build_detector(workspace)?;
    // One compilation for all that follows: the same packages, targets and features as the tests.
    run(
        workspace
            .cargo()
            .args(["build", "--workspace", "--all-targets"])
            .args(jam::features())
            .args(left_out()),
        "building",
    )?;
    bundle::package(workspace, false)?;
    let mut counts = Counts::default();
    let mut tests = workspace.cargo();
    tests.args(["test", "--workspace", "--no-fail-fast"]).args(jam::features()).args(left_out());
    let program =
        workspace.target.join("debug/jam").with_extension(std::env::consts::EXE_EXTENSION);
    tests
        .env("JAMBOREE_BUNDLES", workspace.target.join("bundled"))
        .env("JAMBOREE_DETECTOR", detector)
        .env("JAMBOREE_JAM", program);
    if hosts {
        tests.env("JAMBOREE_REQUIRE_HOSTS", "1");
    }
    if let Some(python) = setup::interpreter(workspace) {
        tests.env("JAMBOREE_PYTHON", python);
    }
    let passed = counted(&mut tests, &mut counts)?;
    let sanitized = match sanitizer_library() {
        Some(library) => {
            say("what runs on the audio thread, once more under the realtime sanitizer");
            let mut tests = workspace.cargo();
            tests
                .args(["test", "--workspace", "--test", "rtsan"])
                .args(jam::features())
                .env("RTSAN_ENABLE", "1")
                .env("RTSAN_LIB_PATH", library);
            counted(&mut tests, &mut counts)?
        }
        // Every toolchain for this platform brings it, so that it is missing says nothing good.
        None if std::env::var_os("CI").is_some()
            && cfg!(all(target_os = "linux", target_arch = "x86_64")) =>
        {
            bail!(
                "this toolchain has no realtime sanitizer (librustc-*_rt.rtsan.a); \
                 install the one that rust-toolchain.toml names"
            );
        }
        None => {
            say("skipped: this toolchain has no realtime sanitizer for this platform");
            true
        }
    };
    crate::tell(&format!(
        "test result: {}. {} passed; {} failed; {} ignored, in all",
        if passed && sanitized { "ok" } else { "FAILED" },
        counts.passed,
        counts.failed,
        counts.ignored
    ))?;
    if !(passed && sanitized) {
        bail!("some tests failed");
    }
    Ok(())
}

/// The plugin that ends its host at the first allocation on the audio thread, kept apart from the
/// bundles so that nobody installs it. Built first: the ordinary build then takes its place.
fn build_detector(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    run(
        workspace
            .cargo()
            .args(["build", "--workspace", "--lib", "--features", "plugin/assert-process-allocs"])
            .args(jam::features()),
        "building the plugin with the allocation detector",
    )?;
    let library = format!("{}plugin{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let folder = workspace.target.join("detector");
    let detector = folder.join("Jamboree.clap");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::copy(workspace.target.join("debug").join(library), &detector))
        .with_context(|| format!("{} can't be written", detector.display()))?;
    Ok(detector)
}

/// A running program can't be replaced on Windows, and this is one.
fn left_out() -> &'static [&'static str] {
    if cfg!(windows) { &["--exclude", "xtask"] } else { &[] }
}

/// The runtime of LLVM's realtime sanitizer that comes with the toolchain.
fn sanitizer_library() -> Option<PathBuf> {
    let sysroot = output("rustc", &["--print", "sysroot"])?;
    let host = output("rustc", &["-vV"])?
        .lines()
        .find_map(|l| l.strip_prefix("host: ").map(str::to_owned))?;
    let folder = PathBuf::from(sysroot.trim()).join("lib/rustlib").join(host).join("lib");
    std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).find(|path| {
        path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("_rt.rtsan.a"))
    })
}

/// What the test programs said they did.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Counts {
    /// Adds up a line like "test result: ok. 12 passed; 0 failed; 1 ignored; …".
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|l| l.split_once(". "))
        else {
            return;
        };
        for part in counts.split(';') {
            let mut words = part.split_whitespace();
            let Some(n) = words.next().and_then(|word| word.parse::<u64>().ok()) else { continue };
            match words.next() {
                Some("passed") => self.passed += n,
                Some("failed") => self.failed += n,
                Some("ignored") => self.ignored += n,
                _ => {}
            }
        }
    }
}

/// Runs tests, passing their output on; whether all passed.
fn counted(command: &mut Command, counts: &mut Counts) -> anyhow::Result<bool> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cargo can't be started")?;
    let stdout = child.stdout.take().context("cargo's output can't be read")?;
    let mut lines = BufReader::new(stdout);
    let mut line = Vec::new();
    let mut out = std::io::stdout();
    while lines.read_until(b'\n', &mut line)? > 0 {
        counts.add(&String::from_utf8_lossy(&line));
        // The tests go on when nobody reads what they say.
        let _ = out.write_all(&line);
        line.clear();
    }
    Ok(child.wait()?.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_added_up() {
        let mut counts = Counts::default();
        for line in [
            "running 3 tests\n",
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; \
             finished in 0.52s\n",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out\n",
        ] {
            counts.add(line);
        }
        assert_eq!(counts, Counts { passed: 15, failed: 2, ignored: 1 });
    }
}

//! Files and folders in, one line a file out, in input order.
//!
//! Lines are written as soon as they are due and flushed, so that an interrupted run keeps what
//! was done.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use library::{AnalysisLine, Library, analyze_file, analyze_file_unlearned, audio_files, in_order};

use crate::cli::{AnalyzeArgs, Format};
use crate::index::bring_up_to_date;
use crate::listening::live_line;
use crate::usage::WrongArgument;
use crate::{SOME_FAILED, say};

/// The command.
pub(crate) fn command(args: &AnalyzeArgs) -> anyhow::Result<ExitCode> {
    if let Some(dir) = &args.library {
        // A library that can't be used is said before the work, not after it.
        drop(Library::open_or_create(dir)?);
    }
    let files = audio_files(&args.paths);
    if let Some(out) = &args.out {
        check_apart(out, &files)?;
    }
    let mut out: Box<dyn Write> = match &args.out {
        Some(path) => Box::new(
            File::create(path).with_context(|| format!("{} can't be written", path.display()))?,
        ),
        None => Box::new(io::stdout().lock()),
    };
    if files.is_empty() {
        say("no audio files there");
    }
    if args.format == Format::Csv {
        if args.live {
            say("a table has no room for timelines; --format jsonl prints them");
        }
        writeln!(out, "{}", AnalysisLine::csv_header())?;
    }
    let mut n_failed = 0;
    let mut failed = HashSet::new();
    let jobs = args.jobs.unwrap_or(0);
    let ways = Ways { live: args.live, learned: true };
    each_line(&files, ways, jobs, &mut |line| {
        if line.error.is_some() {
            n_failed += 1;
            failed.insert(place(Path::new(&line.file)));
        }
        match args.format {
            Format::Jsonl => serde_json::to_writer(&mut out, &line).map_err(io::Error::from)?,
            Format::Csv => write!(out, "{}", line.to_csv())?,
        }
        out.write_all(b"\n")?;
        out.flush()
    })?;
    let mut code = exit_code(n_failed, files.len());
    if let Some(dir) = &args.library {
        let (report, summary) = bring_up_to_date(dir, &args.paths, jobs)?;
        for (path, reason) in &report.failed {
            // What failed above has its line already.
            if failed.insert(place(path)) {
                say(&format!("{}: not in the library: {reason}", path.display()));
                code = ExitCode::from(SOME_FAILED);
            }
        }
        say(&summary);
    }
    Ok(code)
}

/// Lines written over one of the files they are about would destroy it.
fn check_apart(out: &Path, files: &[PathBuf]) -> anyhow::Result<()> {
    // What is not there yet can't be overwritten.
    let Ok(out_place) = out.canonicalize() else { return Ok(()) };
    if out.is_file() && files.iter().any(|file| place(file) == out_place) {
        return Err(WrongArgument(format!(
            "--out {} is one of the files to be analysed; expected another file",
            out.display()
        ))
        .into());
    }
    Ok(())
}

/// Where a file is, however its path was written.
fn place(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.into())
}

/// 3 where some failed; says how many.
pub(crate) fn exit_code(n_failed: usize, n_files: usize) -> ExitCode {
    if n_failed == 0 {
        return ExitCode::SUCCESS;
    }
    say(&format!("{n_failed} of {n_files} could not be analysed; each line says why"));
    ExitCode::from(SOME_FAILED)
}

/// How files are analysed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ways {
    /// Through the path of the plugin.
    pub(crate) live: bool,
    /// With the trained networks.
    pub(crate) learned: bool,
}

/// Analyses `files` on `jobs` threads (0: all cores) and hands out the lines in their order. Stops
/// early where `on_line` fails.
pub(crate) fn each_line(
    files: &[PathBuf],
    ways: Ways,
    jobs: usize,
    on_line: &mut dyn FnMut(AnalysisLine) -> io::Result<()>,
) -> io::Result<()> {
    let analyze = |path: &PathBuf| match ways {
        Ways { live: true, learned } => live_line(path, learned),
        Ways { live: false, learned: true } => AnalysisLine::of(path, &analyze_file(path)),
        Ways { live: false, learned: false } => {
            AnalysisLine::of(path, &analyze_file_unlearned(path))
        }
    };
    let bar = progress_bar(files.len());
    let stop = AtomicBool::new(false);
    let mut failed = None;
    in_order(files, jobs, &stop, analyze, &mut |_, line| {
        if failed.is_none()
            && let Err(error) = bar.suspend(|| on_line(line))
        {
            stop.store(true, Ordering::Relaxed);
            failed = Some(error);
        }
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    failed.map_or(Ok(()), Err)
}

/// Drawn on standard error, and only where that is a terminal.
pub(crate) fn progress_bar(len: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {eta} left {msg}");
    ProgressBar::new(len as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

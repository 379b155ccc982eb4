//! Folders in, a reference library out.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use library::{IndexOptions, IndexReport, Library, LibraryError, index};

use crate::analyze::{exit_code, progress_bar};
use crate::cli::IndexArgs;
use crate::say;
use crate::usage::WrongArgument;

/// The command.
pub(crate) fn command(args: &IndexArgs) -> anyhow::Result<ExitCode> {
    for dir in &args.dirs {
        if !dir.exists() {
            let text = format!("DIR '{}' is not there; expected a folder of music", dir.display());
            return Err(WrongArgument(text).into());
        }
    }
    let (report, summary) = bring_up_to_date(&args.library, &args.dirs, args.jobs.unwrap_or(0))?;
    for note in &report.notes {
        say(note);
    }
    for (path, reason) in &report.failed {
        say(&format!("{}: {reason}", path.display()));
    }
    crate::tell(&summary)?;
    let n_files = report.analysed + report.skipped + report.moved + report.copied;
    Ok(exit_code(report.failed.len(), n_files + report.failed.len()))
}

/// Indexes `paths`; what was done, and the same in words.
pub(crate) fn bring_up_to_date(
    dir: &Path,
    paths: &[PathBuf],
    jobs: usize,
) -> Result<(IndexReport, String), LibraryError> {
    let mut library = Library::open_or_create(dir)?;
    let bar = progress_bar(0);
    let report = index(&mut library, paths, IndexOptions { jobs, stop: None }, &mut |progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
    })?;
    bar.finish_and_clear();
    let summary = format!(
        "{} analysed ({:.0} s of audio), {} unchanged, {} moved, {} copies, {} removed, {} failed; \
         {} references in {}",
        report.analysed,
        report.audio_seconds,
        report.skipped,
        report.moved,
        report.copied,
        report.removed,
        report.failed.len(),
        library.n_tracks()?,
        dir.display()
    );
    Ok((report, summary))
}

//! Folders in, a reference library out.

use std::process::ExitCode;

use library::{IndexOptions, Library, index};

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
    let mut library = Library::open_or_create(&args.library)?;
    let bar = progress_bar(0);
    let options = IndexOptions { jobs: args.jobs.unwrap_or(0), stop: None };
    let report = index(&mut library, &args.dirs, options, &mut |progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
    })?;
    bar.finish_and_clear();
    for (path, reason) in &report.failed {
        say(&format!("{}: {reason}", path.display()));
    }
    crate::tell(&format!(
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
        args.library.display()
    ))?;
    let n_files = report.analysed + report.skipped + report.moved + report.copied;
    Ok(exit_code(report.failed.len(), n_files + report.failed.len()))
}

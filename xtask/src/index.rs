//! Folders in, a reference library out.

mod level;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use library::{IndexOptions, IndexReport, Library, LibraryError, index};

pub(crate) use self::level::Level;
use crate::analyze::{exit_code, progress_bar};
use crate::cli::IndexArgs;
use crate::out_file::{check_out, real};
use crate::usage::{WrongArgument, say_damaged_style_model};
use crate::{export, say, summary};

/// The command.
pub(crate) fn command(args: &IndexArgs) -> anyhow::Result<ExitCode> {
    for dir in &args.dirs {
        if !dir.exists() {
            let text = format!("DIR '{}' is not there; expected a folder of music", dir.display());
            return Err(WrongArgument(text).into());
        }
    }
    level::check(&args.level)?;
    check_outputs(args)?;
    let code = if args.dirs.is_empty() { ExitCode::SUCCESS } else { index_folders(args)? };
    if !args.level.is_empty() {
        for line in level::keep(&args.library, &args.level)? {
            tell_or_say(args, &line)?;
        }
    }
    if let Some(format) = args.export {
        export::command(&args.library, format, args.out.as_deref())?;
    }
    if let Some(page) = &args.summary {
        tell_or_say(args, &summary::command(&args.library, page)?)?;
    }
    Ok(code)
}

/// Before the work: what is to be written must not take the place of what must not be lost.
fn check_outputs(args: &IndexArgs) -> Result<(), WrongArgument> {
    for (option, out) in [("--out", &args.out), ("--summary", &args.summary)] {
        if let Some(out) = out {
            check_out(option, out, &args.library, &args.dirs)?;
        }
    }
    if let (Some(out), Some(page)) = (&args.out, &args.summary)
        && real(out) == real(page)
    {
        let text = format!("--summary {} is --out as well; expected another file", page.display());
        return Err(WrongArgument(text));
    }
    Ok(())
}

/// Says `line` on standard output, or beside it where that carries a table.
fn tell_or_say(args: &IndexArgs, line: &str) -> std::io::Result<()> {
    if args.export.is_some() && args.out.is_none() {
        say(line);
        return Ok(());
    }
    crate::tell(line)
}

fn index_folders(args: &IndexArgs) -> anyhow::Result<ExitCode> {
    let (report, summary) = bring_up_to_date(&args.library, &args.dirs, args.jobs.unwrap_or(0))?;
    for note in &report.notes {
        say(note);
    }
    for (path, reason) in &report.failed {
        say(&format!("{}: {reason}", path.display()));
    }
    tell_or_say(args, &summary)?;
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
    say_damaged_style_model();
    let bar = progress_bar(0);
    let report = index(&mut library, paths, IndexOptions { jobs, stop: None }, &mut |progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
    })?;
    bar.finish_and_clear();
    let summary = format!(
        "{} analysed ({:.0} s of audio), {} unchanged, {} moved, {} copies, {} removed, {} failed; \
         {} references in {}{}",
        report.analysed,
        report.audio_seconds,
        report.skipped,
        report.moved,
        report.copied,
        report.removed,
        report.failed.len(),
        library.n_tracks()?,
        dir.display(),
        match library.n_copies()? {
            0 => String::new(),
            1 => ", one of them a copy of another".to_owned(),
            n => format!(", {n} of them copies of others"),
        }
    );
    Ok((report, summary))
}

//! [`index`]: brings a library up to date with folders of music.
//!
//! Unchanged files (path, size, time of change) are passed over. A file that moved is recognised by
//! its content; where another took its old name in the same run, it may be analysed again. Files
//! that are gone are dropped, but only below folders that could be read. Every track is committed
//! when it is finished: an interrupted run goes on where it was.

mod plan;
mod run;
mod work;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use self::plan::{Plan, Task};
use self::run::{Run, lost_notes};
use self::work::Contents;
use crate::batch::{Outcome, in_order};
use crate::error::LibraryError;
use crate::library::Library;

/// How to index.
#[derive(Clone, Copy, Debug, Default)]
pub struct IndexOptions<'a> {
    /// Threads that decode and analyse; 0 for as many as there are processors.
    pub jobs: usize,
    /// Set from anywhere, it ends the run after the files being worked on.
    pub stop: Option<&'a AtomicBool>,
}

/// How far a run is, after each file.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// Files dealt with, those passed over included.
    pub done: usize,
    /// Files found.
    pub total: usize,
    /// The file just finished.
    pub file: &'a Path,
    /// Files that could not be analysed so far.
    pub failed: usize,
    /// Files passed over.
    pub skipped: usize,
    /// Seconds of audio analysed so far.
    pub audio_seconds: f64,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndexReport {
    /// Files decoded and analysed.
    pub analysed: usize,
    /// Files that are in the library and passed over because nothing about them changed, or only
    /// their date.
    pub skipped: usize,
    /// Files found at another place.
    pub moved: usize,
    /// Files that hold the same as another one, not analysed again.
    pub copied: usize,
    /// Files that are gone.
    pub removed: usize,
    /// Files that could not be analysed, now or in an earlier run, and why.
    pub failed: Vec<(PathBuf, String)>,
    /// Seconds of audio analysed.
    pub audio_seconds: f64,
    /// What else there is to say, a sentence each: folders found empty, files of the library lost.
    pub notes: Vec<String>,
    /// Whether it was stopped before the end.
    pub interrupted: bool,
}

/// Brings `library` up to date with `dirs` (files will do, too).
///
/// # Errors
/// Where the library can't be read or written. Files that can't be analysed are in the report.
pub fn index(
    library: &mut Library,
    dirs: &[PathBuf],
    options: IndexOptions<'_>,
    on_progress: &mut dyn FnMut(Progress<'_>),
) -> Result<IndexReport, LibraryError> {
    let mut notes = lost_notes(
        &library.give_up_damaged()?,
        "are analysed again where they lie in the folders given",
    );
    let known = library.store.known_tracks()?;
    let plan = Plan::make(dirs, &known);
    notes.extend(plan.empty_roots(&known).map(|(folder, n_tracks)| kept_note(folder, n_tracks)));
    let contents = Contents::of(&known);
    let mut run = Run {
        library,
        total: plan.n_files,
        report: IndexReport {
            skipped: plan.n_unchanged - plan.n_failed_before,
            failed: plan.failed.clone(),
            notes,
            ..IndexReport::default()
        },
        broken: None,
    };

    let halt = AtomicBool::new(false);
    let is_stopped = || options.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
    let work = |task: &Task| {
        if is_stopped() {
            halt.store(true, Ordering::Relaxed);
            return None;
        }
        Some(work::finish(task, &contents))
    };
    let mut n_finished = 0;
    let outcome = in_order(&plan.tasks, options.jobs, &halt, work, &mut |idx, finished| {
        let (Some(task), Some(finished)) = (plan.tasks.get(idx), finished) else { return };
        if run.broken.is_some() {
            return;
        }
        if let Err(error) = run.store(task, finished) {
            run.broken = Some(error);
            halt.store(true, Ordering::Relaxed);
            return;
        }
        n_finished += 1;
        on_progress(run.progress(n_finished + plan.n_unchanged, &task.path));
        if let Err(error) = run.settle_after(n_finished) {
            run.broken = Some(error);
            halt.store(true, Ordering::Relaxed);
        }
    });
    let outcome = outcome
        .map_err(|error| LibraryError::Io { path: run.library.dir().to_owned(), source: error })?;
    if let Some(error) = run.broken {
        return Err(error);
    }
    run.report.interrupted = outcome == Outcome::Stopped || n_finished < plan.tasks.len();
    if !run.report.interrupted {
        for track in plan.gone(&known) {
            // A track that moved has its new path by now and is not gone.
            if run.library.store.remove_if_at(track.id, &track.path)? {
                run.report.removed += 1;
            }
        }
    }
    let lost = run.library.settle()?;
    run.note_lost(&lost);
    Ok(run.report)
}

/// What is said of a folder that was found empty.
fn kept_note(folder: &Path, n_tracks: usize) -> String {
    let hint = match folder.parent() {
        Some(above) => format!("if they are gone for good, index {} to drop them", above.display()),
        None => "nothing was dropped".to_owned(),
    };
    format!(
        "{}: the folder is empty (is a disk missing?); its {n_tracks} references are kept; {hint}",
        folder.display()
    )
}

//! [`Run`]: puts what was found into the library, track by track, and counts it.

use std::path::Path;

use analysis::Bpm;

use super::plan::{Task, is_gone};
use super::work::{self, Finished, Found};
use super::{IndexReport, Progress};
use crate::analysis_line::AnalysisFacts;
use crate::chosen_tempo::choose;
use crate::error::LibraryError;
use crate::fingerprint_record::to_bytes;
use crate::library::{Library, Lost};
use crate::store::{ContentHash, NewTrack, Stamp, Stored};

/// A run under way.
pub(super) struct Run<'a> {
    pub(super) library: &'a mut Library,
    /// Files found.
    pub(super) total: usize,
    pub(super) report: IndexReport,
    /// What ended it early.
    pub(super) broken: Option<LibraryError>,
}

impl Run<'_> {
    /// Settles what was stored, now and then.
    pub(super) fn settle_after(&mut self, n_finished: usize) -> Result<(), LibraryError> {
        let lost = self.library.settle_after(n_finished)?;
        self.note_lost(&lost);
        Ok(())
    }

    /// Reports fingerprints that are lost.
    pub(super) fn note_lost(&mut self, lost: &[Lost]) {
        self.report.notes.extend(lost_notes(lost, "are analysed again by the next run"));
    }

    /// Stores what a task came to.
    pub(super) fn store(&mut self, task: &Task, finished: Finished) -> Result<(), LibraryError> {
        let finished = match finished {
            Finished { stamp, found: Found::Elsewhere { id, content }, .. } => {
                if self.store_known(task, stamp, id, &content)? {
                    return Ok(());
                }
                // The run has put something else in that track's place: files swapped names.
                work::analyse(task, stamp, Some(content))
            }
            finished => finished,
        };
        self.store_found(task, finished)
    }

    /// Stores a file that holds the same as track `id` did before the run; false if the track no
    /// longer does.
    fn store_known(
        &mut self,
        task: &Task,
        stamp: Stamp,
        id: i64,
        content: &ContentHash,
    ) -> Result<bool, LibraryError> {
        let store = &self.library.store;
        match store.path_with(id, content)? {
            Some(path) if is_gone(&path) => {
                store.move_to(id, &task.name, stamp)?;
                self.report.moved += 1;
            }
            Some(_) => {
                let record = match self.library.record_of(id) {
                    Err(LibraryError::Damaged { .. }) => return Ok(false),
                    record => record?,
                };
                store.copy_to(id, &task.name, stamp, record.as_deref())?;
                self.report.copied += 1;
            }
            None => return Ok(false),
        }
        Ok(true)
    }

    fn store_found(&mut self, task: &Task, finished: Finished) -> Result<(), LibraryError> {
        let store = &self.library.store;
        let Finished { stamp, content, found } = finished;
        match found {
            // Dealt with before.
            Found::Elsewhere { .. } => {}
            Found::Same => {
                store.touch(&task.name, stamp)?;
                match &task.last_error {
                    None => self.report.skipped += 1,
                    Some(reason) => {
                        self.report.failed.push((task.path.clone(), reason.clone()));
                    }
                }
            }
            Found::Analysed(mut done) => {
                let mut facts = AnalysisFacts::new(&done.analysis, done.cpu_seconds);
                let chosen = content.map(|content| store.chosen_tempo(&content)).transpose()?;
                if let Some(bpm) = chosen.flatten() {
                    let bpm = Bpm(bpm as f32);
                    facts.choose_tempo(bpm);
                    if let Some(fingerprint) = &mut done.analysis.fingerprint {
                        choose(&mut fingerprint.tempo, bpm);
                    }
                }
                let facts = serde_json::to_string(&facts).unwrap_or_default();
                let record = done.analysis.fingerprint.as_ref().map(to_bytes);
                store.put(&NewTrack {
                    path: &task.name,
                    stamp,
                    content,
                    title: done.tags.title.as_deref(),
                    artist: done.tags.artist.as_deref(),
                    genre: done.tags.genre.as_deref(),
                    audio_seconds: done.analysis.length.0,
                    result: Ok(Stored { facts: &facts, fingerprint: record.as_deref() }),
                })?;
                self.report.analysed += 1;
                self.report.audio_seconds += done.analysis.length.0;
            }
            Found::Failed { reason } => {
                store.put(&NewTrack {
                    path: &task.name,
                    stamp,
                    content,
                    title: None,
                    artist: None,
                    genre: None,
                    audio_seconds: 0.0,
                    result: Err(&reason),
                })?;
                self.report.failed.push((task.path.clone(), reason));
            }
        }
        Ok(())
    }

    /// How far it is, `done` files on.
    pub(super) fn progress<'p>(&self, done: usize, file: &'p Path) -> Progress<'p> {
        Progress {
            done,
            total: self.total,
            file,
            failed: self.report.failed.len(),
            skipped: self.report.skipped,
            audio_seconds: self.report.audio_seconds,
        }
    }
}

/// What is said of fingerprints that are lost.
pub(super) fn lost_notes(lost: &[Lost], what_now: &str) -> Vec<String> {
    let note = |lost: &Lost| {
        let Lost { path, reason, n_tracks } = lost;
        format!("{}: {reason}; the references lost ({n_tracks}) {what_now}", path.display())
    };
    lost.iter().map(note).collect()
}

//! What a thread does with one file: recognise its content, or analyse it.

use std::collections::HashMap;

use super::plan::{Task, stamp};
use crate::chosen_tempo::content_of;
use crate::file_analysis::{FileAnalysis, analyze_file_with_style};
use crate::store::{ContentHash, KnownTrack, Stamp};

/// Content that needs no new analysis, with a track that has it.
pub(super) struct Contents(HashMap<ContentHash, i64>);

impl Contents {
    /// Of the tracks known before the run.
    pub(super) fn of(known: &[KnownTrack]) -> Self {
        let current = known.iter().filter(|track| track.is_current && track.error.is_none());
        Self(current.filter_map(|track| Some((track.content?, track.id))).collect())
    }
}

/// A file that was looked at.
pub(super) struct Finished {
    /// As it was before it was read: a change meanwhile is seen by the next run.
    pub(super) stamp: Stamp,
    /// `None` where it could not be read, so that it is tried again.
    pub(super) content: Option<ContentHash>,
    pub(super) found: Found,
}

/// What was found in it.
pub(super) enum Found {
    /// The same as the last time.
    Same,
    /// The same as in another track before the run.
    Elsewhere { id: i64, content: ContentHash },
    /// Something new.
    Analysed(Box<FileAnalysis>),
    /// Nothing that can be analysed.
    Failed { reason: String },
}

/// Looks at a file.
pub(super) fn finish(task: &Task, contents: &Contents) -> Finished {
    let stamp = stamp(&task.path).unwrap_or(Stamp { size: -1, modified_ns: 0 });
    let content = content_of(&task.path).ok();
    if content.is_some() && content == task.last_content {
        return Finished { stamp, content, found: Found::Same };
    }
    if let Some(hash) = content
        && let Some(&id) = contents.0.get(&hash)
    {
        return Finished { stamp, content, found: Found::Elsewhere { id, content: hash } };
    }
    analyse(task, stamp, content)
}

/// Analyses a file that is not recognised.
pub(super) fn analyse(task: &Task, stamp: Stamp, content: Option<ContentHash>) -> Finished {
    match analyze_file_with_style(&task.path) {
        Ok(done) => Finished { stamp, content, found: Found::Analysed(Box::new(done)) },
        Err(error) => Finished {
            stamp,
            content: content.filter(|_| error.is_about_the_content()),
            found: Found::Failed { reason: error.to_string() },
        },
    }
}

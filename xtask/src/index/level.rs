//! `--level FILE=1/2`: the metrical level that the user knows to be right, kept in the library.

use std::path::{Path, PathBuf};

use analysis::{Bpm, TempoRelation};
use anyhow::{Context, anyhow};
use library::Library;

use crate::usage::WrongArgument;

/// The level of one file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Level {
    file: PathBuf,
    /// Of the tempo heard; `None` is that one itself.
    relation: Option<TempoRelation>,
}

impl Level {
    /// Reads `song.flac=1/2`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (file, level) = text
            .rsplit_once('=')
            .ok_or_else(|| "expected FILE=LEVEL, as in song.flac=1/2".to_owned())?;
        let relation = match level {
            "1" => None,
            _ => Some(TempoRelation::parse(level).ok_or_else(|| {
                let known = TempoRelation::ALL.map(TempoRelation::name).join(", ");
                format!("'{level}' is no level; expected 1 or one of {known}")
            })?),
        };
        Ok(Self { file: file.into(), relation })
    }
}

/// Before the work: every file must be there.
pub(super) fn check(levels: &[Level]) -> Result<(), WrongArgument> {
    match levels.iter().find(|level| !level.file.is_file()) {
        Some(Level { file, .. }) => {
            let text = format!("--level: FILE '{}' is not there", file.display());
            Err(WrongArgument(format!("{text}; expected a file of the library")))
        }
        None => Ok(()),
    }
}

/// Keeps the levels in the library in `dir`; what was done, a sentence each.
pub(super) fn keep(dir: &Path, levels: &[Level]) -> anyhow::Result<Vec<String>> {
    let mut library = Library::open(dir)?;
    levels.iter().map(|level| keep_one(&mut library, dir, level)).collect()
}

fn keep_one(library: &mut Library, dir: &Path, level: &Level) -> anyhow::Result<String> {
    let file = level.file.display();
    let heard = library.heard_tempo(&level.file)?.with_context(|| {
        let dir = dir.display();
        format!("{file} has no tempo in {dir}; index its folder first, where that was not done")
    })?;
    let chosen = Bpm(heard.0 * level.relation.map_or(1.0, TempoRelation::ratio));
    if !(20.0..=400.0).contains(&chosen.0) {
        return Err(anyhow!("{file}: {chosen:.1} is no tempo; choose a level from 20 to 400 BPM"));
    }
    let n_tracks = library.choose_tempo(&level.file, chosen)?;
    Ok(match n_tracks {
        0 | 1 => format!("{file}: {:.1} BPM from now on, where {:.1} was heard", chosen.0, heard.0),
        n => format!(
            "{file}: {:.1} BPM from now on, where {:.1} was heard, as its copies ({n} files)",
            chosen.0, heard.0
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_read_and_nonsense_is_refused() {
        let half = Level { file: "a=b.wav".into(), relation: Some(TempoRelation::Half) };
        assert_eq!(Level::parse("a=b.wav=1/2"), Ok(half));
        assert_eq!(Level::parse("x.wav=1").unwrap().relation, None);
        assert!(Level::parse("x.wav").unwrap_err().contains("song.flac=1/2"));
        assert!(Level::parse("x.wav=5/4").unwrap_err().contains("1/3, 1/2, 2/3"));
    }
}

//! The truth file: one row a recording, with the files that hold its beats and chords.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::harte::Harte;
use super::meter;

/// One recording's truth.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The recording, relative paths resolved.
    pub(crate) path: PathBuf,
    pub(crate) set: String,
    pub(crate) key: String,
    pub(crate) bpm: Option<f64>,
    /// Beats in a bar: what the column `meter` says, else the usual bar of the beats.
    pub(crate) beats_per_bar: Option<usize>,
    pub(crate) beats: Option<Beats>,
    pub(crate) chords: Option<Vec<Segment>>,
}

/// Beat times in seconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beats {
    pub(crate) all: Vec<f64>,
    pub(crate) downbeats: Vec<f64>,
}

/// A stretch with one label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Segment {
    pub(crate) start: f64,
    pub(crate) end: f64,
    pub(crate) chord: Harte,
}

/// The rows of a truth file, found by path or, failing that, by file name.
#[derive(Debug)]
pub(crate) struct Truth {
    pub(crate) rows: Vec<Row>,
    by_path: HashMap<PathBuf, usize>,
    by_name: HashMap<String, usize>,
}

impl Truth {
    /// Reads a truth file; of `sets`, where any are named, only the rows of these.
    pub(crate) fn read(path: &Path, sets: &[String]) -> anyhow::Result<Self> {
        let base = std::path::absolute(path)?.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut reader = csv::Reader::from_path(path)
            .with_context(|| format!("truth file {} can't be read", path.display()))?;
        let headers = reader.headers()?.clone();
        if !headers.iter().any(|name| name == "file") {
            bail!("truth file {}: expected a header with the column `file`", path.display());
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.with_context(|| format!("truth file {}", path.display()))?;
            let field = |name: &str| {
                headers.iter().position(|h| h == name).and_then(|i| record.get(i)).unwrap_or("")
            };
            if !sets.is_empty() && !sets.iter().any(|set| field("set") == set) {
                continue;
            }
            let side_file =
                |name: &str| Some(field(name)).filter(|f| !f.is_empty()).map(|f| base.join(f));
            let beats = side_file("beats_file").map(|path| read_beats(&path)).transpose()?;
            rows.push(Row {
                path: std::path::absolute(base.join(field("file")))?,
                set: field("set").to_owned(),
                key: field("key").to_owned(),
                bpm: field("bpm").trim().parse().ok().filter(|bpm| *bpm > 0.0),
                beats_per_bar: meter::parse(field("meter"))
                    .or_else(|| meter::of_beats(beats.as_ref()?)),
                beats,
                chords: side_file("chords_file").map(|path| read_chords(&path)).transpose()?,
            });
        }
        if rows.is_empty() {
            if sets.is_empty() {
                bail!("{} has no rows", path.display());
            }
            bail!("{} has no row whose set is {}", path.display(), sets.join(" or "));
        }
        Ok(Self::new(rows))
    }

    fn new(rows: Vec<Row>) -> Self {
        let mut by_path = HashMap::new();
        let mut by_name = HashMap::new();
        for (i, row) in rows.iter().enumerate() {
            by_path.insert(row.path.clone(), i);
            by_name.entry(name_of(&row.path)).or_insert(i);
        }
        Self { rows, by_path, by_name }
    }

    /// The row of `file`: the same path, or the same file name.
    pub(crate) fn row(&self, file: &str) -> Option<&Row> {
        let path = std::path::absolute(file).ok()?;
        let idx = self.by_path.get(&path).or_else(|| self.by_name.get(&name_of(&path)))?;
        self.rows.get(*idx)
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn rows_of_words(path: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} can't be read", path.display()))?;
    Ok(text
        .lines()
        .map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
        .collect())
}

fn number(words: &[String], idx: usize, path: &Path) -> anyhow::Result<f64> {
    words.get(idx).and_then(|word| word.parse().ok()).with_context(|| {
        format!("{}: expected a number, read {:?}", path.display(), words.get(idx))
    })
}

/// Reads `seconds<TAB>position in bar` lines.
fn read_beats(path: &Path) -> anyhow::Result<Beats> {
    let mut beats = Beats::default();
    for (idx, words) in rows_of_words(path)?.into_iter().enumerate() {
        let at = number(&words, 0, path)?;
        if beats.all.last().is_some_and(|last| *last > at) || !at.is_finite() {
            bail!("{}, row {}: beats must be in time order", path.display(), idx + 1);
        }
        beats.all.push(at);
        if words.len() > 1 && number(&words, 1, path)? == 1.0 {
            beats.downbeats.push(at);
        }
    }
    Ok(beats)
}

/// Reads `start end label` lines.
fn read_chords(path: &Path) -> anyhow::Result<Vec<Segment>> {
    rows_of_words(path)?
        .into_iter()
        .filter(|words| words.len() >= 3)
        .map(|words| {
            Ok(Segment {
                start: number(&words, 0, path)?,
                end: number(&words, 1, path)?,
                chord: Harte::read_or_none(&words[2]),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beats_out_of_order_are_refused_with_file_and_row() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("song.beats");
        std::fs::write(&path, "0.5\t1\n1.5\t2\n1.0\t3\n").unwrap();
        let error = read_beats(&path).unwrap_err().to_string();
        assert!(error.ends_with("song.beats, row 3: beats must be in time order"), "{error}");
        std::fs::write(&path, "0.5\t1\n1.0\t2\n").unwrap();
        assert_eq!(read_beats(&path).unwrap().downbeats, [0.5]);
    }
}

//! Measures matching on labelled recordings: what sounds alike is to be near.
//!
//! Three questions are put to each set of recordings. *Same track*: the first 30 s of a file look
//! for its last 30 s among those of all files. *Same group* (a soundtrack, a genre): how many of
//! the nearest whole files, the file itself left out, are of its group. *Live*: the first seconds,
//! sent through the path of the plugin, look for their file, and for its last 30 s. Every figure
//! stands beside its standard error over the recordings and above what chance would reach, and the
//! same questions are put to two simpler representations.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use advice::{Aspect, Weights, compare};
use anyhow::{Context, bail};
use library::{audio_files, in_order};
use serde_json::{Map, Value, json};

use crate::analyze::progress_bar;
use crate::cli::EvalMatchArgs;
use crate::{SOME_FAILED, say};

mod excerpts;
mod frame_statistics;
mod labels;
mod measures;

use excerpts::{Excerpts, Piece};
use frame_statistics::standardized;
use labels::{Labelled, Set};
use measures::{Figure, chance_of_group, precision, recall};

/// Neighbours counted for the same group.
const NEIGHBOURS: [usize; 3] = [1, 3, 5];

/// The command.
pub(crate) fn command(args: &EvalMatchArgs) -> anyhow::Result<ExitCode> {
    let mut n_failed = 0;
    let mut tables = Vec::new();
    for path in &args.data {
        let set = Set::read(path, args.group.as_deref(), args.set.as_deref())?;
        let (table, n_unread) = measured(set, args)?;
        n_failed += n_unread;
        tables.push(table);
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        let tables: Vec<Value> = tables.iter().map(Table::as_json).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&tables)?)?;
    } else {
        for table in &tables {
            table.print(&mut out)?;
        }
    }
    Ok(if n_failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_FAILED) })
}

/// The figures of one set.
struct Table {
    name: String,
    n_files: usize,
    n_groups: usize,
    live_seconds: Option<f64>,
    /// What each figure is called; then what chance reaches.
    columns: Vec<(String, f64)>,
    rows: Vec<(String, Vec<Figure>)>,
}

/// A way to say how far two pieces are apart.
type Distance<'a> = dyn Fn(&Piece, &Piece) -> f32 + 'a;

/// Analyses the files of a set and puts the questions; how many files could not be read.
fn measured(set: Set, args: &EvalMatchArgs) -> anyhow::Result<(Table, usize)> {
    let bar = progress_bar(set.files.len());
    let mut read: Vec<(&Labelled, Excerpts)> = Vec::new();
    let mut n_failed = 0;
    let altered = args.queries.as_deref().map(named_files).unwrap_or_default();
    let listen = |file: &Labelled| {
        let asking = match &args.queries {
            Some(dir) => Some(
                altered
                    .get(&stem(&file.path))
                    .with_context(|| format!("no file of this name in {}", dir.display()))?,
            ),
            None => None,
        };
        Excerpts::of(&file.path, asking.map(PathBuf::as_path), args.live_seconds)
    };
    let never = AtomicBool::new(false);
    in_order(&set.files, args.jobs.unwrap_or(0), &never, listen, &mut |idx, done| {
        bar.inc(1);
        match done {
            Ok(excerpts) => read.push((&set.files[idx], excerpts)),
            Err(error) => {
                n_failed += 1;
                let file = set.files[idx].path.display();
                bar.suspend(|| say(&format!("{file}: {error:#}")));
            }
        }
    })?;
    bar.finish_and_clear();
    if read.len() < 2 {
        bail!("{}: fewer than two recordings could be compared; give more", set.name);
    }
    let groups: Vec<&str> = read.iter().map(|(file, _)| file.group.as_str()).collect();
    let mut pieces: Vec<Excerpts> = read.iter().map(|(_, excerpts)| excerpts.clone()).collect();
    standardized(&mut pieces);

    let mut columns = vec![("same track R@1".to_owned(), 1.0 / pieces.len() as f64)];
    for k in NEIGHBOURS {
        columns.push((format!("same group P@{k}"), chance_of_group(&groups)));
    }
    if let Some(seconds) = args.live_seconds {
        for part in ["whole", "last"] {
            columns.push((format!("{seconds} s to {part} R@1"), 1.0 / pieces.len() as f64));
        }
    }
    let mut rows = Vec::new();
    let mut put = |name: &str, distance: &Distance<'_>| {
        rows.push((name.to_owned(), answers(&pieces, &groups, distance)));
    };
    let all = |weights: Weights| {
        move |a: &Piece, b: &Piece| compare(&a.fingerprint, &b.fingerprint, &weights).iter().sum()
    };
    put("Jamboree", &all(Weights::default()));
    for aspect in Aspect::ALL {
        let mut only = Weights([0.0; _]);
        only.0[aspect.index()] = 1.0;
        put(&format!("  {} alone", aspect.name()), &all(only));
    }
    put("plain descriptors", &|a, b| a.statistics.plain_distance(&b.statistics));
    put("MFCC mean and deviation", &|a, b| a.statistics.cepstrum_distance(&b.statistics));
    let mut names = groups.clone();
    names.sort_unstable();
    names.dedup();
    let table = Table {
        name: set.name,
        n_files: pieces.len(),
        n_groups: names.len(),
        live_seconds: args.live_seconds,
        columns,
        rows,
    };
    Ok((table, n_failed))
}

/// The recordings in a folder by their names, without folder and extension.
fn named_files(dir: &Path) -> HashMap<OsString, PathBuf> {
    audio_files(&[dir.to_owned()]).into_iter().map(|path| (stem(&path), path)).collect()
}

fn stem(path: &Path) -> OsString {
    path.file_stem().unwrap_or_default().to_owned()
}

/// The figures of one representation, in the order of the columns.
fn answers(pieces: &[Excerpts], groups: &[&str], distance: &Distance<'_>) -> Vec<Figure> {
    let between = |from: &dyn Fn(&Excerpts) -> &Piece, to: &dyn Fn(&Excerpts) -> &Piece| {
        let row = |here: &Excerpts| {
            pieces.iter().map(|there| distance(from(here), to(there))).collect::<Vec<f32>>()
        };
        pieces.iter().map(row).collect::<Vec<_>>()
    };
    let mut figures = vec![recall(&between(&|e| &e.first, &|e| &e.last))];
    let whole = between(&|e| &e.whole, &|e| &e.whole);
    figures.extend(NEIGHBOURS.map(|k| precision(&whole, groups, k)));
    let live: Vec<&Piece> = pieces.iter().filter_map(|excerpts| excerpts.live.as_ref()).collect();
    if live.len() == pieces.len() {
        for there in
            [|e: &Excerpts| &e.whole, |e: &Excerpts| &e.last] as [fn(&Excerpts) -> &Piece; 2]
        {
            let row = |here: &&Piece| pieces.iter().map(|e| distance(here, there(e))).collect();
            figures.push(recall(&live.iter().map(row).collect::<Vec<_>>()));
        }
    }
    figures
}

impl Table {
    fn as_json(&self) -> Value {
        let named = |values: &mut dyn Iterator<Item = Value>| -> Value {
            let names = self.columns.iter().map(|(name, _)| name.replace(' ', "_"));
            Value::Object(names.zip(values).collect::<Map<_, _>>())
        };
        let rows: Map<String, Value> = self
            .rows
            .iter()
            .map(|(name, figures)| {
                let mut values =
                    figures.iter().map(|f| json!({"mean": f.mean, "error": f.standard_error}));
                (name.trim().to_owned(), named(&mut values))
            })
            .collect();
        json!({
            "set": self.name,
            "files": self.n_files,
            "groups": self.n_groups,
            "live_seconds": self.live_seconds,
            "chance": named(&mut self.columns.iter().map(|(_, chance)| json!(chance))),
            "representations": rows,
        })
    }

    fn print(&self, out: &mut impl Write) -> std::io::Result<()> {
        writeln!(out, "{}: {} files, {} groups", self.name, self.n_files, self.n_groups)?;
        write!(out, "{:26}", "")?;
        for (name, _) in &self.columns {
            write!(out, "  {name:>15}")?;
        }
        writeln!(out)?;
        for (name, figures) in &self.rows {
            write!(out, "{name:26}")?;
            for figure in figures {
                write!(out, "  {:8.3} ± {:.3}", figure.mean, figure.standard_error)?;
            }
            writeln!(out)?;
        }
        write!(out, "{:26}", "chance")?;
        for (_, chance) in &self.columns {
            write!(out, "  {chance:8.3}        ")?;
        }
        writeln!(out)
    }
}

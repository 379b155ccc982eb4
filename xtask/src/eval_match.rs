//! Measures matching on labelled recordings: what sounds alike is to be near.
//!
//! Four questions are put to each set of recordings. *Same track*: the first 30 s of a file look
//! for its last 30 s among those of all files. *First to last*: how many of the last 30 s nearest to
//! them, its own counting like any other, are of its group (a soundtrack, a genre). *Same group*: how
//! many of the nearest whole files, the file itself left out, are of its group; this is the stricter
//! one, as nobody searches for what is playing. *Live*: the first seconds, sent through the path of the
//! plugin, look for their file, and for its last 30 s. Every figure stands beside its standard error
//! over the recordings and above what chance would reach. Where the model that hears style is
//! installed they are put to both, with and without it; and to two simpler representations.

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use advice::{Aspect, Weights, compare};
use analysis::Fingerprint;
use anyhow::bail;
use library::{in_order, style_model};
use serde_json::Value;

use crate::analyze::progress_bar;
use crate::cli::EvalMatchArgs;
use crate::usage::say_damaged_style_model;
use crate::{SOME_FAILED, say};

mod excerpts;
mod frame_statistics;
mod labels;
mod measures;
mod queries;
mod table;

use excerpts::{Excerpts, Piece};
use frame_statistics::standardized;
use labels::{Labelled, Set};
use measures::{Figure, chance_of_group, chance_with_own, precision, precision_with_own, recall};
use queries::Queries;
use table::{Column, Table};

/// Neighbours counted for the same group.
const NEIGHBOURS: [usize; 3] = [1, 3, 5];
/// Neighbours counted where one's own counts.
const NEIGHBOURS_WITH_OWN: usize = 5;

/// The command.
pub(crate) fn command(args: &EvalMatchArgs) -> anyhow::Result<ExitCode> {
    let mut n_failed = 0;
    let mut tables = Vec::new();
    if !args.without_style {
        say_damaged_style_model();
    }
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

/// A way to say how far two pieces are apart.
type Distance<'a> = dyn Fn(&Piece, &Piece) -> f32 + 'a;

/// Analyses the files of a set and puts the questions; how many files could not be read.
fn measured(set: Set, args: &EvalMatchArgs) -> anyhow::Result<(Table, usize)> {
    let bar = progress_bar(set.files.len());
    let mut read: Vec<(&Labelled, Excerpts)> = Vec::new();
    let mut n_failed = 0;
    let style = match args.without_style {
        true => None,
        false => style_model().ok().flatten(),
    };
    let queries = args.queries.as_deref().map(Queries::of_folder);
    let listen = |file: &Labelled| {
        let asking = queries.as_ref().map(|queries| queries.form_of(&file.inside)).transpose()?;
        Excerpts::of(&file.path, asking, args.live_seconds, style.as_ref())
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
    let mut names = groups.clone();
    names.sort_unstable();
    names.dedup();
    let table = Table {
        name: set.name,
        n_files: pieces.len(),
        n_groups: names.len(),
        live_seconds: args.live_seconds,
        columns: columns(&groups, args.live_seconds),
        rows: rows(&pieces, &groups, style.is_some()),
    };
    Ok((table, n_failed))
}

/// The questions.
fn columns(groups: &[&str], live_seconds: Option<f64>) -> Vec<Column> {
    let own = 1.0 / groups.len() as f64;
    let column = |name: String, asks: String, chance| Column { name, asks, chance };
    let mut columns = vec![
        column(
            "same track R@1".into(),
            "the first 30 s find their own last 30 s nearest, among those of all".into(),
            own,
        ),
        column(
            format!("first to last P@{NEIGHBOURS_WITH_OWN}"),
            format!(
                "of the {NEIGHBOURS_WITH_OWN} last 30 s nearest to the first 30 s, its own counting \
                 as well, how many are of the group"
            ),
            chance_with_own(groups),
        ),
    ];
    columns.extend(NEIGHBOURS.map(|k| {
        let asks = match k {
            1 => "the nearest whole file, its own left out, is of the group".to_owned(),
            k => format!(
                "of the {k} nearest whole files, its own left out, how many are of the group"
            ),
        };
        column(format!("same group P@{k}"), asks, chance_of_group(groups))
    }));
    if let Some(seconds) = live_seconds {
        for (part, what) in [("whole", "whole file"), ("last", "last 30 s")] {
            let asks = format!("the first {seconds} s, heard live, find their own {what} nearest");
            columns.push(column(format!("{seconds} s to {part} R@1"), asks, own));
        }
    }
    columns
}

/// The representations with their answers.
fn rows(pieces: &[Excerpts], groups: &[&str], has_style: bool) -> Vec<(String, Vec<Figure>)> {
    let mut rows = Vec::new();
    let mut put = |name: &str, distance: &Distance<'_>| {
        rows.push((name.to_owned(), answers(pieces, groups, distance)));
    };
    put("Jamboree", &without_style(Weights::default()));
    for aspect in Aspect::ALL {
        let mut only = Weights([0.0; _]);
        only.0[aspect.index()] = 1.0;
        put(&format!("  {} alone", aspect.name()), &without_style(only));
    }
    if has_style {
        put("Jamboree with style", &|a, b| {
            compare(&a.fingerprint, &b.fingerprint, &Weights::default()).iter().sum()
        });
        put("  style alone", &|a, b| between_styles(&a.fingerprint, &b.fingerprint));
    }
    put("plain descriptors", &|a, b| a.statistics.plain_distance(&b.statistics));
    put("MFCC mean and deviation", &|a, b| a.statistics.cepstrum_distance(&b.statistics));
    rows
}

/// The distance where no model listened.
fn without_style(weights: Weights) -> impl Fn(&Piece, &Piece) -> f32 {
    let plain = |piece: &Piece| Fingerprint { style: None, ..piece.fingerprint };
    move |a, b| compare(&plain(a), &plain(b), &weights).iter().sum()
}

/// One minus the cosine; 1 where one of them is too short to have a style.
fn between_styles(one: &Fingerprint, other: &Fingerprint) -> f32 {
    match (&one.style, &other.style) {
        (Some(one), Some(other)) => 1.0 - one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>(),
        _ => 1.0,
    }
}

/// The figures of one representation, in the order of the columns.
fn answers(pieces: &[Excerpts], groups: &[&str], distance: &Distance<'_>) -> Vec<Figure> {
    let between = |from: &dyn Fn(&Excerpts) -> &Piece, to: &dyn Fn(&Excerpts) -> &Piece| {
        let row = |here: &Excerpts| {
            pieces.iter().map(|there| distance(from(here), to(there))).collect::<Vec<f32>>()
        };
        pieces.iter().map(row).collect::<Vec<_>>()
    };
    let parts = between(&|e| &e.first, &|e| &e.last);
    let mut figures = vec![recall(&parts), precision_with_own(&parts, groups, NEIGHBOURS_WITH_OWN)];
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

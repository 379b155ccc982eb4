//! Scores the analysis against a truth file, in the measures of the field.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::analyze::{Ways, each_line};
use crate::cli::EvalArgs;
use crate::say;
use crate::usage::WrongArgument;

mod beat;
mod chord;
mod confidence;
mod delay;
mod groove;
mod harte;
pub(crate) mod key;
mod line;
mod meter;
mod score;
mod settle;
mod tempo_changes;
mod truth;
mod worst;

use confidence::Bin;
use line::Line;
use score::{Scores, score, score_where};
use truth::Truth;
use worst::worst;

/// The figures as they are printed for people.
const ORDER: [&str; 26] = [
    "n",
    "failed",
    "key_mirex",
    "key_exact",
    "acc1",
    "acc2",
    "beat_F",
    "CMLt",
    "AMLt",
    "downbeat_F",
    "beat_offset_ms",
    "meter",
    "meter_of_three",
    "n_of_three",
    "chord_majmin",
    "chord_sevenths",
    "key_ece",
    "bpm_ece",
    "key_settled",
    "key_seconds",
    "bpm_seconds",
    "chord_seconds",
    "chord_shown",
    "key_flips_min",
    "bpm_flips_min",
    "x_realtime_cpu",
];

/// The command.
pub(crate) fn command(args: &EvalArgs) -> anyhow::Result<ExitCode> {
    let Some(truth) = &args.truth else { return tempo_changes(args.json) };
    if !truth.exists() {
        let text = format!("TRUTH.csv '{}' is not there", truth.display());
        return Err(WrongArgument(text).into());
    }
    let truth = Truth::read(truth, &args.set)?;
    let lines = match &args.lines {
        Some(path) => read_lines(path)?,
        None => analyzed(&truth, args)?,
    };
    let mut tables = vec![("all".to_owned(), score(&truth, &lines))];
    let mut sets: Vec<&str> = truth.rows.iter().map(|row| row.set.as_str()).collect();
    sets.sort_unstable();
    sets.dedup();
    if sets.len() > 1 {
        for set in sets {
            let scores = score_where(&truth, &lines, |row| row.set == set);
            tables.push((set.to_owned(), scores));
        }
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        let object = tables
            .into_iter()
            .map(|(name, scores)| Ok((name, as_json(&scores)?)))
            .collect::<anyhow::Result<serde_json::Map<_, _>>>()?;
        writeln!(out, "{}", serde_json::to_string_pretty(&object)?)?;
    } else {
        for (name, scores) in &tables {
            print(&mut out, name, scores)?;
        }
        for ranked in worst(&truth, &lines, args.worst) {
            writeln!(out, "worst by {}", ranked.figure)?;
            for (clip, value) in &ranked.clips {
                writeln!(out, "  {value:.3} {clip}")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tempo_changes(json: bool) -> anyhow::Result<ExitCode> {
    say("playing grooves whose tempo changes…");
    let followed = tempo_changes::follow_all();
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(&followed)?)?;
    } else {
        tempo_changes::print(&mut out, &followed)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(scores: &Scores) -> anyhow::Result<serde_json::Value> {
    let mut value = serde_json::to_value(scores)?;
    if let Some(object) = value.as_object_mut() {
        let relations =
            scores.key_relations.iter().map(|(r, n)| (r.name().to_owned(), (*n).into())).collect();
        object.insert("key_relations".to_owned(), serde_json::Value::Object(relations));
    }
    Ok(value)
}

fn print(out: &mut impl Write, name: &str, scores: &Scores) -> anyhow::Result<()> {
    writeln!(out, "{name}")?;
    let figures = serde_json::to_value(scores)?;
    for figure in ORDER {
        match &figures[figure] {
            serde_json::Value::Number(n) if n.is_f64() => {
                writeln!(out, "  {figure:15} {:.3}", n.as_f64().unwrap_or_default())?;
            }
            serde_json::Value::Number(n) => writeln!(out, "  {figure:15} {n}")?,
            _ => {}
        }
    }
    let relations: Vec<String> = scores
        .key_relations
        .iter()
        .map(|(relation, n)| format!("{} {n}", relation.name()))
        .collect();
    if !relations.is_empty() {
        writeln!(out, "  {:15} {}", "key relations", relations.join(", "))?;
    }
    print_reliability(out, "key", scores.key_reliability)?;
    print_reliability(out, "tempo", scores.bpm_reliability)
}

fn print_reliability(
    out: &mut impl Write,
    what: &str,
    table: Option<[Bin; 10]>,
) -> anyhow::Result<()> {
    let Some(table) = table else { return Ok(()) };
    writeln!(out, "  {what} confidence: said / right / clips")?;
    for bin in table.iter().filter(|bin| bin.n > 0) {
        writeln!(out, "    {:.2} / {:.2} / {}", bin.confidence, bin.right, bin.n)?;
    }
    Ok(())
}

fn read_lines(path: &Path) -> anyhow::Result<Vec<Line>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("lines file {} can't be read", path.display()))?;
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(i, line)| {
            serde_json::from_str(line).with_context(|| {
                format!("{} line {}: expected a line of `analyze`", path.display(), i + 1)
            })
        })
        .collect()
}

fn analyzed(truth: &Truth, args: &EvalArgs) -> anyhow::Result<Vec<Line>> {
    let files: Vec<_> = truth.rows.iter().map(|row| row.path.clone()).collect();
    let mut lines = Vec::with_capacity(files.len());
    let mut unread = None;
    let ways = Ways { live: args.live, learned: !args.without_learned };
    each_line(&files, ways, args.jobs.unwrap_or(0), &mut |line| {
        // Through the printed form, so that what is scored is what other programs read.
        let read = serde_json::to_string(&line).and_then(|text| serde_json::from_str(&text));
        match read {
            Ok(line) => lines.push(line),
            Err(error) => unread = Some(error),
        }
        Ok(())
    })?;
    match unread {
        Some(error) => Err(error).context("a line can't be read back"),
        None => Ok(lines),
    }
}

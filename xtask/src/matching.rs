//! The references and scenes closest to a file, with the share that each aspect has; and the gap
//! to one of them that is named.

pub(crate) mod among;
mod scenes;
mod target;

use std::io::Write;
use std::process::ExitCode;

use advice::{Aspect, ReferenceMatch, Weights};
use analysis::Fingerprint;
use anyhow::{Context, anyhow};
use library::{FEATURE_VERSION, ReferenceEntry, References, analyze_file_with_style, chosen_tempo};
use serde_json::{Map, Value, json};

use self::scenes::Scenes;
use self::target::Towards;
use crate::cli::MatchArgs;
use crate::usage::{WrongArgument, say_damaged_style_model};

/// The command.
pub(crate) fn command(args: &MatchArgs) -> anyhow::Result<ExitCode> {
    let file = args.file.display();
    if !args.file.exists() {
        let text = format!("FILE '{file}' is not there; expected an audio file");
        return Err(WrongArgument(text).into());
    }
    let references = References::load(&args.library)?;
    say_damaged_style_model();
    let analysis =
        analyze_file_with_style(&args.file).map_err(|error| anyhow!("{file}: {error}"))?.analysis;
    let mut here = analysis
        .fingerprint
        .with_context(|| format!("{file}: too short or too quiet to compare; give 5 s of sound"))?;
    // The user may have said at which level the file is counted.
    let chosen = chosen_tempo(&args.library, &args.file)?;
    let counted = here.tempo.zip(chosen).and_then(|(tempo, chosen)| tempo.counted_at(chosen));
    here.tempo = counted.or(here.tempo);
    let weights = args.weights.unwrap_or_default();
    let mut nearest: Vec<(ReferenceMatch, ReferenceEntry)> = Vec::new();
    for found in args.among.rank(&references, &here, &weights, args.top)? {
        nearest.extend(references.entry(found.track)?.map(|there| (found, there)));
    }
    let scenes = Scenes::of(&here, &references, args.scenes.as_deref())?;
    let towards = |name: &String| Towards::of(&here, name, scenes.profiles(), &references);
    let towards = args.target.as_ref().map(towards).transpose()?;
    let mut out = std::io::stdout().lock();
    if args.json {
        let mut found = json!({
            "file": args.file.to_string_lossy(),
            "library": args.library.to_string_lossy(),
            "feature_version": FEATURE_VERSION,
            "learned": here.style.is_some(),
            "references": nearest.iter().map(|(found, there)| {
                reference(found, &here, there, &weights)
            }).collect::<Vec<_>>(),
            "scenes": scenes.to_json(),
            "cues": scenes.cues_to_json(),
        });
        if let Some(towards) = &towards {
            found["target"] = towards.to_json();
        }
        writeln!(out, "{found}")?;
    } else {
        print(&mut out, &nearest, args)?;
        scenes.print(&mut out)?;
        if let Some(towards) = &towards {
            towards.print(&mut out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// To seven decimals, so that seven printed parts add up to the printed whole within 1e-6.
fn rounded(value: f64) -> f64 {
    (value * 1e7).round() / 1e7
}

fn reference(
    found: &ReferenceMatch,
    here: &Fingerprint,
    there: &ReferenceEntry,
    weights: &Weights,
) -> Value {
    let parts = found.parts.map(|part| rounded(f64::from(part)));
    let distance: f64 = parts.iter().sum();
    let total_weight: f64 = weights.0.iter().map(|weight| f64::from(*weight)).sum();
    let mut aspects = Map::new();
    for aspect in Aspect::ALL {
        let part = parts[aspect.index()];
        // Nothing has no parts: a distance of 0 is shared out by weight, so that shares still add
        // up to 1.
        let share = if distance > 0.0 {
            part / distance
        } else {
            f64::from(weights.0[aspect.index()]) / total_weight
        };
        let mut entry = json!({"distance": part, "share": rounded(share)});
        if let Some((here, there)) = figures(aspect, here, &there.fingerprint) {
            entry["here"] = here;
            entry["there"] = there;
        }
        aspects.insert(aspect.name().to_owned(), entry);
    }
    json!({
        "file": there.file.to_string_lossy(),
        "title": there.title,
        "artist": there.artist,
        "distance": rounded(distance),
        "learned": here.style.is_some() && there.fingerprint.style.is_some(),
        "aspects": aspects,
    })
}

/// What an aspect is on both sides, where that can be said in one figure.
fn figures(aspect: Aspect, here: &Fingerprint, there: &Fingerprint) -> Option<(Value, Value)> {
    let both = |of: &dyn Fn(&Fingerprint) -> Value| Some((of(here), of(there)));
    let tenth = |value: f32| (f64::from(value) * 10.0).round() / 10.0;
    match aspect {
        Aspect::Tempo => both(&|piece| json!(piece.tempo.map(|tempo| tenth(tempo.bpm.0)))),
        Aspect::Key => both(&|piece| json!(piece.key.map(|key| key.key.to_string()))),
        Aspect::Dynamics => both(&|piece| json!(piece.loudness.range_lu.map(tenth))),
        _ => None,
    }
}

fn print(
    out: &mut impl Write,
    nearest: &[(ReferenceMatch, ReferenceEntry)],
    args: &MatchArgs,
) -> std::io::Result<()> {
    if nearest.is_empty() && args.among.is_narrowed() {
        writeln!(out, "no reference is like that; ask for a wider range, or leave an option out")?;
    } else if nearest.is_empty() {
        let library = args.library.display();
        writeln!(
            out,
            "the library is empty; `cargo xtask index FOLDER --library {library}` fills it"
        )?;
    } else {
        writeln!(out, "{:>8}  reference, and the aspects that set it apart", "distance")?;
    }
    for (found, there) in nearest {
        let mut aspects = Aspect::ALL.map(|aspect| (found.share(aspect), aspect.name()));
        aspects.sort_by(|a, b| b.0.total_cmp(&a.0));
        let most: Vec<String> = aspects
            .iter()
            .filter(|(share, _)| *share >= 0.1)
            .map(|(share, name)| format!("{name} {:.0} %", share * 100.0))
            .collect();
        writeln!(out, "{:8.3}  {}  {}", found.distance, there.title, most.join(", "))?;
    }
    Ok(())
}

/// Reads `tempo=1,timbre=0`; aspects left out count 1.
pub(crate) fn parse_weights(text: &str) -> Result<Weights, String> {
    let mut weights = Weights::default();
    for part in text.split(',') {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| format!("expected ASPECT=WEIGHT as in tempo=1, read '{part}'"))?;
        let aspect = Aspect::parse(name.trim()).ok_or_else(|| {
            let known: Vec<&str> = Aspect::ALL.into_iter().map(Aspect::name).collect();
            format!("'{name}' is no aspect; expected one of {}", known.join(", "))
        })?;
        weights.0[aspect.index()] = value
            .trim()
            .parse()
            .ok()
            .filter(|weight: &f32| (0.0..=1000.0).contains(weight))
            .ok_or_else(|| format!("'{part}': expected a number from 0 to 1000"))?;
    }
    if weights.0.iter().all(|weight| *weight == 0.0) {
        return Err("expected at least one weight above 0".into());
    }
    Ok(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_name_aspects_and_the_rest_counts_one() {
        let weights = parse_weights("tempo=2, timbre=0").unwrap();
        assert_eq!(weights.0[Aspect::Tempo.index()], 2.0);
        assert_eq!(weights.0[Aspect::Timbre.index()], 0.0);
        assert_eq!(weights.0[Aspect::Key.index()], 1.0);
    }

    #[test]
    fn weights_that_make_no_sense_are_refused() {
        for text in ["mood=1", "tempo", "tempo=-1", "tempo=nan", "tempo=1e9", ""] {
            assert!(parse_weights(text).is_err(), "{text}");
        }
    }
}

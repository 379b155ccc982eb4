//! A folder of pieces in, a scene profile of the user's own out.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use advice::{CueReadings, SceneHeading, SceneProfile, SceneProfiles};
use anyhow::Context;
use library::{Library, NewFile, analyze_file, audio_files, in_order, scenes_folder};

use crate::analyze::{exit_code, progress_bar};
use crate::cli::{SceneCommand, SceneLearnArgs};
use crate::say;
use crate::usage::WrongArgument;

/// The command.
pub(crate) fn command(command: &SceneCommand) -> anyhow::Result<ExitCode> {
    match command {
        SceneCommand::Learn(args) => learn(args),
    }
}

fn learn(args: &SceneLearnArgs) -> anyhow::Result<ExitCode> {
    let name = args.name.trim();
    if !name.chars().any(char::is_alphanumeric) {
        return Err(WrongArgument("--name is empty; expected the name of a scene".into()).into());
    }
    for (option, name) in [("--name", Some(name)), ("--name-zh", args.name_zh.as_deref())] {
        if name.is_some_and(|name| name.contains(char::is_control)) {
            let text = format!("{option} has a control character in it; expected one line of text");
            return Err(WrongArgument(text).into());
        }
    }
    if let Some(dir) = args.dirs.iter().find(|dir| !dir.exists()) {
        let text = format!("DIR '{}' is not there; expected a folder of music", dir.display());
        return Err(WrongArgument(text).into());
    }
    if let Some(library) = &args.library {
        // A library that can't be used is said before the work, not after it.
        drop(Library::open(library)?);
    }
    let key = name.to_lowercase();
    if let Some(path) = place(args) {
        check_replaceable(&path, &key)?;
    }
    let (pieces, n_files) = readings(&args.dirs, args.jobs.unwrap_or(0))?;
    let profile = SceneProfile::learn(heading(args, pieces.len()), &pieces)?;
    let json = profile.to_json();
    let summary = format!(
        "{name}: learned from {} of {n_files} files, {}; its own pieces fit it by {:.2} at the median",
        pieces.len(),
        ways(&profile),
        own_fit(&profile, &pieces),
    );
    match place(args) {
        None => {
            crate::tell(json.trim_end())?;
            say(&summary);
        }
        Some(path) => {
            write(&path, &json)?;
            crate::tell(&format!("{summary}; written to {}", path.display()))?;
            if SceneProfiles::shipped().find(&key).is_some() {
                say(&format!("it takes the place of the shipped scene {key:?} where it is used"));
            }
        }
    }
    Ok(exit_code(n_files - pieces.len(), n_files))
}

/// The cues of every file that can be analysed, and the number of files.
fn readings(dirs: &[PathBuf], jobs: usize) -> anyhow::Result<(Vec<CueReadings>, usize)> {
    let files = audio_files(dirs);
    let bar = progress_bar(files.len());
    let mut pieces = Vec::new();
    let analyze =
        |path: &PathBuf| match analyze_file(path) {
            Err(error) => Err(error.to_string()),
            Ok(done) => done.analysis.fingerprint.as_ref().map(CueReadings::of).ok_or_else(|| {
                "too short or too quiet to learn from; give 5 s of sound".to_owned()
            }),
        };
    in_order(&files, jobs, &AtomicBool::new(false), analyze, &mut |idx, read| {
        match (read, files.get(idx)) {
            (Ok(piece), _) => pieces.push(piece),
            (Err(reason), Some(path)) => {
                bar.suspend(|| say(&format!("{}: {reason}", path.display())));
            }
            (Err(_), None) => {}
        }
        bar.inc(1);
    })?;
    bar.finish_and_clear();
    Ok((pieces, files.len()))
}

fn heading(args: &SceneLearnArgs, n_pieces: usize) -> SceneHeading {
    let folders: Vec<String> = args
        .dirs
        .iter()
        .filter_map(|dir| dir.canonicalize().ok()?.file_name()?.to_str().map(str::to_owned))
        .collect();
    let name = args.name.trim();
    SceneHeading {
        key: name.to_lowercase(),
        name_en: name.to_owned(),
        name_zh: args.name_zh.clone().unwrap_or_default(),
        note: "Median and about one deviation to either side, of the user's own pieces.".to_owned(),
        citation: format!("{n_pieces} pieces in {}", folders.join(", ")),
    }
}

fn ways(profile: &SceneProfile) -> String {
    match profile.centroids().count() {
        1 => "one way of sounding".to_owned(),
        n => format!("{n} ways of sounding"),
    }
}

fn own_fit(profile: &SceneProfile, pieces: &[CueReadings]) -> f32 {
    let mut alone = SceneProfiles::default();
    alone.add(profile.clone());
    let mut fits: Vec<f32> = pieces
        .iter()
        .filter_map(|piece| alone.fit_readings(piece).first().map(|fit| fit.fit))
        .collect();
    fits.sort_by(f32::total_cmp);
    fits.get(fits.len() / 2).copied().unwrap_or_default()
}

/// Where the profile goes; `None` for standard output.
fn place(args: &SceneLearnArgs) -> Option<PathBuf> {
    let in_library = || {
        let name = file_name(args.name.trim());
        Some(scenes_folder(args.library.as_deref()?).join(name))
    };
    args.out.clone().or_else(in_library)
}

/// A name that every file system takes.
fn file_name(name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let name: String = name.to_lowercase().chars().map(plain).take(60).collect();
    format!("{name}.json")
}

/// A file may be replaced by the same scene, learned anew; another scene, or whatever else it is,
/// would be lost.
fn check_replaceable(path: &Path, key: &str) -> Result<(), WrongArgument> {
    if !path.is_file() {
        return Ok(());
    }
    let there = fs::read_to_string(path).ok().and_then(|it| SceneProfile::from_json(&it).ok());
    let what = match there {
        Some(there) if there.key() == key => return Ok(()),
        Some(there) => format!("holds the scene {:?}", there.key()),
        None => "is no scene".to_owned(),
    };
    let text = format!("{} {what}; expected a file that is not there yet", path.display());
    Err(WrongArgument(format!("{text}, or another --name")))
}

fn write(path: &Path, json: &str) -> anyhow::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)
            .with_context(|| format!("{} can't be written", folder.display()))?;
    }
    let write = || -> io::Result<()> {
        let mut file = NewFile::beside(path)?;
        file.write_all(json.as_bytes())?;
        file.put_in_place()
    };
    write().with_context(|| format!("{} can't be written", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_file_name_everywhere() {
        assert_eq!(file_name("Rain / Walk?"), "rain___walk_.json");
        assert_eq!(file_name("雨夜"), "雨夜.json");
        assert!(file_name(&"x".repeat(500)).len() < 80);
    }
}

//! `eval-match` on sounds made up here: folders as groups, figures, and what is said of bad input.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const RATE: u32 = 22_050;
const SECONDS: u32 = 12;

fn eval_match(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).arg("eval-match").args(args).output().unwrap()
}

/// A mono WAV file of 16-bit samples.
fn write_wav(path: &Path, sample: impl Fn(u32) -> f32) {
    let n_bytes = 2 * RATE * SECONDS;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + n_bytes).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend(1_u16.to_le_bytes());
    bytes.extend(1_u16.to_le_bytes());
    bytes.extend(RATE.to_le_bytes());
    bytes.extend((2 * RATE).to_le_bytes());
    bytes.extend(2_u16.to_le_bytes());
    bytes.extend(16_u16.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend(n_bytes.to_le_bytes());
    for idx in 0..RATE * SECONDS {
        bytes.extend(((sample(idx) * 20_000.0) as i16).to_le_bytes());
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn tone(hz: f32) -> impl Fn(u32) -> f32 {
    move |idx| {
        let t = idx as f32 / RATE as f32;
        let pluck = (-4.0 * (t % 0.5)).exp();
        pluck * (t * hz * std::f32::consts::TAU).sin()
    }
}

/// Noise in bursts, other for another seed.
fn bursts(seed: u32, per_second: f32) -> impl Fn(u32) -> f32 {
    move |idx| {
        let mixed = (idx ^ seed).wrapping_mul(2_654_435_761);
        let noise = ((mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519) >> 16) as f32 / 32_768.0;
        let t = idx as f32 / RATE as f32;
        (-20.0 * (t % (1.0 / per_second))).exp() * (noise - 1.0)
    }
}

#[test]
fn what_sounds_alike_is_found_and_the_figures_say_so() {
    let dir = tempfile::tempdir().unwrap();
    for (name, hz) in [("a", 220.0), ("b", 247.0), ("c", 262.0)] {
        write_wav(&dir.path().join("tones").join(format!("{name}.wav")), tone(hz));
    }
    for (name, seed) in [("a", 5), ("b", 77), ("c", 1234)] {
        write_wav(&dir.path().join("noises").join(format!("{name}.wav")), bursts(seed, 4.0));
    }
    let data = dir.path().to_str().unwrap();
    let output = eval_match(&[data, "--json", "--live-seconds", "6"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let tables: Value = serde_json::from_slice(&output.stdout).unwrap();
    let table = &tables[0];
    assert_eq!((&table["files"], &table["groups"]), (&6.into(), &2.into()));
    assert!((table["chance"]["same_group_P@1"].as_f64().unwrap() - 0.4).abs() < 1e-9);
    for name in ["Jamboree", "timbre alone", "plain descriptors", "MFCC mean and deviation"] {
        let figure = &table["representations"][name]["same_group_P@1"];
        assert_eq!(figure["mean"], 1.0, "{name}: {table}");
        assert_eq!(figure["error"], 0.0, "{name}: {table}");
    }
    let figures = &table["representations"]["Jamboree"];
    assert!(figures["6_s_to_whole_R@1"]["mean"].is_number());
    // Of the five nearest last halves three can be of the group, and its own is one of them.
    assert_eq!(figures["first_to_last_P@5"]["mean"], 0.6, "{table}");
    assert_eq!(table["chance"]["first_to_last_P@5"], 0.5);
    for (name, asks) in table["asks"].as_object().unwrap() {
        assert!(asks.as_str().unwrap().len() > 20, "{name}");
    }
}

#[test]
fn with_and_without_style_stand_side_by_side_where_it_can_be_heard() {
    let dir = tempfile::tempdir().unwrap();
    for (name, hz) in [("a", 220.0), ("b", 247.0), ("c", 262.0)] {
        write_wav(&dir.path().join("tones").join(format!("{name}.wav")), tone(hz));
    }
    let data = dir.path().to_str().unwrap();
    let table = |args: &[&str]| -> Value {
        let output = eval_match(&[&[data, "--json"], args].concat());
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let tables: Value = serde_json::from_slice(&output.stdout).unwrap();
        tables[0]["representations"].clone()
    };
    let without = table(&["--without-style"]);
    assert!(without["Jamboree with style"].is_null());
    let both = table(&[]);
    assert_eq!(both["Jamboree"], without["Jamboree"]);
    if both["Jamboree with style"].is_null() {
        eprintln!("skipped: the model that hears style is not installed");
        return;
    }
    assert!(both["style alone"]["same_track_R@1"]["mean"].is_number());
}

#[test]
fn altered_forms_are_found_by_their_paths() {
    let (set, altered) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // The same names in both groups: by the name alone they could not be told apart.
    for (group, hz) in [("low", 220.0), ("high", 440.0)] {
        for (name, times) in [("a", 1.0), ("b", 1.19)] {
            let file = Path::new(group).join(name).with_extension("wav");
            write_wav(&set.path().join(&file), tone(hz * times));
            let quieter = tone(hz * times);
            write_wav(&altered.path().join(&file), move |idx| 0.3 * quieter(idx));
        }
    }
    let (data, queries) = (set.path().to_str().unwrap(), altered.path().to_str().unwrap());
    let args = [data, "--without-style", "--json", "--queries", queries];
    let output = eval_match(&args);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let tables: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(tables[0]["representations"]["Jamboree"]["same_track_R@1"]["mean"], 1.0);
    // Without the folders nobody can say which is meant.
    let flat = altered.path().join("low");
    std::fs::rename(altered.path().join("high"), flat.join("high")).unwrap();
    let output = eval_match(&[data, "--without-style", "--queries", flat.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let lines = String::from_utf8(output.stderr).unwrap();
    assert!(lines.contains("2 files in") && lines.contains("low"), "{lines}");
}

#[test]
fn data_that_can_not_be_compared_is_said_in_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let table = dir.path().join("labels.csv");
    fs::write(&table, "file,group\nmissing.wav,a\ngone.wav,a\n").unwrap();
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    for (data, said) in [
        (dir.path().join("no.csv"), "can't be read"),
        (empty, "fewer than two"),
        (table, "fewer than two"),
    ] {
        let output = eval_match(&[data.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1));
        let lines = String::from_utf8(output.stderr).unwrap();
        let last = lines.lines().last().unwrap();
        assert!(last.contains(said), "{lines}");
    }
}

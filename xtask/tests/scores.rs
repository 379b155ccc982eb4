//! `eval` agrees with the reference scorer, where that is at hand: `../shared` beside the checkout
//! and a Python with mir_eval.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

/// A small generator of numbers between 0 and 1, the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 31)
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[((self.roll() * choices.len() as f64) as usize).min(choices.len() - 1)]
    }
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .filter(|words| !words.is_empty())
        .collect()
}

/// A plausible, often wrong, sometimes broken line for a row of the truth.
fn line(
    dice: &mut Dice,
    base: &Path,
    row: &csv::StringRecord,
    column: &dyn Fn(&str) -> usize,
) -> Value {
    let field = |name: &str| row.get(column(name)).unwrap_or_default();
    let file = base.join(field("file"));
    if dice.roll() < 0.05 {
        return json!({"file": file, "error": "broken", "audio_seconds": 0});
    }
    let mut key: Value = Value::Null;
    if !field("key").is_empty() && dice.roll() < 0.9 {
        let (tonic, mode) = field("key").split_once(' ').unwrap();
        let tonic = if dice.roll() < 0.6 { tonic } else { dice.one_of(&["C", "G", "Eb", "F#"]) };
        let mode = if dice.roll() < 0.7 { mode } else { dice.one_of(&["major", "minor"]) };
        key = json!({"tonic": tonic, "mode": mode, "confidence": dice.roll()});
    }
    let truth: f64 = field("bpm").parse().unwrap_or(100.0);
    let bpm = truth * dice.one_of(&[1.0, 1.0, 0.5, 2.0, 3.0, 1.3]) * (0.95 + 0.1 * dice.roll());
    let mut beats = Vec::new();
    if !field("beats_file").is_empty() {
        let late = dice.one_of(&[0.0, 0.03, 0.1, 0.2]);
        let every = dice.one_of(&[1, 1, 1, 2]);
        for words in rows(&base.join(field("beats_file"))).iter().step_by(every) {
            let at: f64 = words[0].parse().unwrap();
            let position = words.get(1).and_then(|w| w.parse::<f64>().ok()).unwrap_or(0.0);
            if dice.roll() > 0.08 {
                let t = at + late + 0.05 * dice.roll();
                beats.push(json!({"t": t, "bar_position": position as i64}));
            }
        }
    }
    let mut chords = Vec::new();
    if !field("chords_file").is_empty() {
        for words in rows(&base.join(field("chords_file"))) {
            let label = if dice.roll() < 0.6 {
                words[2].clone()
            } else {
                dice.one_of(&[
                    "N",
                    "X",
                    "junk",
                    "C:maj7",
                    "A:min9",
                    "D:min(*5,b7)/b3",
                    "F:sus4",
                    "G:7/3",
                ])
                .to_owned()
            };
            let shift = 0.2 * dice.roll() - 0.1;
            let (start, end): (f64, f64) = (words[0].parse().unwrap(), words[1].parse().unwrap());
            if dice.roll() > 0.1 {
                chords.push(json!({"start": start + shift, "end": end + shift, "label": label}));
            }
        }
    }
    let mut timeline = Vec::new();
    let mut at = 0.0;
    for _ in 0..(dice.roll() * 8.0) as usize {
        at += 0.5 + 3.0 * dice.roll();
        timeline.push(json!({
            "t": at,
            "key": dice.one_of(&[None, Some(field("key")), Some("C major")]),
            "bpm": dice.one_of(&[None, Some(truth), Some(truth + 0.4), Some(bpm)]),
            "chord": null,
        }));
    }
    json!({
        "file": file, "audio_seconds": 10.0 + 20.0 * dice.roll(), "cpu_seconds": 0.1 * dice.roll(),
        "key": key, "tempo": {"bpm": bpm, "confidence": dice.roll()},
        "beats": beats, "chords": chords, "timeline": timeline,
    })
}

fn python() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_BIN_EXE_xtask")).ancestors().nth(2)?;
    let own = target.join("hosts-venv/bin/python");
    std::env::var_os("JAMBOREE_PYTHON").map(PathBuf::from).into_iter().chain([own]).find(|python| {
        Command::new(python)
            .args(["-c", "import mir_eval"])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    })
}

#[test]
fn scores_agree_with_the_reference_scorer() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let (scorer, truth) = (shared.join("tools/score.py"), shared.join("data/truth.csv"));
    if !scorer.exists() || !truth.exists() {
        eprintln!("skipped: no ../shared beside the checkout");
        return;
    }
    let Some(python) = python() else {
        eprintln!("skipped: no Python with mir_eval; `cargo xtask setup` installs one");
        return;
    };
    let mut dice = Dice(11);
    let mut lines = String::new();
    let mut reader = csv::Reader::from_path(&truth).unwrap();
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    for row in reader.records() {
        let made = line(&mut dice, truth.parent().unwrap(), &row.unwrap(), &column);
        writeln!(lines, "{made}").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let stored = folder.path().join("lines.jsonl");
    fs::write(&stored, lines).unwrap();

    let scored = |command: &mut Command| -> Value {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let theirs = scored(Command::new(python).arg(scorer).arg(&truth).arg(&stored).arg("--json"));
    let ours = scored(
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg("eval")
            .arg(&truth)
            .arg("--lines")
            .arg(&stored)
            .arg("--json"),
    );
    let mut n_compared = 0;
    for (name, expected) in theirs["lines.jsonl"].as_object().unwrap() {
        let got = &ours["all"][name];
        match (got.as_f64(), expected.as_f64()) {
            (Some(got), Some(expected)) => {
                assert!((got - expected).abs() < 5e-4, "{name}: {got}, reference {expected}");
                n_compared += 1;
            }
            _ => assert_eq!(got, expected, "{name}"),
        }
    }
    assert!(n_compared >= 20, "only {n_compared} figures were compared");
}

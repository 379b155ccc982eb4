//! `eval` agrees with mir_eval (Raffel et al., "mir_eval: a transparent implementation of common MIR
//! metrics", ISMIR 2014): on errors made here by known amounts in the truth of the demo song, and
//! on many recordings where `../shared` is beside the checkout.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use analysis::{Chord, ChordQuality, Key, Mode};
use serde_json::{Value, json};
use song::Truth;

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

/// How a recording's statements differ from its truth.
struct Mistakes {
    /// What is stated for the key, given the truth.
    key: fn(Key) -> Option<Key>,
    /// Its MIREX score.
    key_score: f64,
    /// The tempo stated over the true one.
    tempo_ratio: f64,
    /// Every beat so much later, in seconds.
    beats_late: f64,
    /// Beats left out: all but every so manyth.
    every_beat: usize,
    /// The chord stated for each true one; `None` leaves a gap.
    chord: fn(usize, Chord) -> Option<Chord>,
    /// Every chord so much later, in seconds.
    chords_late: f64,
}

/// Nothing is wrong.
const RIGHT: Mistakes = Mistakes {
    key: Some,
    key_score: 1.0,
    tempo_ratio: 1.0,
    beats_late: 0.0,
    every_beat: 1,
    chord: |_, chord| Some(chord),
    chords_late: 0.0,
};

fn on_the_fifth(key: Key, semitones: i32) -> Option<Key> {
    Some(Key::new(key.tonic.transposed(semitones), key.mode))
}

/// The triad below a chord.
fn triad(_: usize, chord: Chord) -> Option<Chord> {
    let minor = chord.harte(analysis::Spelling::Flats).contains(":min");
    let quality = if minor { ChordQuality::Minor } else { ChordQuality::Major };
    Some(Chord::new(chord.root, quality))
}

const RECORDINGS: [Mistakes; 8] = [
    RIGHT,
    Mistakes {
        key: |key| on_the_fifth(key, 7),
        key_score: 0.5,
        tempo_ratio: 0.5,
        every_beat: 2,
        chord: triad,
        ..RIGHT
    },
    Mistakes {
        key: |key| Some(key.relative()),
        key_score: 0.3,
        tempo_ratio: 1.03,
        beats_late: 0.069,
        chords_late: 0.25,
        ..RIGHT
    },
    Mistakes {
        key: |key| Some(key.parallel()),
        key_score: 0.2,
        tempo_ratio: 1.05,
        beats_late: 0.071,
        chord: |i, chord| (i % 3 != 1).then_some(chord),
        ..RIGHT
    },
    // Only the fifth above counts.
    Mistakes {
        key: |key| on_the_fifth(key, 5),
        key_score: 0.0,
        tempo_ratio: 3.1,
        every_beat: 3,
        chord: |_, chord| Some(Chord::new(chord.root.transposed(7), chord.quality)),
        ..RIGHT
    },
    Mistakes { key: |_| None, key_score: 0.0, beats_late: 0.1, chords_late: -0.4, ..RIGHT },
    // Off the beat: another metrical level.
    Mistakes { beats_late: 0.25, chord: |_, _| None, ..RIGHT },
    Mistakes {
        beats_late: -0.04,
        chord: |i, chord| if i % 2 == 0 { Some(chord) } else { triad(i, chord) },
        chords_late: 0.1,
        ..RIGHT
    },
];

/// One recording: its row of the truth file, its line, and both once more for mir_eval.
struct Recording {
    row: String,
    line: Value,
    pair: Value,
}

/// Writes the truth of the demo song, `stretch` times as long, into `folder`.
fn recording(
    folder: &Path,
    idx: usize,
    stretch: f64,
    truth: &Truth,
    wrong: &Mistakes,
) -> Recording {
    let true_key = truth.keys[idx % truth.keys.len()].key;
    let key = (wrong.key)(true_key);
    let bpm = f64::from(truth.bpm.0) / stretch;
    let beats: Vec<(f64, u8)> =
        truth.beats.iter().map(|beat| (beat.at.0 * stretch, beat.bar_position)).collect();
    let stated_beats: Vec<(f64, u8)> = beats
        .iter()
        .step_by(wrong.every_beat)
        .map(|(at, position)| (at + wrong.beats_late, *position))
        .collect();
    let spelling = true_key.spelling();
    let chords: Vec<(f64, f64, String)> = truth
        .chords
        .iter()
        .map(|c| {
            let label = c.chord.map_or("N".to_owned(), |chord| chord.harte(spelling));
            (c.start.0 * stretch, c.end.0 * stretch, label)
        })
        .collect();
    let stated_chords: Vec<(f64, f64, String)> = truth
        .chords
        .iter()
        .enumerate()
        .filter_map(|(i, c)| {
            let label = (wrong.chord)(i, c.chord?)?.harte(spelling);
            let at = |seconds: f64| (seconds * stretch + wrong.chords_late).max(0.0);
            Some((at(c.start.0), at(c.end.0), label))
        })
        .collect();

    let mut stored = String::new();
    for (at, position) in &beats {
        writeln!(stored, "{at}\t{position}").unwrap();
    }
    fs::write(folder.join(format!("{idx}.beats")), stored).unwrap();
    let mut stored = String::new();
    for (start, end, label) in &chords {
        writeln!(stored, "{start}\t{end}\t{label}").unwrap();
    }
    fs::write(folder.join(format!("{idx}.lab")), stored).unwrap();
    let times = |beats: &[(f64, u8)]| beats.iter().map(|(at, _)| *at).collect::<Vec<_>>();
    let downbeats = |beats: &[(f64, u8)]| {
        beats.iter().filter(|(_, position)| *position == 1).map(|(at, _)| *at).collect::<Vec<_>>()
    };
    Recording {
        row: format!("{idx}.wav,{true_key},{bpm},{idx}.beats,{idx}.lab"),
        line: json!({
            "file": folder.join(format!("{idx}.wav")),
            "audio_seconds": truth.length.0 * stretch,
            "cpu_seconds": 1.0,
            "key": key.map(|key| json!({
                "tonic": key.tonic_name(),
                "mode": if key.mode == Mode::Major { "major" } else { "minor" },
                "confidence": 0.75,
            })),
            "tempo": {"bpm": bpm * wrong.tempo_ratio, "confidence": 0.5},
            "beats": stated_beats
                .iter()
                .map(|(at, position)| json!({"t": at, "bar_position": position}))
                .collect::<Vec<_>>(),
            "chords": stated_chords
                .iter()
                .map(|(start, end, label)| json!({"start": start, "end": end, "label": label}))
                .collect::<Vec<_>>(),
        }),
        pair: json!({
            "key": [true_key.to_string(), key.map(|key| key.to_string())],
            "beats": [times(&beats), times(&stated_beats)],
            "downbeats": [downbeats(&beats), downbeats(&stated_beats)],
            "chords": [chords, stated_chords],
        }),
    }
}

/// What a program prints as JSON.
fn printed(command: &mut Command) -> Value {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn evaluated(truth: &Path, lines: &Path) -> Value {
    let mut eval = Command::new(env!("CARGO_BIN_EXE_xtask"));
    printed(eval.arg("eval").arg(truth).arg("--lines").arg(lines).arg("--json"))
}

#[test]
fn known_mistakes_score_what_mir_eval_says() {
    let folder = tempfile::tempdir().unwrap();
    let truth = song::demo().truth();
    let recordings: Vec<Recording> = RECORDINGS
        .iter()
        .enumerate()
        .map(|(i, wrong)| recording(folder.path(), i, 0.8 + 0.1 * i as f64, &truth, wrong))
        .collect();
    let mut table = "file,key,bpm,beats_file,chords_file\n".to_owned();
    let mut lines = String::new();
    for recording in &recordings {
        writeln!(table, "{}", recording.row).unwrap();
        writeln!(lines, "{}", recording.line).unwrap();
    }
    let at = |name: &str| folder.path().join(name);
    fs::write(at("truth.csv"), table).unwrap();
    fs::write(at("lines.jsonl"), lines).unwrap();
    let ours = evaluated(&at("truth.csv"), &at("lines.jsonl"));
    let check = |name: &str, expected: f64, whose: &str| {
        let got = ours["all"][name].as_f64().unwrap_or_else(|| panic!("no {name}: {ours}"));
        assert!((got - expected).abs() < 1e-6, "{name}: {got}, {whose} {expected}");
    };

    // What follows from the mistakes needs no other program.
    let n = RECORDINGS.len() as f64;
    let share = |right: fn(&Mistakes) -> bool| {
        RECORDINGS.iter().filter(|mistakes| right(mistakes)).count() as f64 / n
    };
    let mirex = RECORDINGS.iter().map(|wrong| wrong.key_score).sum::<f64>() / n;
    check("key_mirex", mirex, "by construction");
    check("key_exact", share(|wrong| wrong.key_score == 1.0), "by construction");
    check("acc1", share(|wrong| (wrong.tempo_ratio - 1.0).abs() < 0.04), "by construction");
    // A half counts here, a twentieth too much does not, and three times within the tolerance does.
    check("acc2", share(|wrong| wrong.tempo_ratio != 1.05), "by construction");

    let Some(python) = python() else {
        assert!(
            std::env::var_os("JAMBOREE_REQUIRE_HOSTS").is_none(),
            "no Python with mir_eval; `cargo xtask setup` installs one"
        );
        eprintln!("skipped: no Python with mir_eval; `cargo xtask setup` installs one");
        return;
    };
    let pairs: Vec<&Value> = recordings.iter().map(|recording| &recording.pair).collect();
    fs::write(at("pairs.json"), serde_json::to_string(&pairs).unwrap()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mir_eval_scores.py");
    let pairs = fs::File::open(at("pairs.json")).unwrap();
    let theirs = printed(Command::new(python).arg(script).stdin(pairs));
    let theirs = theirs.as_object().unwrap();
    assert_eq!(theirs.len(), 7);
    for (name, expected) in theirs {
        let expected = expected.as_f64().unwrap();
        // Neither all right nor all wrong: a scorer that looks at nothing would agree on those.
        assert!((0.1..0.95).contains(&expected), "{name}: {expected}");
        check(name, expected, "mir_eval");
    }
}

#[test]
fn the_meter_and_the_lateness_of_beats_are_those_put_in() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mut table = "file,meter,beats_file\n".to_owned();
    let mut lines = String::new();
    // The truth in the table or only in the beats, the meter stated, and how late.
    let recordings = [
        ("3/4", 3, Some(3), 0.01),
        ("", 3, Some(4), 0.03),
        ("", 4, Some(4), -0.02),
        ("4/4", 4, None, 0.2),
    ];
    for (i, (column, n, stated, late)) in recordings.into_iter().enumerate() {
        let beats: Vec<f64> = (0..24).map(|idx| 1.0 + 0.5 * f64::from(idx)).collect();
        let stored = beats.iter().enumerate().map(|(idx, at)| format!("{at}\t{}\n", idx % n + 1));
        fs::write(at(&format!("{i}.beats")), stored.collect::<String>()).unwrap();
        writeln!(table, "{i}.wav,{column},{i}.beats").unwrap();
        let heard: Vec<Value> = beats.iter().map(|at| json!({"t": at + late})).collect();
        let line = json!({
            "file": at(&format!("{i}.wav")), "audio_seconds": 14.0, "beats": heard,
            "meter": stated.map(|n| json!({"beats_per_bar": n})),
        });
        writeln!(lines, "{line}").unwrap();
    }
    fs::write(at("truth.csv"), table).unwrap();
    fs::write(at("lines.jsonl"), lines).unwrap();
    let all = &evaluated(&at("truth.csv"), &at("lines.jsonl"))["all"];
    for (name, expected) in [("meter", 0.5), ("meter_of_three", 0.5), ("beat_offset_ms", 10.0)] {
        let got = all[name].as_f64().unwrap();
        assert!((got - expected).abs() < 1e-6, "{name}: {got}, put in {expected}");
    }
}

#[test]
fn scores_of_many_recordings_agree_with_the_reference_scorer() {
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

    let theirs = printed(Command::new(python).arg(scorer).arg(&truth).arg(&stored).arg("--json"));
    let ours = evaluated(&truth, &stored);
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

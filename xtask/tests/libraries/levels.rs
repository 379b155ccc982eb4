//! The metrical level that a user chooses for a file, through the command line.

use serde_json::Value;

use crate::music::{Place, complaint, text, wav};

/// Bursts of noise, 140 a minute, for 16 s, at 8 kHz.
fn clicks() -> Vec<u8> {
    let mut state = 1u32;
    let beat = 8_000 * 60 / 140;
    let samples = (0..16 * 8_000u32).map(|idx| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let decay = (-((idx % beat) as f32) / 300.0).exp();
        0.6 * decay * ((state >> 8) as f32 / 8_388_608.0 - 1.0)
    });
    wav(&samples.collect::<Vec<f32>>())
}

fn place() -> Place {
    let place = Place::with_pieces(1);
    place.add_file("music/clicks.wav", &clicks());
    place.succeed(&["index", "music", "--library", "lib"]);
    place
}

/// The tempo that the exported table states for the clicks, and what tells it.
fn exported(place: &Place) -> (f64, String) {
    let table = place.succeed(&["index", "--library", "lib", "--export", "csv"]);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let row = rows.iter().find(|row| row[column("path")].ends_with("clicks.wav")).unwrap();
    (row[column("bpm")].parse().unwrap(), row[column("tempo_source")].to_owned())
}

#[test]
fn a_level_chosen_is_exported_and_matched_with_and_can_be_chosen_back() {
    let place = place();
    let (before, source) = exported(&place);
    assert_eq!(source, "heard");
    let half = ["index", "--library", "lib", "--level", "music/clicks.wav=1/2"];
    let said = place.succeed(&half);
    assert!(said.contains("BPM from now on"), "{said}");
    // The same command again says the same.
    assert_eq!(place.succeed(&half), said);
    let (chosen, source) = exported(&place);
    assert!((chosen / before - 0.5).abs() < 0.001);
    assert_eq!(source, "chosen");

    let found = place.succeed(&["match", "music/clicks.wav", "--library", "lib", "--json"]);
    let found: Value = serde_json::from_str(&found).unwrap();
    let tempo = &found["references"][0]["aspects"]["tempo"];
    let half = (before / 2.0 * 10.0).round() / 10.0;
    assert!((tempo["there"].as_f64().unwrap() - half).abs() < 0.11, "{tempo}");
    assert!((tempo["here"].as_f64().unwrap() - half).abs() < 0.11, "{tempo}");
    assert_eq!(tempo["distance"].as_f64(), Some(0.0));

    place.succeed(&["index", "music", "--library", "lib", "--level", "music/clicks.wav=1"]);
    assert!((exported(&place).0 / before - 1.0).abs() < 0.001);
}

#[test]
fn a_level_of_what_is_not_there_is_refused_in_words() {
    let place = place();
    for (level, code, words) in [
        ("music/clicks.wav", 2, "FILE=LEVEL"),
        ("music/clicks.wav=5/4", 2, "1/3, 1/2, 2/3"),
        ("music/none.wav=1/2", 2, "is not there"),
        ("music=1/2", 2, "is not there"),
    ] {
        let output = place.run(&["index", "--library", "lib", "--level", level]);
        assert_eq!(output.status.code(), Some(code), "{level}: {}", text(&output.stderr));
        assert!(complaint(&output).contains(words), "{level}: {}", text(&output.stderr));
    }
    place.add_piece("other.wav", 5);
    let output = place.run(&["index", "--library", "lib", "--level", "other.wav=1/2"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("index its folder first"), "{}", text(&output.stderr));
}

//! Libraries as tables.

use std::fs;
use std::path::Path;

use crate::music::{Place, complaint, text};

#[test]
fn a_table_has_a_row_for_every_track_and_every_failure() {
    let place = Place::with_pieces(3);
    place.add_file("music/odd, \"name\".wav", b"no sound");
    let output = place.run(&["index", "music", "--library", "lib", "--export", "csv"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("3 analysed"), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 4);
    let cell = |row: usize, name: &str| {
        let column = columns.iter().position(|column| column == name).unwrap();
        rows[row].get(column).unwrap().to_owned()
    };
    for row in 0..3 {
        assert!(cell(row, "path").ends_with(&format!("{row:03}.wav")));
        assert_eq!((cell(row, "id"), cell(row, "error")), ((row + 1).to_string(), String::new()));
        assert_eq!((cell(row, "content").len(), cell(row, "seconds").as_str()), (64, "6"));
        assert!(cell(row, "brightness_hz").parse::<f32>().unwrap() > 50.0);
        let vector: Vec<f32> =
            cell(row, "vector").split(' ').map(|value| value.parse().unwrap()).collect();
        assert!(vector.len() > 100 && vector.iter().all(|value| value.abs() <= 1.0));
    }
    assert!(cell(3, "path").ends_with("odd, \"name\".wav"));
    assert!(cell(3, "error").starts_with("not an audio file") && cell(3, "vector").is_empty());

    // Without folders nothing is analysed, and the same comes out, to a file as well.
    let again = place.succeed(&["index", "--library", "lib", "--export", "csv", "--out", "t.csv"]);
    assert_eq!((again.as_str(), fs::read_to_string(place.path("t.csv")).unwrap()), ("", table));
}

#[test]
fn no_title_is_a_formula() {
    let place = Place::new();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../library/tests/data/chord.flac");
    let whole = fs::read(fixture).unwrap();
    // Its title is "Three notes": the first letter is another one here.
    let title_at = whole.windows(11).position(|bytes| bytes == b"Three notes").unwrap();
    for first in ["=", "-", "'"] {
        let mut bytes = whole.clone();
        bytes[title_at] = first.as_bytes()[0];
        place.add_file(&format!("music/{}.flac", first.as_bytes()[0]), &bytes);
    }
    let output = place.run(&["index", "music", "--library", "lib", "--export", "csv"]);
    let table = text(&output.stdout);
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "title").unwrap();
    let mut titles: Vec<String> =
        reader.records().map(|row| row.unwrap().get(column).unwrap().to_owned()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["''hree notes", "'-hree notes", "'=hree notes"]);
}

#[test]
fn neither_a_library_nor_music_is_written_over() {
    let place = Place::with_pieces(1);
    place.succeed(&["index", "music", "--library", "lib"]);
    for option in [&["--export", "csv", "--out"][..], &["--summary"]] {
        for out in ["lib/meta.sqlite", "lib/new.csv", "./music/../lib/x", "music/000.wav"] {
            let before = fs::read(place.path(out)).ok();
            let args = [&["index", "music", "--library", "lib"], option, &[out]].concat();
            let output = place.run(&args);
            assert_eq!(output.status.code(), Some(2), "{args:?}");
            assert!(complaint(&output).contains(out), "{args:?}: {}", complaint(&output));
            assert_eq!(fs::read(place.path(out)).ok(), before);
        }
    }
    let args = ["index", "--library", "lib", "--export", "csv", "--out", "x", "--summary", "./x"];
    assert_eq!(place.run(&args).status.code(), Some(2));
}

#[test]
fn standard_output_carries_the_table_alone() {
    let place = Place::with_pieces(1);
    let args = ["index", "music", "--library", "lib", "--export", "csv", "--summary", "p.html"];
    let output = place.run(&args);
    assert_eq!(output.status.code(), Some(0));
    let table = text(&output.stdout);
    assert_eq!(csv::Reader::from_reader(table.as_bytes()).records().count(), 1, "{table}");
    assert!(text(&output.stderr).contains("p.html: "), "{}", text(&output.stderr));
}

#[test]
fn a_reader_that_has_had_enough_of_a_table_is_no_failure() {
    let place = Place::with_pieces(1);
    place.succeed(&["index", "music", "--library", "lib"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = place.command(&["index", "--library", "lib", "--export", "csv"]);
    let output = command.stdout(writer).output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

#[test]
fn what_a_table_needs_is_said() {
    let place = Place::with_pieces(1);
    for (args, named) in [
        (&["index", "--library", "lib", "--export", "parquet"][..], "--out"),
        (&["index", "--library", "lib", "--export", "xlsx"], "--export"),
        (&["index", "--library", "lib", "--out", "x"], "--export"),
        (&["index", "--library", "lib"], "DIR"),
    ] {
        let output = place.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(complaint(&output).contains(named), "{args:?}: {}", complaint(&output));
    }
    let output = place.run(&["index", "--library", "nowhere", "--export", "csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("no library"));
}

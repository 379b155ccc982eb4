//! Reference libraries from the command line: made, refused, matched.

use std::fs;

use serde_json::Value;

use crate::command::{Folder, complaint, text, xtask};
use crate::sound::{noise, triad, wav};

#[test]
fn a_library_path_that_is_a_file_is_refused() {
    let folder = Folder::new();
    let file = folder.file("library", "not a folder");
    let song = folder.file("song.wav", wav(1, 8_000, 8_000 * 8, triad(8_000)));
    let (file, song) = (file.to_str().unwrap(), song.to_str().unwrap());
    let dir = folder.0.path().to_str().unwrap();
    for args in [&["index", dir, "--library", file][..], &["match", song, "--library", file]] {
        let output = xtask(args);
        assert_eq!(output.status.code(), Some(1));
        assert!(complaint(&output).contains("is a file"));
    }
    assert_eq!(fs::read_to_string(folder.path("library")).unwrap(), "not a folder");
}

/// A library of one song.
fn library(folder: &Folder) -> (String, String) {
    let songs = folder.path("songs");
    fs::create_dir(&songs).unwrap();
    fs::write(songs.join("song.wav"), wav(1, 22_050, 22_050 * 12, triad(22_050))).unwrap();
    let library = folder.path("library").to_str().unwrap().to_owned();
    let output = xtask(&["index", songs.to_str().unwrap(), "--library", &library]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    (library, songs.join("song.wav").to_str().unwrap().to_owned())
}

#[test]
fn a_library_of_a_newer_version_is_left_alone() {
    let folder = Folder::new();
    let (library, song) = library(&folder);
    let manifest = fs::read_dir(&library)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|e| e == "json"))
        .expect("a library has a manifest");
    let mut stated: Value = serde_json::from_str(&fs::read_to_string(&manifest).unwrap()).unwrap();
    let versions: Vec<String> = stated
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, value)| value.is_u64())
        .map(|(name, _)| name.clone())
        .collect();
    assert!(!versions.is_empty(), "{stated}");
    for name in versions {
        stated[name] = 4_000_000.into();
    }
    fs::write(&manifest, stated.to_string()).unwrap();
    for args in [
        &["match", &song, "--library", &library, "--json"][..],
        &["index", folder.path("songs").to_str().unwrap(), "--library", &library],
    ] {
        let output = xtask(args);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert!(complaint(&output).contains("newer"));
        assert!(output.stdout.is_empty());
    }
    assert_eq!(fs::read_to_string(&manifest).unwrap(), stated.to_string());
}

#[test]
fn a_song_is_its_own_nearest_reference_and_parts_add_up() {
    let folder = Folder::new();
    let (library, song) = library(&folder);
    let songs = folder.path("songs");
    fs::write(songs.join("noise.wav"), wav(1, 22_050, 22_050 * 12, noise)).unwrap();
    let again = xtask(&["index", songs.to_str().unwrap(), "--library", &library]);
    assert!(text(&again.stdout).starts_with("1 analysed"), "{}", text(&again.stdout));
    let again = xtask(&["index", songs.to_str().unwrap(), "--library", &library]);
    assert!(text(&again.stdout).starts_with("0 analysed"), "{}", text(&again.stdout));

    let output = xtask(&["match", &song, "--library", &library, "--json", "--top", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let found: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    let references = found["references"].as_array().unwrap();
    assert_eq!(references.len(), 2);
    assert!(references[0]["file"].as_str().unwrap().ends_with("song.wav"));
    assert_eq!(references[0]["distance"], 0.0);
    assert!(references[1]["distance"].as_f64().unwrap() > 0.0);
    for reference in references {
        let sum = |field: &str| -> f64 {
            let aspects = reference["aspects"].as_object().unwrap();
            aspects.values().map(|aspect| aspect[field].as_f64().unwrap()).sum()
        };
        assert!((sum("distance") - reference["distance"].as_f64().unwrap()).abs() < 1e-6);
        assert!((sum("share") - 1.0).abs() < 1e-6);
    }
    for field in ["name", "fit", "confidence", "agrees", "differs", "source"] {
        assert!(found["scenes"][0].get(field).is_some(), "{field} is missing");
    }
}

#[test]
fn what_is_analysed_can_go_into_a_library_too() {
    let folder = Folder::new();
    let song = folder.file("song.wav", wav(1, 22_050, 22_050 * 12, triad(22_050)));
    let (song, library) = (song.to_str().unwrap(), folder.path("library"));
    let output = xtask(&["analyze", song, "--library", library.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout).lines().count(), 1);
    assert!(complaint(&output).contains("1 references"));
    let found = xtask(&["match", song, "--library", library.to_str().unwrap(), "--json"]);
    assert_eq!(found.status.code(), Some(0), "{}", text(&found.stderr));
}

#[test]
fn what_the_library_did_not_take_fails_the_run() {
    let folder = Folder::new();
    let sound = wav(1, 22_050, 22_050 * 12, triad(22_050));
    let song = folder.file("song.wav", vec![b' '; sound.len()]);
    let library = folder.path("library");
    let args = ["analyze", song.to_str().unwrap(), "--library", library.to_str().unwrap()];
    let output = xtask(&args);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("1 of 1"), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("not in the library"), "its line says it already");

    // As long and as old as before: the library takes it for the same broken file.
    let then = fs::metadata(&song).unwrap().modified().unwrap();
    fs::write(&song, sound).unwrap();
    fs::File::options().write(true).open(&song).unwrap().set_modified(then).unwrap();
    let output = xtask(&args);
    let line: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert!(line.get("error").is_none(), "{line}");
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("not in the library"), "{}", text(&output.stderr));
}

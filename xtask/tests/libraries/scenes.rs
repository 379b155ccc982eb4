//! Scenes of one's own.

use std::fs;

use serde_json::Value;

use crate::music::{Place, complaint, text, wav};

/// The scenes that `match` finds, with `more` arguments.
fn scenes(place: &Place, more: &[&str]) -> Vec<Value> {
    let mut args = vec!["match", "music/003.wav", "--library", "lib", "--json"];
    args.extend(more);
    let found: Value = serde_json::from_str(&place.succeed(&args)).unwrap();
    found["scenes"].as_array().unwrap().clone()
}

#[test]
fn a_learned_scene_is_found_by_its_own_pieces() {
    let place = Place::with_pieces(9);
    place.succeed(&["index", "music", "--library", "lib"]);
    let learn = ["scene", "learn", "music", "--name", "Rain Walk", "--name-zh", "雨中漫步"];
    let said = place.succeed(&[&learn[..], &["--library", "lib"]].concat());
    assert!(said.contains("learned from 9 of 9 files") && said.contains("lib"), "{said}");
    let own = &scenes(&place, &[])[0];
    assert_eq!(
        (own["name"].as_str(), own["source"].as_str()),
        (Some("rain walk"), Some("measured"))
    );
    assert_eq!(own["name_zh"], "雨中漫步");
    assert!(own["fit"].as_f64().unwrap() > 0.5, "{own}");
    // Relative to the library: a share of the pieces, which are nine.
    assert!((0.0..=1.0).contains(&own["better_than"].as_f64().unwrap()), "{own}");

    // To standard output, to a file, and from a folder of scenes.
    fs::remove_dir_all(place.path("lib/scenes")).unwrap();
    let printed = place.succeed(&learn);
    place.succeed(&[&learn[..], &["--out", "mine/rain.json"]].concat());
    assert_eq!(fs::read_to_string(place.path("mine/rain.json")).unwrap(), printed);
    assert!(scenes(&place, &[]).iter().all(|scene| scene["name"] != "rain walk"));
    assert_eq!(scenes(&place, &["--scenes", "mine"])[0]["name"], "rain walk");
}

#[test]
fn a_scene_replaces_itself_and_nothing_else() {
    let place = Place::with_pieces(5);
    let learn = ["scene", "learn", "music"];
    let run = |more: &[&str]| place.run(&[&learn[..], more].concat());
    let first = run(&["--name", "Party", "--out", "own.json"]);
    assert_eq!(first.status.code(), Some(0), "{}", text(&first.stderr));
    assert!(complaint(&first).contains("shipped scene \"party\""));
    assert_eq!(run(&["--name", "party", "--out", "own.json"]).status.code(), Some(0));
    place.add_file("notes.json", b"mine");
    for (more, named) in [
        (&["--name", "rain", "--out", "own.json"][..], "\"party\""),
        (&["--name", "rain", "--out", "notes.json"], "notes.json"),
        (&["--name", "rain", "--out", "music/000.wav"], "000.wav"),
        (&["--name", "rain\nwalk"], "--name"),
        (&["--name", "rain", "--name-zh", "雨\u{7}"], "--name-zh"),
    ] {
        let output = run(more);
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(complaint(&output).contains(named), "{}", complaint(&output));
    }
    assert_eq!(fs::read(place.path("notes.json")).unwrap(), b"mine");
    let output = run(&["--name", "rain", "--library", "nowhere"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("no library") && !place.path("nowhere").exists());
}

#[test]
fn scenes_of_ones_own_are_told_however_well_they_fit() {
    let place = Place::with_pieces(9);
    place.succeed(&["index", "music", "--library", "lib"]);
    let far = r#"{"key": "far", "name": {"en": "Far"},
        "centroids": [{"cues": {"brightness": {"from": 9000, "to": 9100, "source": "editorial"}}}]}"#;
    place.add_file("lib/scenes/far.json", far.as_bytes());
    let found = scenes(&place, &[]);
    let last = found.last().unwrap();
    assert_eq!(
        (found.len(), last["name"].as_str(), last["name_zh"].as_str()),
        (6, Some("far"), Some("Far"))
    );
}

#[test]
fn a_broken_profile_is_named_and_the_others_are_used() {
    let place = Place::with_pieces(8);
    place.succeed(&["index", "music", "--library", "lib"]);
    place.succeed(&["scene", "learn", "music", "--name", "mine", "--library", "lib"]);
    place.add_file("lib/scenes/broken.json", b"{\"key\": ");
    let args = ["match", "music/003.wav", "--library", "lib", "--json"];
    let output = place.run(&args);
    assert_eq!(output.status.code(), Some(0));
    let said = complaint(&output);
    assert!(said.contains("broken.json") && said.contains("the other scenes are used"), "{said}");
    let found: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!(found["scenes"][0]["name"], "mine");
}

#[test]
fn too_few_pieces_and_missing_folders_are_refused_in_words() {
    let place = Place::with_pieces(5);
    place.add_file("music/002.wav", b"no sound");
    let output = place.run(&["scene", "learn", "music", "--name", "x", "--out", "x.json"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("002.wav: not an audio file"), "{said}");
    assert!(said.contains("5 pieces or more") && said.contains("there are 4"), "{said}");
    assert!(!place.path("x.json").exists());
    for (args, named) in [
        (&["scene", "learn", "nowhere", "--name", "x"][..], "nowhere"),
        (&["scene", "learn", "music"], "--name"),
        (&["scene", "learn", "music", "--name", " "], "--name"),
        (&["scene", "teach", "music"], "teach"),
    ] {
        let output = place.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(complaint(&output).contains(named), "{args:?}: {}", complaint(&output));
    }
    place.succeed(&["index", "music/001.wav", "--library", "lib"]);
    let args = ["match", "music/001.wav", "--library", "lib", "--scenes", "nowhere"];
    let output = place.run(&args);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("--scenes nowhere"), "{}", text(&output.stderr));
}

#[test]
fn pieces_too_short_to_learn_from_are_named() {
    let place = Place::with_pieces(6);
    place.add_file("music/short.wav", &wav(&[0.1; 800]));
    let output = place.run(&["scene", "learn", "music", "--name", "x", "--out", "x.json"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("short.wav: too short"), "{}", text(&output.stderr));
    assert!(place.path("x.json").exists());
}

//! The gap to a target.

use serde_json::Value;

use crate::music::{Place, complaint};

fn target(place: &Place, name: &str) -> Value {
    let args = ["match", "music/003.wav", "--library", "lib", "--json", "--target", name];
    let found: Value = serde_json::from_str(&place.succeed(&args)).unwrap();
    found["target"].clone()
}

#[test]
fn the_gap_to_itself_is_nothing_and_the_gap_to_others_is_told() {
    let place = Place::with_pieces(9);
    place.succeed(&["index", "music", "--library", "lib"]);
    let itself = target(&place, "003.wav");
    assert_eq!((&itself["kind"], &itself["largest"]), (&Value::from("reference"), &Value::Null));
    let gap = itself["gap"].as_object().unwrap();
    assert!(gap["balance"]["regions"].as_object().is_none_or(serde_json::Map::is_empty));
    for (name, value) in gap {
        assert!(value["beyond"].as_f64().unwrap_or(0.0) == 0.0, "{name}: {value}");
        assert!(value["ratio"].as_f64().unwrap_or(1.0) == 1.0, "{name}: {value}");
        assert!(value["fifths"].as_f64().unwrap_or(0.0) == 0.0, "{name}: {value}");
    }
    // By title as well, and by any of the names of a scene.
    assert_eq!(target(&place, "003"), itself);
    let scene = target(&place, "Sleep");
    assert_eq!((&scene["kind"], &scene["name"]), (&Value::from("scene"), &Value::from("sleep")));
    assert_eq!(target(&place, "助眠"), scene);
    let asked = scene["gap"].as_object().unwrap();
    assert!(!asked.contains_key("balance") && asked.contains_key("onset density"), "{scene}");
    assert!(asked["onset density"]["here"].is_number(), "{scene}");

    let args = ["match", "music/003.wav", "--library", "lib", "--target"];
    let words = place.succeed(&[&args[..], &["005"]].concat());
    let told = words.split("to 005").nth(1).unwrap_or_else(|| panic!("{words}"));
    for aspect in ["tempo", "brightness", "balance", "onset density", "loudness range", "crest"] {
        assert!(told.contains(aspect), "{aspect} not in {told}");
    }
    // Without a target nothing of it is printed.
    assert!(!place.succeed(&args[..4]).contains("here and there"));
    for (name, said) in [("nobody knows", "neither a scene nor"), (".wav", "may be '")] {
        let output = place.run(&[&args[..], &[name]].concat());
        assert_eq!(output.status.code(), Some(2), "{name}");
        let complaint = complaint(&output);
        assert!(complaint.contains("--target") && complaint.contains(said), "{complaint}");
    }
}

//! Commands killed in the middle, and many of them at once.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::music::{Place, text};

/// Kills, unless `JAMBOREE_N_KILLS` says otherwise: `JAMBOREE_N_KILLS=50 cargo test -p xtask --test
/// libraries killing`.
const N_KILLS: usize = 8;

/// Everything that the library `lib` answers, byte for byte.
fn answers(place: &Place, lib: &str) -> String {
    let found =
        place.succeed(&["match", "music/003.wav", "--library", lib, "--json", "--top", "99"]);
    let table = place.succeed(&["index", "--library", lib, "--export", "csv"]);
    assert!(table.lines().count() > 10, "{table}");
    found.replace(&format!("{lib:?}"), "\"lib\"") + &table
}

#[test]
fn an_index_killed_at_many_moments_answers_as_one_that_never_was() {
    let n_kills = std::env::var("JAMBOREE_N_KILLS").ok().and_then(|n| n.parse().ok());
    let n_kills: usize = n_kills.unwrap_or(N_KILLS);
    let place = Place::with_pieces(12);
    place.add_file("music/006b.wav", b"no sound");
    let index = |lib: &str| {
        place.command(&["index", "music", "--library", lib, "--jobs", "1"]).spawn().unwrap()
    };
    let begun = Instant::now();
    assert_eq!(index("whole").wait().unwrap().code(), Some(3));
    let duration = begun.elapsed().as_secs_f64();
    let expected = answers(&place, "whole");

    let (mut n_killed, mut n_whole, mut state) = (0, 0, 7u32);
    while n_killed < n_kills {
        let lib = format!("killed{n_whole}");
        let mut child = index(&lib);
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let share = f64::from(state >> 8) / f64::from(1u32 << 24);
        std::thread::sleep(Duration::from_secs_f64(0.6 * duration * share));
        if let Some(status) = child.try_wait().unwrap() {
            assert_eq!(status.code(), Some(3));
            assert_eq!(answers(&place, &lib), expected, "after {n_killed} kills");
            n_whole += 1;
        } else {
            child.kill().unwrap();
            child.wait().unwrap();
            n_killed += 1;
        }
    }
    let lib = format!("killed{n_whole}");
    assert_eq!(index(&lib).wait().unwrap().code(), Some(3));
    assert_eq!(answers(&place, &lib), expected);
}

#[test]
fn ten_readers_find_a_whole_library_while_one_writer_appends() {
    let place = Place::with_pieces(4);
    place.succeed(&["index", "music", "--library", "lib"]);
    (4..40).for_each(|idx| place.add_piece(&format!("music/{idx:03}.wav"), idx));
    let mut writer = place.command(&["index", "music", "--library", "lib", "--jobs", "1"]);
    let writer = writer.spawn().unwrap();
    let args = ["match", "music/002.wav", "--library", "lib", "--json", "--top", "99"];
    let readers: Vec<_> = (0..10).map(|_| place.command(&args).spawn().unwrap()).collect();
    for reader in readers {
        let output = reader.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(text(&output.stderr), "");
        let found: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
        let references = found["references"].as_array().unwrap();
        assert!((4..=40).contains(&references.len()), "{}", references.len());
        assert_eq!(references[0]["distance"], 0.0);
    }
    let output = writer.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let found: Value = serde_json::from_str(&place.succeed(&args)).unwrap();
    assert_eq!(found["references"].as_array().unwrap().len(), 40);
}

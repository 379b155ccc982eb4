//! The metrical level that a user chose for a file, through everything that happens to files and
//! libraries.

use std::fs;
use std::path::{Path, PathBuf};

use analysis::Bpm;
use library::{Filter, Library, LibraryError, References, chosen_tempo};
use tempfile::{TempDir, tempdir};

use crate::indexed::{change, run};
use crate::sound::{Format, write_piece, write_wav};

const RATE: u32 = 22_050;

/// Bursts of noise, 140 a minute, every fourth one strong, for 16 s.
fn write_clicks(path: &Path) {
    let mut state = 1u32;
    let beat = RATE * 60 / 140;
    let samples: Vec<f32> = (0..16 * RATE)
        .map(|idx| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let level = if (idx / beat).is_multiple_of(4) { 0.8 } else { 0.4 };
            let decay = (-((idx % beat) as f32) / 600.0).exp();
            level * decay * ((state >> 8) as f32 / 8_388_608.0 - 1.0)
        })
        .collect();
    write_wav(path, 1, RATE, Format::Int16, &samples);
}

/// A folder of clicks and tones, and a library of them.
fn setup() -> (TempDir, PathBuf, PathBuf) {
    let dir = tempdir().unwrap();
    let (music, lib) = (dir.path().join("music"), dir.path().join("lib"));
    fs::create_dir(&music).unwrap();
    write_clicks(&music.join("clicks.wav"));
    write_piece(&music.join("tones.wav"), 220.0);
    assert_eq!(run(&lib, &music).analysed, 2);
    (dir, music, lib)
}

/// Chooses half of the tempo stated; the tempo chosen.
fn choose_half(lib: &Path, file: &Path) -> Bpm {
    let mut library = Library::open(lib).unwrap();
    let half = Bpm(library.heard_tempo(file).unwrap().unwrap().0 / 2.0);
    assert_eq!(library.choose_tempo(file, half).unwrap(), 1);
    half
}

/// Checks that all tracks of that file name state `chosen` wherever a tempo is stated.
fn assert_stated(lib: &Path, name: &str, chosen: Bpm) {
    let references = References::load(lib).unwrap();
    let is_near = |bpm: f64| (bpm / f64::from(chosen.0) - 1.0).abs() < 0.001;
    let rows = references.rows(None, 100).unwrap();
    let rows: Vec<_> = rows.iter().filter(|row| row.file.ends_with(name)).collect();
    assert!(!rows.is_empty());
    for row in rows {
        let tempo = row.facts.as_ref().unwrap().tempo.as_ref().unwrap();
        assert!(tempo.chosen && is_near(tempo.bpm), "{tempo:?}");
        let before = tempo.alternatives.iter().find(|other| other.relation == "2");
        assert!(before.is_some_and(|other| is_near(other.bpm / 2.0)), "{tempo:?}");
        let entry = references.entry(row.id).unwrap().unwrap();
        assert!(is_near(f64::from(entry.bpm.unwrap().0)));
        let tempo = Some((Bpm(chosen.0 - 0.5), Bpm(chosen.0 + 0.5)));
        let near = references.select(&Filter { tempo, ..Filter::default() }).unwrap();
        let weights = advice::Weights::default();
        let found = references.rank_among(&near, &entry.fingerprint, &weights, 9).unwrap();
        assert!(found.iter().any(|found| found.track == row.id), "the filter passes it over");
    }
    let mut n_exported = 0;
    references
        .each_table_row(&mut |row| {
            n_exported += usize::from(row.path.ends_with(name) && is_near(row.bpm.unwrap()));
            Ok(())
        })
        .unwrap();
    assert!(n_exported > 0);
}

#[test]
fn a_chosen_level_outlasts_a_new_analysis_a_move_and_a_copy() {
    let (_dir, music, lib) = setup();
    let clicks = music.join("clicks.wav");
    let half = choose_half(&lib, &clicks);
    assert_stated(&lib, "clicks.wav", half);

    assert_eq!(run(&lib, &music).skipped, 2);
    assert_stated(&lib, "clicks.wav", half);

    change(&lib, "UPDATE track SET analysis_version = 0");
    assert_eq!(run(&lib, &music).analysed, 2);
    assert_stated(&lib, "clicks.wav", half);

    fs::rename(&clicks, music.join("moved.wav")).unwrap();
    fs::copy(music.join("moved.wav"), music.join("copy.wav")).unwrap();
    run(&lib, &music);
    assert_stated(&lib, "moved.wav", half);
    assert_stated(&lib, "copy.wav", half);
}

fn stated_bpm(lib: &Path, name: &str) -> f64 {
    let references = References::load(lib).unwrap();
    let rows = references.rows(None, 100).unwrap();
    let row = rows.iter().find(|row| row.file.ends_with(name)).unwrap();
    row.facts.as_ref().unwrap().tempo.as_ref().unwrap().bpm
}

#[test]
fn levels_are_levels_of_what_was_heard_whatever_was_chosen_before() {
    let (_dir, music, lib) = setup();
    let clicks = music.join("clicks.wav");
    let heard = Library::open(&lib).unwrap().heard_tempo(&clicks).unwrap().unwrap();
    for ratio in [0.5, 0.5, 2.0, 1.0 / 3.0, 3.0, 1.0] {
        let mut library = Library::open(&lib).unwrap();
        assert_eq!(library.heard_tempo(&clicks).unwrap(), Some(heard));
        assert_eq!(library.choose_tempo(&clicks, Bpm(heard.0 * ratio)).unwrap(), 1);
        drop(library);
        let stated = stated_bpm(&lib, "clicks.wav");
        assert!((stated / f64::from(heard.0 * ratio) - 1.0).abs() < 1e-3, "{ratio}: {stated}");
    }
}

#[test]
fn choosing_again_takes_the_place_of_the_first_choice() {
    let (_dir, music, lib) = setup();
    let clicks = music.join("clicks.wav");
    let half = choose_half(&lib, &clicks);
    let mut library = Library::open(&lib).unwrap();
    library.choose_tempo(&clicks, Bpm(2.0 * half.0)).unwrap();
    assert_eq!(library.heard_tempo(&clicks).unwrap(), Some(Bpm(2.0 * half.0)));
    let stated = stated_bpm(&lib, "clicks.wav");
    assert!((stated - 2.0 * f64::from(half.0)).abs() < 0.01, "{stated}");
    let kept = chosen_tempo(&lib, &clicks).unwrap().unwrap();
    assert!((kept.0 - 2.0 * half.0).abs() < 0.01);
}

#[test]
fn a_choice_is_kept_for_a_file_that_is_no_track_and_found_under_another_name() {
    let (dir, music, lib) = setup();
    let elsewhere = dir.path().join("take 3.wav");
    write_piece(&elsewhere, 330.0);
    let mut library = Library::open(&lib).unwrap();
    assert_eq!(library.heard_tempo(&elsewhere).unwrap(), None);
    assert_eq!(library.choose_tempo(&elsewhere, Bpm(87.0)).unwrap(), 0);
    drop(library);
    assert_eq!(chosen_tempo(&lib, &elsewhere).unwrap(), Some(Bpm(87.0)));
    let renamed = dir.path().join("the one.wav");
    fs::rename(&elsewhere, &renamed).unwrap();
    assert_eq!(chosen_tempo(&lib, &renamed).unwrap(), Some(Bpm(87.0)));
    assert_eq!(chosen_tempo(&lib, &music.join("tones.wav")).unwrap(), None);
}

#[test]
fn what_is_no_level_of_a_track_is_kept_and_changes_nothing_there() {
    let (_dir, music, lib) = setup();
    let clicks = music.join("clicks.wav");
    let mut library = Library::open(&lib).unwrap();
    let before = library.heard_tempo(&clicks).unwrap();
    assert_eq!(library.choose_tempo(&clicks, Bpm(before.unwrap().0 * 1.2)).unwrap(), 0);
    assert_eq!(library.heard_tempo(&clicks).unwrap(), before);
}

#[test]
fn a_library_from_before_there_were_choices_is_read_and_brought_up_to_date() {
    let (_dir, music, lib) = setup();
    let clicks = music.join("clicks.wav");
    change(&lib, "DROP TABLE chosen_tempo");
    assert_eq!(chosen_tempo(&lib, &clicks).unwrap(), None);
    let half = choose_half(&lib, &clicks);
    assert_stated(&lib, "clicks.wav", half);
}

#[test]
fn a_library_that_can_not_take_a_choice_says_so_in_words() {
    let (_dir, music, lib) = setup();
    let open = Library::open(&lib).unwrap();
    let error = Library::open(&lib).unwrap_err();
    assert!(matches!(error, LibraryError::Busy { .. }), "{error}");
    drop(open);
    let manifest = lib.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"format\": 2", "\"format\": 999")).unwrap();
    for error in [
        Library::open(&lib).unwrap_err(),
        chosen_tempo(&lib, &music.join("clicks.wav")).unwrap_err(),
    ] {
        assert!(error.to_string().ends_with("update Jamboree"), "{error}");
    }
}

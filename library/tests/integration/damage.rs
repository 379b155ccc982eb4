//! One bad byte in a library costs one piece, until the next run.

use std::fs;
use std::path::{Path, PathBuf};

use advice::Weights;
use library::{ReferenceEntry, References};
use rusqlite::Connection;
use tempfile::{TempDir, tempdir};

use crate::indexed::run;
use crate::sound::write_piece;

const N: usize = 3;

/// A folder of pieces, and a library of them.
fn setup() -> (TempDir, PathBuf, PathBuf) {
    let dir = tempdir().unwrap();
    let (music, lib) = (dir.path().join("music"), dir.path().join("lib"));
    fs::create_dir(&music).unwrap();
    for idx in 0..N {
        write_piece(&music.join(format!("{idx}.wav")), 110.0 + 50.0 * idx as f32);
    }
    assert_eq!(run(&lib, &music).analysed, N);
    (dir, music, lib)
}

/// Flips a bit of the first file with that ending.
fn flip(lib: &Path, extension: &str, place: impl Fn(usize) -> usize) {
    let mut paths = fs::read_dir(lib).unwrap().map(|entry| entry.unwrap().path());
    let path = paths.find(|path| path.extension().is_some_and(|it| it == extension)).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let place = place(bytes.len());
    bytes[place] ^= 1;
    fs::write(&path, bytes).unwrap();
}

fn entries(lib: &Path) -> Vec<ReferenceEntry> {
    References::load(lib).unwrap().entries().unwrap()
}

/// How many pieces are found, of all that are there.
fn n_found(lib: &Path, here: &ReferenceEntry) -> usize {
    let references = References::load(lib).unwrap();
    references.rank(&here.fingerprint, &Weights::default(), 2 * N).unwrap().len()
}

#[test]
fn a_flipped_bit_in_a_segment_costs_one_piece_until_the_next_run() {
    let (_dir, music, lib) = setup();
    let before = entries(&lib);
    for _ in 0..2 {
        flip(&lib, "seg", |len| len - 100);
        assert_eq!(n_found(&lib, &before[0]), N - 1);
        let report = run(&lib, &music);
        assert_eq!((report.analysed, report.skipped, report.notes.len()), (1, N - 1, 1));
        let note = &report.notes[0];
        assert!(note.contains(".seg: does not hold") && note.contains("lost (1) are"), "{note}");
        assert_eq!((entries(&lib), n_found(&lib, &before[0])), (before.clone(), N));
        let again = run(&lib, &music);
        assert_eq!((again.analysed, again.notes.len()), (0, 0));
    }
}

#[test]
fn damaged_sketches_cost_nothing_but_the_next_run() {
    let (_dir, music, lib) = setup();
    let before = entries(&lib);
    // The check of the first record, after 48 bytes and the numbers of the tracks.
    flip(&lib, "sketch", |_| 48 + 4 * N);
    assert_eq!(n_found(&lib, &before[0]), N - 1);
    let report = run(&lib, &music);
    assert_eq!((report.analysed, report.skipped, report.notes.len()), (0, N, 0));
    assert_eq!((entries(&lib), n_found(&lib, &before[0])), (before, N));
}

#[test]
fn what_is_no_fingerprint_in_the_database_costs_one_piece_until_the_next_run() {
    let (_dir, music, lib) = setup();
    let before = entries(&lib);
    let db = Connection::open(lib.join("meta.sqlite")).unwrap();
    let break_one = "UPDATE track SET fingerprint = x'00ff', segment = NULL, segment_row = NULL
                     WHERE id = 2";
    db.execute_batch(break_one).unwrap();
    drop(db);
    assert_eq!((entries(&lib).len(), n_found(&lib, &before[0])), (N - 1, N - 1));
    let report = run(&lib, &music);
    assert_eq!((report.analysed, report.skipped, report.notes.len()), (1, N - 1, 1));
    assert_eq!((entries(&lib), n_found(&lib, &before[0])), (before, N));
}

//! Libraries that earlier versions made, brought up to date.

use std::fs;
use std::path::{Path, PathBuf};

use library::{Library, References};
use rusqlite::Connection;
use tempfile::{TempDir, tempdir};

use crate::indexed::{change, run};
use crate::sound::write_piece;

/// A folder of two pieces, and a library of them.
fn setup() -> (TempDir, PathBuf, PathBuf) {
    let dir = tempdir().unwrap();
    let (music, lib) = (dir.path().join("music"), dir.path().join("lib"));
    fs::create_dir(&music).unwrap();
    for idx in 0..2 {
        write_piece(&music.join(format!("{idx}.wav")), 110.0 + 50.0 * idx as f32);
    }
    assert_eq!(run(&lib, &music).analysed, 2);
    (dir, music, lib)
}

/// As format 1 stored two files that hold the same, by an earlier version of the analysis.
const SHARED: &str = "UPDATE track SET segment = (SELECT min(segment) FROM track), \
                      segment_row = 0, analysis_version = 0;";

/// Makes it what format 1 made of it.
fn downgrade(lib: &Path) {
    change(
        lib,
        &format!(
            "DROP TRIGGER track_changed; DROP TRIGGER track_removed; DROP TABLE removed;
             DROP INDEX track_loose; ALTER TABLE track DROP COLUMN genre;
             PRAGMA user_version = 1; {SHARED}"
        ),
    );
    for entry in fs::read_dir(lib).unwrap().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|extension| extension == "sketch") {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    let manifest = lib.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("\"format\": 2", "\"format\": 1")).unwrap();
}

/// The triggers that the first databases of format 2 were made with.
fn with_old_triggers(lib: &Path) {
    change(
        lib,
        "DROP TRIGGER track_changed; DROP TRIGGER track_removed;
         CREATE TRIGGER track_changed AFTER UPDATE OF segment, segment_row ON track
         WHEN OLD.segment IS NOT NULL
             AND (NEW.segment IS NOT OLD.segment OR NEW.segment_row IS NOT OLD.segment_row)
         BEGIN INSERT OR IGNORE INTO removed VALUES (OLD.segment, OLD.segment_row); END;
         CREATE TRIGGER track_removed AFTER DELETE ON track WHEN OLD.segment IS NOT NULL
         BEGIN INSERT OR IGNORE INTO removed VALUES (OLD.segment, OLD.segment_row); END;",
    );
    change(lib, SHARED);
}

#[test]
fn two_tracks_on_one_row_are_both_brought_up_to_date() {
    for make_old in [downgrade, with_old_triggers] {
        let (_dir, music, lib) = setup();
        let before = References::load(&lib).unwrap().entries().unwrap();
        make_old(&lib);
        let report = run(&lib, &music);
        assert_eq!((report.analysed, report.failed.len(), report.notes.len()), (2, 0, 0));
        assert_eq!(References::load(&lib).unwrap().entries().unwrap(), before);
        assert_eq!(run(&lib, &music).skipped, 2);
    }
}

#[test]
fn a_library_that_is_up_to_date_is_not_changed_by_opening_it() {
    let (_dir, _, lib) = setup();
    let schema = || -> u32 {
        let db = Connection::open(lib.join("meta.sqlite")).unwrap();
        db.pragma_query_value(None, "schema_version", |row| row.get(0)).unwrap()
    };
    let before = schema();
    drop(Library::open(&lib).unwrap());
    assert_eq!(schema(), before);
}

//! A library follows what happens to the files, and does nothing twice.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use library::{IndexOptions, IndexReport, Library, References, index};
use tempfile::{TempDir, tempdir};

use crate::sound::{fixture, write_piece};

struct Setup {
    _dir: TempDir,
    music: PathBuf,
    lib: PathBuf,
}

/// A folder with `n` pieces, and a path for a library.
fn setup(n: usize) -> Setup {
    let dir = tempdir().unwrap();
    let music = dir.path().join("music");
    fs::create_dir(&music).unwrap();
    for idx in 0..n {
        write_piece(&music.join(format!("{idx}.wav")), 110.0 + 10.0 * idx as f32);
    }
    let lib = dir.path().join("lib");
    Setup { _dir: dir, music, lib }
}

fn run(lib: &Path, dirs: &[&Path]) -> IndexReport {
    let mut library = Library::open_or_create(lib).unwrap();
    let dirs: Vec<PathBuf> = dirs.iter().map(|&dir| dir.to_owned()).collect();
    index(&mut library, &dirs, IndexOptions::default(), &mut |_| {}).unwrap()
}

fn n_tracks(lib: &Path) -> usize {
    Library::open(lib).unwrap().n_tracks().unwrap()
}

#[test]
fn a_second_run_analyses_nothing() {
    let Setup { _dir, music, lib } = setup(3);
    let first = run(&lib, &[&music]);
    assert_eq!((first.analysed, first.skipped, first.failed.len()), (3, 0, 0));
    let second = run(&lib, &[&music]);
    assert_eq!((second.analysed, second.skipped, second.removed), (0, 3, 0));
    assert_eq!(second.audio_seconds, 0.0);
    assert_eq!(n_tracks(&lib), 3);
}

#[test]
fn a_file_given_twice_is_one_track() {
    let Setup { _dir, music, lib } = setup(1);
    let report = run(&lib, &[&music, &music.join("0.wav"), &music.join("../music")]);
    assert_eq!((report.analysed, n_tracks(&lib)), (1, 1));
}

#[test]
fn a_new_date_alone_is_no_reason_to_analyse_again() {
    let Setup { _dir, music, lib } = setup(1);
    run(&lib, &[&music]);
    let bytes = fs::read(music.join("0.wav")).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(20));
    fs::write(music.join("0.wav"), bytes).unwrap();
    assert_eq!(run(&lib, &[&music]).analysed, 0);
}

#[test]
fn a_changed_file_is_analysed_again_in_place() {
    let Setup { _dir, music, lib } = setup(2);
    run(&lib, &[&music]);
    std::thread::sleep(std::time::Duration::from_millis(20));
    write_piece(&music.join("1.wav"), 500.0);
    let report = run(&lib, &[&music]);
    assert_eq!((report.analysed, report.skipped), (1, 1));
    assert_eq!(n_tracks(&lib), 2);
}

#[test]
fn a_moved_file_is_recognised_and_keeps_its_number() {
    let Setup { _dir, music, lib } = setup(2);
    run(&lib, &[&music]);
    let before_entries = References::load(&lib).unwrap().entries().unwrap();
    fs::create_dir(music.join("new")).unwrap();
    fs::rename(music.join("0.wav"), music.join("new/renamed.wav")).unwrap();
    let report = run(&lib, &[&music]);
    assert_eq!((report.analysed, report.moved, report.removed), (0, 1, 0));
    assert_eq!(n_tracks(&lib), 2);
    let after = References::load(&lib).unwrap();
    assert_eq!(after.len(), before_entries.len());
    for entry in before_entries.iter().filter(|entry| entry.title == "0") {
        assert_eq!(after.name(entry.id).as_deref(), Some("renamed"));
        assert_eq!(after.entry(entry.id).unwrap().unwrap().fingerprint, entry.fingerprint);
    }
}

/// That every track has the fingerprint of the file that lies at its path.
fn check_fingerprints(lib: &Path, n_tracks: usize) {
    let references = References::load(lib).unwrap();
    assert_eq!(references.len(), n_tracks);
    for entry in references.entries().unwrap() {
        let again = library::analyze_file_with_style(&entry.file).unwrap().analysis;
        assert!(Some(entry.fingerprint) == again.fingerprint, "{}", entry.file.display());
    }
}

#[test]
fn a_renamed_file_keeps_its_fingerprint_when_its_name_is_used_again() {
    let Setup { _dir, music, lib } = setup(0);
    write_piece(&music.join("mix.wav"), 110.0);
    run(&lib, &[&music]);
    fs::rename(music.join("mix.wav"), music.join("mix_old.wav")).unwrap();
    write_piece(&music.join("mix.wav"), 500.0);
    let report = run(&lib, &[&music]);
    assert_eq!((report.moved, report.copied, report.removed), (0, 0, 0));
    assert_eq!(n_tracks(&lib), 2);
    check_fingerprints(&lib, 2);
    assert_eq!(run(&lib, &[&music]).skipped, 2);
}

#[test]
fn two_files_that_swap_names_swap_fingerprints() {
    let Setup { _dir, music, lib } = setup(2);
    run(&lib, &[&music]);
    fs::rename(music.join("0.wav"), music.join("away")).unwrap();
    fs::rename(music.join("1.wav"), music.join("0.wav")).unwrap();
    fs::rename(music.join("away"), music.join("1.wav")).unwrap();
    let report = run(&lib, &[&music]);
    assert_eq!(report.analysed + report.moved + report.copied, 2);
    assert_eq!(n_tracks(&lib), 2);
    check_fingerprints(&lib, 2);
}

#[test]
fn a_chain_of_renamed_files_loses_none() {
    let Setup { _dir, music, lib } = setup(3);
    run(&lib, &[&music]);
    for (from, to) in [("2.wav", "3.wav"), ("1.wav", "2.wav"), ("0.wav", "1.wav")] {
        fs::rename(music.join(from), music.join(to)).unwrap();
    }
    let report = run(&lib, &[&music]);
    assert_eq!(report.analysed + report.moved + report.copied, 3);
    assert_eq!(n_tracks(&lib), 3);
    check_fingerprints(&lib, 3);
}

#[test]
fn a_copy_is_a_track_of_its_own_that_is_not_analysed_again() {
    let Setup { _dir, music, lib } = setup(1);
    run(&lib, &[&music]);
    fs::copy(music.join("0.wav"), music.join("copy.wav")).unwrap();
    let report = run(&lib, &[&music]);
    assert_eq!((report.analysed, report.copied, report.moved), (0, 1, 0));
    assert_eq!(n_tracks(&lib), 2);
}

#[test]
fn a_removed_file_is_dropped_and_others_elsewhere_are_not() {
    let Setup { _dir, music, lib } = setup(3);
    fs::create_dir(music.join("a")).unwrap();
    fs::rename(music.join("2.wav"), music.join("a/2.wav")).unwrap();
    run(&lib, &[&music]);
    fs::remove_file(music.join("0.wav")).unwrap();
    // Only the folder that was given is looked at.
    let elsewhere = run(&lib, &[&music.join("a")]);
    assert_eq!((elsewhere.removed, n_tracks(&lib)), (0, 3));
    let report = run(&lib, &[&music]);
    assert_eq!((report.removed, n_tracks(&lib)), (1, 2));
}

#[test]
fn nothing_is_dropped_when_the_folder_itself_is_gone_or_empty() {
    let Setup { _dir, music, lib } = setup(2);
    run(&lib, &[&music]);
    fs::rename(&music, music.with_extension("away")).unwrap();
    let report = run(&lib, &[&music]);
    assert_eq!((report.removed, report.failed.len(), n_tracks(&lib)), (0, 1, 2));
    fs::create_dir(&music).unwrap();
    let report = run(&lib, &[&music]);
    assert_eq!((report.removed, n_tracks(&lib)), (0, 2));
    let [note] = &report.notes[..] else { panic!("{:?}", report.notes) };
    assert!(
        note.contains("the folder is empty") && note.contains("2 references are kept"),
        "{note}"
    );
    // As it says, the folder above drops them, where they are nowhere else.
    fs::remove_dir_all(music.with_extension("away")).unwrap();
    fs::write(music.with_extension("txt"), b"x").unwrap();
    let report = run(&lib, &[music.parent().unwrap()]);
    assert_eq!((report.removed, report.notes.len()), (2, 0));
}

#[cfg(unix)]
#[test]
fn nothing_is_dropped_below_a_folder_that_can_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let Setup { _dir, music, lib } = setup(2);
    fs::create_dir(music.join("locked")).unwrap();
    fs::rename(music.join("1.wav"), music.join("locked/1.wav")).unwrap();
    run(&lib, &[&music]);
    let mode = |mode| fs::set_permissions(music.join("locked"), fs::Permissions::from_mode(mode));
    mode(0o000).unwrap();
    if fs::read_dir(music.join("locked")).is_ok() {
        eprintln!("skipped: this user may read everything");
        mode(0o755).unwrap();
        return;
    }
    let report = run(&lib, &[&music]);
    mode(0o755).unwrap();
    assert_eq!((report.removed, report.failed.len(), n_tracks(&lib)), (0, 1, 2));
    assert_eq!(report.failed[0].1, "the folder can't be read: no permission to read it");
}

#[test]
fn a_file_that_failed_is_remembered_with_its_reason() {
    let Setup { _dir, music, lib } = setup(1);
    let bad = music.join("bad.wav");
    fs::write(&bad, "no sound here, only words. ".repeat(100)).unwrap();
    let first = run(&lib, &[&music]);
    assert_eq!((first.analysed, first.failed.len()), (1, 1));
    let mut n_progress = 0;
    let mut library = Library::open(&lib).unwrap();
    let again =
        index(&mut library, std::slice::from_ref(&music), IndexOptions::default(), &mut |_| {
            n_progress += 1;
        })
        .unwrap();
    assert_eq!(again.failed, first.failed);
    assert_eq!((n_progress, library.n_tracks().unwrap()), (0, 1));
    drop(library);
    fs::copy(fixture("chord.flac"), &bad).unwrap();
    let repaired = run(&lib, &[&music]);
    assert_eq!((repaired.analysed, repaired.failed.len()), (1, 0));
}

#[test]
fn an_interrupted_run_goes_on_where_it_was() {
    let Setup { _dir, music, lib } = setup(12);
    let stop = AtomicBool::new(false);
    let mut library = Library::open_or_create(&lib).unwrap();
    let options = IndexOptions { jobs: 2, stop: Some(&stop) };
    let first = index(&mut library, std::slice::from_ref(&music), options, &mut |progress| {
        assert_eq!(progress.total, 12);
        if progress.done == 3 {
            stop.store(true, Ordering::Relaxed);
        }
    })
    .unwrap();
    assert!(first.interrupted);
    assert!((3..12).contains(&first.analysed), "{}", first.analysed);
    drop(library);
    let second = run(&lib, &[&music]);
    assert!(!second.interrupted);
    assert_eq!(second.skipped, first.analysed);
    assert_eq!(second.analysed, 12 - first.analysed);
}

#[test]
fn a_killed_run_loses_nothing_that_was_finished() {
    let Setup { _dir, music, lib } = setup(6);
    let mut library = Library::open_or_create(&lib).unwrap();
    // A kill is a run that never comes to its end: the writer breaks off inside it.
    let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let options = IndexOptions { jobs: 1, stop: None };
        index(&mut library, std::slice::from_ref(&music), options, &mut |progress| {
            assert!(progress.done < 4, "killed");
        })
    }));
    assert!(killed.is_err());
    drop(library);
    assert_eq!(n_tracks(&lib), 4);
    let report = run(&lib, &[&music]);
    assert_eq!((report.skipped, report.analysed), (4, 2));
}

//! Libraries of other versions, in odd places, damaged, or only to be read.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use library::{IndexOptions, Library, LibraryError, References, index};
use tempfile::tempdir;

use crate::sound::{fixture, write_piece};

/// A library with one tagged piece in it, long enough for a fingerprint, and one untagged.
fn make(dir: &Path) -> PathBuf {
    let music = dir.join("music");
    fs::create_dir(&music).unwrap();
    write_piece(&music.join("plain.wav"), 220.0);
    fs::copy(fixture("chord.flac"), music.join("tagged.flac")).unwrap();
    let lib = dir.join("lib");
    let mut library = Library::open_or_create(&lib).unwrap();
    index(&mut library, &[music], IndexOptions::default(), &mut |_| {}).unwrap();
    lib
}

fn edit_manifest(lib: &Path, field: &str, value: u32) {
    let path = lib.join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    let mut manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    manifest[field] = value.into();
    fs::write(&path, manifest.to_string()).unwrap();
}

fn files(lib: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(lib)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_library_written_by_a_newer_version_is_refused_and_left_alone() {
    let dir = tempdir().unwrap();
    let lib = make(dir.path());
    edit_manifest(&lib, "format", 999);
    let before = files(&lib);
    for error in [
        Library::open(&lib).unwrap_err(),
        Library::open_or_create(&lib).unwrap_err(),
        References::load(&lib).unwrap_err(),
    ] {
        assert!(matches!(error, LibraryError::Newer { found: 999, .. }), "{error}");
        assert!(error.to_string().ends_with("update Jamboree"), "{error}");
    }
    assert!(files(&lib) == before, "the library was touched");
}

#[test]
fn a_library_with_other_features_says_how_to_rebuild_it() {
    let dir = tempdir().unwrap();
    let lib = make(dir.path());
    // Other features may come in other blocks.
    edit_manifest(&lib, "blocks", 0);
    for (version, way_on) in [(77, "update Jamboree"), (1, "in the folder but `scenes`")] {
        edit_manifest(&lib, "feature_version", version);
        let errors =
            [Library::open_or_create(&lib).unwrap_err(), References::load(&lib).unwrap_err()];
        for error in errors {
            let LibraryError::FeatureVersion { found, .. } = error else { panic!("{error}") };
            assert_eq!(found, version);
            assert!(error.to_string().contains(way_on), "{error}");
        }
    }
}

#[test]
fn a_library_path_that_is_a_file_is_said_to_be_one() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("lib");
    fs::write(&path, b"my shopping list").unwrap();
    for error in [
        Library::open_or_create(&path).unwrap_err(),
        Library::open(&path).unwrap_err(),
        References::load(&path).unwrap_err(),
        Library::open_or_create(&path.join("below")).unwrap_err(),
    ] {
        assert!(matches!(error, LibraryError::NotAFolder { .. }), "{error}");
    }
    assert_eq!(fs::read(&path).unwrap(), b"my shopping list");
}

#[test]
fn a_folder_with_other_things_in_it_is_not_made_a_library() {
    let dir = tempdir().unwrap();
    fs::write(dir.path().join("holiday.jpg"), b"x").unwrap();
    let error = Library::open_or_create(dir.path()).unwrap_err();
    assert!(matches!(error, LibraryError::NotALibrary { .. }), "{error}");
    assert_eq!(files(dir.path()).len(), 1);
}

#[test]
fn a_missing_library_says_how_to_make_one() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("nowhere");
    for error in [Library::open(&path).unwrap_err(), References::load(&path).unwrap_err()] {
        assert!(matches!(error, LibraryError::Missing { .. }), "{error}");
        assert!(error.to_string().contains("cargo xtask index"), "{error}");
    }
    assert!(!path.exists());
}

#[test]
fn an_empty_folder_becomes_a_library_and_an_interrupted_beginning_does_too() {
    let dir = tempdir().unwrap();
    let lib = dir.path().join("deep/er/lib");
    drop(Library::open_or_create(&lib).unwrap());
    fs::remove_file(lib.join("manifest.json")).unwrap();
    drop(Library::open_or_create(&lib).unwrap());
    assert!(References::load(&lib).unwrap().is_empty());
}

#[test]
fn two_writers_at_once_are_one_too_many() {
    let dir = tempdir().unwrap();
    let lib = dir.path().join("lib");
    let first = Library::open_or_create(&lib).unwrap();
    let error = Library::open(&lib).unwrap_err();
    assert!(matches!(error, LibraryError::Busy { .. }), "{error}");
    drop(first);
    Library::open(&lib).unwrap();
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_is_said_to_be_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempdir().unwrap();
    let folder = dir.path().join("locked");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(folder.join("probe"), b"x").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    let error = Library::open_or_create(&folder.join("lib")).unwrap_err();
    assert!(matches!(error, LibraryError::Permission { what: "write", .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn a_library_on_a_read_only_disk_can_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempdir().unwrap();
    let lib = make(dir.path());
    let before = References::load(&lib).unwrap().entries().unwrap();
    let chmod = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    for (name, _) in files(&lib) {
        chmod(&lib.join(name), 0o444);
    }
    chmod(&lib, 0o555);
    let after = References::load(&lib).unwrap().entries().unwrap();
    chmod(&lib, 0o755);
    assert_eq!(after, before);
}

#[test]
fn a_damaged_vector_file_is_named() {
    let dir = tempdir().unwrap();
    let lib = make(dir.path());
    let (name, bytes) = files(&lib).into_iter().find(|(name, _)| name.ends_with(".seg")).unwrap();
    fs::write(lib.join(&name), &bytes[..bytes.len() - 1]).unwrap();
    let error = References::load(&lib).unwrap_err();
    assert!(matches!(error, LibraryError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains(&name), "{error}");
}

#[test]
fn an_index_notices_vector_files_that_are_gone_or_cut_short() {
    let dir = tempdir().unwrap();
    let lib = make(dir.path());
    let before = References::load(&lib).unwrap().entries().unwrap();
    let vectors = || files(&lib).into_iter().find(|(name, _)| name.ends_with(".seg")).unwrap();
    for is_cut in [true, false] {
        let (name, bytes) = vectors();
        if is_cut {
            fs::write(lib.join(&name), &bytes[..bytes.len() / 2]).unwrap();
        } else {
            fs::remove_file(lib.join(&name)).unwrap();
        }
        let mut library = Library::open(&lib).unwrap();
        let music = dir.path().join("music");
        let report = index(&mut library, &[music], IndexOptions::default(), &mut |_| {}).unwrap();
        assert_eq!((report.analysed, report.skipped, report.notes.len()), (2, 0, 1));
        let note = &report.notes[0];
        assert!(note.contains(&name) && note.contains("the references lost (2) are"), "{note}");
        assert!(note.contains(if is_cut { "is cut short" } else { "is missing" }), "{note}");
        drop(library);
        assert_eq!(References::load(&lib).unwrap().entries().unwrap(), before);
    }
}

#[test]
fn references_are_what_was_analysed() {
    let dir = tempdir().unwrap();
    let lib = make(dir.path());
    let references = References::load(&lib).unwrap();
    assert_eq!(references.len(), 2);
    for entry in references.entries().unwrap() {
        let again = library::analyze_file_with_style(&entry.file).unwrap().analysis;
        assert_eq!(Some(entry.fingerprint), again.fingerprint);
        assert_eq!(references.name(entry.id).as_ref(), Some(&entry.title));
        assert!((entry.length.0 - again.length.0).abs() < 1e-9);
        assert_eq!(entry.key, again.key.map(|estimate| estimate.key));
        let expected = if entry.file.ends_with("tagged.flac") { "Three notes" } else { "plain" };
        assert_eq!(entry.title, expected);
    }
    fn is_shared<T: Send + Sync + 'static>(_: &T) {}
    is_shared(&references);
}

#[test]
fn references_can_be_read_while_a_writer_is_at_work() {
    let dir = tempdir().unwrap();
    let lib = make(dir.path());
    let writer = Library::open(&lib).unwrap();
    References::load(&lib).unwrap();
    drop(writer);
}

#[test]
fn a_library_read_twice_is_held_once_until_it_changes() {
    let dir = tempdir().unwrap();
    let lib = make(dir.path());
    let first = References::load_shared(&lib).unwrap();
    let second = References::load_shared(&lib.join("../lib")).unwrap();
    assert!(Arc::ptr_eq(&first, &second), "two copies of one library");
    write_piece(&dir.path().join("music/new.wav"), 330.0);
    let mut library = Library::open(&lib).unwrap();
    index(&mut library, &[dir.path().join("music")], IndexOptions::default(), &mut |_| {}).unwrap();
    drop(library);
    let third = References::load_shared(&lib).unwrap();
    assert_eq!((first.len(), third.len()), (2, 3));
    fs::remove_dir_all(&lib).unwrap();
    assert!(matches!(References::load_shared(&lib), Err(LibraryError::Missing { .. })));
}

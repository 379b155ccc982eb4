//! Folders full of broken files, full disks, folders that can't be written any more.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use library::{IndexOptions, IndexReport, Library, LibraryError, References, index};
use tempfile::tempdir;

use crate::sound::{Format, tones, wav, write_piece};

fn run(lib: &Path, music: &Path) -> Result<IndexReport, LibraryError> {
    let mut library = Library::open_or_create(lib)?;
    index(&mut library, &[music.to_owned()], IndexOptions::default(), &mut |_| {})
}

#[test]
fn of_a_thousand_files_every_bad_one_is_reported_once_and_the_rest_is_indexed() {
    let dir = tempdir().unwrap();
    let music = dir.path().join("music");
    fs::create_dir(&music).unwrap();
    let noise: Vec<u8> = (0..3_000u32).map(|idx| ((idx * 7919) >> 5) as u8).collect();
    for idx in 0..1_000u32 {
        let hz = 100.0 + idx as f32;
        let sound = wav(1, 8_000, Format::Int16, &tones(hz, 1, 8_000, 0.3));
        let bytes = match idx % 25 {
            0 => Vec::new(),
            5 => b"not a sound at all".repeat(20),
            10 => sound[..30].to_vec(),
            15 => wav(1, 8_000, Format::Int16, &[]),
            20 => noise.iter().map(|byte| byte ^ idx as u8).collect(),
            _ => sound,
        };
        fs::write(music.join(format!("{idx:04}.wav")), bytes).unwrap();
    }
    let lib = dir.path().join("lib");
    let first = run(&lib, &music).unwrap();
    let bad: Vec<PathBuf> =
        (0..1_000).step_by(5).map(|idx| music.join(format!("{idx:04}.wav"))).collect();
    let reported: Vec<PathBuf> = first.failed.iter().map(|(path, _)| path.clone()).collect();
    assert!(reported == bad, "{reported:?}");
    assert!(first.failed.iter().all(|(_, reason)| !reason.is_empty()));
    assert_eq!(first.analysed, 800);
    // They are remembered, not tried again.
    let second = run(&lib, &music).unwrap();
    assert!(second.failed == first.failed);
    assert_eq!((second.analysed, second.skipped), (0, 800));
}

/// A small disk of its own; `None` where this user may not have one.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(place: &'a Path) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=400k", "tmpfs"])
            .arg(place)
            .output()
            .is_ok_and(|output| output.status.success());
        mounted.then_some(Self(place))
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).output();
    }
}

#[test]
fn a_full_disk_is_said_to_be_full_and_the_library_is_as_it_was() {
    let dir = tempdir().unwrap();
    let (music, place) = (dir.path().join("music"), dir.path().join("disk"));
    fs::create_dir(&music).unwrap();
    fs::create_dir(&place).unwrap();
    let Some(_disk) = SmallDisk::mount(&place) else {
        eprintln!("skipped: this user may not mount a disk");
        return;
    };
    for idx in 0..2 {
        write_piece(&music.join(format!("{idx}.wav")), 110.0 + 10.0 * idx as f32);
    }
    let lib = place.join("lib");
    run(&lib, &music).unwrap();
    let before = References::load(&lib).unwrap().entries().unwrap();

    let room = |n_bytes: usize| fs::write(place.join("filler"), vec![1; n_bytes]);
    let n_filler = (1..400).take_while(|n| room(n * 1024).is_ok()).last().unwrap();
    // Enough to begin with.
    room((n_filler - 80) * 1024).unwrap();
    for idx in 2..40 {
        write_piece(&music.join(format!("{idx}.wav")), 110.0 + 10.0 * idx as f32);
    }
    let error = run(&lib, &music).unwrap_err();
    assert!(matches!(error, LibraryError::Full { .. }), "{error:?}");
    assert!(error.to_string().starts_with("the disk is full: "), "{error}");
    let references = References::load(&lib).unwrap();
    let now = references.entries().unwrap();
    assert!(now.len() >= 2 && now[..2] == before[..]);

    fs::remove_file(place.join("filler")).unwrap();
    fs::remove_file(music.join("39.wav")).unwrap();
    let again = run(&lib, &music);
    assert!(again.is_ok() || matches!(again, Err(LibraryError::Full { .. })), "{again:?}");
    assert!(References::load(&lib).unwrap().entries().unwrap()[..2] == before[..]);
}

#[cfg(unix)]
#[test]
fn a_library_that_can_no_longer_be_written_says_so_and_stays_as_it_was() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempdir().unwrap();
    let (music, lib) = (dir.path().join("music"), dir.path().join("lib"));
    fs::create_dir(&music).unwrap();
    write_piece(&music.join("0.wav"), 110.0);
    run(&lib, &music).unwrap();
    let before = References::load(&lib).unwrap().entries().unwrap();
    write_piece(&music.join("1.wav"), 120.0);
    let chmod = |mode| fs::set_permissions(&lib, fs::Permissions::from_mode(mode)).unwrap();
    chmod(0o555);
    for file in fs::read_dir(&lib).unwrap().map(Result::unwrap) {
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o444)).unwrap();
    }
    if fs::write(lib.join("probe"), b"x").is_ok() {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    let error = run(&lib, &music).unwrap_err();
    assert!(matches!(error, LibraryError::Permission { what: "write", .. }), "{error}");
    assert_eq!(References::load(&lib).unwrap().entries().unwrap(), before);
    chmod(0o755);
}

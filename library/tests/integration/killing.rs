//! An `index` that is killed loses nothing that was finished, whenever that happens.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use advice::Weights;
use library::{IndexOptions, Library, References, index};
use tempfile::tempdir;

use crate::sound::write_piece;

const MUSIC: &str = "JAMBOREE_TEST_MUSIC";
const LIBRARY: &str = "JAMBOREE_TEST_LIBRARY";
const N_KILLS: usize = 50;

/// What the killed processes do; nothing where it is called as a test.
#[test]
fn child() {
    let (Some(music), Some(lib)) = (env::var_os(MUSIC), env::var_os(LIBRARY)) else { return };
    run(Path::new(&music), Path::new(&lib));
}

fn run(music: &Path, lib: &Path) {
    let mut library = Library::open_or_create(lib).unwrap();
    // Often, so that it is killed in the middle of that too.
    library.settle_every(2);
    let options = IndexOptions { jobs: 1, stop: None };
    index(&mut library, &[music.to_owned()], options, &mut |_| {}).unwrap();
}

fn start(music: &Path, lib: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "killing::child"])
        .env(MUSIC, music)
        .env(LIBRARY, lib)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Everything that a library answers, to the bit.
fn answers(lib: &Path) -> String {
    let references = References::load(lib).unwrap();
    let entries = references.entries().unwrap();
    let mut answers = format!("{entries:?}\n");
    for entry in &entries {
        let found = references.rank(&entry.fingerprint, &Weights::default(), 5).unwrap();
        for one in found {
            let parts = one.parts.map(f32::to_bits);
            answers.push_str(&format!("{:?} {:x} {parts:x?}\n", one.track, one.distance.to_bits()));
        }
    }
    answers
}

fn new_library(dir: &Path, idx: usize) -> PathBuf {
    dir.join(format!("killed-{idx}"))
}

#[test]
fn a_library_killed_at_fifty_moments_answers_as_one_that_never_was() {
    let dir = tempdir().unwrap();
    let music = dir.path().join("music");
    fs::create_dir(&music).unwrap();
    for idx in 0..16 {
        write_piece(&music.join(format!("{idx:02}.wav")), 110.0 + 7.0 * idx as f32);
    }
    fs::write(music.join("07b.wav"), b"no sound").unwrap();
    let whole = dir.path().join("whole");
    let begun = Instant::now();
    assert!(start(&music, &whole).wait().unwrap().success());
    let duration = begun.elapsed();
    let expected = answers(&whole);
    assert_eq!(References::load(&whole).unwrap().len(), 16);

    let (mut n_killed, mut n_whole, mut state) = (0, 0, 1u32);
    while n_killed < N_KILLS {
        let lib = new_library(dir.path(), n_whole);
        let mut child = start(&music, &lib);
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // From at once to a third of what a whole run takes: several kills a library.
        let share = f64::from(state >> 8) / f64::from(1u32 << 24);
        std::thread::sleep(Duration::from_secs_f64(duration.as_secs_f64() * share / 3.0));
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success());
        } else {
            child.kill().unwrap();
            child.wait().unwrap();
            n_killed += 1;
            // Whoever reads now finds a whole library, or none yet.
            if lib.join("manifest.json").exists() {
                References::load(&lib).unwrap();
            }
            continue;
        }
        assert_eq!(answers(&lib), expected, "after {n_killed} kills");
        n_whole += 1;
    }
    run(&music, &new_library(dir.path(), n_whole));
    assert_eq!(answers(&new_library(dir.path(), n_whole)), expected);
}

//! What runs on the audio thread, under the realtime sanitizer (RTSan of LLVM).
//!
//! The sanitizer intercepts the system's library: memory, files, sleeping, system calls. It ships
//! with the Rust toolchain and is switched on when the tests are built:
//!
//! ```text
//! LIB=$(echo $(rustc --print sysroot)/lib/rustlib/x86_64-unknown-linux-gnu/lib/librustc-*_rt.rtsan.a)
//! RTSAN_ENABLE=1 RTSAN_LIB_PATH=$LIB cargo test -p rtsan
//! ```
//!
//! Always set both: without the path the build looks for the library on the network. Without
//! either the tests say that they skip. The sanitizer sees neither an uncontended lock nor, on
//! every system, a sleep: those are banned where they would be written (`clippy.toml`).

use std::process::Command;

use analysis::NoteEvent;
use live::{Session, Transport, session};
use rtsan_standalone::nonblocking;

/// Names the violation that a child process is to commit.
const PLANTED: &str = "JAMBOREE_PLANTED_VIOLATION";

fn skipped() -> bool {
    let off = option_env!("RTSAN_ENABLE").is_none();
    if off {
        eprintln!("skipped: built without the realtime sanitizer (RTSAN_ENABLE, RTSAN_LIB_PATH)");
    }
    off
}

#[nonblocking]
fn use_the_tap(tap: &mut live::Tap, left: &[f32], right: &[f32]) {
    for (idx, len) in [1, 7, 32, 64, 255, 256, 257, 512, 1000, 4096, 8192].into_iter().enumerate() {
        let rate = [44_100, 48_000, 192_000][idx % 3];
        let transport = Transport { playing: true, bpm: Some(120.0) };
        tap.note(NoteEvent::On(60));
        tap.push(rate, &left[..len], &right[..len], transport);
        tap.note(NoteEvent::Off(60));
        tap.reset();
        tap.push(rate, &left[..len], &right[..len / 2], Transport::default());
    }
}

#[test]
fn the_tap_is_realtime_safe_with_room_and_without() {
    if skipped() {
        return;
    }
    let Session { mut tap, mut worker, .. } = session();
    let left = vec![0.25; 8192];
    let right = vec![f32::NAN; 8192];
    for round in 0..100 {
        use_the_tap(&mut tap, &left, &right);
        if round % 20 == 0 {
            worker.step();
        }
    }
    assert!(tap.lost_samples() > 0, "the queue was never full");
}

#[nonblocking]
fn commit(violation: &str) {
    match violation {
        "allocation" => drop(std::hint::black_box(vec![0_u8; 64])),
        "printing" => println!("from the audio thread"),
        _ => {}
    }
}

#[test]
fn planted() {
    if let Ok(violation) = std::env::var(PLANTED) {
        commit(&violation);
    }
}

#[test]
fn the_sanitizer_sees_what_is_not_realtime_safe() {
    if skipped() {
        return;
    }
    let run = |violation: &str| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "planted", "--nocapture"])
            .env(PLANTED, violation)
            .output()
            .unwrap()
    };
    assert!(run("none").status.success(), "an innocent child failed");
    for violation in ["allocation", "printing"] {
        let output = run(violation);
        let report = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{violation} was not seen");
        assert!(report.contains("RealtimeSanitizer"), "{violation}: {report}");
    }
}

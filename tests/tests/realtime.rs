//! What runs on the audio thread does not touch the allocator; nor does the analysis, once it is
//! built. A binary of its own, because the detector is the global allocator.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

use std::process::Command;

use analysis::{AnalysisConfig, LiveAnalyzer, NoteEvent};
use live::{Session, Transport, session};
use nice_assert_no_alloc::{AllocDisabler, assert_no_alloc};
use proptest::prelude::*;

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

/// Tells a child process to allocate where it must not.
const PLANTED: &str = "JAMBOREE_PLANTED_ALLOCATION";

#[test]
fn planted() {
    if std::env::var_os(PLANTED).is_some() {
        assert_no_alloc(|| drop(std::hint::black_box(vec![0_u8; 64])));
    }
}

#[test]
fn the_detector_detects() {
    let run = |planted: bool| {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "planted"]);
        if planted {
            child.env(PLANTED, "1");
        }
        child.output().unwrap().status
    };
    assert!(run(false).success());
    assert!(!run(true).success());
}

#[derive(Clone, Copy, Debug)]
enum Call {
    Push { sample_rate: u32, n_left: usize, n_right: usize },
    On(u8),
    Off(u8),
    AllOff,
    Reset,
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let rate = prop_oneof![
        Just(44_100_u32),
        Just(48_000),
        Just(96_000),
        Just(192_000),
        Just(0),
        Just(u32::MAX),
    ];
    let call = prop_oneof![
        8 => (rate, 0..8192_usize, 0..8192_usize)
            .prop_map(|(sample_rate, n_left, n_right)| Call::Push { sample_rate, n_left, n_right }),
        1 => any::<u8>().prop_map(Call::On),
        1 => any::<u8>().prop_map(Call::Off),
        1 => Just(Call::AllOff),
        1 => Just(Call::Reset),
    ];
    prop::collection::vec(call, 1..100)
}

/// Sound with everything in it that a host may hand over.
fn samples(n_samples: usize) -> Vec<f32> {
    (0..n_samples)
        .map(|idx| match idx % 1009 {
            0 => f32::NAN,
            1 => f32::INFINITY,
            2 => 1e-40,
            3 => -f32::MAX,
            _ => 0.4 * (0.03 * idx as f32).sin() + 0.2 * (0.0411 * idx as f32).sin(),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    #[test]
    fn the_tap_does_not_allocate(calls in calls()) {
        let samples = samples(8192);
        // Nothing empties the queue: the calls meet it with room and full.
        let Session { mut tap, .. } = session();
        for call in calls {
            assert_no_alloc(|| match call {
                Call::Push { sample_rate, n_left, n_right } => {
                    let transport = Transport { playing: true, bpm: Some(f64::NAN) };
                    tap.push(sample_rate, &samples[..n_left], &samples[..n_right], transport);
                }
                Call::On(note) => tap.note(NoteEvent::On(note)),
                Call::Off(note) => tap.note(NoteEvent::Off(note)),
                Call::AllOff => tap.note(NoteEvent::AllOff),
                Call::Reset => tap.reset(),
            });
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_live_analysis_does_not_allocate(
        rate_idx in 0..4_usize,
        chunks in prop::collection::vec(1..5000_usize, 60..120),
    ) {
        let sample_rate = [44_100, 48_000, 96_000, 8_000][rate_idx];
        // Numbers only: the worker cleans what it hands to the analysis.
        let sound: Vec<f32> = samples(400_000)
            .into_iter()
            .map(|sample| if sample.abs() <= 1.0 { sample } else { 0.0 })
            .collect();
        let mut analyzer = LiveAnalyzer::new(&AnalysisConfig::at_rate(sample_rate)).unwrap();
        let mut position = 0;
        for (idx, len) in chunks.into_iter().enumerate() {
            let chunk = &sound[position % 300_000..][..len];
            position += len;
            assert_no_alloc(|| {
                match idx % 40 {
                    10 => analyzer.note(NoteEvent::On(60)),
                    15 => analyzer.note(NoteEvent::Off(60)),
                    20 => analyzer.skip(1234),
                    39 => analyzer.reset(),
                    _ => {}
                }
                analyzer.push(chunk, chunk);
            });
        }
    }
}

//! Starting, stopping, resetting and changing the rate, in any order, any number of times.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use advice::WorkerState;
use analysis::{Bpm, Hertz, InputState, NoteEvent, TempoRange};
use live::{Control, Session, SnapshotReader, Tap, Transport, Worker, WorkerThread, session};
use proptest::prelude::*;

fn tone(n_samples: usize) -> Vec<f32> {
    (0..n_samples).map(|idx| 0.2 * (0.0577 * idx as f32).sin()).collect()
}

fn start(worker: Worker) -> WorkerThread {
    WorkerThread::start(worker, Box::new(|| {})).unwrap()
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Start,
    Stop,
    Push(u32, usize),
    PushWaiting(u32, usize),
    Note(u8),
    TapReset,
    UserReset,
    Hold(bool),
    A4(f64),
    Range(f32, f32),
    Read,
}

fn act() -> impl Strategy<Value = Act> {
    let rate = prop_oneof![
        Just(44_100_u32),
        Just(48_000),
        Just(8_000),
        Just(192_000),
        Just(0),
        Just(u32::MAX)
    ];
    prop_oneof![
        3 => Just(Act::Start),
        2 => Just(Act::Stop),
        5 => (rate.clone(), 0..5000_usize).prop_map(|(rate, len)| Act::Push(rate, len)),
        2 => (rate, 0..5000_usize).prop_map(|(rate, len)| Act::PushWaiting(rate, len)),
        1 => any::<u8>().prop_map(Act::Note),
        1 => Just(Act::TapReset),
        1 => Just(Act::UserReset),
        1 => any::<bool>().prop_map(Act::Hold),
        1 => prop_oneof![Just(443.0), Just(f64::NAN), Just(-1.0)].prop_map(Act::A4),
        1 => (0_f32..300.0, 0_f32..300.0).prop_map(|(min, max)| Act::Range(min, max)),
        2 => Just(Act::Read),
    ]
}

struct Player {
    tap: Tap,
    idle: Option<Worker>,
    running: Option<WorkerThread>,
    snapshots: SnapshotReader,
    control: Control,
}

impl Player {
    fn play(&mut self, act: Act, sound: &[f32]) {
        match act {
            Act::Start => {
                if let Some(worker) = self.idle.take() {
                    self.running = Some(start(worker));
                }
            }
            Act::Stop => {
                if let Some(thread) = self.running.take() {
                    self.idle = thread.stop();
                    assert!(self.idle.is_some(), "the worker was lost");
                    assert_eq!(self.snapshots.read().worker, WorkerState::Stopped);
                }
            }
            Act::Push(rate, len) => {
                self.tap.push(rate, &sound[..len], &sound[..len], Transport::default());
            }
            Act::PushWaiting(rate, len) => {
                self.tap.push_waiting(rate, &sound[..len], &sound[..len], Transport::default());
            }
            Act::Note(note) => self.tap.note(NoteEvent::On(note)),
            Act::TapReset => self.tap.reset(),
            Act::UserReset => self.control.reset(),
            Act::Hold(held) => self.control.set_held(held),
            Act::A4(hz) => self.control.set_reference_a4(Some(Hertz(hz))),
            Act::Range(min, max) => {
                self.control.set_tempo_range(TempoRange { min: Bpm(min), max: Bpm(max) });
            }
            Act::Read => {
                assert_ne!(self.snapshots.read().worker, WorkerState::Failed);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(25))]

    #[test]
    fn nothing_hangs_in_any_order(acts in prop::collection::vec(act(), 1..40)) {
        let sound = tone(5000);
        let Session { tap, worker, snapshots, control } = session();
        let mut player =
            Player { tap, idle: Some(worker), running: None, snapshots, control };
        let begin = Instant::now();
        for act in acts {
            player.play(act, &sound);
        }
        player.play(Act::Stop, &sound);
        prop_assert!(begin.elapsed() < Duration::from_secs(20));
        prop_assert_eq!(player.tap.lost_samples(), 0);
    }
}

#[test]
fn what_was_heard_survives_a_stop() {
    let Session { mut tap, worker, mut snapshots, .. } = session();
    let second = tone(48_000);
    let thread = start(worker);
    tap.push(48_000, &second, &second, Transport::default());
    let worker = thread.stop().unwrap();
    let before = *worker.hearing();
    assert!((before.at.0 - 1.0).abs() < 0.3, "the last blocks were not drained: {}", before.at);
    assert_eq!(snapshots.read().worker, WorkerState::Stopped);
    let worker = start(worker).stop().unwrap();
    assert_eq!(worker.hearing(), &before);
    let thread = start(worker);
    tap.push(48_000, &second, &second, Transport::default());
    let worker = thread.stop().unwrap();
    assert!((worker.hearing().at.0 - before.at.0 - 1.0).abs() < 0.01);
}

#[test]
fn a_reset_forgets() {
    let Session { mut tap, mut worker, control, .. } = session();
    let second = tone(48_000);
    let hear = |tap: &mut Tap, worker: &mut Worker, n_samples: usize| {
        tap.push(48_000, &second[..n_samples], &second[..n_samples], Transport::default());
        worker.step();
    };
    hear(&mut tap, &mut worker, 48_000);
    assert_eq!(worker.hearing().input, InputState::Sounding);
    tap.reset();
    hear(&mut tap, &mut worker, 480);
    assert!(worker.hearing().at.0 < 0.1);
    hear(&mut tap, &mut worker, 48_000);
    assert!(worker.hearing().at.0 > 0.7);
    control.reset();
    worker.step();
    assert_eq!(worker.hearing().at.0, 0.0);
}

#[test]
fn another_rate_starts_anew_and_an_absurd_one_is_said() {
    let Session { mut tap, mut worker, mut snapshots, .. } = session();
    let second = tone(48_000);
    tap.push(48_000, &second, &second, Transport::default());
    worker.step();
    tap.push(96_000, &second, &second, Transport::default());
    worker.step();
    assert!((worker.hearing().at.0 - 0.5).abs() < 0.3, "{}", worker.hearing().at);
    for absurd in [0, 1, u32::MAX] {
        tap.push(absurd, &second[..512], &second[..512], Transport::default());
        worker.step();
        assert_eq!(snapshots.read().worker, WorkerState::UnusableRate);
    }
    tap.push(44_100, &second, &second, Transport::default());
    worker.step();
    assert_eq!(snapshots.read().worker, WorkerState::Running);
}

#[test]
fn many_instances_live_side_by_side() {
    let n_published = Arc::new(AtomicUsize::new(0));
    let mut instances: Vec<_> = (0..16)
        .map(|_| {
            let Session { tap, worker, snapshots, .. } = session();
            let n_published = Arc::clone(&n_published);
            let tell = move || {
                n_published.fetch_add(1, Ordering::Relaxed);
            };
            (tap, WorkerThread::start(worker, Box::new(tell)).unwrap(), snapshots)
        })
        .collect();
    let second = tone(48_000);
    for (idx, (tap, _, _)) in instances.iter_mut().enumerate() {
        for _ in 0..=idx % 3 {
            tap.push(48_000, &second, &second, Transport::default());
        }
    }
    for (idx, (_, thread, mut snapshots)) in instances.into_iter().enumerate() {
        let worker = thread.stop().unwrap();
        let expected_s = (idx % 3 + 1) as f64;
        assert!((worker.hearing().at.0 - expected_s).abs() < 0.3, "instance {idx}");
        assert_eq!(snapshots.read().hearing, *worker.hearing());
    }
    assert!(n_published.load(Ordering::Relaxed) >= 16);
}

#[test]
fn a_dropped_thread_is_stopped() {
    let Session { worker, mut snapshots, .. } = session();
    drop(start(worker));
    assert_eq!(snapshots.read().worker, WorkerState::Stopped);
}

#[test]
fn a_listener_that_panics_does_not_take_the_worker_with_it() {
    let Session { mut tap, worker, .. } = session();
    let thread = WorkerThread::start(worker, Box::new(|| panic!("on purpose"))).unwrap();
    let second = tone(48_000);
    tap.push(48_000, &second, &second, Transport::default());
    let worker = thread.stop().unwrap();
    assert!(worker.hearing().at.0 > 0.7);
}

#[test]
fn the_hosts_tempo_is_shown_while_it_plays() {
    let Session { mut tap, mut worker, .. } = session();
    let sound = tone(512);
    let mut shown = |playing, bpm| {
        tap.push(48_000, &sound, &sound, Transport { playing, bpm });
        worker.step();
        worker.snapshot().host_bpm
    };
    assert_eq!(shown(true, Some(128.5)), Some(128.5));
    assert_eq!(shown(false, Some(128.5)), None);
    assert_eq!(shown(true, None), None);
    for nonsense in [f64::NAN, 0.0, -120.0, f64::INFINITY] {
        assert_eq!(shown(true, Some(nonsense)), None);
    }
}

#[test]
fn notes_on_the_tap_key_are_taps_and_no_music() {
    let Session { mut tap, mut worker, control, .. } = session();
    control.set_tap_note(Some(36));
    worker.step();
    let quiet = vec![0.0; 24_000];
    for _ in 0..12 {
        tap.note(NoteEvent::On(36));
        tap.push(48_000, &quiet[..2400], &quiet[..2400], Transport::default());
        tap.note(NoteEvent::Off(36));
        for part in quiet[2400..].chunks(2400) {
            tap.push(48_000, part, part, Transport::default());
            worker.step();
        }
    }
    let snapshot = worker.snapshot();
    let tapped = snapshot.tapped.unwrap();
    assert!((tapped.bpm - 120.0).abs() < 0.5, "{tapped:?}");
    assert_eq!(tapped.n_taps, 12);
    assert_eq!(snapshot.hearing.chroma, [0.0; 12]);
    control.reset();
    worker.step();
    assert_eq!(worker.snapshot().tapped, None);
}

#[test]
fn taps_go_on_when_the_rate_changes() {
    let Session { mut tap, mut worker, control, .. } = session();
    control.set_tap_note(Some(36));
    for rate in [48_000_u32, 44_100] {
        let part = vec![0.0; rate as usize / 20];
        for _ in 0..8 {
            tap.note(NoteEvent::On(36));
            for _ in 0..10 {
                tap.push(rate, &part, &part, Transport::default());
                worker.step();
            }
        }
        let tapped = worker.snapshot().tapped.unwrap();
        assert!((tapped.bpm - 120.0).abs() < 1.0, "{rate} {tapped:?}");
        assert!(tapped.n_taps <= 8, "{rate} {tapped:?}");
    }
}

#[test]
fn a_key_that_is_down_when_it_becomes_the_tap_key_is_let_go() {
    let Session { mut tap, mut worker, control, .. } = session();
    let quiet = vec![0.0; 4800];
    let play = |tap: &mut Tap, worker: &mut Worker, n: usize| {
        for _ in 0..n {
            tap.push(48_000, &quiet, &quiet, Transport::default());
            worker.step();
        }
    };
    play(&mut tap, &mut worker, 1);
    tap.note(NoteEvent::On(36));
    play(&mut tap, &mut worker, 20);
    assert!(worker.hearing().chroma[0] > 0.9);
    control.set_tap_note(Some(36));
    tap.note(NoteEvent::Off(36));
    play(&mut tap, &mut worker, 100);
    assert_eq!(worker.hearing().chroma, [0.0; 12]);
}

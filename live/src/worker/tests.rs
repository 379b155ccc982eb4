//! What can go wrong inside the analysis stays inside.

use std::sync::Arc;

use advice::{ReferenceMatch, TrackId, WorkerState};
use analysis::{Bpm, History, Key, KeyEstimate, TempoEstimate};
use library::References;

use crate::session::session;
use crate::{Session, Tap, Transport, Worker, WorkerThread};

const RATE: u32 = 48_000;

fn hear(tap: &mut Tap, worker: &mut Worker, n_seconds: usize) {
    let second: Vec<f32> = (0..48_000).map(|idx| 0.2 * (0.0577 * idx as f32).sin()).collect();
    for _ in 0..n_seconds {
        tap.push(RATE, &second, &second, Transport::default());
        worker.step();
    }
}

#[test]
fn a_failed_analysis_is_shown_and_starts_afresh() {
    let Session { mut tap, mut worker, mut snapshots, .. } = session();
    hear(&mut tap, &mut worker, 8);
    let before = *worker.hearing();
    worker.listener.n_sabotaged = 1;
    hear(&mut tap, &mut worker, 1);
    assert_eq!(snapshots.read().worker, WorkerState::Failed);
    // What is shown is from before until the new analysis has proved itself.
    assert_eq!(worker.hearing(), &before);
    hear(&mut tap, &mut worker, 5);
    assert_eq!(snapshots.read().worker, WorkerState::Running);
    assert!((worker.hearing().at.0 - 6.0).abs() < 0.3, "{}", worker.hearing().at);
}

#[test]
fn an_analysis_that_keeps_failing_is_left_alone_until_a_reset() {
    let Session { mut tap, mut worker, control, .. } = session();
    hear(&mut tap, &mut worker, 1);
    worker.listener.n_sabotaged = u32::MAX;
    hear(&mut tap, &mut worker, 5);
    assert_eq!(worker.snapshot().worker, WorkerState::Failed);
    let n_attempts = u32::MAX - worker.listener.n_sabotaged;
    assert!((2..10).contains(&n_attempts), "{n_attempts} attempts");
    worker.listener.n_sabotaged = 0;
    hear(&mut tap, &mut worker, 10);
    assert_eq!(worker.snapshot().worker, WorkerState::Failed);
    control.reset();
    hear(&mut tap, &mut worker, 1);
    assert_eq!(worker.snapshot().worker, WorkerState::Running);
}

#[test]
fn a_failure_on_the_workers_thread_does_not_end_it() {
    let Session { mut tap, mut worker, .. } = session();
    hear(&mut tap, &mut worker, 1);
    worker.listener.n_sabotaged = 2;
    let thread = WorkerThread::start(worker, Box::new(|| {})).unwrap();
    let second = vec![0.1; 48_000];
    for _ in 0..6 {
        tap.push_waiting(RATE, &second, &second, Transport::default());
    }
    let mut worker = thread.stop().unwrap();
    worker.resume();
    assert_eq!(worker.snapshot().worker, WorkerState::Running);
}

#[test]
fn what_is_held_stays_while_the_rest_goes_on() {
    let Session { mut tap, mut worker, control, .. } = session();
    hear(&mut tap, &mut worker, 1);
    let key = KeyEstimate { key: Key::from_index(3), confidence: 0.8, ..KeyEstimate::default() };
    let other = KeyEstimate { key: Key::from_index(7), ..key };
    let tempo = TempoEstimate { bpm: Bpm(123.0), ..TempoEstimate::default() };
    let shown = |worker: &mut Worker, key, tempo| {
        let mut snapshot = worker.snapshot;
        (snapshot.hearing.key, snapshot.hearing.tempo) = (key, tempo);
        worker.hold.apply(&mut snapshot);
        (snapshot.hearing.key, snapshot.hearing.tempo)
    };
    control.set_held(true);
    worker.contained(Worker::read_settings);
    // The tempo was not known when the hold began: it is held from the moment it is.
    assert_eq!(shown(&mut worker, Some(key), None), (Some(key), None));
    assert_eq!(shown(&mut worker, Some(other), Some(tempo)), (Some(key), Some(tempo)));
    assert_eq!(shown(&mut worker, None, None), (Some(key), Some(tempo)));
    hear(&mut tap, &mut worker, 1);
    assert!(worker.hearing().at.0 > 1.5 && worker.snapshot().held);
    control.set_held(false);
    hear(&mut tap, &mut worker, 1);
    assert!(!worker.snapshot().held);
    assert_eq!(shown(&mut worker, Some(other), None), (Some(other), None));
}

#[test]
fn another_library_ends_the_hold_of_the_old_ones_references() {
    let Session { mut tap, mut worker, control, .. } = session();
    let old = ReferenceMatch { track: TrackId(7), ..ReferenceMatch::default() };
    control.set_held(true);
    worker.contained(Worker::read_settings);
    let shown = |worker: &mut Worker, heard: &[ReferenceMatch]| {
        let mut snapshot = worker.snapshot;
        snapshot.references = History::first_of(heard.iter().copied());
        worker.hold.apply(&mut snapshot);
        snapshot.references.get(0).map(|reference| reference.track)
    };
    assert_eq!(shown(&mut worker, &[old]), Some(TrackId(7)));
    assert_eq!(shown(&mut worker, &[]), Some(TrackId(7)));
    let number = control.use_library(Some(Arc::new(References::default())));
    hear(&mut tap, &mut worker, 1);
    assert_eq!(worker.snapshot().library, number);
    assert!(worker.snapshot().references.is_empty());
    assert_eq!(shown(&mut worker, &[]), None);
}

#[test]
fn the_users_reset_forgets_what_is_held_and_the_hosts_does_not() {
    let Session { mut tap, mut worker, control, .. } = session();
    let held = Some(KeyEstimate { key: Key::from_index(3), ..KeyEstimate::default() });
    control.set_held(true);
    hear(&mut tap, &mut worker, 1);
    let hold_key = |worker: &mut Worker| {
        let mut snapshot = worker.snapshot;
        snapshot.hearing.key = held;
        worker.hold.apply(&mut snapshot);
    };
    worker.hold.clear();
    hold_key(&mut worker);
    tap.reset();
    hear(&mut tap, &mut worker, 1);
    assert_eq!((worker.hold.key(), worker.snapshot().n_resets), (held, 0));
    assert!(worker.hearing().at.0 < 1.1);
    tap.forget();
    hear(&mut tap, &mut worker, 1);
    assert_eq!((worker.hold.key(), worker.snapshot().n_resets), (worker.hearing().key, 1));
    assert_ne!(worker.hearing().key, held);
    worker.hold.clear();
    hold_key(&mut worker);
    control.reset();
    worker.step();
    assert_eq!((worker.hold.key(), worker.snapshot().n_resets), (None, 2));
}

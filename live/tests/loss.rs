//! What is lost between the tap and the worker, and that it is said.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

use std::thread;
use std::time::{Duration, Instant};

use live::{BLOCK_LEN, QUEUE_CAPACITY, Session, Transport, WorkerThread, session};

const RATE: u32 = 48_000;
const QUEUE_SAMPLES: usize = BLOCK_LEN * QUEUE_CAPACITY;

fn tone(n_samples: usize) -> Vec<f32> {
    (0..n_samples).map(|idx| 0.2 * (0.0577 * idx as f32).sin()).collect()
}

#[test]
fn a_paced_stream_loses_nothing() {
    let Session { mut tap, worker, mut snapshots, .. } = session();
    let thread = WorkerThread::start(worker, Box::new(|| {})).unwrap();
    let buffer = tone(480);
    let start = Instant::now();
    for idx in 1..=150 {
        tap.push(RATE, &buffer, &buffer, Transport::default());
        let due = Duration::from_millis(10 * idx);
        thread::sleep(due.saturating_sub(start.elapsed()));
    }
    let worker = thread.stop().unwrap();
    assert_eq!(tap.lost_samples(), 0);
    assert_eq!(worker.snapshot().lost_samples, 0);
    assert_eq!(snapshots.read().n_gaps, 0);
}

#[test]
fn an_overfull_queue_counts_what_it_loses_and_says_so_with_the_next_block() {
    let Session { mut tap, mut worker, mut snapshots, .. } = session();
    let whole = tone(QUEUE_SAMPLES);
    tap.push(RATE, &whole, &whole, Transport::default());
    assert_eq!(tap.lost_samples(), 0);
    let mut lost = 0;
    for len in [1, 100, 256, 1000] {
        tap.push(RATE, &whole[..len], &whole[..len], Transport::default());
        lost += len as u64;
        assert_eq!(tap.lost_samples(), lost);
    }
    // The worker learns of it in the stream, where it happened.
    worker.step();
    assert_eq!(worker.snapshot().lost_samples, 0);
    tap.push(RATE, &whole[..64], &whole[..64], Transport::default());
    worker.step();
    assert_eq!(snapshots.read().lost_samples, lost);
    assert_eq!(snapshots.read().n_gaps, 1);
    // Once.
    tap.push(RATE, &whole[..64], &whole[..64], Transport::default());
    worker.step();
    assert_eq!((worker.snapshot().lost_samples, worker.snapshot().n_gaps), (lost, 1));
}

#[test]
fn lost_samples_take_their_time_in_the_stream() {
    let Session { mut tap, mut worker, .. } = session();
    let whole = tone(QUEUE_SAMPLES);
    tap.push(RATE, &whole, &whole, Transport::default());
    tap.push(RATE, &whole[..96_000], &whole[..96_000], Transport::default());
    worker.step();
    tap.push(RATE, &whole[..48_000], &whole[..48_000], Transport::default());
    worker.step();
    let expected_s = (QUEUE_SAMPLES + 96_000 + 48_000) as f64 / f64::from(RATE);
    let at_s = worker.hearing().at.0;
    assert!((at_s - expected_s).abs() < 0.3, "at {at_s} s instead of {expected_s} s");
}

#[test]
fn what_is_lost_before_a_reset_is_still_counted() {
    let Session { mut tap, mut worker, .. } = session();
    let whole = tone(QUEUE_SAMPLES + 5000);
    tap.push(RATE, &whole, &whole, Transport::default());
    worker.step();
    tap.reset();
    tap.push(RATE, &whole[..64], &whole[..64], Transport::default());
    worker.step();
    let snapshot = worker.snapshot();
    // 5000 is no multiple of a block: the queue was full of whole blocks.
    assert_eq!((snapshot.lost_samples, snapshot.n_gaps), (5000, 1));
    assert!(snapshot.hearing.at.0 < 1.0);
}

#[test]
fn an_offline_render_loses_nothing() {
    let Session { mut tap, worker, .. } = session();
    let thread = WorkerThread::start(worker, Box::new(|| {})).unwrap();
    let buffer = tone(4096);
    // Three queues full, as fast as it goes.
    let n_buffers = 3 * QUEUE_SAMPLES / buffer.len();
    for _ in 0..n_buffers {
        tap.push_waiting(RATE, &buffer, &buffer, Transport::default());
    }
    let worker = thread.stop().unwrap();
    assert_eq!(tap.lost_samples(), 0);
    let expected_s = (n_buffers * buffer.len()) as f64 / f64::from(RATE);
    let at_s = worker.hearing().at.0;
    assert!((at_s - expected_s).abs() < 0.3, "at {at_s} s instead of {expected_s} s");
}

#[test]
fn an_offline_render_gives_up_on_a_worker_that_is_gone() {
    let Session { mut tap, mut worker, .. } = session();
    let buffer = tone(QUEUE_SAMPLES);
    tap.push(RATE, &buffer, &buffer, Transport::default());
    let start = Instant::now();
    for _ in 0..10 {
        tap.push_waiting(RATE, &buffer[..4096], &buffer[..4096], Transport::default());
    }
    assert!(start.elapsed() < Duration::from_secs(5), "waited {:?}", start.elapsed());
    assert_eq!(tap.lost_samples(), 40_960);
    // It waits again as soon as there is somebody to wait for.
    worker.step();
    tap.push_waiting(RATE, &buffer[..4096], &buffer[..4096], Transport::default());
    assert_eq!(tap.lost_samples(), 40_960);
}

#[test]
fn channels_of_unequal_length_and_empty_buffers_are_no_trouble() {
    let Session { mut tap, mut worker, .. } = session();
    let buffer = tone(5000);
    tap.push(RATE, &[], &[], Transport::default());
    tap.push(RATE, &buffer, &[], Transport::default());
    assert!(!worker.step());
    for (n_left, n_right) in [(5000, 300), (300, 5000), (257, 256), (0, 1)] {
        tap.push(RATE, &buffer[..n_left], &buffer[..n_right], Transport::default());
        worker.step();
    }
    assert_eq!(worker.snapshot().lost_samples, 0);
}

//! The hearing does not depend on how the host cuts the stream, nor on how often the worker looks.

use analysis::Hearing;
use live::{Session, Transport, session};
use proptest::prelude::*;
use song::{Renderer, demo};

const RATE: u32 = 44_100;

/// The first twelve seconds of the demo song.
fn music() -> (Vec<f32>, Vec<f32>) {
    let mut left = vec![0.0; 12 * RATE as usize];
    let mut right = left.clone();
    let n_samples = Renderer::new(&demo(), RATE).render(&mut left, &mut right);
    assert_eq!(n_samples, left.len());
    (left, right)
}

fn hearing(left: &[f32], right: &[f32], chunks: &[usize], n_per_step: usize) -> Hearing {
    let Session { mut tap, mut worker, .. } = session();
    let mut start = 0;
    for (idx, len) in chunks.iter().cycle().enumerate() {
        let end = (start + len).min(left.len());
        tap.push(RATE, &left[start..end], &right[start..end], Transport::default());
        start = end;
        if idx % n_per_step == 0 {
            worker.step();
        }
        if start == left.len() {
            break;
        }
    }
    worker.step();
    assert_eq!(tap.lost_samples(), 0);
    *worker.hearing()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn the_hearing_does_not_depend_on_chunks_or_wakes(
        chunks in prop::collection::vec(1..2000_usize, 1..20),
        n_per_step in 1..20_usize,
    ) {
        let (left, right) = music();
        let expected = hearing(&left, &right, &[512], 1);
        prop_assert!(expected.at.0 > 11.0);
        let actual = hearing(&left, &right, &chunks, n_per_step);
        prop_assert_eq!(actual, expected);
    }
}

#[test]
fn the_same_pushes_and_steps_publish_the_same_snapshots() {
    let (left, right) = music();
    let run = || {
        let Session { mut tap, mut worker, mut snapshots, .. } = session();
        let mut published = Vec::new();
        for (left, right) in left.chunks(512).zip(right.chunks(512)) {
            tap.push(RATE, left, right, Transport::default());
            if worker.step() {
                published.push(*snapshots.read());
            }
        }
        published
    };
    let published = run();
    assert!(published == run());
    // Thirty a second, and some more for beats and chords.
    assert!((100..=12 * 60).contains(&published.len()), "{} snapshots", published.len());
}

#[test]
fn silence_asks_for_hardly_any_repaint() {
    let (left, right) = music();
    let Session { mut tap, mut worker, .. } = session();
    let mut push = |left: &[f32], right: &[f32]| {
        tap.push(RATE, left, right, Transport::default());
        worker.step()
    };
    for (left, right) in left.chunks(512).zip(right.chunks(512)) {
        push(left, right);
    }
    let silence = [0.0; 512];
    // What sounded fades out of the levels first.
    let n_per_second = RATE as usize / silence.len();
    for _ in 0..20 * n_per_second {
        push(&silence, &silence);
    }
    let n_published = (0..10 * n_per_second).filter(|_| push(&silence, &silence)).count();
    // Confidences still sink, a percent now and then.
    assert!(n_published <= 10, "{n_published} snapshots in ten seconds of silence");
}

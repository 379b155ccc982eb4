//! Where live beats are placed: on the music's, whatever the rate and the size of the host's blocks.

use analysis::Beat;
use live::{Session, Transport, session};
use song::{Renderer, demo};

const SECONDS: f64 = 40.0;

/// All beats called while the demo song plays at `rate` in blocks of `block_len`, in seconds.
fn called(rate: u32, block_len: usize) -> Vec<f64> {
    let mut renderer = Renderer::new(&demo(), rate);
    let (mut left, mut right) = (vec![0.0; block_len], vec![0.0; block_len]);
    let Session { mut tap, mut worker, .. } = session();
    let (mut beats, mut n_called) = (Vec::new(), 0);
    for _ in 0..(SECONDS * f64::from(rate)) as usize / block_len {
        let n = renderer.render(&mut left, &mut right);
        tap.push(rate, &left[..n], &right[..n], Transport::default());
        worker.step();
        let hearing = worker.hearing();
        let n_new = (hearing.n_beats - n_called) as usize;
        n_called = hearing.n_beats;
        let all: Vec<Beat> = hearing.beats.iter().copied().collect();
        beats.extend(all[all.len() - n_new..].iter().map(|beat| beat.at.0));
    }
    assert_eq!(tap.lost_samples(), 0);
    beats
}

/// Of each beat of `found`, how much later than the nearest of `truth` it is, in milliseconds;
/// farther than 70 ms, it is another beat.
fn errors_ms(truth: &[f64], found: &[f64]) -> Vec<f64> {
    let nearest = |at: f64| {
        let distances = truth.iter().map(|other| at - other);
        distances.min_by(|a, b| a.abs().total_cmp(&b.abs())).map(|error| 1000.0 * error)
    };
    found.iter().filter_map(|at| nearest(*at)).filter(|error| error.abs() <= 70.0).collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn live_beats_lie_on_the_music_s_at_every_rate() {
    let truth: Vec<f64> = demo().truth().beats.iter().map(|beat| beat.at.0).collect();
    let reference = called(48_000, 512);
    for rate in [44_100, 48_000, 96_000] {
        let beats = called(rate, 512);
        let errors = errors_ms(&truth, &beats);
        assert!(errors.len() as f64 > 0.9 * beats.len() as f64, "{rate} Hz: beats off the music");
        let error = median(errors);
        eprintln!("{rate} Hz: {} beats, {error:+.1} ms at the median", beats.len());
        assert!(error.abs() <= 10.0, "{rate} Hz: {error:+.1} ms at the median");
        let apart = errors_ms(&reference, &beats);
        assert!(apart.len() as f64 > 0.95 * reference.len() as f64, "{rate} Hz: other beats");
        // A beat is placed on a frame of 10 ms, which may be the next one at another rate.
        assert!(median(apart.clone()).abs() <= 3.0, "{rate} Hz: {:+.1} ms apart", median(apart));
    }
}

#[test]
fn the_size_of_blocks_does_not_move_a_beat() {
    let reference = called(48_000, 512);
    for block_len in [32, 1_000, 4_096] {
        // The last beat may be called in what a shorter block leaves.
        let beats = called(48_000, block_len);
        let n = beats.len().min(reference.len());
        assert!(n + 1 >= beats.len().max(reference.len()) && n > 50, "{block_len}: {n} beats");
        assert_eq!(beats[..n], reference[..n], "blocks of {block_len}");
    }
}

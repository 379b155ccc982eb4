//! Files of a few bars: their length and their beats agree.

use analysis::TrackAnalysis;

use crate::signals::{analyzed, drums, noise};

const RATE: u32 = 24_000;

fn tempo(found: &TrackAnalysis) -> f64 {
    f64::from(found.tempo.unwrap().bpm.0)
}

#[test]
fn beats_of_a_loop_are_counted_from_its_start() {
    for (bpm, n_beats) in [(120.0, 8), (97.0, 8), (97.0, 4), (140.0, 16)] {
        let seconds = 60.0 / bpm * f64::from(n_beats);
        // A loop sounds to its end.
        let mut sounds = drums(bpm, seconds, RATE);
        sounds.iter_mut().zip(noise(seconds, RATE, 3)).for_each(|(y, x)| *y += 0.05 * x);
        let found = analyzed(&sounds, RATE);
        assert!((tempo(&found) - bpm).abs() < 0.02, "{bpm}: {}", tempo(&found));
        let n_positions = usize::from(found.meter.unwrap().beats_per_bar);
        assert_eq!(found.beats.len(), n_beats as usize, "{bpm}");
        for (idx, beat) in found.beats.iter().enumerate() {
            assert!((beat.at.0 - idx as f64 * 60.0 / bpm).abs() < 0.05, "{bpm}: {beat:?}");
            assert_eq!(usize::from(beat.bar_position), idx % n_positions + 1, "{bpm}");
        }
    }
}

#[test]
fn a_length_that_even_beats_contradict_does_not_bend_their_tempo() {
    for seconds in [2.9, 3.1, 6.7, 8.1] {
        let mut sounds = drums(120.0, seconds, RATE);
        sounds.iter_mut().zip(noise(seconds, RATE, 3)).for_each(|(y, x)| *y += 0.05 * x);
        let found = analyzed(&sounds, RATE);
        assert!((tempo(&found) / 120.0 - 1.0).abs() < 0.01, "{seconds}: {}", tempo(&found));
    }
}

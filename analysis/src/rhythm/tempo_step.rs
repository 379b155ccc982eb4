//! [`TempoStep`]: notices that the players have gone over to another tempo.
//!
//! A periodicity remembers some seconds of the old tempo. Beats that a trained network is sure of
//! tell sooner: a few in a row at even distances, all of them another distance than before.

/// A beat at least, 0 to 1.
const SURE: f32 = 0.35;
/// Intervals in a row that must agree; of beats longer than this (frames), one less.
const N_INTERVALS: usize = 4;
const LONG: f32 = 56.0;
/// How far each may be from their mean.
const EVEN: f32 = 0.05;
/// Nearer than the least, it is the same tempo; farther than the most, another metrical level or
/// a figure against the beat.
const LEAST_STEP: f32 = 0.045;
const MOST_STEP: f32 = 0.24;

/// Watches the beats that the network tells of. Never allocates.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TempoStep {
    /// What was told of the last two frames, 50 a second.
    before: [f32; 2],
    /// Times of the last beats in frames of 10 ms, newest last; how many there are.
    beats: [f32; N_INTERVALS + 1],
    n_beats: usize,
}

impl TempoStep {
    /// Takes what the network says of the moment `frame` (10 ms each, every second one). Returns the
    /// beat length in frames that the music has stepped to, where it has, from `lag`.
    pub(super) fn push(&mut self, frame: usize, told: f32, lag: f32) -> Option<f32> {
        let [a, b] = self.before;
        self.before = [b, told];
        if b < SURE || b < a || b <= told {
            return None;
        }
        let curvature = a - 2.0 * b + told;
        let shift = if curvature < -1e-6 { 0.5 * (a - told) / curvature } else { 0.0 };
        self.beats.rotate_left(1);
        self.beats[N_INTERVALS] = frame as f32 - 2.0 + 2.0 * shift.clamp(-0.5, 0.5);
        self.n_beats = (self.n_beats + 1).min(N_INTERVALS + 1);
        if self.n_beats <= N_INTERVALS || lag <= 0.0 {
            return None;
        }
        let first = usize::from(self.beats[N_INTERVALS] - self.beats[N_INTERVALS - 1] > LONG);
        let beats = &self.beats[first..];
        let mean = (self.beats[N_INTERVALS] - self.beats[first]) / (beats.len() - 1) as f32;
        let is_even = beats.windows(2).all(|pair| ((pair[1] - pair[0]) / mean - 1.0).abs() < EVEN);
        let step = (mean / lag - 1.0).abs();
        (is_even && (LEAST_STEP..MOST_STEP).contains(&step)).then_some(mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells of beats at `beats` (frames of 10 ms); the steps noticed, and at which frame.
    fn noticed(beats: &[f32], lag: f32) -> Vec<(usize, f32)> {
        let mut watch = TempoStep::default();
        let n_frames = beats.last().map_or(0, |last| *last as usize + 10);
        (0..n_frames)
            .step_by(2)
            .filter_map(|frame| {
                let near = |beat: &f32| (1.0 - (frame as f32 - beat).abs() / 5.0).max(0.0);
                let told = beats.iter().map(near).fold(0.0, f32::max);
                watch.push(frame, told, lag).map(|lag| (frame, lag))
            })
            .collect()
    }

    fn even(n: usize, start: f32, lag: f32) -> Vec<f32> {
        (0..n).map(|k| start + lag * k as f32).collect()
    }

    #[test]
    fn four_even_intervals_of_another_length_are_a_step() {
        let mut beats = even(10, 100.0, 50.0);
        beats.extend(even(6, 550.0 + 59.0, 59.0));
        let steps = noticed(&beats, 50.0);
        let (frame, lag) = steps[0];
        assert!((lag - 59.0).abs() < 0.5, "{lag}");
        assert!(frame < 550 + 4 * 59 + 8, "{frame}");
    }

    #[test]
    fn the_same_tempo_and_another_level_are_none() {
        assert_eq!(noticed(&even(20, 100.0, 51.0), 50.0), []);
        assert_eq!(noticed(&even(20, 100.0, 25.0), 50.0), []);
        assert_eq!(noticed(&even(20, 100.0, 75.0), 50.0), []);
    }

    #[test]
    fn figures_against_the_beat_are_none() {
        let tresillo: Vec<f32> = (0..10)
            .flat_map(|bar| [0.0, 37.5, 75.0].map(|at| 100.0 + 100.0 * bar as f32 + at))
            .collect();
        assert_eq!(noticed(&tresillo, 50.0), []);
    }
}

//! [`TempoStep`]: notices that the players have gone over to another tempo.
//!
//! A periodicity remembers some seconds of the old tempo. Beats that a trained network is sure of
//! tell sooner: a few in a row at even distances, all of them another distance than before.

/// A sure beat, and one that counts where sure ones expect it, 0 to 1: right after a step the network
/// doubts.
const SURE: f32 = 0.35;
const DOUBTED: f32 = 0.15;
/// Intervals in a row that must agree; of beats longer than this (frames), one less. Of their beats
/// one may be doubted.
const N_INTERVALS: usize = 4;
const LONG: f32 = 56.0;
const MAX_DOUBTED: usize = 1;
/// How far each may be from their mean.
const EVEN: f32 = 0.05;
/// Nearer than the least, it is the same tempo; farther than the most, another metrical level or
/// a figure against the beat.
const LEAST_STEP: f32 = 0.045;
const MOST_STEP: f32 = 0.24;
/// Peaks remembered: the beats of a run with doubted ones between them.
const N_PEAKS: usize = 12;

/// A moment at which the network hears a beat.
#[derive(Clone, Copy, Debug, Default)]
struct Peak {
    /// In frames of 10 ms.
    at: f32,
    is_sure: bool,
}

/// Watches the beats that the network tells of. Never allocates.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TempoStep {
    /// What was told of the last two frames, 50 a second.
    before: [f32; 2],
    /// The last peaks, newest last; how many there are.
    peaks: [Peak; N_PEAKS],
    n_peaks: usize,
}

impl TempoStep {
    /// Takes what the network says of the moment `frame` (10 ms each, every second one). Returns the
    /// beat length in frames that the music has stepped to, where it has, from `lag`.
    pub(super) fn push(&mut self, frame: usize, told: f32, lag: f32) -> Option<f32> {
        let [a, b] = self.before;
        self.before = [b, told];
        if b < DOUBTED || b < a || b <= told {
            return None;
        }
        let curvature = a - 2.0 * b + told;
        let shift = if curvature < -1e-6 { 0.5 * (a - told) / curvature } else { 0.0 };
        let at = frame as f32 - 2.0 + 2.0 * shift.clamp(-0.5, 0.5);
        let is_sure = b >= SURE;
        self.peaks.rotate_left(1);
        self.peaks[N_PEAKS - 1] = Peak { at, is_sure };
        self.n_peaks = (self.n_peaks + 1).min(N_PEAKS);
        if !is_sure || lag <= 0.0 {
            return None;
        }
        let step_to = self.even_interval()?;
        let step = (step_to / lag - 1.0).abs();
        (LEAST_STEP..MOST_STEP).contains(&step).then_some(step_to)
    }

    /// Mean distance of the beats that lead evenly up to the newest peak, where they are enough.
    fn even_interval(&self) -> Option<f32> {
        let peaks = &self.peaks[N_PEAKS - self.n_peaks..];
        let (newest, past) = peaks.split_last()?;
        let last_sure = past.iter().rposition(|peak| peak.is_sure)?;
        let newest_interval = newest.at - past[last_sure].at;
        let n_needed = N_INTERVALS - usize::from(newest_interval > LONG);

        let mut beats = [newest.at; N_INTERVALS + 1];
        beats[1] = past[last_sure].at;
        let (mut n, mut n_doubted, mut mean) = (1, 0, newest_interval);
        for peak in past[..last_sure].iter().rev() {
            if n == n_needed {
                break;
            }
            let early = beats[n] - mean - peak.at;
            if early.abs() < EVEN * mean {
                n += 1;
                beats[n] = peak.at;
                n_doubted += usize::from(!peak.is_sure);
                mean = (newest.at - peak.at) / n as f32;
            } else if peak.is_sure || early > 0.0 {
                return None;
            }
        }
        let intervals = beats[..=n].windows(2).map(|pair| pair[0] - pair[1]);
        let is_even = intervals.into_iter().all(|one| (one / mean - 1.0).abs() < EVEN);
        (n == n_needed && n_doubted <= MAX_DOUBTED && is_even).then_some(mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells surely of beats at `beats` (frames of 10 ms); the steps noticed, and at which frame.
    fn noticed(beats: &[f32], lag: f32) -> Vec<(usize, f32)> {
        let sure: Vec<(f32, f32)> = beats.iter().map(|at| (*at, 1.0)).collect();
        noticed_of(&sure, lag)
    }

    /// The same of beats that are each told of so surely.
    fn noticed_of(beats: &[(f32, f32)], lag: f32) -> Vec<(usize, f32)> {
        let mut watch = TempoStep::default();
        let n_frames = beats.last().map_or(0, |(last, _)| *last as usize + 10);
        (0..n_frames)
            .step_by(2)
            .filter_map(|frame| {
                let near = |(beat, sureness): &(f32, f32)| {
                    sureness * (1.0 - (frame as f32 - beat).abs() / 5.0).max(0.0)
                };
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
    fn one_beat_that_the_network_doubts_does_not_delay_the_step() {
        let sure = |at: f32| (at, 0.9);
        let mut beats: Vec<(f32, f32)> = even(10, 100.0, 50.0).into_iter().map(sure).collect();
        beats.extend([(590.0, 0.2), (609.0, 0.25), (630.0, 0.2)]);
        beats.extend(even(5, 668.0, 59.0).into_iter().map(sure));
        let (frame, lag) = noticed_of(&beats, 50.0)[0];
        assert!((lag - 59.0).abs() < 0.5, "{lag}");
        assert!(frame < 668 + 2 * 59 + 8, "{frame}");
    }

    #[test]
    fn beats_that_the_network_doubts_are_no_step() {
        let doubted: Vec<(f32, f32)> = even(20, 100.0, 59.0)
            .into_iter()
            .enumerate()
            .map(|(idx, at)| (at, if idx % 2 == 0 { 0.9 } else { 0.3 }))
            .collect();
        assert_eq!(noticed_of(&doubted, 50.0), []);
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

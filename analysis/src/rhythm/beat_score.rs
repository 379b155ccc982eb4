//! [`BeatScore`]: how well each moment continues a chain of beats: the cumulative score of Stark,
//! Davies and Plumbley, "Real-Time Beat-Synchronous Analysis of Musical Audio", DAFx 2009.

use super::recent::{N_KEPT, Recent};

/// Penalty of a distance an octave off the tempo, in standard deviations of onset strength.
const TIGHTNESS: f32 = 250.0;
/// Share of the score handed on from beat to beat: phases older than some 20 beats are forgotten.
const HAND_ON: f32 = 0.95;
/// Distances considered, in beats.
const SHORTEST: f32 = 0.6;
const LONGEST: f32 = 1.6;

/// Scores of the last frames, in standard deviations of onset strength.
#[derive(Debug, Default)]
pub(super) struct BeatScore {
    scores: Recent<f32>,
    n_frames: usize,
}

impl BeatScore {
    /// Takes the onset strength of the next frame and the beat length in frames, where there is one.
    pub(super) fn push(&mut self, strength: f32, lag: Option<f32>) {
        let before = lag.map_or(0.0, |lag| self.best_predecessor(lag));
        *self.scores.at_mut(self.n_frames) = strength + HAND_ON * before;
        self.n_frames += 1;
    }

    /// Adds what is known late of a frame.
    pub(super) fn add(&mut self, frame: usize, strength: f32) {
        *self.scores.at_mut(frame) += strength;
    }

    /// Score of a frame.
    pub(super) fn at(&self, frame: usize) -> f32 {
        self.scores.at(frame)
    }

    /// The frame of the highest score with `bonus` between two frames, both included.
    pub(super) fn best_in(&self, first: usize, last: usize, bonus: impl Fn(usize) -> f32) -> usize {
        let mut best = (first, f32::MIN);
        for frame in first..=last {
            let score = self.at(frame) + bonus(frame);
            if score > best.1 {
                best = (frame, score);
            }
        }
        best.0
    }

    /// Score of the best frame a beat before the next one.
    fn best_predecessor(&self, lag: f32) -> f32 {
        let shortest = (lag * SHORTEST).round() as usize;
        let longest = ((lag * LONGEST).round() as usize).min(N_KEPT - 1).min(self.n_frames);
        (shortest..=longest)
            .map(|distance| {
                let octaves = (distance as f32 / lag).log2();
                self.at(self.n_frames - distance) - TIGHTNESS * octaves * octaves
            })
            .fold(0.0, f32::max)
    }
}

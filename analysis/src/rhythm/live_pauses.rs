//! [`LivePauses`]: whether the music plays on, or beats are only counted.

use super::recent::Recent;

/// A beat with less than this share of the usual onset strength is weak; after this many in a row
/// the music has paused and beats are only counted, not called.
const WEAK: f32 = 0.25;
const PAUSE_BEATS: usize = 4;
/// Frames around a beat in which its onset may lie.
const NEAR: usize = 5;

/// How strong beats are, and how many of late were weak.
#[derive(Debug, Default)]
pub(super) struct LivePauses {
    strengths: Recent<f32>,
    n_frames: usize,
    /// Strength of the usual beat, 0 before the first; weak beats since the last other.
    usual_strength: f32,
    n_weak: usize,
}

impl LivePauses {
    /// Takes the onset strength of the next frame.
    pub(super) fn push(&mut self, strength: f32) {
        *self.strengths.at_mut(self.n_frames) = strength;
        self.n_frames += 1;
    }

    /// Whether the music stopped some beats before that at frame `beat`, so that it is heard by
    /// nobody.
    pub(super) fn has_paused(&mut self, beat: usize) -> bool {
        let strongest = (beat.saturating_sub(NEAR)..(beat + NEAR + 1).min(self.n_frames))
            .map(|frame| self.strengths.at(frame))
            .fold(0.0, f32::max);
        if strongest < WEAK * self.usual_strength {
            self.n_weak += 1;
        } else {
            self.n_weak = 0;
            let share = if self.usual_strength > 0.0 { 0.1 } else { 1.0 };
            self.usual_strength += share * (strongest - self.usual_strength);
        }
        self.n_weak >= PAUSE_BEATS
    }
}

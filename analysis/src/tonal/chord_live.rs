//! [`LiveChords`]: the chord sounding now, called causally.

use super::chord_model::{
    ChordModel, N_STATES, NO_CHORD, agreement, chord, confidence, same_triad,
};
use super::chroma::Chroma;
use crate::facts::ChordSegment;
use crate::features::TONAL_FPS;
use crate::history::History;
use crate::music::Key;
use crate::units::Seconds;

/// A new chord must lead for this many frames before it is shown; shorter ones are suppressed.
const FRAMES_TO_CHANGE: u32 = 3;
/// A seventh that joins or leaves the chord shown must lead for longer: it is a colour, and a
/// melody passes through it.
const FRAMES_TO_RECOLOR: u32 = 6;

/// Forward Viterbi with a rule of commitment. Construction allocates, the rest does not.
#[derive(Debug)]
pub(crate) struct LiveChords {
    model: ChordModel,
    scores: [f32; N_STATES],
    shown: usize,
    since: Seconds,
    agreement_sum: f32,
    n_frames: u32,
    challenger: usize,
    n_challenges: u32,
    finished: History<ChordSegment, 64>,
    n_finished: u64,
}

impl LiveChords {
    pub(crate) fn new() -> Self {
        Self {
            model: ChordModel::new(),
            scores: [0.0; N_STATES],
            shown: NO_CHORD,
            since: Seconds(0.0),
            agreement_sum: 0.0,
            n_frames: 0,
            challenger: NO_CHORD,
            n_challenges: 0,
            finished: History::new(),
            n_finished: 0,
        }
    }

    /// Takes the frame at `at`, heard in `key`.
    pub(crate) fn push(&mut self, at: Seconds, chroma: &Chroma, key: Option<Key>) {
        self.model.set_key(key);
        let emissions = self.model.emissions(chroma);
        let (next, _) = self.model.step(&self.scores, &emissions);
        let leader = (0..N_STATES).max_by(|&a, &b| next[a].total_cmp(&next[b])).unwrap_or(NO_CHORD);
        let best = next[leader];
        self.scores = next.map(|x| x - best);
        if leader == self.shown {
            self.n_challenges = 0;
        } else if leader == self.challenger {
            self.n_challenges += 1;
        } else {
            (self.challenger, self.n_challenges) = (leader, 1);
        }
        let n_needed =
            if same_triad(leader, self.shown) { FRAMES_TO_RECOLOR } else { FRAMES_TO_CHANGE };
        if self.n_challenges >= n_needed {
            let frames = f64::from(n_needed) - 0.5;
            self.change(leader, Seconds((at.0 - frames / TONAL_FPS as f64).max(0.0)));
        }
        self.agreement_sum += agreement(&emissions, self.shown);
        self.n_frames += 1;
    }

    fn change(&mut self, state: usize, at: Seconds) {
        if at.0 > self.since.0 {
            self.finished.push(self.segment(at));
            self.n_finished += 1;
        }
        (self.shown, self.since) = (state, at);
        (self.agreement_sum, self.n_frames, self.n_challenges) = (0.0, 0, 0);
    }

    /// What is shown, from its beginning to `now`.
    pub(crate) fn segment(&self, now: Seconds) -> ChordSegment {
        ChordSegment {
            start: self.since,
            end: now,
            chord: chord(self.shown),
            confidence: confidence(self.agreement_sum / self.n_frames.max(1) as f32),
        }
    }

    /// The latest finished segments and how many there were in all.
    pub(crate) fn finished(&self) -> (&History<ChordSegment, 64>, u64) {
        (&self.finished, self.n_finished)
    }

    pub(crate) fn reset(&mut self) {
        self.model.set_key(None);
        self.scores = [0.0; N_STATES];
        (self.shown, self.challenger) = (NO_CHORD, NO_CHORD);
        self.since = Seconds(0.0);
        (self.agreement_sum, self.n_frames, self.n_challenges) = (0.0, 0, 0);
        self.finished.clear();
        self.n_finished = 0;
    }
}

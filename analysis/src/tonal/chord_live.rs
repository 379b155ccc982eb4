//! [`LiveChords`]: the chord sounding now, called causally.
//!
//! The network speaks a second late. What was decoded up to its last word is settled; from there
//! the templates alone lead on to the present, anew with every frame: first over centred frames,
//! then over those of the newest sound.

use super::chord_model::{
    ChordModel, N_STATES, NO_CHORD, agreement, chord, confidence, leader, same_triad,
};
use super::chord_network::ChordWord;
use super::chroma::Chroma;
use crate::facts::ChordSegment;
use crate::features::{PITCH_FPS, TONAL_FPS};
use crate::history::History;
use crate::learned::DELAY_FRAMES;
use crate::music::Key;
use crate::units::Seconds;

/// A new chord that leads all others by this in log-likelihood is shown at once;
const CLEAR_LEAD: f32 = 1.0;
/// another must lead for this many frames: where one chord turns into the next, a third passes by.
const FRAMES_TO_CHANGE: u32 = 3;
/// A chord left less than this ago is gone back to with more patience.
const JUST_LEFT_SECONDS: f64 = 0.6;
/// A seventh that joins or leaves the chord shown must lead for longer: it is a colour, and a
/// melody passes through it.
const FRAMES_TO_RECOLOR: u32 = 6;

/// Tonal frames for each word of the network.
const FRAMES_PER_WORD: usize = TONAL_FPS / PITCH_FPS;
/// Frames that can wait for the network's word: its delay, and those until it speaks.
const MAX_WAITING: usize = (DELAY_FRAMES + 1) * FRAMES_PER_WORD;

/// Frames of the newest sound that lead on from the last centred one, which lies 0.4 s behind: half
/// a window, and a frame of smoothing.
const N_LEADING: usize = 3;
/// Weight of such a frame: they are few, and must persuade soon.
const LEADING_WEIGHT: f32 = 1.5;

/// Whether a network is listening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// Frames wait for [`LiveChords::hear`].
    Awaited,
    /// Frames are settled at once.
    None,
}

/// Forward Viterbi with a rule of commitment. Construction allocates, the rest does not.
#[derive(Debug)]
pub(crate) struct LiveChords {
    model: ChordModel,
    words: Words,
    /// Scores of the last settled frame.
    settled: [f32; N_STATES],
    /// Emissions of the frames after it, oldest first; the first `n_waiting` count.
    waiting: Box<[[f32; N_STATES]; MAX_WAITING]>,
    n_waiting: usize,
    /// Emissions of the newest sound, oldest first; all alike where there is none.
    leading: Box<[[f32; N_STATES]; N_LEADING]>,
    last_word: Option<ChordWord>,
    shown: usize,
    shown_before: usize,
    since: Seconds,
    agreement_sum: f32,
    n_frames: u32,
    challenger: usize,
    n_challenges: u32,
    finished: History<ChordSegment, 64>,
    n_finished: u64,
}

impl LiveChords {
    pub(crate) fn new(words: Words) -> Self {
        Self {
            model: ChordModel::new(),
            words,
            settled: [0.0; N_STATES],
            waiting: Box::new([[0.0; N_STATES]; MAX_WAITING]),
            n_waiting: 0,
            leading: Box::new([[0.0; N_STATES]; N_LEADING]),
            last_word: None,
            shown: NO_CHORD,
            shown_before: NO_CHORD,
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
        if self.n_waiting == MAX_WAITING {
            self.settle(1);
        }
        self.waiting[self.n_waiting] = emissions;
        self.n_waiting += 1;
        if self.words == Words::None {
            self.settle(1);
        }
        let mut scores = self.settled;
        for emissions in &self.waiting[..self.n_waiting] {
            scores = self.model.step(&scores, emissions);
        }
        for emissions in self.leading.iter() {
            scores = self.model.step(&scores, emissions);
        }
        let leader = leader(&scores);
        if leader == self.shown {
            self.n_challenges = 0;
        } else if leader == self.challenger {
            self.n_challenges += 1;
        } else {
            (self.challenger, self.n_challenges) = (leader, 1);
        }
        // Where the chord just left seems to be back, the change to this one may have been a mistake.
        let goes_back =
            same_triad(leader, self.shown_before) && at.0 - self.since.0 < JUST_LEFT_SECONDS;
        let n_needed = if same_triad(leader, self.shown) {
            FRAMES_TO_RECOLOR
        } else if margin(&scores, leader) > CLEAR_LEAD && !goes_back {
            1
        } else {
            FRAMES_TO_CHANGE
        };
        if self.n_challenges >= n_needed {
            let frames = f64::from(n_needed) - 0.5;
            self.change(leader, Seconds((at.0 - frames / TONAL_FPS as f64).max(0.0)));
        }
        self.agreement_sum += agreement(&emissions, self.shown);
        self.n_frames += 1;
    }

    /// Takes the newest sound; `None` where there is none.
    pub(crate) fn push_newest(&mut self, chroma: Option<&Chroma>) {
        self.leading.rotate_left(1);
        self.leading[N_LEADING - 1] = chroma.map_or([0.0; N_STATES], |chroma| {
            self.model.emissions(chroma).map(|x| LEADING_WEIGHT * x)
        });
    }

    /// Takes what the network says about the frame [`DELAY_FRAMES`] words ago; `None` where it has
    /// nothing to say about it.
    pub(super) fn hear(&mut self, word: Option<ChordWord>) {
        // The newest frame it settles is the one it is about; the one before lies between two
        // words. Smoothed chromas lag a frame behind.
        let n_newer = DELAY_FRAMES * FRAMES_PER_WORD - 1;
        let n_settled = self.n_waiting.saturating_sub(n_newer);
        for (n_after, emissions) in self.waiting[..n_settled].iter_mut().rev().enumerate() {
            let share = (1.0 - n_after as f32 / FRAMES_PER_WORD as f32).max(0.0);
            if let Some(word) = &word {
                word.add_to(emissions, share);
            }
            if let Some(word) = &self.last_word {
                word.add_to(emissions, 1.0 - share);
            }
        }
        self.settle(n_settled);
        self.last_word = word;
    }

    /// Settles the `n` oldest frames that wait.
    fn settle(&mut self, n: usize) {
        for emissions in &self.waiting[..n] {
            self.settled = self.model.step(&self.settled, emissions);
        }
        self.waiting.copy_within(n..self.n_waiting, 0);
        self.n_waiting -= n;
    }

    fn change(&mut self, state: usize, at: Seconds) {
        if at.0 > self.since.0 {
            self.finished.push(self.segment(at));
            self.n_finished += 1;
        }
        self.shown_before = self.shown;
        (self.shown, self.since) = (state, at);
        (self.agreement_sum, self.n_frames, self.n_challenges) = (0.0, 0, 0);
    }

    /// What is shown, from its beginning to `now`.
    pub(crate) fn segment(&self, now: Seconds) -> ChordSegment {
        ChordSegment {
            start: self.since,
            end: now,
            chord: chord(self.shown),
            bass: None,
            confidence: confidence(self.agreement_sum / self.n_frames.max(1) as f32),
        }
    }

    /// The latest finished segments and how many there were in all.
    pub(crate) fn finished(&self) -> (&History<ChordSegment, 64>, u64) {
        (&self.finished, self.n_finished)
    }

    pub(crate) fn reset(&mut self) {
        self.model.set_key(None);
        self.settled = [0.0; N_STATES];
        (self.n_waiting, self.last_word) = (0, None);
        self.leading.fill([0.0; N_STATES]);
        (self.shown, self.shown_before, self.challenger) = (NO_CHORD, NO_CHORD, NO_CHORD);
        self.since = Seconds(0.0);
        (self.agreement_sum, self.n_frames, self.n_challenges) = (0.0, 0, 0);
        self.finished.clear();
        self.n_finished = 0;
    }
}

/// How far `leader` lies before the best state of another root or third.
fn margin(scores: &[f32; N_STATES], leader: usize) -> f32 {
    let others = (0..N_STATES).filter(|&state| !same_triad(state, leader));
    scores[leader] - others.fold(f32::MIN, |best, state| best.max(scores[state]))
}

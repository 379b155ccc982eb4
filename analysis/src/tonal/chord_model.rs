//! [`ChordModel`]: chord states, what they sound like, and how they follow each other in a key.
//!
//! Binary templates with weighted partials (T. Fujishima, "Realtime chord recognition of musical
//! sound", ICMC 1999) and Viterbi decoding (A. Sheh and D. Ellis, "Chord segmentation and
//! recognition using EM-trained hidden Markov models", ISMIR 2003) with transitions by scale degree.

use super::chroma::Chroma;
use super::degree_statistics::{DEGREE_FOLLOWS, DEGREE_SHARE};
use super::triads::degree;
use crate::music::{Chord, ChordQuality, Key, PitchClass};

/// Qualities that are told apart, in the order of the tonal network's first; each on twelve roots,
/// then "no chord".
const QUALITIES: [ChordQuality; 10] = [
    ChordQuality::Major,
    ChordQuality::Minor,
    ChordQuality::Diminished,
    ChordQuality::Augmented,
    ChordQuality::Sus2,
    ChordQuality::Sus4,
    ChordQuality::Dominant7,
    ChordQuality::Major7,
    ChordQuality::Minor7,
    ChordQuality::HalfDiminished7,
];

/// Chord states, "no chord" included.
pub(super) const N_STATES: usize = QUALITIES.len() * 12 + 1;
/// The state of no chord.
pub(super) const NO_CHORD: usize = N_STATES - 1;

/// What root, third (or suspension), fifth and seventh count in a template.
const NOTE_WEIGHTS: [f32; 4] = [1.0, 0.85, 0.9, 0.7];

/// Log-likelihood of a perfect template match over none. 4 to 12 and the penalties below form a
/// plateau on rendered clips (within .01 of majmin recall).
const GAIN: f32 = 8.0;
/// What a seventh and a rarer quality must gain over the plain triad.
const SEVENTH_PENALTY: f32 = 0.6;
const RARE_PENALTY: f32 = 1.2;
/// Exponent on the chroma: a seventh is softer than the root it colours.
const COMPRESSION: f32 = 0.7;

/// Cosine at which "no chord" is as likely as the best template: noise reaches .66 at its best
/// moments, chords .75 to .85.
const NO_CHORD_COSINE: f32 = 0.60;

/// Probability that a chord goes on for another tenth of a second.
const STAY: f32 = 0.97;
/// Probability that a change goes to "no chord".
const TO_NO_CHORD: f32 = 0.05;

/// Templates and transitions. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(super) struct ChordModel {
    templates: Box<[[f32; 12]; NO_CHORD]>,
    /// Log transition probabilities, `[from][to]`.
    log_transitions: Box<[[f32; N_STATES]; N_STATES]>,
    key: Option<Key>,
}

impl ChordModel {
    pub(super) fn new() -> Self {
        let mut model = Self {
            templates: Box::new(std::array::from_fn(template)),
            log_transitions: Box::new([[0.0; N_STATES]; N_STATES]),
            key: None,
        };
        model.fill_transitions();
        model
    }

    /// Transitions follow the habits of `key` from here on; without a key all changes are alike.
    pub(super) fn set_key(&mut self, key: Option<Key>) {
        if self.key != key {
            self.key = key;
            self.fill_transitions();
        }
    }

    /// Log-likelihood of each state for one frame, up to a constant.
    pub(super) fn emissions(&self, chroma: &Chroma) -> [f32; N_STATES] {
        let unit = Chroma(chroma.0.map(|x| x.powf(COMPRESSION))).normalized();
        std::array::from_fn(|state| match self.templates.get(state) {
            Some(template) => {
                let cosine: f32 = template.iter().zip(&unit.0).map(|(a, b)| a * b).sum();
                GAIN * cosine - penalty(QUALITIES[state / 12])
            }
            // Silence has no direction: every cosine is 0 and no chord wins.
            None => GAIN * NO_CHORD_COSINE,
        })
    }

    /// One Viterbi step: the score of each state through its best predecessor; the greatest is 0.
    pub(super) fn step(
        &self,
        scores: &[f32; N_STATES],
        emissions: &[f32; N_STATES],
    ) -> [f32; N_STATES] {
        let mut next = [f32::MIN; N_STATES];
        for (score, log) in scores.iter().zip(self.log_transitions.iter()) {
            for (best, log) in next.iter_mut().zip(log) {
                let through = score + log;
                *best = if through > *best { through } else { *best };
            }
        }
        with_greatest_0(next, emissions)
    }

    /// The same, with the best predecessor of each state.
    pub(super) fn traced_step(
        &self,
        scores: &[f32; N_STATES],
        emissions: &[f32; N_STATES],
    ) -> ([f32; N_STATES], [u8; N_STATES]) {
        let mut next = [f32::MIN; N_STATES];
        let mut best_from = [0_u32; N_STATES];
        for ((score, log), from) in scores.iter().zip(self.log_transitions.iter()).zip(0_u32..) {
            for ((best, best_from), log) in next.iter_mut().zip(&mut best_from).zip(log) {
                let through = score + log;
                let is_better = through > *best;
                *best = if is_better { through } else { *best };
                *best_from = if is_better { from } else { *best_from };
            }
        }
        (with_greatest_0(next, emissions), best_from.map(|from| from as u8))
    }

    fn fill_transitions(&mut self) {
        let n_roots = 12.0;
        for to in 0..N_STATES {
            for from in 0..N_STATES {
                let change = match (triad(from), triad(to)) {
                    (_, None) => TO_NO_CHORD,
                    (None, Some(to)) => match self.key {
                        Some(key) => DEGREE_SHARE[key.index() / 12][degree(to, key.index())],
                        None => 1.0 / (2.0 * n_roots),
                    },
                    (Some(from), Some(to)) => match self.key {
                        Some(key) => {
                            let (mode, key) = (key.index() / 12, key.index());
                            let (from, to) = (degree(from, key), degree(to, key));
                            // A triad and its seventh follow each other as freely as others do.
                            let same = if from == to { DEGREE_SHARE[mode][to] } else { 0.0 };
                            DEGREE_FOLLOWS[mode][from][to] + same
                        }
                        None => 1.0 / (2.0 * n_roots),
                    },
                };
                // A triad's probability is shared by the qualities built on it.
                let probability = (1.0 - STAY) * change / 5.0 + if from == to { STAY } else { 0.0 };
                self.log_transitions[from][to] = probability.max(1e-9).ln();
            }
        }
    }
}

/// Adds the emissions and keeps the scores near 0, where they are exact.
fn with_greatest_0(mut scores: [f32; N_STATES], emissions: &[f32; N_STATES]) -> [f32; N_STATES] {
    for (score, emission) in scores.iter_mut().zip(emissions) {
        *score += emission;
    }
    let best = scores.iter().fold(f32::MIN, |max, &x| max.max(x));
    scores.map(|x| x - best)
}

/// The state with the greatest score.
pub(super) fn leader(scores: &[f32; N_STATES]) -> usize {
    (0..N_STATES).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(NO_CHORD)
}

/// The chord of a state.
pub(super) fn chord(state: usize) -> Option<Chord> {
    let quality = QUALITIES.get(state / 12)?;
    Some(Chord::new(PitchClass::new((state % 12) as i32), *quality))
}

/// Share of the frame's likelihood that states with the same root and third have, 0 to 1. It tells
/// chords apart that are sure from chords that are not, but is no probability yet.
pub(super) fn agreement(emissions: &[f32; N_STATES], state: usize) -> f32 {
    let best = emissions.iter().fold(f32::MIN, |max, &x| max.max(x));
    let (mut same, mut all) = (0.0, 0.0);
    for (other, x) in emissions.iter().enumerate() {
        let weight = (x - best).exp();
        all += weight;
        if triad(other) == triad(state) {
            same += weight;
        }
    }
    same / all
}

/// Probability that a chord with this mean agreement has the right root and third: a logistic
/// curve (J. Platt, "Probabilistic outputs for support vector machines", 1999) fitted to rendered
/// clips.
pub(super) fn confidence(mean_agreement: f32) -> f32 {
    let share = mean_agreement.clamp(1e-3, 1.0 - 1e-3);
    let log_odds = 1.7 * (share / (1.0 - share)).ln() + 3.85;
    1.0 / (1.0 + (-log_odds).exp())
}

/// Whether two states have the same root and third.
pub(super) fn same_triad(a: usize, b: usize) -> bool {
    triad(a) == triad(b)
}

/// The triad a state counts as in the statistics.
fn triad(state: usize) -> Option<usize> {
    let minor = match QUALITIES.get(state / 12)? {
        ChordQuality::Minor
        | ChordQuality::Minor7
        | ChordQuality::Diminished
        | ChordQuality::HalfDiminished7 => 12,
        _ => 0,
    };
    Some(state % 12 + minor)
}

fn penalty(quality: ChordQuality) -> f32 {
    match quality {
        ChordQuality::Major | ChordQuality::Minor => 0.0,
        ChordQuality::Dominant7 | ChordQuality::Major7 | ChordQuality::Minor7 => SEVENTH_PENALTY,
        _ => RARE_PENALTY,
    }
}

fn template(state: usize) -> [f32; 12] {
    let mut template = [0.0; 12];
    for (step, weight) in QUALITIES[state / 12].intervals().iter().zip(NOTE_WEIGHTS) {
        template[(state + usize::from(*step)) % 12] = weight;
    }
    Chroma(template).normalized().0
}

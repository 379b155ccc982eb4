//! [`TriadModel`]: for each of the 24 keys, how well the chords heard follow that key's habits.
//!
//! A hidden Markov model per key whose states are the 24 triads, with transitions from corpus
//! statistics (cf. K. Lee and M. Slaney, "Acoustic chord transcription and key extraction from
//! audio using key-dependent HMMs trained on synthesized audio", IEEE TASLP 2008). The forward
//! algorithm gives the likelihood of what was heard under each key.

use super::chroma::Chroma;
use super::degree_statistics::{DEGREE_FOLLOWS, DEGREE_SHARE, N_TRIADS};

const N_KEYS: usize = 24;

/// Probability that a chord goes on for another tenth of a second.
const STAY: f32 = 0.95;

/// Weight of the acoustic evidence against the transitions. .1 to .5 give the same keys.
const EXPONENT: f32 = 0.25 * 8.0;

/// What root, third and fifth count in a triad's template: the partials of the root strengthen
/// root and fifth.
const TRIAD_WEIGHTS: [f32; 3] = [1.0, 0.85, 0.9];

/// What one frame says.
#[derive(Clone, Copy, Debug)]
pub(super) struct TriadEvidence {
    /// Log-likelihood of the frame under each key, up to a common constant.
    pub(super) log_likelihood: [f32; N_KEYS],
    /// Cosine of the best triad's template, 0 to 1.
    pub(super) fit: f32,
}

/// Forward variables of all keys.
#[derive(Clone, Debug)]
pub(super) struct TriadModel {
    templates: Box<[[f32; 12]; N_TRIADS]>,
    /// `[key][to][from]`, with staying included.
    transitions: Box<[[[f32; N_TRIADS]; N_TRIADS]; N_KEYS]>,
    /// `[key][triad]`, each row summing to 1.
    state: Box<[[f32; N_TRIADS]; N_KEYS]>,
}

impl TriadModel {
    pub(super) fn new() -> Self {
        let mut transitions = Box::new([[[0.0; N_TRIADS]; N_TRIADS]; N_KEYS]);
        for (key, rows) in transitions.iter_mut().enumerate() {
            for (to, row) in rows.iter_mut().enumerate() {
                for (from, probability) in row.iter_mut().enumerate() {
                    let (from_degree, to_degree) = (degree(from, key), degree(to, key));
                    *probability = (1.0 - STAY) * DEGREE_FOLLOWS[key / 12][from_degree][to_degree];
                    if from == to {
                        *probability += STAY;
                    }
                }
            }
        }
        let mut model = Self {
            templates: Box::new(std::array::from_fn(template)),
            transitions,
            state: Box::new([[0.0; N_TRIADS]; N_KEYS]),
        };
        model.reset();
        model
    }

    pub(super) fn reset(&mut self) {
        for (key, state) in self.state.iter_mut().enumerate() {
            for (triad, probability) in state.iter_mut().enumerate() {
                *probability = DEGREE_SHARE[key / 12][degree(triad, key)];
            }
        }
    }

    /// One step of the forward algorithm, a tenth of a second long.
    pub(super) fn push(&mut self, chroma: &Chroma) -> TriadEvidence {
        let unit = chroma.normalized();
        let cosine: [f32; N_TRIADS] = std::array::from_fn(|triad| {
            self.templates[triad].iter().zip(&unit.0).map(|(a, b)| a * b).sum()
        });
        let fit = cosine.iter().fold(0.0, |max: f32, &x| max.max(x));
        let emission = cosine.map(|x| (EXPONENT * (x - fit)).exp());
        let mut log_likelihood = [0.0; N_KEYS];
        for ((state, rows), log) in
            self.state.iter_mut().zip(self.transitions.iter()).zip(&mut log_likelihood)
        {
            let mut next: [f32; N_TRIADS] = std::array::from_fn(|to| {
                emission[to] * rows[to].iter().zip(state.iter()).map(|(a, b)| a * b).sum::<f32>()
            });
            let sum = next.iter().sum::<f32>().max(1e-30);
            next.iter_mut().for_each(|x| *x /= sum);
            *state = next;
            *log = sum.ln();
        }
        TriadEvidence { log_likelihood, fit }
    }
}

/// Degree of a triad in a key, as the statistics count them.
pub(super) fn degree(triad: usize, key: usize) -> usize {
    (triad + 12 - key % 12) % 12 + triad / 12 * 12
}

fn template(triad: usize) -> [f32; 12] {
    let third = if triad < 12 { 4 } else { 3 };
    let mut template = [0.0; 12];
    for (step, weight) in [0, third, 7].into_iter().zip(TRIAD_WEIGHTS) {
        template[(triad + step) % 12] = weight;
    }
    Chroma(template).normalized().0
}

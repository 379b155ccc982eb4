//! [`BeatFilter`]: what is known of tempo and phase while activations come in.
//!
//! The forward algorithm on the beats of Krebs, Böck and Widmer (ISMIR 2015, see
//! [`BeatSpace`]): the weight of every tempo and beginning of the present beat, all ways to it
//! added up. Bars are left out. One more state, that there is no pulse, gives way to any beat and
//! takes any beat's place at a price; so a new piece is taken up as a first one is.

use super::beat_space::{BeatSpace, BeatTempo, MAX_TEMPOS, N_DURATIONS, REACH};

/// Chance per beat that the pulse is lost, and per frame that one begins.
const LOST: f64 = 0.002;
const BEGINS: f64 = 0.02;
/// Weights are scaled when their sum leaves the range between this and its inverse.
const LARGE: f64 = 1e60;
/// Longest beat kept, in frames: 20 BPM.
const RING_LEN: usize = 512;

/// A beat expected.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Expected {
    /// When, in frames.
    pub(super) at: f32,
    /// Length of the beats, in frames.
    pub(super) lag: f32,
}

/// One tempo and beginning of the present beat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hypothesis {
    /// Index of the tempo.
    pub(super) tempo: usize,
    /// The next beat.
    pub(super) expected: Expected,
    /// Weight, not normalised.
    pub(super) weight: f64,
}

/// Weights of all hypotheses. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(super) struct BeatFilter {
    tempos: [BeatTempo; MAX_TEMPOS],
    n_tempos: usize,
    /// Chances of each duration, and of the tempo moving by -[`REACH`] to [`REACH`] steps.
    durations: [[f64; N_DURATIONS]; MAX_TEMPOS],
    moves: [f64; 2 * REACH + 1],
    /// `[tempo][frame % RING_LEN]`: weight of a beat that begins there and is not over.
    weights: Vec<[f64; RING_LEN]>,
    /// Weight of there being no pulse.
    none: f64,
    /// Frames pushed.
    t: usize,
}

impl BeatFilter {
    /// Knows nothing yet.
    pub(super) fn new(space: &BeatSpace) -> Self {
        let mut filter = Self {
            tempos: [BeatTempo::default(); MAX_TEMPOS],
            n_tempos: 0,
            durations: [[0.0; N_DURATIONS]; MAX_TEMPOS],
            moves: space.moves().map(|log| f64::from(log).exp()),
            weights: vec![[0.0; RING_LEN]; MAX_TEMPOS],
            none: 1.0,
            t: 0,
        };
        filter.set_space(space);
        filter
    }

    /// Considers other tempos and forgets all beats; time goes on.
    pub(super) fn set_space(&mut self, space: &BeatSpace) {
        self.n_tempos = space.tempos().len();
        self.tempos[..self.n_tempos].copy_from_slice(space.tempos());
        for (chances, tempo) in self.durations.iter_mut().zip(space.tempos()) {
            *chances = tempo.durations.map(|log| f64::from(log).exp());
        }
        self.weights.fill([0.0; RING_LEN]);
        self.none = 1.0;
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.weights.fill([0.0; RING_LEN]);
        self.none = 1.0;
        self.t = 0;
    }

    /// Frames pushed.
    pub(super) fn n_frames(&self) -> usize {
        self.t
    }

    /// Takes the log odds of a beat in the next frame. `held`: a pulse that began before is likely
    /// to go on so.
    pub(super) fn push(&mut self, odds: f32, held: Option<Expected>) {
        let ended = self.end_beats();
        self.begin_beats(&ended, held);
        self.hear(f64::from(odds).exp());
        self.t += 1;
        self.scale();
    }

    /// Weight of there being no pulse.
    pub(super) fn none(&self) -> f64 {
        self.none
    }

    /// All hypotheses of any weight.
    pub(super) fn hypotheses(&self) -> impl Iterator<Item = Hypothesis> + '_ {
        let tempos = self.tempos[..self.n_tempos].iter().zip(&self.weights).enumerate();
        tempos.flat_map(move |(idx, (tempo, weights))| {
            let longest = (tempo.shortest + N_DURATIONS).min(self.t);
            (1..=longest).map(move |age| Hypothesis {
                tempo: idx,
                expected: Expected { at: (self.t - age) as f32 + tempo.lag, lag: tempo.lag },
                weight: weights[(self.t - age) % RING_LEN],
            })
        })
    }

    /// Weight of the beats of each tempo that end now.
    fn end_beats(&mut self) -> [f64; MAX_TEMPOS] {
        let mut ended = [0.0; MAX_TEMPOS];
        let tempos = self.tempos[..self.n_tempos].iter().zip(&mut self.weights);
        for ((ended, chances), (tempo, weights)) in
            ended.iter_mut().zip(&self.durations).zip(tempos)
        {
            // What remains of a beat is over with its last duration.
            let mut left = [1.0; N_DURATIONS];
            for idx in 1..N_DURATIONS {
                left[idx] = left[idx - 1] - chances[idx - 1];
            }
            for (idx, chance) in chances.iter().enumerate() {
                let Some(began) = self.t.checked_sub(tempo.shortest + idx) else { continue };
                let weight = &mut weights[began % RING_LEN];
                let share = (chance / left[idx].max(1e-9)).min(1.0);
                *ended += *weight * share;
                *weight *= 1.0 - share;
            }
        }
        ended
    }

    fn begin_beats(&mut self, ended: &[f64; MAX_TEMPOS], held: Option<Expected>) {
        let n = self.n_tempos;
        let lost: f64 = ended[..n].iter().sum::<f64>() * LOST;
        let begun = self.none * BEGINS;
        self.none += lost - begun;
        let anywhere = if held.is_some() { 0.5 } else { 1.0 } * begun / n as f64;
        let slot = self.t % RING_LEN;
        for (idx, weights) in self.weights[..n].iter_mut().enumerate() {
            let mut weight = anywhere;
            for (k, chance) in self.moves.iter().enumerate() {
                if let Some(before) = (idx + k).checked_sub(REACH).filter(|before| *before < n) {
                    weight += (1.0 - LOST) * chance * ended[before];
                }
            }
            weights[slot] = weight;
        }
        if let Some(held) = held {
            self.hold(held, 0.5 * begun, slot);
        }
    }

    /// Lets the pulse that was go on, should one begin now where it would have its beat.
    fn hold(&mut self, held: Expected, weight: f64, slot: usize) {
        let off = (self.t as f32 - held.at) / held.lag;
        let frames_off = (off - off.round()) * held.lag;
        if frames_off.abs() > 2.0 {
            return;
        }
        let nearest = self.tempos[..self.n_tempos]
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| (a.lag - held.lag).abs().total_cmp(&(b.lag - held.lag).abs()));
        if let Some((idx, tempo)) = nearest {
            // All of what would begin in a whole beat begins in these frames.
            self.weights[idx][slot] += weight * f64::from(tempo.lag) / 5.0;
        }
    }

    /// Weighs the beats that are in their region by how likely the frame is with them.
    fn hear(&mut self, odds: f64) {
        for (tempo, weights) in self.tempos[..self.n_tempos].iter().zip(&mut self.weights) {
            for age in 0..tempo.region.min(self.t + 1) {
                weights[(self.t - age) % RING_LEN] *= odds;
            }
        }
    }

    fn scale(&mut self) {
        let slot = (self.t - 1) % RING_LEN;
        let newest: f64 = self.weights[..self.n_tempos].iter().map(|weights| weights[slot]).sum();
        let size = newest.max(self.none);
        if !(1.0 / LARGE..LARGE).contains(&size) {
            let scale = 1.0 / size.max(1e-280);
            self.weights.as_flattened_mut().iter_mut().for_each(|weight| *weight *= scale);
            self.none *= scale;
        }
    }
}

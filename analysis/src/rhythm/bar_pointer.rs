//! [`BarPointer`]: the likeliest chain of beats of bars of one length, as activations come in.
//!
//! Viterbi decoding of the bar pointer model of Krebs, Böck and Widmer (ISMIR 2015, see
//! [`BeatSpace`]) with two additions: the place in the bar may slip at a cost, and so may the
//! tempo jump, since records have odd bars and cuts.

use super::beat_space::{BeatSpace, BeatTempo, MAX_REGION, MAX_TEMPOS, REACH};
use super::evidence::Odds;

/// Log likelihood of a bar ending early, and of the tempo jumping anywhere.
const SLIP: f32 = -12.0;
const JUMP: f32 = -14.0;
/// No path has this score.
const NEVER: f32 = -1e30;
/// Frames after which scores are brought back near zero, so that they stay exact over hours.
const RENORMALISED: usize = 1024;
/// Source of a beat that is the first of all.
const START: u8 = u8::MAX;
const N_SUMS: usize = 16;
/// Columns of `exits`: every tempo has all its neighbours.
const N_EXITS: usize = MAX_TEMPOS + 2 * REACH;

/// A beat on a path.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct PathBeat {
    /// Frame it begins at.
    pub(super) at: usize,
    /// Position in the bar, from 0.
    pub(super) position: usize,
    /// Index of its tempo.
    pub(super) tempo: usize,
}

/// Scores of all beginnings of beats, and where each came from. Construction allocates, the
/// rest does not.
#[derive(Debug)]
pub(super) struct BarPointer {
    n_positions: usize,
    n_tempos: usize,
    tempos: [BeatTempo; MAX_TEMPOS],
    moves: [f32; 2 * REACH + 1],
    /// Frames pushed.
    t: usize,
    /// `[position][tempo][frame % ring_len]`: score of the best path that begins a beat there.
    scores: Vec<f32>,
    ring_len: usize,
    /// Added to every score.
    offset: f64,
    /// Odds summed from the start up to a frame, of beats and of downbeats, a ring.
    sums: [[f64; 2]; N_SUMS],
    /// `[position][REACH + tempo]`: score of the best path whose beat ends now.
    exits: Vec<[f32; N_EXITS]>,
    /// Frames for which is kept where paths came from.
    depth: usize,
    /// Rings by frame: the tempo before `[position][tempo]`, the duration of the beat that ends
    /// `[position][tempo]`, and the position in the bar before its first beat `[tempo]`.
    sources: Vec<u8>,
    durations: Vec<u8>,
    slips: Vec<u8>,
}

impl BarPointer {
    /// Bars of `n_positions` beats; paths can be traced back `depth` frames.
    pub(super) fn new(space: &BeatSpace, n_positions: usize, depth: usize) -> Self {
        let n_tempos = space.tempos().len();
        let ring_len = (space.longest() + 1).next_power_of_two();
        let mut pointer = Self {
            n_positions,
            n_tempos,
            tempos: [BeatTempo::default(); MAX_TEMPOS],
            moves: *space.moves(),
            t: 0,
            scores: vec![NEVER; n_positions * n_tempos * ring_len],
            ring_len,
            offset: 0.0,
            sums: [[0.0; 2]; N_SUMS],
            exits: vec![[NEVER; N_EXITS]; n_positions],
            depth,
            sources: vec![START; depth * n_positions * n_tempos],
            durations: vec![0; depth * n_positions * n_tempos],
            slips: vec![0; depth * n_tempos],
        };
        pointer.tempos[..n_tempos].copy_from_slice(space.tempos());
        pointer
    }

    /// Frames pushed.
    pub(super) fn n_frames(&self) -> usize {
        self.t
    }

    /// Takes the odds of the next frame.
    pub(super) fn push(&mut self, odds: Odds) {
        if self.t.is_multiple_of(RENORMALISED) && self.t > 0 {
            self.renormalise();
        }
        self.hear_regions();
        self.end_beats();
        self.begin_beats();
        let sum = self.sums[self.t % N_SUMS];
        self.t += 1;
        self.sums[self.t % N_SUMS] =
            [sum[0] + f64::from(odds.beat), sum[1] + f64::from(odds.downbeat)];
    }

    /// Log likelihood of the best path, relative to there being no beats.
    pub(super) fn log_likelihood(&self) -> f64 {
        self.best().1
    }

    /// The best path, newest beat first, as far back as is known.
    pub(super) fn path(&self) -> impl Iterator<Item = PathBeat> + '_ {
        let (newest, _) = self.best();
        std::iter::successors(newest, |beat| self.before(*beat))
    }

    /// Log odds that were heard in the `len` frames before frame `end`.
    fn heard(&self, position: usize, len: usize, end: usize) -> f32 {
        let which = usize::from(position == 0);
        let at = |frame: usize| self.sums[frame % N_SUMS][which];
        (at(end) - at(end - len.min(end))) as f32
    }

    /// Adds what was heard to the beats whose regions are over.
    fn hear_regions(&mut self) {
        let t = self.t;
        let mut heard = [[0.0; MAX_REGION + 1]; 2];
        for (which, heard) in heard.iter_mut().enumerate() {
            for (len, heard) in heard.iter_mut().enumerate().take(t + 1) {
                *heard = self.heard(1 - which, len, t);
            }
        }
        let mask = self.ring_len - 1;
        let mut rings = self.scores.chunks_exact_mut(self.ring_len);
        for position in 0..self.n_positions {
            let heard = &heard[usize::from(position == 0)];
            for (tempo, ring) in self.tempos[..self.n_tempos].iter().zip(&mut rings) {
                ring[t.wrapping_sub(tempo.region) & mask] += heard[tempo.region];
            }
        }
    }

    /// Finds the best beats that end now.
    fn end_beats(&mut self) {
        let t = self.t;
        let mask = self.ring_len - 1;
        let n = self.n_tempos;
        let row = t % self.depth * self.n_positions * n;
        let mut durations = self.durations[row..].iter_mut();
        let mut rings = self.scores.chunks_exact(self.ring_len);
        for exits in &mut self.exits {
            let tempos = self.tempos[..n].iter().zip(&mut rings);
            for ((exit, duration), (tempo, ring)) in
                exits[REACH..].iter_mut().zip(&mut durations).zip(tempos)
            {
                let newest = t.wrapping_sub(tempo.shortest);
                let (mut best, mut best_idx) = (NEVER, 0);
                for (idx, log) in tempo.durations.iter().enumerate() {
                    let score = ring[newest.wrapping_sub(idx) & mask] + log;
                    if score > best {
                        (best, best_idx) = (score, idx);
                    }
                }
                (*exit, *duration) = (best, best_idx as u8);
            }
        }
    }

    /// Lets every beat begin from the best one that ends.
    fn begin_beats(&mut self) {
        let n = self.n_tempos;
        let row = self.t % self.depth;
        let slips = &mut self.slips[row * n..][..n];
        let first_from = bar_ends(&self.exits, n, slips);
        let slot = self.t & (self.ring_len - 1);
        for position in 0..self.n_positions {
            let exits = if position == 0 { &first_from } else { &self.exits[position - 1] };
            let (best, from) = predecessors(exits, &self.moves, n);
            let at = (row * self.n_positions + position) * n;
            let sources = &mut self.sources[at..][..n];
            let rings = self.scores[position * n * self.ring_len..].chunks_exact_mut(self.ring_len);
            for (idx, (source, ring)) in sources.iter_mut().zip(rings).enumerate() {
                let (mut score, mut came) = (best[idx], (from[idx] as usize - REACH) as u8);
                // The first beat may fall anywhere within its length.
                if (self.t as f32) < self.tempos[idx].lag && score < 0.0 {
                    (score, came) = (0.0, START);
                }
                ring[slot] = score;
                *source = came;
            }
        }
    }

    /// The newest beat of the best path, and its log likelihood.
    fn best(&self) -> (Option<PathBeat>, f64) {
        let mut best = (None, NEVER);
        let mask = self.ring_len - 1;
        let mut rings = self.scores.chunks_exact(self.ring_len);
        for position in 0..self.n_positions {
            for (idx, ring) in (&mut rings).take(self.n_tempos).enumerate() {
                let tempo = &self.tempos[idx];
                for age in 1..=(tempo.lag as usize).min(self.t) {
                    let mut score = ring[(self.t - age) & mask];
                    // The region that is over now is only added by the next frame.
                    if age <= tempo.region {
                        score += self.heard(position, age, self.t);
                    }
                    if score > best.1 {
                        best = (Some(PathBeat { at: self.t - age, position, tempo: idx }), score);
                    }
                }
            }
        }
        (best.0, f64::from(best.1) + self.offset)
    }

    /// The beat before `beat` on the best path to it.
    fn before(&self, beat: PathBeat) -> Option<PathBeat> {
        if self.t - beat.at > self.depth {
            return None;
        }
        let (n, row) = (self.n_tempos, beat.at % self.depth);
        let source = self.sources[(row * self.n_positions + beat.position) * n + beat.tempo];
        if source == START {
            return None;
        }
        let tempo = usize::from(source);
        let position = match beat.position.checked_sub(1) {
            Some(before) => before,
            None => usize::from(self.slips[row * n + tempo]),
        };
        let duration = self.durations[(row * self.n_positions + position) * n + tempo];
        let len = self.tempos[tempo].shortest + usize::from(duration);
        Some(PathBeat { at: beat.at.checked_sub(len)?, position, tempo })
    }

    fn renormalise(&mut self) {
        let most = self.scores.iter().copied().fold(NEVER, f32::max);
        for score in &mut self.scores {
            *score = (*score - most).max(NEVER);
        }
        self.offset += f64::from(most);
    }
}

/// Scores of the bars that end now: whole ones, or such with beats missing. Writes which beat was
/// the last to `last`.
fn bar_ends(exits: &[[f32; N_EXITS]], n_tempos: usize, last: &mut [u8]) -> [f32; N_EXITS] {
    let Some((whole, others)) = exits.split_last() else { return [NEVER; N_EXITS] };
    let mut ends = *whole;
    last.fill(others.len() as u8);
    for (position, exits) in others.iter().enumerate() {
        let scores = ends[REACH..].iter_mut().zip(&exits[REACH..]).zip(last.iter_mut());
        for ((end, exit), last) in scores.take(n_tempos) {
            if exit + SLIP > *end {
                (*end, *last) = (exit + SLIP, position as u8);
            }
        }
    }
    ends
}

/// For each tempo the score of the best beat before, and its tempo counted as `exits` are.
fn predecessors(
    exits: &[f32; N_EXITS],
    moves: &[f32; 2 * REACH + 1],
    n_tempos: usize,
) -> ([f32; MAX_TEMPOS], [u32; MAX_TEMPOS]) {
    let mut top = (0, NEVER);
    for (idx, &exit) in exits[REACH..][..n_tempos].iter().enumerate() {
        if exit > top.1 {
            top = (idx, exit);
        }
    }
    let mut best = [top.1 + JUMP; MAX_TEMPOS];
    let mut from = [(top.0 + REACH) as u32; MAX_TEMPOS];
    for (k, log) in moves.iter().enumerate() {
        let scores = exits[k..].iter().zip(&mut best[..n_tempos]).zip(&mut from[..n_tempos]);
        for (idx, ((exit, best), from)) in scores.enumerate() {
            let score = exit + log;
            let better = score > *best;
            *best = if better { score } else { *best };
            *from = if better { (idx + k) as u32 } else { *from };
        }
    }
    (best, from)
}

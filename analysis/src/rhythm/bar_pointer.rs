//! [`BarPointer`]: the likeliest chain of beats of bars of one length, as activations come in.
//!
//! Viterbi decoding of the bar pointer model of Krebs, Böck and Widmer (ISMIR 2015, see
//! [`BeatSpace`]) with two additions: the place in the bar may slip at a cost, and so may the
//! tempo jump, since records have odd bars and cuts.
//!
//! Scores lie where they are read: a beat waits at the frame at which the shortest beat of its tempo
//! that begins with it would end, so that all tempos read the same rows, as vectors.

mod transitions;

use fearless_simd::{Level, Simd, dispatch};

use self::transitions::{LANES, MAX_WIDTH, N_EXITS, NEVER, bar_ends, predecessors};
use super::beat_space::{BeatSpace, BeatTempo, MAX_REGION, MAX_TEMPOS, N_DURATIONS, REACH};
use super::evidence::Odds;

/// Frames after which scores are brought back near zero, so that they stay exact over hours.
const RENORMALISED: usize = 1024;
/// Source of a beat that is the first of all.
const START: u8 = u8::MAX;
const N_SUMS: usize = 16;
/// Frames for which beginnings are kept until they are heard.
const N_FRESH: usize = MAX_REGION + 1;
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
/// rest does not. Rows are `[position][width]`, one value a tempo.
#[derive(Debug)]
pub(super) struct BarPointer {
    n_positions: usize,
    n_tempos: usize,
    /// Columns of a row.
    width: usize,
    tempos: [BeatTempo; MAX_TEMPOS],
    /// Log likelihood of each duration, tempo by tempo.
    durations_log: [[f32; MAX_WIDTH]; N_DURATIONS],
    moves: [f32; 2 * REACH + 1],
    /// Frames pushed.
    t: usize,
    /// Rows by the frame a beat begins at, a ring: score of the best path that begins a beat there.
    fresh: Vec<f32>,
    /// Rows by the frame the shortest such beat would end at, a ring: the same scores once the
    /// beats' regions are over and were heard.
    waiting: Vec<f32>,
    ring_len: usize,
    /// Added to every score.
    offset: f64,
    /// Odds summed from the start up to a frame, of beats and of downbeats, a ring.
    sums: [[f64; 2]; N_SUMS],
    /// `[position][REACH + tempo]`: score of the best path whose beat ends now.
    exits: Vec<[f32; N_EXITS]>,
    /// Frames for which is kept where paths came from.
    depth: usize,
    /// Rings of rows by frame: the tempo before, and the duration of the beat that ends; and the
    /// position in the bar before its first beat `[width]`.
    sources: Vec<u8>,
    durations: Vec<u8>,
    slips: Vec<u8>,
}

impl BarPointer {
    /// Bars of `n_positions` beats; paths can be traced back `depth` frames.
    pub(super) fn new(space: &BeatSpace, n_positions: usize, depth: usize) -> Self {
        let n_tempos = space.tempos().len();
        let width = n_tempos.next_multiple_of(LANES);
        let ring_len = (space.longest() + 1).next_power_of_two();
        let mut pointer = Self {
            n_positions,
            n_tempos,
            width,
            tempos: [BeatTempo::default(); MAX_TEMPOS],
            durations_log: [[0.0; MAX_WIDTH]; N_DURATIONS],
            moves: *space.moves(),
            t: 0,
            fresh: vec![NEVER; N_FRESH * n_positions * width],
            waiting: vec![NEVER; ring_len * n_positions * width],
            ring_len,
            offset: 0.0,
            sums: [[0.0; 2]; N_SUMS],
            exits: vec![[NEVER; N_EXITS]; n_positions],
            depth,
            // No frame is read before it was written.
            sources: vec![0; depth * n_positions * width],
            durations: vec![0; depth * n_positions * width],
            slips: vec![0; depth * width],
        };
        pointer.tempos[..n_tempos].copy_from_slice(space.tempos());
        for (idx, tempo) in space.tempos().iter().enumerate() {
            for (logs, log) in pointer.durations_log.iter_mut().zip(tempo.durations) {
                logs[idx] = log;
            }
        }
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
        dispatch!(Level::new(), simd => {
            self.hear_regions();
            self.end_beats();
            self.begin_beats(simd);
        });
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

    /// Where the row of a frame begins in a ring of `len` rows.
    #[inline(always)]
    fn row(&self, frame: usize, len: usize) -> usize {
        frame % len * self.n_positions * self.width
    }

    /// Adds what was heard to the beats whose regions are over, and lets them wait for their ends.
    #[inline(always)]
    fn hear_regions(&mut self) {
        let t = self.t;
        let mut heard = [[0.0; MAX_REGION + 1]; 2];
        for (which, heard) in heard.iter_mut().enumerate() {
            for (len, heard) in heard.iter_mut().enumerate().take(t + 1) {
                *heard = self.heard(1 - which, len, t);
            }
        }
        for idx in 0..self.n_tempos {
            let BeatTempo { region, shortest, .. } = self.tempos[idx];
            let Some(begun) = t.checked_sub(region) else { continue };
            let from = self.row(begun, N_FRESH) + idx;
            let to = self.row(begun + shortest, self.ring_len) + idx;
            for position in 0..self.n_positions {
                let at = position * self.width;
                self.waiting[to + at] =
                    self.fresh[from + at] + heard[usize::from(position == 0)][region];
            }
        }
    }

    /// Finds the best beats that end now.
    #[inline(always)]
    fn end_beats(&mut self) {
        let (t, width) = (self.t, self.width);
        let row = self.row(t, self.depth);
        let starts: [usize; N_DURATIONS] =
            std::array::from_fn(|idx| self.row(t.wrapping_sub(idx), self.ring_len));
        let Self { waiting, exits, durations, durations_log, .. } = self;
        let logs = durations_log.each_ref().map(|logs| &logs[..width]);
        for (position, exits) in exits.iter_mut().enumerate() {
            let rows = starts.map(|start| &waiting[start + position * width..][..width]);
            let exits = &mut exits[REACH..][..width];
            let durations = &mut durations[row + position * width..][..width];
            for tempo in 0..width {
                let (mut best, mut best_idx) = (NEVER, 0_u32);
                for idx in 0..N_DURATIONS {
                    let score = rows[idx][tempo] + logs[idx][tempo];
                    let better = score > best;
                    best = if better { score } else { best };
                    best_idx = if better { idx as u32 } else { best_idx };
                }
                exits[tempo] = best;
                durations[tempo] = best_idx as u8;
            }
        }
    }

    /// Lets every beat begin from the best one that ends.
    #[inline(always)]
    fn begin_beats<S: Simd>(&mut self, simd: S) {
        let (n, width) = (self.n_tempos, self.width);
        let slips = &mut self.slips[self.t % self.depth * width..][..width];
        let first_from = bar_ends(&self.exits, slips);
        let (source_row, fresh_row) = (self.row(self.t, self.depth), self.row(self.t, N_FRESH));
        for position in 0..self.n_positions {
            let exits = if position == 0 { &first_from } else { &self.exits[position - 1] };
            let scores = &mut self.fresh[fresh_row + position * width..][..width];
            let sources = &mut self.sources[source_row + position * width..][..width];
            predecessors(simd, exits, &self.moves, n, scores, sources);
            // The first beat may fall anywhere within its length.
            for ((score, source), tempo) in scores.iter_mut().zip(sources).zip(&self.tempos[..n]) {
                if (self.t as f32) >= tempo.lag {
                    break;
                }
                if *score < 0.0 {
                    (*score, *source) = (0.0, START);
                }
            }
        }
    }

    /// The newest beat of the best path, and its log likelihood.
    fn best(&self) -> (Option<PathBeat>, f64) {
        let mut best = (None, NEVER);
        for position in 0..self.n_positions {
            for (idx, tempo) in self.tempos[..self.n_tempos].iter().enumerate() {
                let column = position * self.width + idx;
                for age in 1..=(tempo.lag as usize).min(self.t) {
                    let at = self.t - age;
                    // The region that is over now is only added by the next frame.
                    let score = if age <= tempo.region {
                        self.fresh[self.row(at, N_FRESH) + column]
                            + self.heard(position, age, self.t)
                    } else {
                        self.waiting[self.row(at + tempo.shortest, self.ring_len) + column]
                    };
                    if score > best.1 {
                        best = (Some(PathBeat { at, position, tempo: idx }), score);
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
        let (width, row) = (self.width, self.row(beat.at, self.depth));
        let source = self.sources[row + beat.position * width + beat.tempo];
        if source == START {
            return None;
        }
        let tempo = usize::from(source);
        let position = match beat.position.checked_sub(1) {
            Some(before) => before,
            None => usize::from(self.slips[beat.at % self.depth * width + tempo]),
        };
        let duration = self.durations[row + position * width + tempo];
        let len = self.tempos[tempo].shortest + usize::from(duration);
        Some(PathBeat { at: beat.at.checked_sub(len)?, position, tempo })
    }

    fn renormalise(&mut self) {
        let most = self.waiting.iter().copied().fold(NEVER, f32::max);
        for score in self.waiting.iter_mut().chain(&mut self.fresh) {
            *score = (*score - most).max(NEVER);
        }
        self.offset += f64::from(most);
    }
}

#[cfg(test)]
mod tests;

//! The tempos a beat can have, how long beats of each last, and how tempos follow each other: the
//! state space of Krebs, Böck and Widmer ("An Efficient State-Space Model for Joint Tempo and Meter
//! Tracking", ISMIR 2015), beat by beat.
//!
//! Where theirs moves a pointer a frame at a time, here a beat is one step of a semi-Markov chain:
//! between two beats nothing is decided, so only their beginnings need keeping. A beat of a tempo
//! lasts its length in frames, or one or two frames more or less at a cost, so that tempos need not
//! be whole numbers of frames and playing need not be exact.

use super::FPS;
use crate::config::TempoRange;

/// Tempos are this far apart (natural logarithm): 70 between 50 and 230 BPM.
const STEP: f32 = 0.022;
/// Tempos between 20 and 400 BPM, the widest range there is.
pub(super) const MAX_TEMPOS: usize = 137;
/// Beats of a tempo may last this many different numbers of frames.
pub(super) const N_DURATIONS: usize = 5;
/// A tempo may move this many steps from beat to beat, either way.
pub(super) const REACH: usize = 4;
/// Share of the beat in which it is heard.
const REGION: f32 = 1.0 / 16.0;
/// But no less and no more than this, in frames: an activation is about as wide at every tempo.
const MIN_REGION: usize = 3;
pub(super) const MAX_REGION: usize = 7;
/// Spread of the length of a beat in frames: a fixed part and a share of the beat.
const SPREAD_FRAMES: f32 = 0.5;
const SPREAD_SHARE: f32 = 0.01;

/// One tempo.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BeatTempo {
    /// Length of a beat in frames.
    pub(super) lag: f32,
    /// Shortest duration in frames; the others follow frame by frame.
    pub(super) shortest: usize,
    /// Log likelihood of each duration.
    pub(super) durations: [f32; N_DURATIONS],
    /// Frames at the start of a beat in which it is heard.
    pub(super) region: usize,
}

/// The tempos considered, slowest first. Refilled in place when the range changes.
#[derive(Clone, Debug)]
pub(super) struct BeatSpace {
    tempos: Vec<BeatTempo>,
    /// Log likelihood of the tempo moving by `k - REACH` steps.
    moves: [f32; 2 * REACH + 1],
}

impl BeatSpace {
    /// The tempos of `range`. `tightness`: how much a change of tempo costs (100 in the paper).
    pub(super) fn new(range: TempoRange, tightness: f32) -> Self {
        let mut space = Self { tempos: Vec::with_capacity(MAX_TEMPOS), moves: moves(tightness) };
        space.set_range(range);
        space
    }

    /// Considers another range from here on. Does not allocate.
    pub(super) fn set_range(&mut self, range: TempoRange) {
        self.tempos.clear();
        let n = ((range.max.0 / range.min.0).ln() / STEP) as usize + 1;
        self.tempos.extend(
            (0..n.min(MAX_TEMPOS)).map(|idx| {
                BeatTempo::of_lag(60.0 * FPS / (range.min.0 * (STEP * idx as f32).exp()))
            }),
        );
    }

    /// All tempos, slowest first.
    pub(super) fn tempos(&self) -> &[BeatTempo] {
        &self.tempos
    }

    /// Log likelihoods of the tempo moving by -[`REACH`] to [`REACH`] steps.
    pub(super) fn moves(&self) -> &[f32; 2 * REACH + 1] {
        &self.moves
    }

    /// Longest duration of any beat in frames.
    pub(super) fn longest(&self) -> usize {
        self.tempos.iter().map(|tempo| tempo.shortest + N_DURATIONS).max().unwrap_or(0)
    }
}

impl BeatTempo {
    fn of_lag(lag: f32) -> Self {
        let shortest = lag.round() as usize - N_DURATIONS / 2;
        let spread = SPREAD_FRAMES + SPREAD_SHARE * lag;
        let mut durations: [f32; N_DURATIONS] = std::array::from_fn(|idx| {
            let off = ((shortest + idx) as f32 - lag) / spread;
            -0.5 * off * off
        });
        let total: f32 = durations.iter().map(|log| log.exp()).sum();
        durations.iter_mut().for_each(|log| *log -= total.ln());
        Self { lag, shortest, durations, region: region_of_lag(lag) }
    }
}

/// Frames at the start of a beat of this length in which it is heard.
pub(super) fn region_of_lag(lag: f32) -> usize {
    ((REGION * lag).round() as usize).clamp(MIN_REGION, MAX_REGION)
}

fn moves(tightness: f32) -> [f32; 2 * REACH + 1] {
    let mut moves = std::array::from_fn(|idx| {
        let ratio = (STEP * (idx as f32 - REACH as f32)).exp();
        -tightness * (ratio - 1.0).abs()
    });
    let total: f32 = moves.iter().map(|log| log.exp()).sum();
    moves.iter_mut().for_each(|log| *log -= total.ln());
    moves
}

//! From the beats that end at a frame to those that begin: tempos move, jump, and bars end.

use fearless_simd::{Select, Simd, SimdBase, SimdFloat, f32x8, u32x8};

use super::super::beat_space::{MAX_TEMPOS, REACH};

/// Log likelihood of a bar ending early.
const SLIP: f32 = -12.0;
/// Log likelihood of the tempo jumping anywhere: that of three clear beats. Cheaper, and music is
/// counted twice as fast for a bar or two, which nobody does; from -30 to -100 is alike.
const JUMP: f32 = -40.0;
/// No path has this score.
pub(super) const NEVER: f32 = -1e30;
/// Step to the source of a beat whose tempo jumped.
const JUMPED: u32 = u32::MAX;
/// Tempos are computed in vectors of so many.
pub(super) const LANES: usize = 8;
pub(super) const MAX_WIDTH: usize = MAX_TEMPOS.next_multiple_of(LANES);
/// Columns of `exits`: every tempo has all its neighbours.
pub(super) const N_EXITS: usize = MAX_WIDTH + 2 * REACH;

/// Scores of the bars that end now: whole ones, or such with beats missing. Writes which beat was
/// the last to `last`.
#[inline(always)]
pub(super) fn bar_ends(exits: &[[f32; N_EXITS]], last: &mut [u8]) -> [f32; N_EXITS] {
    let Some((whole, others)) = exits.split_last() else { return [NEVER; N_EXITS] };
    let mut ends = *whole;
    last.fill(others.len() as u8);
    for (position, exits) in others.iter().enumerate() {
        let scores = ends[REACH..].iter_mut().zip(&exits[REACH..]).zip(last.iter_mut());
        for ((end, exit), last) in scores {
            let better = exit + SLIP > *end;
            *end = if better { exit + SLIP } else { *end };
            *last = if better { position as u8 } else { *last };
        }
    }
    ends
}

/// Writes for each tempo the score of the best beat before, and the tempo of that.
#[inline(always)]
pub(super) fn predecessors<S: Simd>(
    simd: S,
    exits: &[f32; N_EXITS],
    moves: &[f32; 2 * REACH + 1],
    n_tempos: usize,
    scores: &mut [f32],
    sources: &mut [u8],
) {
    let most = exits[REACH..][..n_tempos].iter().fold(NEVER, |most, &exit| most.max(exit));
    let top = exits[REACH..][..n_tempos].iter().position(|&exit| exit == most).unwrap_or(0);
    let groups = scores.chunks_exact_mut(LANES).zip(sources.chunks_exact_mut(LANES));
    for (group, (scores, sources)) in groups.enumerate() {
        let first = group * LANES;
        let mut best = f32x8::splat(simd, most + JUMP);
        let mut step = u32x8::splat(simd, JUMPED);
        for (k, log) in moves.iter().enumerate() {
            let score = f32x8::from_slice(simd, &exits[first + k..][..LANES]) + *log;
            let better = score.simd_gt(best);
            best = better.select(score, best);
            step = better.select(u32x8::splat(simd, k as u32), step);
        }
        scores.copy_from_slice(best.as_slice());
        for (lane, (source, step)) in sources.iter_mut().zip(step.as_slice()).enumerate() {
            let near = (first + lane).wrapping_add(*step as usize).wrapping_sub(REACH);
            *source = if *step == JUMPED { top as u8 } else { near as u8 };
        }
    }
}

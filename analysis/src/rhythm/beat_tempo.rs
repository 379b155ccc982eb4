//! The tempo of beats.

use super::median::median;
use crate::facts::Stability;

/// Intervals this much longer or shorter than the usual one are gaps, or other beats.
const NEAR: f64 = 0.15;
/// Beats over which the tempo is looked at to say whether it holds.
const SPAN: usize = 8;
/// Tempos over so many beats that differ by more than this are a drift.
const DRIFT_SPREAD: f64 = 0.05;
/// Fewer intervals have no tempo.
const LEAST_INTERVALS: usize = 4;

/// Length of a beat and whether it holds, from the frames of beats: by regression of all beats on
/// their numbers where it does, else the usual length.
pub(super) fn of_beats(beats: impl Iterator<Item = f64>) -> Option<(f32, Stability)> {
    let at: Vec<f64> = beats.collect();
    let usual = median(at.windows(2).map(|pair| pair[1] - pair[0]))?;
    let near = |len: f64| (len / usual - 1.0).abs() < NEAR;
    if at.windows(2).filter(|pair| near(pair[1] - pair[0])).count() < LEAST_INTERVALS {
        return None;
    }
    let mut spans: Vec<f64> = at
        .windows(SPAN + 1)
        .map(|run| (run[SPAN] - run[0]) / SPAN as f64)
        .filter(|len| (len / usual - 1.0).abs() < 2.0 * NEAR)
        .collect();
    spans.sort_by(f64::total_cmp);
    let share = |share: f64| spans.get((share * (spans.len().max(1) - 1) as f64) as usize);
    let spread = match (share(0.05), share(0.95)) {
        (Some(fast), Some(slow)) => slow / fast - 1.0,
        _ => 0.0,
    };
    if spread > DRIFT_SPREAD {
        return Some((usual as f32, Stability::Drifting));
    }
    // One slope for all stretches without a gap.
    let (mut products, mut squares) = (0.0, 0.0);
    for run in at.chunk_by(|a, b| near(b - a)) {
        let middle = (run.len() - 1) as f64 / 2.0;
        for (idx, at) in run.iter().enumerate() {
            products += (idx as f64 - middle) * (at - run[0]);
            squares += (idx as f64 - middle).powi(2);
        }
    }
    Some(((products / squares.max(1e-9)) as f32, Stability::Steady))
}

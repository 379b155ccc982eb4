//! [`BeatGrid`]: the click that the beats of a file keep to, where they keep to one.

use crate::facts::{Beat, Stability};
use crate::track::TrackAnalysis;
use crate::units::{Bpm, Seconds};

/// Fewer beats make no grid.
const LEAST_BEATS: usize = 16;
/// Beats farther off the grid than this, at the root of their mean square, were not played to it.
const MOST_SPREAD_S: f64 = 0.02;
/// A grid of this share of all beats is good: hits that were missed or added fall beside it.
const LEAST_SHARE: f64 = 0.9;
/// Beats farther off than this share of a beat are not of the grid.
const NEAR: f64 = 0.2;

/// Evenly spaced beats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeatGrid {
    /// Their tempo, exact to about 0.01 BPM over some minutes.
    pub bpm: f64,
    /// When the first of them falls that is not before the start of the file: a beat, not always the
    /// first of a bar.
    pub offset: Seconds,
    /// How far the beats heard lie off it, root mean square.
    pub spread: Seconds,
}

impl TrackAnalysis {
    /// The grid, where the tempo is steady and the beats keep to one.
    pub fn beat_grid(&self) -> Option<BeatGrid> {
        let tempo = self.tempo.filter(|tempo| tempo.stability == Stability::Steady)?;
        BeatGrid::of(&self.beats, tempo.bpm)
    }
}

impl BeatGrid {
    /// Numbers the beats by rounding, from one near the middle that lies well, and fits a straight
    /// line; then anew over more and more of the file, since the tempo given is less exact.
    fn of(beats: &[Beat], bpm: Bpm) -> Option<Self> {
        if beats.len() < LEAST_BEATS {
            return None;
        }
        let mut beat_s = 60.0 / f64::from(bpm.0);
        let middle = middle_beat(beats, beat_s);
        let mut start = middle;
        let mut spread = f64::INFINITY;
        let mut n_near = 0;
        // So that a small error of the tempo can't miscount beats.
        for share in [0.1, 0.25, 0.5, 1.0] {
            let reach = share * (beats[beats.len() - 1].at.0 - beats[0].at.0);
            let places: Vec<(f64, f64)> = beats
                .iter()
                .filter(|beat| (beat.at.0 - middle).abs() <= reach)
                .map(|beat| (((beat.at.0 - start) / beat_s).round(), beat.at.0))
                .filter(|(place, at)| (at - start - place * beat_s).abs() < NEAR * beat_s)
                .collect();
            let Some((slope, origin)) = line_through(&places) else { continue };
            (beat_s, start) = (slope, origin);
            let off = |(place, at): &(f64, f64)| (at - start - place * beat_s).powi(2);
            spread = (places.iter().map(off).sum::<f64>() / places.len() as f64).sqrt();
            n_near = places.len();
        }
        let is_grid = spread < MOST_SPREAD_S && n_near as f64 >= LEAST_SHARE * beats.len() as f64;
        is_grid.then(|| Self {
            bpm: 60.0 / beat_s,
            offset: Seconds(start.rem_euclid(beat_s)),
            spread: Seconds(spread),
        })
    }
}

/// The time of the beat, of the ten around the middle, whose neighbours are nearest to a beat away.
fn middle_beat(beats: &[Beat], beat_s: f64) -> f64 {
    let half = beats.len() / 2;
    let around = &beats[half.saturating_sub(6)..(half + 6).min(beats.len())];
    let off = |three: &[Beat]| {
        let interval = |idx: usize| three[idx + 1].at.0 - three[idx].at.0 - beat_s;
        interval(0).abs() + interval(1).abs()
    };
    let best = around.windows(3).min_by(|a, b| off(a).total_cmp(&off(b)));
    best.map_or(beats[half].at.0, |three| three[1].at.0)
}

/// Slope and value at 0 of the straight line nearest to the points.
fn line_through(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    let n = points.len() as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / n;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / n;
    let products: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let squares: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    let slope = products / squares;
    (squares > 0.0 && slope > 0.0).then_some((slope, mean_y - slope * mean_x))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beats(at: impl IntoIterator<Item = f64>) -> Vec<Beat> {
        at.into_iter().map(|at| Beat { at: Seconds(at), bar_position: 0 }).collect()
    }

    /// A wobble of up to 10 ms to either side.
    fn wobble(idx: u32) -> f64 {
        0.01 * (f64::from(idx) * 2.4).sin()
    }

    #[test]
    fn a_grid_is_found_to_a_hundredth_of_a_bpm_from_a_tempo_that_is_nearly_right() {
        let beat_s = 60.0 / 127.97;
        let heard = beats((0..360).map(|idx| 0.213 + beat_s * f64::from(idx) + wobble(idx)));
        let grid = BeatGrid::of(&heard, Bpm(128.3)).unwrap();
        assert!((grid.bpm - 127.97).abs() < 0.01, "{grid:?}");
        assert!((grid.offset.0 - 0.213).abs() < 0.003, "{grid:?}");
        assert!((0.004..0.012).contains(&grid.spread.0), "{grid:?}");
    }

    #[test]
    fn missing_and_added_beats_do_not_move_it() {
        let beat_s = 0.5;
        let mut at: Vec<f64> = (0..200)
            .filter(|idx| !(80..96).contains(idx))
            .map(|idx| 1.0 + beat_s * f64::from(idx) + wobble(idx))
            .collect();
        // One of them in the very middle.
        for place in [30, 92] {
            at.insert(place, at[place - 1] + 0.25);
        }
        let grid = BeatGrid::of(&beats(at), Bpm(120.2)).unwrap();
        assert!((grid.bpm - 120.0).abs() < 0.01, "{grid:?}");
        assert!(grid.offset.0 < 0.003 || grid.offset.0 > 0.497, "{grid:?}");
    }

    #[test]
    fn players_without_a_click_have_no_grid() {
        let mut at = 0.0;
        let drifting = beats((0..200).map(|idx| {
            at += 0.5 + 0.0004 * f64::from(idx);
            at
        }));
        assert_eq!(BeatGrid::of(&drifting, Bpm(110.0)), None);
        assert_eq!(BeatGrid::of(&beats((0..15).map(f64::from)), Bpm(60.0)), None);
        assert_eq!(BeatGrid::of(&beats([0.0; 20]), Bpm(60.0)), None);
    }
}

//! Beats: F-measure and continuity.
//!
//! Davies, Degara, Plumbley, "Evaluation methods for musical audio beat tracking algorithms",
//! Technical report C4DM-TR-09-06, Queen Mary University of London, 2009; in the reading of
//! mir_eval (Raffel et al., ISMIR 2014), which this agrees with.

/// Half width of the window in which a beat counts, in seconds.
const WINDOW_SECONDS: f64 = 0.07;
/// Allowed deviation of phase and of period, as a share of the beat.
const TOLERANCE: f64 = 0.175;

/// F-measure at 70 ms of `heard` against `truth`, both sorted.
pub(crate) fn f_measure(truth: &[f64], heard: &[f64]) -> f64 {
    if truth.is_empty() || heard.is_empty() {
        return 0.0;
    }
    // Both are sorted and all windows equally wide, so taking the earliest partner is optimal.
    let mut matched = 0;
    let mut next = 0;
    for &at in heard {
        while next < truth.len() && truth[next] < at - WINDOW_SECONDS {
            next += 1;
        }
        if next < truth.len() && truth[next] <= at + WINDOW_SECONDS {
            matched += 1;
            next += 1;
        }
    }
    let precision = f64::from(matched) / heard.len() as f64;
    let recall = f64::from(matched) / truth.len() as f64;
    if matched == 0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
}

/// How much later than the truth the median of the beats is that count as right, in milliseconds.
pub(crate) fn offset_ms(truth: &[f64], heard: &[f64]) -> Option<f64> {
    let late = heard.iter().filter_map(|&at| Some(at - truth[nearest(truth, at)?.0]));
    let mut late: Vec<f64> = late.filter(|late| late.abs() <= WINDOW_SECONDS).collect();
    late.sort_by(f64::total_cmp);
    late.get(late.len() / 2).map(|late| 1000.0 * late)
}

/// Share of beats heard on the beat, continuity not required.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Continuity {
    /// At the metrical level of the truth.
    pub(crate) cmlt: f64,
    /// At the level of the truth, its double, its half, or off the beat: whichever is best.
    pub(crate) amlt: f64,
}

/// Continuity of `heard` against `truth`, both sorted.
pub(crate) fn continuity(truth: &[f64], heard: &[f64]) -> Continuity {
    if truth.len() < 2 || heard.len() < 2 {
        return Continuity::default();
    }
    let mut double = Vec::with_capacity(2 * truth.len());
    for pair in truth.windows(2) {
        double.push(pair[0]);
        double.push(pair[0] + 0.5 * (pair[1] - pair[0]));
    }
    double.extend(truth.last());
    let every_other = |beats: &[f64], from: usize| -> Vec<f64> {
        beats.iter().copied().skip(from).step_by(2).collect()
    };
    let cmlt = total_accuracy(truth, heard);
    let amlt = [every_other(&double, 1), double, every_other(truth, 0), every_other(truth, 1)]
        .iter()
        .map(|variation| total_accuracy(variation, heard))
        .fold(cmlt, f64::max);
    Continuity { cmlt, amlt }
}

fn total_accuracy(truth: &[f64], heard: &[f64]) -> f64 {
    let mut used = vec![false; truth.len()];
    let mut n_right = 0;
    for m in 0..heard.len() {
        let Some((nearest, distance)) = nearest(truth, heard[m]) else { continue };
        if used[nearest] {
            continue;
        }
        // The first beat has no interval before it: the one after it is looked at instead.
        let forward = m == 0 || nearest == 0;
        let (Some(truth_interval), Some(heard_interval)) =
            (interval(truth, nearest, forward), interval(heard, m, forward))
        else {
            continue;
        };
        let phase = distance / truth_interval.abs();
        let period = (1.0 - heard_interval / truth_interval).abs();
        if truth_interval != 0.0 && phase < TOLERANCE && period < TOLERANCE {
            used[nearest] = true;
            n_right += 1;
        }
    }
    // Counted over whichever has more beats, so that missed beats count too.
    f64::from(n_right) / truth.len().max(heard.len()) as f64
}

fn nearest(beats: &[f64], at: f64) -> Option<(usize, f64)> {
    let mut best: Option<(usize, f64)> = None;
    for (i, beat) in beats.iter().enumerate() {
        let distance = (at - beat).abs();
        if best.is_none_or(|(_, least)| distance < least) {
            best = Some((i, distance));
        }
    }
    best
}

/// The interval after beat `i` (`forward`; before it where it is the last), or before it. A single
/// beat has the interval 0, to itself.
fn interval(beats: &[f64], i: usize, forward: bool) -> Option<f64> {
    let here = *beats.get(i)?;
    if forward && let Some(next) = beats.get(i + 1) {
        return Some(next - here);
    }
    // Python's index -1 is the last element: of a single beat, itself.
    let before = if i == 0 { beats.len() - 1 } else { i - 1 };
    Some(here - beats[before])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(period: f64, phase: f64, n: usize) -> Vec<f64> {
        (0..n).map(|i| phase + period * i as f64).collect()
    }

    #[test]
    fn beats_on_the_beat_score_one() {
        let beats = grid(0.5, 0.2, 30);
        assert_eq!(f_measure(&beats, &beats), 1.0);
        assert_eq!(continuity(&beats, &beats), Continuity { cmlt: 1.0, amlt: 1.0 });
    }

    #[test]
    fn double_tempo_scores_two_thirds_and_is_another_metrical_level() {
        let (truth, heard) = (grid(0.5, 0.0, 20), grid(0.25, 0.0, 39));
        assert!((f_measure(&truth, &heard) - 40.0 / 59.0).abs() < 1e-12);
        let levels = continuity(&truth, &heard);
        assert!(levels.cmlt < 0.1, "{levels:?}");
        assert_eq!(levels.amlt, 1.0);
    }

    #[test]
    fn the_window_is_seventy_milliseconds() {
        let truth = grid(0.5, 1.0, 10);
        assert_eq!(f_measure(&truth, &grid(0.5, 1.069, 10)), 1.0);
        assert_eq!(f_measure(&truth, &grid(0.5, 1.071, 10)), 0.0);
    }

    #[test]
    fn the_offset_is_that_of_most_beats_and_of_right_ones_only() {
        let (truth, mut heard) = (grid(0.5, 1.0, 10), grid(0.5, 1.012, 10));
        heard.extend(grid(0.5, 1.2, 10));
        heard.push(5.55);
        let offset = offset_ms(&truth, &heard).unwrap();
        assert!((offset - 12.0).abs() < 1e-6, "{offset}");
        assert_eq!(offset_ms(&truth, &grid(0.5, 1.2, 10)), None);
        assert_eq!(offset_ms(&[], &heard), None);
    }

    #[test]
    fn a_beat_is_matched_only_once() {
        assert!((f_measure(&[1.0, 2.0], &[0.99, 1.01, 2.0]) - 0.8).abs() < 1e-12);
    }

    #[test]
    fn nothing_heard_scores_nothing() {
        assert_eq!(f_measure(&[1.0], &[]), 0.0);
        assert_eq!(continuity(&[1.0, 2.0], &[1.0]), Continuity::default());
    }
}

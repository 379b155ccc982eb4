//! Chords: weighted chord symbol recall.
//!
//! Pauwels, Peeters, "Evaluating automatically estimated chord sequences", ICASSP 2013.

use super::harte::Harte;
use super::line;
use super::truth::Segment;

/// Seconds scored, and of them seconds right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Recall {
    pub(crate) right: f64,
    pub(crate) scored: f64,
}

/// The truth up to `end` seconds.
pub(crate) fn cut(truth: &[Segment], end: f64) -> Vec<Segment> {
    truth
        .iter()
        .take_while(|segment| segment.start <= end)
        .map(|segment| Segment { end: segment.end.min(end), ..*segment })
        .collect()
}

/// How much of `truth` is right in `heard`. Where nothing was stated, no chord is taken.
pub(crate) fn recall(
    truth: &[Segment],
    heard: &[line::Chord],
    same: impl Fn(Harte, Harte) -> Option<bool>,
) -> Recall {
    let (Some(first), Some(last)) = (truth.first(), truth.last()) else { return Recall::default() };
    let stated = without_gaps(heard, first.start, last.end);
    let mut bounds: Vec<f64> =
        truth.iter().chain(&stated).flat_map(|segment| [segment.start, segment.end]).collect();
    bounds.sort_by(f64::total_cmp);
    bounds.dedup();
    let mut recall = Recall::default();
    for pair in bounds.windows(2) {
        let at = |segments: &[Segment]| {
            segments.iter().rfind(|s| pair[0] >= s.start).map_or(Harte::None, |s| s.chord)
        };
        if let Some(right) = same(at(truth), at(&stated)) {
            recall.scored += pair[1] - pair[0];
            recall.right += if right { pair[1] - pair[0] } else { 0.0 };
        }
    }
    recall
}

fn without_gaps(heard: &[line::Chord], start: f64, end: f64) -> Vec<Segment> {
    let mut sorted: Vec<&line::Chord> = heard.iter().collect();
    sorted.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut stated = Vec::new();
    let mut at = start;
    for chord in sorted {
        let (from, to) = (chord.start.max(at), chord.end.min(end));
        if to <= from {
            continue;
        }
        if from > at {
            stated.push(Segment { start: at, end: from, chord: Harte::None });
        }
        stated.push(Segment { start: from, end: to, chord: Harte::read_or_none(&chord.label) });
        at = to;
    }
    if at < end {
        stated.push(Segment { start: at, end, chord: Harte::None });
    }
    stated
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(parts: &[(f64, f64, &str)]) -> Vec<Segment> {
        parts
            .iter()
            .map(|&(start, end, label)| Segment { start, end, chord: Harte::read_or_none(label) })
            .collect()
    }

    fn heard(parts: &[(f64, f64, &str)]) -> Vec<line::Chord> {
        parts
            .iter()
            .map(|&(start, end, label)| line::Chord { start, end, label: label.into() })
            .collect()
    }

    #[test]
    fn seconds_right_are_counted_over_seconds_scored() {
        let truth = truth(&[(0.0, 2.0, "C:maj"), (2.0, 3.0, "C:hdim7"), (3.0, 6.0, "A:min")]);
        let heard = heard(&[(0.0, 1.5, "C:7"), (1.5, 4.0, "A:min"), (4.0, 9.0, "F:maj")]);
        let recall = recall(&truth, &heard, Harte::same_triad);
        assert_eq!(recall, Recall { right: 2.5, scored: 5.0 });
    }

    #[test]
    fn gaps_count_as_no_chord() {
        let truth = truth(&[(0.0, 1.0, "N"), (1.0, 2.0, "C:maj")]);
        let recall = recall(&truth, &heard(&[(1.5, 2.0, "C:maj")]), Harte::same_triad);
        assert_eq!(recall, Recall { right: 1.5, scored: 2.0 });
    }
}

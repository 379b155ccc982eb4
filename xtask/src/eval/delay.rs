//! How soon after its onset a chord is shown.

use super::harte::Harte;
use super::line::Entry;
use super::truth::Segment;

/// A chord counts as shown late, and not as missed, up to this many seconds after its end.
const GRACE_SECONDS: f64 = 1.0;

/// Seconds from the onset of each chord of `truth` until its root is shown; `None` where it never
/// is. Onsets that keep the root, and roots that are shown already, do not count.
pub(crate) fn delays(truth: &[Segment], timeline: &[Entry]) -> Vec<Option<f64>> {
    let shown: Vec<(f64, Option<u8>)> = timeline
        .iter()
        .map(|entry| (entry.t, entry.chord.as_deref().and_then(|c| Harte::read_or_none(c).root())))
        .collect();
    let mut delays = Vec::new();
    let mut last_root = None;
    for chord in truth {
        let Some(root) = chord.chord.root() else {
            last_root = None;
            continue;
        };
        if last_root.replace(root) == Some(root) {
            continue;
        }
        let before = shown.iter().rfind(|(at, _)| *at <= chord.start);
        if before.is_some_and(|(_, shown)| *shown == Some(root)) {
            continue;
        }
        let first = shown.iter().find(|(at, shown)| {
            *at > chord.start && *at < chord.end + GRACE_SECONDS && *shown == Some(root)
        });
        delays.push(first.map(|(at, _)| at - chord.start));
    }
    delays
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(parts: &[(f64, f64, &str)]) -> Vec<Segment> {
        let segment = |&(start, end, label): &(f64, f64, &str)| Segment {
            start,
            end,
            chord: Harte::read_or_none(label),
        };
        parts.iter().map(segment).collect()
    }

    fn shown(parts: &[(f64, &str)]) -> Vec<Entry> {
        let entry = |&(t, chord): &(f64, &str)| Entry {
            t,
            key: None,
            bpm: None,
            chord: Some(chord.to_owned()),
        };
        parts.iter().map(entry).collect()
    }

    #[test]
    fn a_delay_counts_from_the_onset_until_the_root_is_shown() {
        let truth = truth(&[(0.0, 2.0, "C:maj"), (2.0, 4.0, "A:min7"), (4.0, 6.0, "F:maj")]);
        let shown = shown(&[(0.5, "C:maj"), (2.3, "E:min"), (2.6, "A:min")]);
        assert_eq!(delays(&truth, &shown), [Some(0.5), Some(0.6000000000000001), None]);
    }

    #[test]
    fn what_is_shown_already_and_what_keeps_its_root_do_not_count() {
        let truth = truth(&[(0.0, 2.0, "C:maj"), (2.0, 4.0, "C:7"), (4.0, 6.0, "F:maj")]);
        let shown = shown(&[(0.25, "C:maj"), (3.9, "F:maj")]);
        assert_eq!(delays(&truth, &shown), [Some(0.25)]);
    }
}

//! A tempo counted at another of its metrical levels, because the user said so.

use crate::facts::{TempoCandidate, TempoEstimate, TempoRelation};
use crate::history::History;
use crate::units::Bpm;

/// Levels closer than this are the same, as a ratio: half of the way from 3/4 to 2/3.
const SAME: f32 = 1.06;

impl TempoRelation {
    /// "1/2", as [`TempoRelation::name`] writes it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| relation.name() == name)
    }

    /// The relation of one tempo to another: `None` where it is none of them.
    fn between(stated: Bpm, other: Bpm) -> Option<Self> {
        let ratio = other.0 / stated.0;
        Self::ALL.into_iter().find(|relation| is_same(ratio, relation.ratio()))
    }
}

impl TempoEstimate {
    /// The same tempo counted at the level where `chosen` is, which the user knows to be right: its
    /// confidence is 1, and the level stated before is among the others. `None` where `chosen` is no
    /// level of it.
    pub fn counted_at(self, chosen: Bpm) -> Option<Self> {
        if is_same(self.bpm.0, chosen.0) {
            return Some(Self { confidence: 1.0, ..self });
        }
        let relation = TempoRelation::between(self.bpm, chosen)?;
        let bpm = Bpm(self.bpm.0 * relation.ratio());
        let left_over = 1.0 - self.alternatives.iter().map(|other| other.weight).sum::<f32>();
        let before = (self.bpm, left_over.max(0.0));
        let others = self.alternatives.iter().map(|other| (other.bpm, other.weight));
        let mut levels: Vec<TempoCandidate> = std::iter::once(before)
            .chain(others)
            .filter(|(other, _)| !is_same(other.0, bpm.0))
            .filter_map(|(other, weight)| {
                let relation = TempoRelation::between(bpm, other)?;
                Some(TempoCandidate { bpm: other, relation, weight })
            })
            .collect();
        levels.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        Some(Self { bpm, confidence: 1.0, alternatives: History::first_of(levels), ..self })
    }
}

fn is_same(one: f32, other: f32) -> bool {
    (1.0 / SAME..SAME).contains(&(one / other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fast() -> TempoEstimate {
        let level = |relation: TempoRelation, weight| TempoCandidate {
            bpm: Bpm(174.0 * relation.ratio()),
            relation,
            weight,
        };
        TempoEstimate {
            bpm: Bpm(174.0),
            confidence: 0.6,
            alternatives: History::first_of([
                level(TempoRelation::Half, 0.3),
                level(TempoRelation::TwoThirds, 0.2),
                level(TempoRelation::Third, 0.1),
            ]),
            ..TempoEstimate::default()
        }
    }

    #[test]
    fn the_level_chosen_is_stated_and_the_one_before_is_beside_it() {
        let chosen = fast().counted_at(Bpm(86.5)).unwrap();
        assert_eq!((chosen.bpm, chosen.confidence), (Bpm(87.0), 1.0));
        let others: Vec<(TempoRelation, f32)> =
            chosen.alternatives.iter().map(|other| (other.relation, other.bpm.0)).collect();
        assert_eq!(others[0], (TempoRelation::Double, 174.0));
        assert_eq!(others[1], (TempoRelation::FourThirds, 116.0));
    }

    #[test]
    fn choosing_back_states_what_was_found() {
        let back = fast().counted_at(Bpm(87.0)).unwrap().counted_at(Bpm(174.0)).unwrap();
        assert_eq!((back.bpm, back.confidence), (Bpm(174.0), 1.0));
        assert!(back.alternatives.iter().any(|other| other.relation == TempoRelation::Half));
    }

    #[test]
    fn the_level_stated_can_be_confirmed() {
        let confirmed = fast().counted_at(Bpm(174.3));
        assert_eq!(confirmed, Some(TempoEstimate { confidence: 1.0, ..fast() }));
    }

    #[test]
    fn what_is_no_level_can_not_be_chosen() {
        for bpm in [100.0, 0.0, -3.0, f32::NAN, f32::INFINITY] {
            assert_eq!(fast().counted_at(Bpm(bpm)), None, "{bpm}");
        }
        assert_eq!(TempoEstimate::default().counted_at(Bpm(87.0)), None);
    }

    #[test]
    fn every_relation_is_read_as_it_is_written() {
        for relation in TempoRelation::ALL {
            assert_eq!(TempoRelation::parse(relation.name()), Some(relation));
        }
        assert_eq!(TempoRelation::parse("5/4"), None);
    }
}

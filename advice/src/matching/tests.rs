//! Laws of the distance.

use analysis::{Bpm, PitchClass};
use proptest::prelude::*;

use super::*;
use crate::testing::fingerprint;

fn weights() -> impl Strategy<Value = Weights> {
    prop::array::uniform7(0.0f32..4.0).prop_map(Weights)
}

proptest! {
    #[test]
    fn the_parts_sum_to_the_distance(a in 0u32..9999, b in 0u32..9999, weights in weights()) {
        let print = fingerprint(b);
        let ranked = rank(&fingerprint(a), [(TrackId(7), &print)], &weights, 3);
        prop_assert_eq!(ranked.len(), 1);
        prop_assert_eq!(ranked[0].parts.iter().sum::<f32>(), ranked[0].distance);
        prop_assert!(ranked[0].parts.iter().all(|part| *part >= 0.0 && part.is_finite()));
        let shares: f32 = Aspect::ALL.iter().map(|aspect| ranked[0].share(*aspect)).sum();
        prop_assert!(ranked[0].distance == 0.0 || (shares - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_same_piece_is_at_no_distance_and_first(seed in 0u32..9999, weights in weights()) {
        let prints: Vec<_> = (seed..seed + 20).map(fingerprint).collect();
        let references = prints.iter().enumerate().map(|(i, p)| (TrackId(i as u32), p));
        let ranked = rank(&prints[11], references, &weights, 5);
        prop_assert_eq!(ranked[0].distance, 0.0);
        if weights.0.iter().all(|w| *w > 0.01) {
            prop_assert_eq!(ranked[0].track, TrackId(11));
        }
    }

    #[test]
    fn distance_is_symmetric(a in 0u32..9999, b in 0u32..9999, weights in weights()) {
        let (one, other) = (fingerprint(a), fingerprint(b));
        prop_assert_eq!(compare(&one, &other, &weights), compare(&other, &one, &weights));
    }

    #[test]
    fn an_aspect_without_weight_is_left_out(a in 0u32..9999, b in 0u32..9999, idx in 0usize..7) {
        let mut weights = Weights::default();
        weights.0[idx] = 0.0;
        let parts = compare(&fingerprint(a), &fingerprint(b), &weights);
        prop_assert_eq!(parts[idx], 0.0);
    }

    #[test]
    fn where_one_has_no_style_timbre_stands_alone(a in 0u32..9999, b in 0u32..9999) {
        let bare = |seed| Fingerprint { style: None, ..fingerprint(seed) };
        let weights = Weights::default();
        let expected = compare(&bare(a), &bare(b), &weights);
        prop_assert_eq!(compare(&fingerprint(a), &bare(b), &weights), expected);
        prop_assert_eq!(compare(&bare(a), &fingerprint(b), &weights), expected);
    }

    #[test]
    fn unrelated_pieces_are_as_far_apart_with_a_style_as_without(weights in weights()) {
        let StyleWeights { rest, style } = StyleWeights::new(&weights);
        let total: f32 = Aspect::ALL.iter().map(|&aspect| factor(aspect, &weights)).sum();
        prop_assert!((rest * total + style - total).abs() < 1e-5);
    }

    #[test]
    fn a_like_style_brings_pieces_nearer_in_timbre_alone(a in 0u32..9999, b in 0u32..9999) {
        let (here, there) = (fingerprint(a), fingerprint(b));
        prop_assume!(a != b && here.style.is_some() && there.style.is_some());
        let weights = Weights::default();
        let before = compare(&here, &there, &weights);
        let after = compare(&here, &Fingerprint { style: here.style, ..there }, &weights);
        for aspect in Aspect::ALL {
            let (before, after) = (before[aspect.index()], after[aspect.index()]);
            let is_as_said = if aspect == Aspect::Timbre { after < before } else { after == before };
            prop_assert!(is_as_said);
        }
    }

    #[test]
    fn ranking_is_by_distance_and_does_not_depend_on_the_order_given(seed in 0u32..9999) {
        let prints: Vec<_> = (seed..seed + 30).map(fingerprint).collect();
        let query = fingerprint(seed + 77);
        let references = || prints.iter().enumerate().map(|(i, p)| (TrackId(i as u32), p));
        let forward = rank(&query, references(), &Weights::default(), 8);
        let backward = rank(&query, references().rev(), &Weights::default(), 8);
        prop_assert_eq!(&forward, &backward);
        prop_assert!(forward.is_sorted_by(|a, b| a.distance <= b.distance));
        let all = rank(&query, references(), &Weights::default(), 100);
        prop_assert_eq!(&all[..8], &forward[..]);
        prop_assert_eq!(all.len(), 30);
    }
}

#[test]
fn double_tempo_is_nearer_than_an_unrelated_one() {
    let at =
        |bpm| Some(TempoEstimate { bpm: Bpm(bpm), confidence: 1.0, ..TempoEstimate::default() });
    let gap = |bpm| tempo_distance(at(90.0), at(bpm));
    assert_eq!(gap(90.0), 0.0);
    assert!(gap(92.0) < gap(180.0));
    assert!(gap(180.0) < gap(120.0));
    assert!((gap(45.0) - gap(180.0)).abs() < 1e-5);
}

#[test]
fn an_unsure_tempo_counts_less() {
    let at = |bpm, confidence| {
        Some(TempoEstimate { bpm: Bpm(bpm), confidence, ..TempoEstimate::default() })
    };
    let sure = tempo_distance(at(90.0, 0.9), at(120.0, 0.9));
    assert!(tempo_distance(at(90.0, 0.2), at(120.0, 0.9)) < 0.6 * sure);
}

#[test]
fn keys_are_compared_on_the_circle_of_fifths() {
    let key = |name| Key::parse(name).unwrap();
    let gap = |other| between_keys(key("C major"), key(other));
    assert_eq!(gap("C major"), 0.0);
    assert!(gap("G major") < gap("D major"));
    assert!(gap("A minor") < gap("C minor"));
    assert!(gap("F# major") < gap("D# minor"));
    for tonic in PitchClass::all() {
        let other = Key::new(tonic, Mode::Major);
        assert_eq!(between_keys(key("C major"), other), between_keys(other, key("C major")));
    }
}

#[test]
fn no_reference_no_match() {
    let none = PreparedReferences::default();
    assert!(none.rank(&fingerprint(1), &Weights::default(), 5).is_empty());
    let print = fingerprint(1);
    assert!(rank(&print, [(TrackId(0), &print)], &Weights::default(), 0).is_empty());
}

//! Laws of sketches.

use proptest::prelude::*;

use super::*;
use crate::snapshot::TrackId;
use crate::testing::fingerprint;
use crate::{Query, keys_go_together};

fn sketched(query: &Query, there: &Fingerprint) -> f32 {
    let sketch = Sketch::new(there);
    let mut out = [0.0];
    query.to_sketches().distances(&[sketch.values], &[sketch.heard], &mut out);
    out[0]
}

fn check(here: &Fingerprint, there: &Fingerprint, weights: &Weights) {
    let query = Query::new(here, weights);
    let exact = query.compare(TrackId(0), there).distance;
    let rough = sketched(&query, there);
    let roughness = query.to_sketches().roughness();
    assert!((exact - rough).abs() <= roughness, "{exact} {rough} {roughness}");
}

proptest! {
    #[test]
    fn a_sketch_is_as_far_away_as_the_piece_but_for_its_roughness(
        a in 0u32..9999,
        b in 0u32..9999,
        weights in prop::array::uniform7(0.0f32..4.0),
    ) {
        check(&fingerprint(a), &fingerprint(b), &Weights(weights));
    }

    #[test]
    fn so_it_is_where_one_has_no_tempo_or_no_key(a in 0u32..9999, b in 0u32..9999) {
        let (one, other) = (fingerprint(a), fingerprint(b));
        let bare = Fingerprint { tempo: None, key: None, style: None, ..other };
        for (here, there) in [(&one, &bare), (&bare, &one), (&bare, &bare)] {
            check(here, there, &Weights::default());
        }
    }

    #[test]
    fn so_it_is_where_one_has_no_style(a in 0u32..9999, b in 0u32..9999) {
        let (one, other) = (fingerprint(3 * a + 1), fingerprint(3 * b + 2));
        let bare = Fingerprint { style: None, ..other };
        for (here, there) in [(&one, &other), (&one, &bare), (&bare, &one), (&bare, &bare)] {
            check(here, there, &Weights::default());
        }
    }

    #[test]
    fn a_tempo_within_a_range_has_a_byte_within_it(low in 25.0f32..300.0, by in 1.0f32..1.6) {
        let heard = tempo_byte(Bpm(low * (1.0 + by) / 2.0));
        prop_assert!(tempo_bytes(Bpm(low), Bpm(low * by)).contains(&heard));
        prop_assert!(!tempo_bytes(Bpm(low), Bpm(low * by)).contains(&NONE));
    }
}

#[test]
fn nothing_that_counts_leaves_no_distance() {
    let query = Query::new(&fingerprint(1), &Weights([0.0; 7]));
    assert_eq!(sketched(&query, &fingerprint(2)), 0.0);
}

#[test]
fn a_sketch_is_hardly_rough_and_no_rougher_for_weights_that_are_nonsense() {
    let roughness =
        |weights| Query::new(&fingerprint(1), &Weights(weights)).to_sketches().roughness();
    let usual = roughness([1.0; 7]);
    assert!(usual < 0.012, "{usual}");
    let without = roughness([1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0]);
    let nonsense = [1.0, f32::INFINITY, 1.0, f32::NAN, -3.0, 1.0, 1.0];
    assert!(without < usual && roughness(nonsense) == without, "{without}");
}

#[test]
fn four_keys_go_with_a_key() {
    let c_major = Key::parse("C major").unwrap();
    let fitting: Vec<String> = (0..24)
        .map(Key::from_index)
        .filter(|&key| keys_go_together(c_major, key))
        .map(|key| key.to_string())
        .collect();
    assert_eq!(fitting.len(), 4, "{fitting:?}");
    assert!(fitting.contains(&"A minor".to_owned()) && fitting.contains(&"G major".to_owned()));
    for heard in (0..24).map(Key::from_index) {
        let print = Fingerprint {
            key: Some(KeyEstimate { key: heard, confidence: 0.5, ..KeyEstimate::default() }),
            ..fingerprint(1)
        };
        assert_eq!(key_of(Sketch::new(&print).heard), Some(heard));
    }
}

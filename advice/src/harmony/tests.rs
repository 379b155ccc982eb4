//! Laws of the chord statistics.

use analysis::{ChordQuality, PitchClass};
use proptest::prelude::*;

use super::*;

fn chords(labels: &str) -> Vec<Chord> {
    labels.split(' ').map(|label| Chord::parse(label).unwrap().unwrap()).collect()
}

fn next(corpus: Corpus, key: &str, heard: &str) -> Vec<NextChord> {
    ChordStatistics::shipped().next(corpus, Key::parse(key).unwrap(), &chords(heard), 4)
}

#[test]
fn both_corpora_can_be_read_and_say_where_they_are_from() {
    for (corpus, n_songs) in [(Corpus::Billboard, 739), (Corpus::Pop909, 777)] {
        let repertoire = ChordStatistics::shipped().repertoire(corpus);
        assert_eq!(repertoire.n_songs, n_songs);
        assert!(!repertoire.source.is_empty() && !repertoire.licence.is_empty());
    }
}

#[test]
fn a_dominant_goes_home() {
    for corpus in [Corpus::Billboard, Corpus::Pop909] {
        let after = next(corpus, "G major", "G:maj C:maj D:7");
        assert_eq!(after[0].chord, Chord::parse("G:maj").unwrap().unwrap());
        assert!(after[0].probability > 0.4);
    }
}

#[test]
fn the_andalusian_step_is_known_in_minor() {
    let after = next(Corpus::Billboard, "A minor", "F:maj");
    assert_eq!(after[0].chord, Chord::parse("G:maj").unwrap().unwrap());
    assert_eq!(after[0].n_context, 1);
}

#[test]
fn a_rare_context_is_shortened() {
    let after = next(Corpus::Billboard, "C major", "F#:min Eb:min G:maj");
    assert_eq!(after[0].n_context, 1);
    let usual = next(Corpus::Billboard, "C major", "C:maj F:maj G:maj");
    assert_eq!(usual[0].n_context, 3);
    assert!(usual[0].n_counted > 100);
}

#[test]
fn a_chord_outside_all_counts_has_no_continuation() {
    assert!(next(Corpus::Pop909, "C major", "F#:aug").is_empty());
    assert!(ChordStatistics::shipped().next(Corpus::Pop909, Key::default(), &[], 4).is_empty());
}

proptest! {
    #[test]
    fn transposing_key_and_chords_transposes_the_answer(
        steps in prop::collection::vec((0i32..12, 0usize..ChordQuality::ALL.len()), 1..5),
        mode in 0usize..2,
        shift in 0i32..12,
    ) {
        let statistics = ChordStatistics::shipped();
        let answer = |tonic: i32| {
            let key = Key::new(PitchClass::new(tonic), Mode::ALL[mode]);
            let heard: Vec<Chord> = steps
                .iter()
                .map(|(step, q)| {
                    Chord::new(PitchClass::new(tonic + step), ChordQuality::ALL[*q])
                })
                .collect();
            statistics.next(Corpus::Billboard, key, &heard, 4)
        };
        let home = answer(0);
        let away = answer(shift);
        prop_assert_eq!(home.len(), away.len());
        let sum: f32 = home.iter().map(|next| next.probability).sum();
        prop_assert!(sum <= 1.0 + 1e-5);
        prop_assert!(home.is_sorted_by(|a, b| a.probability >= b.probability));
        for (one, other) in home.iter().zip(&away) {
            prop_assert_eq!(one.probability, other.probability);
            prop_assert_eq!(one.chord.root.transposed(shift), other.chord.root);
            prop_assert_eq!(one.chord.quality, other.chord.quality);
        }
        let (step, quality) = steps[steps.len() - 1];
        let now = Chord::new(PitchClass::new(step), ChordQuality::ALL[quality]);
        prop_assert!(home.iter().all(|next| next.chord != now));
    }
}

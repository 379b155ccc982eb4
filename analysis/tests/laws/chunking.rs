//! How a stream is cut must not matter.

use analysis::{AnalysisConfig, LiveAnalyzer, TrackAnalyzer};
use proptest::prelude::*;

use crate::signals::{cadence, drums, key};

const RATE: u32 = 22_050;

fn music() -> Vec<f32> {
    let chords = cadence(key("G minor"), 2, 0.8, RATE, 442.0);
    let beat = drums(100.0, 8.0, RATE);
    chords.iter().zip(&beat).map(|(a, b)| a + b).collect()
}

/// Cuts `signal` into pieces of the given lengths, over and over.
fn pieces<'a>(signal: &'a [f32], lengths: &'a [usize]) -> impl Iterator<Item = &'a [f32]> {
    let mut rest = signal;
    lengths.iter().cycle().map_while(move |&len| {
        if rest.is_empty() {
            return None;
        }
        let (piece, left) = rest.split_at(len.min(rest.len()));
        rest = left;
        Some(piece)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_file_is_the_same_however_it_is_cut(lengths in prop::collection::vec(1_usize..9_000, 1..6)) {
        let music = music();
        let analyze = |lengths: &[usize]| {
            let mut analyzer = TrackAnalyzer::new(&AnalysisConfig::at_rate(RATE)).unwrap();
            for piece in pieces(&music, lengths) {
                analyzer.push(piece, piece);
            }
            analyzer.finish()
        };
        prop_assert_eq!(analyze(&lengths), analyze(&[music.len()]));
    }

    #[test]
    fn what_is_heard_is_the_same_however_it_is_cut(
        lengths in prop::collection::vec(1_usize..5_000, 1..6),
    ) {
        let music = music();
        let listen = |lengths: &[usize]| {
            let mut analyzer = LiveAnalyzer::new(&AnalysisConfig::at_rate(RATE)).unwrap();
            for piece in pieces(&music, lengths) {
                analyzer.push(piece, piece);
            }
            (*analyzer.hearing(), analyzer.fingerprint())
        };
        prop_assert_eq!(listen(&lengths), listen(&[music.len()]));
    }
}

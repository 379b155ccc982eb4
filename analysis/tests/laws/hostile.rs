//! Input nobody should send.

use analysis::{AnalysisConfig, LiveAnalyzer, TrackAnalyzer};

use crate::signals::{analyzed, cadence, heard, key, noise};

#[test]
fn no_input_and_a_single_sample_are_nothing() {
    for len in [0, 1, 100, 1_000] {
        let analysis = analyzed(&vec![0.5; len], 44_100);
        assert!(analysis.key.is_none() && analysis.tempo.is_none() && analysis.beats.is_empty());
        assert!(analysis.fingerprint.is_none());
    }
}

#[test]
fn samples_that_are_no_numbers_count_as_silence() {
    let rate = 44_100;
    let clean = cadence(key("F major"), 3, 1.0, rate, 440.0);
    let mut broken = clean.clone();
    for (i, sample) in broken.iter_mut().enumerate().step_by(9_973) {
        *sample = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX][i % 4];
    }
    let analysis = analyzed(&broken, rate);
    assert_eq!(analysis.key.map(|k| k.key), Some(key("F major")));
    assert!(analysis.loudness.integrated.unwrap().0.is_finite());
    let hearing = *heard(&vec![f32::NAN; 100_000], rate).hearing();
    assert!(hearing.key.is_none() && hearing.chroma.iter().all(|x| x.is_finite()));
}

#[test]
fn a_constant_and_a_full_scale_square_do_no_harm() {
    let rate = 48_000;
    let square: Vec<f32> =
        (0..5 * rate).map(|i| if i / 100 % 2 == 0 { 1.0 } else { -1.0 }).collect();
    for signal in [vec![1.0; 5 * rate as usize], square, noise(5.0, rate, 3)] {
        let analysis = analyzed(&signal, rate);
        assert!(analysis.chords.iter().all(|c| c.confidence.is_finite()));
        assert!(analysis.length.0 == 5.0);
    }
}

#[test]
fn channels_of_unequal_length_are_cut_to_the_shorter() {
    let config = AnalysisConfig::at_rate(48_000);
    let mut live = LiveAnalyzer::new(&config).unwrap();
    live.push(&[0.0; 480], &[0.0; 48]);
    assert!((live.hearing().at.0 - 0.001).abs() < 1e-9);
    let mut track = TrackAnalyzer::new(&config).unwrap();
    track.push(&[0.0; 480], &[]);
    assert_eq!(track.finish().length.0, 0.0);
}

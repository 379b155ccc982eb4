//! Any rate, reset, gaps.

use analysis::{AnalysisConfig, ConfigError, LiveAnalyzer, TrackAnalyzer};

use crate::signals::{analyzed, cadence, drums, heard, key};

fn music(rate: u32) -> Vec<f32> {
    let chords = cadence(key("Bb major"), 5, 0.96, rate, 440.0);
    let beat = drums(125.0, chords.len() as f64 / f64::from(rate), rate);
    chords.iter().zip(&beat).map(|(a, b)| a + b).collect()
}

#[test]
fn the_facts_are_the_same_at_every_rate() {
    for rate in [8_000, 11_025, 22_050, 44_100, 47_999, 48_000, 96_000, 192_000] {
        let analysis = analyzed(&music(rate), rate);
        assert_eq!(analysis.key.map(|k| k.key), Some(key("Bb major")), "{rate}");
        let bpm = analysis.tempo.unwrap().bpm.0;
        assert!((bpm - 125.0).abs() < 0.5, "{rate}: {bpm}");
        let cents = analysis.tuning.unwrap().cents.0;
        assert!(cents.abs() < 3.0, "{rate}: {cents}");
    }
}

#[test]
fn beats_lie_on_the_hits_at_every_rate() {
    for rate in [44_100, 48_000, 96_000] {
        let beats = analyzed(&music(rate), rate).beats;
        assert!(beats.len() > 30, "{rate}: {}", beats.len());
        let mut errors: Vec<f64> =
            beats.iter().map(|beat| beat.at.0 - (beat.at.0 / 0.48).round() * 0.48).collect();
        errors.sort_by(f64::total_cmp);
        let median = errors[errors.len() / 2];
        assert!(median.abs() < 0.02, "{rate}: {median}");
    }
}

#[test]
fn after_a_reset_everything_is_as_new() {
    let rate = 44_100;
    let mut used = heard(&music(rate)[..10 * rate as usize], rate);
    used.reset();
    let fresh = LiveAnalyzer::new(&AnalysisConfig::at_rate(rate)).unwrap();
    assert_eq!(used.hearing(), fresh.hearing());
    let second = cadence(key("E major"), 3, 1.0, rate, 440.0);
    used.push(&second, &second);
    let mut fresh = fresh;
    fresh.push(&second, &second);
    assert_eq!(used.hearing(), fresh.hearing());
    assert_eq!(used.fingerprint(), fresh.fingerprint());
}

#[test]
fn channels_that_cancel_each_other_are_heard_all_the_same() {
    let rate = 44_100;
    let (left, right): (Vec<f32>, Vec<f32>) = music(rate).iter().map(|&x| (x, -x)).unzip();
    let mut analyzer = TrackAnalyzer::new(&AnalysisConfig::at_rate(rate)).unwrap();
    analyzer.push(&left, &right);
    let analysis = analyzer.finish();
    assert_eq!(analysis.key.map(|k| k.key), Some(key("Bb major")));
    assert!((analysis.tempo.unwrap().bpm.0 - 125.0).abs() < 0.5);
}

#[test]
fn lost_samples_move_the_clock() {
    let rate = 48_000;
    let mut analyzer = heard(&music(rate)[..rate as usize], rate);
    analyzer.skip(24_000);
    assert!((analyzer.hearing().at.0 - 1.5).abs() < 1e-9);
}

#[test]
fn a_configuration_that_cannot_be_used_is_refused_in_words() {
    let error = LiveAnalyzer::new(&AnalysisConfig::at_rate(0)).unwrap_err();
    assert_eq!(error, ConfigError::SampleRate { actual: 0 });
    assert_eq!(error.to_string(), "sample rate 0 Hz is not between 4000 and 384000 Hz");
    assert!(LiveAnalyzer::new(&AnalysisConfig::at_rate(400_000)).is_err());
}

//! What is heard does not depend on the sample rate.

use crate::signals::{analyzed, cadence, drums, key};

/// Silence before the first beat, and the beat, in seconds.
const SILENCE_S: f64 = 0.4;
const BEAT_S: f64 = 60.0 / 112.0;

/// Drums with chords of four beats over them.
fn music(rate: u32) -> Vec<f32> {
    let chords = cadence(key("F major"), 3, 4.0 * BEAT_S, rate, 440.0);
    let drums = drums(112.0, chords.len() as f64 / f64::from(rate), rate);
    let mut out = vec![0.0; (SILENCE_S * f64::from(rate)) as usize];
    out.extend(chords.iter().zip(drums).map(|(chord, drum)| chord + 0.7 * drum));
    out
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn beats_fall_where_they_are_played_at_every_sample_rate() {
    // Not the edges: the noise in the drums differs, and with it where the music dies away.
    let beats = [44_100, 48_000, 96_000].map(|rate| {
        let beats = analyzed(&music(rate), rate).beats;
        beats.into_iter().filter(|beat| (2.0..26.0).contains(&beat.at.0)).collect::<Vec<_>>()
    });
    for heard in &beats {
        let places = heard.iter().map(|beat| (beat.at.0 - SILENCE_S) / BEAT_S);
        let late_ms =
            median(places.map(|place| 1000.0 * BEAT_S * (place - place.round())).collect());
        assert!(late_ms.abs() < 10.0, "{late_ms:.1} ms late");
        assert!(heard.len() >= 44, "{} beats", heard.len());
    }
    let [first, others @ ..] = &beats;
    for other in others {
        assert_eq!(other.len(), first.len());
        let off = first.iter().zip(other).map(|(a, b)| (a.at.0 - b.at.0).abs()).fold(0.0, f64::max);
        // Half a frame: the hiss in the drums is another at every rate.
        assert!(off < 0.005, "{:.1} ms apart", 1000.0 * off);
    }
}

//! Laws of the fingerprint, on frames made by hand.

use super::*;
use crate::features::N_SHORT_BINS;
use crate::hearing::THIRD_OCTAVE_CENTRES_HZ;
use crate::units::Seconds;

/// Chords and clicks with a little deterministic noise: frames as the front end would make them.
fn heard(memory: Memory, seconds: usize, gain: f32, pulse_frames: usize) -> FingerprintBuilder {
    let mut builder = FingerprintBuilder::new(memory, 24_000);
    feed(&mut builder, seconds, gain, pulse_frames);
    builder
}

fn feed(builder: &mut FingerprintBuilder, seconds: usize, gain: f32, pulse_frames: usize) {
    let mut noise = 1u32;
    for idx in 0..seconds * SHORT_FPS {
        let mut power = [0.0; N_SHORT_BINS];
        let swell = 1.0 + 0.5 * (idx as f32 / 150.0).sin();
        let click =
            if idx % pulse_frames < 6 { 1.0 / (1 + idx % pulse_frames) as f32 } else { 0.0 };
        for (bin, p) in power.iter_mut().enumerate() {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let jitter = 0.8 + 0.4 * (noise >> 8) as f32 / (1u32 << 24) as f32;
            let tone = if bin % 9 == 4 { 1e-2 } else { 1e-5 };
            *p = gain * jitter * (swell * tone + 2e-3 * click) / (1.0 + bin as f32 * 0.1);
        }
        let at = Seconds(idx as f64 / SHORT_FPS as f64);
        builder.push(&ShortFrame { at, power: &power });
        if idx % (SHORT_FPS / TONAL_FPS) == 0 {
            let root = if (idx / 200) % 2 == 0 { 0 } else { 15 };
            let mut full = [0.01; 36];
            for step in [0, 12, 21] {
                full[(root + step) % 36] = 1.0;
            }
            let mut bass = [0.01; 36];
            bass[root] = 1.0;
            builder.push_tonal(&TonalFrame { at, full, bass, treble: full, power: gain * 0.1 });
        }
    }
}

fn estimate(builder: &FingerprintBuilder) -> Option<Fingerprint> {
    builder.estimate(None, None, LoudnessFacts::default())
}

fn blocks(print: &Fingerprint) -> Vec<f32> {
    let spectral: [&[f32]; 4] =
        [&print.timbre, &print.balance, &print.balance_spread, &print.width];
    let rest: [&[f32]; 4] = [&print.rhythm, &print.feel, &print.tonal, &print.dynamics];
    [spectral.concat(), rest.concat()].concat()
}

fn assert_close(one: &Fingerprint, other: &Fingerprint, tolerance: f32) {
    for (idx, (a, b)) in blocks(one).iter().zip(blocks(other)).enumerate() {
        assert!((a - b).abs() <= tolerance * (1.0 + a.abs()), "value {idx}: {a} against {b}");
    }
}

#[test]
fn gain_changes_nothing_much() {
    let loud = estimate(&heard(Memory::Whole, 20, 1.0, 50)).unwrap();
    let quiet = estimate(&heard(Memory::Whole, 20, 0.1, 50)).unwrap();
    assert_close(&loud, &quiet, 0.05);
}

#[test]
fn under_three_seconds_of_sound_there_is_no_fingerprint() {
    assert!(estimate(&heard(Memory::Whole, 2, 1.0, 50)).is_none());
    assert!(estimate(&heard(Memory::Whole, 4, 1.0, 50)).is_some());
    assert!(estimate(&heard(Memory::Whole, 60, 0.0, 50)).is_none());
}

#[test]
fn pauses_change_the_sound_of_nothing() {
    let plain = estimate(&heard(Memory::Whole, 10, 1.0, 50)).unwrap();
    let mut builder = FingerprintBuilder::new(Memory::Whole, 24_000);
    feed(&mut builder, 20, 0.0, 50);
    feed(&mut builder, 10, 1.0, 50);
    feed(&mut builder, 20, 0.0, 50);
    let padded = estimate(&builder).unwrap();
    assert_eq!(plain.seconds, padded.seconds);
    for (a, b) in plain.timbre.iter().zip(&padded.timbre) {
        assert!((a - b).abs() < 0.02 * (1.0 + a.abs()));
    }
    for (a, b) in plain.tonal.iter().zip(&padded.tonal) {
        assert!((a - b).abs() < 1e-3);
    }
}

/// Twenty seconds of two bands that take turns every `turn_s` seconds, as loud as `gain` says.
fn taking_turns(turn_s: u64, gain: impl Fn(u64) -> f32) -> Fingerprint {
    let mut builder = FingerprintBuilder::new(Memory::Whole, 24_000);
    for n in 0..2_000_u64 {
        let turn = (n / (100 * turn_s)) % 2;
        let mut power = [1e-9; N_SHORT_BINS];
        power[20] = 0.1;
        power[107] = if turn == 0 { 0.1 } else { 0.001 };
        let power = power.map(|p| p * gain(n));
        builder.push(&ShortFrame { at: Seconds(n as f64 / 100.0), power: &power });
    }
    estimate(&builder).unwrap()
}

#[test]
fn the_spread_of_the_balance_is_that_of_its_passages_and_not_of_their_loudness() {
    let band = THIRD_OCTAVE_CENTRES_HZ.iter().position(|&hz| hz == 2_500.0).unwrap();
    let hz = 107.0 * bands::BIN_HZ;
    let centre = THIRD_OCTAVE_CENTRES_HZ[band];
    assert!((centre / 1.122..centre * 1.122).contains(&hz), "{hz} Hz is not in that band");
    let turns = taking_turns(10, |_| 1.0);
    // From 3 to 20 dB below the whole and smoothed between: nearly 8 dB to either side.
    assert!((6.5..8.5).contains(&turns.balance_spread[band]), "{:?}", turns.balance_spread);
    // A quick alternation is one sound, and a steady one has no spread.
    let quick = taking_turns(1, |_| 1.0);
    assert!(quick.balance_spread[band] < 0.7 * turns.balance_spread[band]);
    let steady = taking_turns(60, |_| 1.0);
    assert!(steady.balance_spread.iter().all(|&spread| spread < 0.1));
    let swelling = taking_turns(60, |n| if (n / 300) % 2 == 0 { 1.0 } else { 0.01 });
    assert!(swelling.balance_spread.iter().all(|&spread| spread < 0.1));
}

#[test]
fn live_forgets_what_was_minutes_ago_and_files_do_not() {
    let fresh = estimate(&heard(Memory::LastMinute, 60, 1.0, 25)).unwrap();
    let clarity_gap = |memory| {
        let mut builder = FingerprintBuilder::new(memory, 24_000);
        feed(&mut builder, 120, 1.0, 90);
        feed(&mut builder, 240, 1.0, 25);
        (estimate(&builder).unwrap().onset_density() - fresh.onset_density()).abs()
    };
    assert!(clarity_gap(Memory::LastMinute) < 0.05);
    assert!(clarity_gap(Memory::Whole) > 0.2);
}

#[test]
fn reset_forgets_everything() {
    let mut builder = heard(Memory::LastMinute, 30, 1.0, 33);
    builder.reset();
    assert!(estimate(&builder).is_none());
    feed(&mut builder, 20, 1.0, 50);
    assert_eq!(estimate(&builder), estimate(&heard(Memory::LastMinute, 20, 1.0, 50)));
}

#[test]
fn denser_pulses_have_more_onsets() {
    let density = |pulse_frames| {
        estimate(&heard(Memory::Whole, 30, 1.0, pulse_frames)).unwrap().onset_density()
    };
    assert!((density(50) - 2.0).abs() < 0.2, "{}", density(50));
    assert!((density(25) - 4.0).abs() < 0.4, "{}", density(25));
}

#[test]
fn broken_samples_leave_the_fingerprint_finite() {
    let mut builder = FingerprintBuilder::new(Memory::Whole, 24_000);
    feed(&mut builder, 5, 1.0, 50);
    let nan = [f32::NAN; N_SHORT_BINS];
    builder.push(&ShortFrame { at: Seconds(5.0), power: &nan });
    let broken = TonalFrame {
        at: Seconds(5.0),
        full: [f32::NAN; 36],
        bass: [f32::INFINITY; 36],
        treble: [0.0; 36],
        power: f32::NAN,
    };
    builder.push_tonal(&broken);
    feed(&mut builder, 5, 1.0, 50);
    assert!(blocks(&estimate(&builder).unwrap()).iter().all(|value| value.is_finite()));
}

#[test]
fn transposing_turns_the_chroma_and_keeps_the_other_tonal_values() {
    let plain = estimate(&heard(Memory::Whole, 10, 1.0, 50)).unwrap();
    let mut builder = FingerprintBuilder::new(Memory::Whole, 24_000);
    feed(&mut builder, 10, 1.0, 50);
    let mut shifted = Tonal::new();
    for idx in 0..100 {
        let root = if (idx / 20) % 2 == 0 { 9 } else { 24 };
        let mut full = [0.01; 36];
        for step in [0, 12, 21] {
            full[(root + step) % 36] = 1.0;
        }
        let mut bass = [0.01; 36];
        bass[root] = 1.0;
        let at = Seconds(f64::from(idx) / 10.0);
        shifted.push(&TonalFrame { at, full, bass, treble: full, power: 0.1 }, 1.0);
    }
    let mut expected = plain.tonal;
    expected[..12].rotate_right(3);
    for (a, b) in expected.iter().zip(shifted.values()) {
        assert!((a - b).abs() < 1e-3, "{a} against {b}");
    }
}

//! What has no beat shows no tempo: noises, drones, and speech-like sounds whose syllables come as
//! they please. None of these seeds was listened to when the thresholds were chosen.

use std::f64::consts::TAU;

use analysis::{AnalysisConfig, LiveAnalyzer};

use crate::signals::{Chance, Mono, drums, noise};

/// What files and interfaces come with.
const RATES: [u32; 2] = [44_100, 48_000];
const LENGTH_S: f64 = 40.0;

/// Whether a tempo is shown live, block of 512 by block.
fn has_tempo(signal: &[f32], rate: u32) -> Vec<bool> {
    let mut analyzer = LiveAnalyzer::new(&AnalysisConfig::at_rate(rate)).unwrap();
    signal
        .chunks(512)
        .map(|block| {
            analyzer.push(block, block);
            analyzer.hearing().tempo.is_some()
        })
        .collect()
}

/// Share of the time for which a tempo is shown live.
fn share_with_tempo(signal: &[f32], rate: u32) -> f64 {
    let shown = has_tempo(signal, rate);
    shown.iter().filter(|shown| **shown).count() as f64 / shown.len() as f64
}

/// Noise through a one-pole low-pass, `kept` of each sample going on: 0 is white, near 1 brown.
fn dark_noise(kept: f32, rate: u32, seed: u64) -> Mono {
    let mut last = 0.0;
    let mut out = noise(LENGTH_S, rate, seed);
    for sample in &mut out {
        last = kept * last + (1.0 - kept) * *sample;
        *sample = last / (1.0 - kept).sqrt();
    }
    out
}

/// Low-passes an octave apart, added up: 3 dB less an octave.
fn pink_noise(rate: u32, seed: u64) -> Mono {
    let mut out = vec![0.0; (LENGTH_S * f64::from(rate)) as usize];
    for octave in 1..9 {
        let part = dark_noise(1.0 - 0.5f32.powi(octave), rate, seed + octave as u64);
        out.iter_mut().zip(part).for_each(|(sum, sample)| *sum += 0.4 * sample);
    }
    out
}

/// Held notes that beat against each other.
fn drone(rate: u32) -> Mono {
    (0..(LENGTH_S * f64::from(rate)) as usize)
        .map(|i| {
            let t = i as f64 / f64::from(rate);
            [55.0, 110.3, 164.8, 220.9].iter().map(|hz| 0.1 * (TAU * hz * t).sin()).sum::<f64>()
                as f32
        })
        .collect()
}

/// Drops on a roof, 60 a second, over a hiss.
fn rain(rate: u32, seed: u64) -> Mono {
    let mut chance = Chance::new(seed);
    let mut out: Mono = noise(LENGTH_S, rate, seed + 1).iter().map(|x| 0.05 * x).collect();
    for _ in 0..(60.0 * LENGTH_S) as usize {
        let start = (chance.next() * out.len() as f64) as usize;
        let (hz, level) = (chance.between(800.0, 6000.0), chance.between(0.02, 0.3));
        for (i, sample) in out[start..].iter_mut().take(rate as usize / 50).enumerate() {
            let t = i as f64 / f64::from(rate);
            *sample += (level * (-300.0 * t).exp() * (TAU * hz * t).sin()) as f32;
        }
    }
    out
}

/// Calls `syllable` with the place of each, as a speaker sets them: about `a_second`, lengths
/// scattered by a third, phrases of a few with a breath between.
fn spoken(
    rate: u32,
    chance: &mut Chance,
    a_second: f64,
    mut syllable: impl FnMut(&mut Chance, &mut [f32]),
) -> Mono {
    let mut out = vec![0.0; (LENGTH_S * f64::from(rate)) as usize];
    let mut at = 0.2;
    let mut left = 8;
    while at < LENGTH_S - 1.0 {
        let length = (0.33 * chance.bell()).exp() / a_second;
        let sounding = length * chance.between(0.5, 0.9);
        let samples = |s: f64| (s * f64::from(rate)) as usize;
        syllable(chance, &mut out[samples(at)..][..samples(sounding)]);
        at += length;
        left -= 1;
        if left == 0 {
            at += chance.between(0.1, 0.8);
            left = chance.between(4.0, 15.0) as usize;
        }
    }
    out
}

/// Rises and falls within one syllable, 0 at both ends.
fn swell(i: usize, n: usize) -> f64 {
    (std::f64::consts::PI * i as f64 / n as f64).sin()
}

fn whispered(rate: u32, seed: u64, a_second: f64) -> Mono {
    spoken(rate, &mut Chance::new(seed), a_second, |chance, out| {
        let n = out.len();
        let (kept, level) = (chance.between(0.0, 0.9), chance.between(0.1, 0.5));
        let mut last = 0.0;
        for (i, sample) in out.iter_mut().enumerate() {
            last = kept * last + (1.0 - kept) * chance.between(-1.0, 1.0);
            *sample = (level * swell(i, n) * last) as f32;
        }
    })
}

fn gliding(rate: u32, seed: u64, a_second: f64) -> Mono {
    spoken(rate, &mut Chance::new(seed), a_second, |chance, out| {
        let n = out.len();
        let [from, to] = [(); 2].map(|()| 140.0 * (0.25 * chance.bell()).exp2());
        let (vowel_hz, level) = (chance.between(400.0, 2000.0), chance.between(0.1, 0.4));
        let mut phase = 0.0;
        for (i, sample) in out.iter_mut().enumerate() {
            let hz = from + (to - from) * i as f64 / n as f64;
            phase += hz / f64::from(rate);
            let voice: f64 = (1..=20)
                .map(|k| {
                    let octaves = (hz * f64::from(k) / vowel_hz).log2();
                    (-octaves * octaves).exp() * (TAU * phase * f64::from(k)).sin()
                })
                .sum();
            *sample = (0.3 * level * swell(i, n).sqrt() * voice) as f32;
        }
    })
}

#[test]
fn silence_noise_rain_and_drones_show_no_tempo() {
    for (rate, seed) in RATES.into_iter().zip([100, 200]) {
        for (name, signal) in [
            ("silence", vec![0.0; (LENGTH_S * f64::from(rate)) as usize]),
            ("white noise", noise(LENGTH_S, rate, seed)),
            ("pink noise", pink_noise(rate, seed + 10)),
            ("brown noise", dark_noise(0.998, rate, seed + 20)),
            ("rain", rain(rate, seed + 30)),
            ("a drone", drone(rate)),
        ] {
            let share = share_with_tempo(&signal, rate);
            assert!(share <= 0.05, "{name} at {rate} Hz: {share:.2} of the time");
        }
    }
}

#[test]
fn syllables_without_a_beat_hardly_ever_show_a_tempo() {
    let mut shares = Vec::new();
    for (rate, seed) in RATES.into_iter().zip([300, 400]) {
        for (seed, a_second) in (seed..).zip([2.5, 4.0, 5.0, 6.5]) {
            for signal in [whispered(rate, seed, a_second), gliding(rate, seed, a_second)] {
                shares.push(share_with_tempo(&signal, rate));
            }
        }
    }
    // A few syllables in a row may fall as even as beats; never for long.
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    assert!(mean <= 0.01 && shares.iter().all(|share| *share <= 0.2), "{shares:.2?}");
}

#[test]
fn a_drummer_s_tempo_is_shown_after_four_seconds() {
    for rate in RATES {
        let share = share_with_tempo(&drums(110.0, LENGTH_S, rate), rate);
        assert!(share >= 1.0 - 4.6 / LENGTH_S, "{share:.2} of the time");
    }
}

#[test]
fn the_tempo_of_music_is_over_forty_seconds_into_noise() {
    let music_s = 15.0;
    for (rate, seed) in RATES.into_iter().zip([500, 600]) {
        for (name, after) in [
            ("white noise", noise(45.0, rate, seed)),
            ("pink noise", [pink_noise(rate, seed + 10), pink_noise(rate, seed + 20)].concat()),
            ("rain", [rain(rate, seed + 30), rain(rate, seed + 40)].concat()),
        ] {
            let shown = has_tempo(&[drums(110.0, music_s, rate), after].concat(), rate);
            let block = |seconds: f64| (seconds * f64::from(rate)) as usize / 512;
            assert!(shown[block(music_s)], "{name} at {rate} Hz");
            let late = &shown[block(music_s + 40.0)..];
            assert!(late.iter().all(|shown| !shown), "{name} at {rate} Hz");
        }
    }
}

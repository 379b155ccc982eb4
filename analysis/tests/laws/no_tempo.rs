//! What has no beat shows no tempo: noises, drones, and speech-like sounds whose syllables come as
//! they please.

use std::f64::consts::TAU;

use analysis::{AnalysisConfig, LiveAnalyzer};

use crate::signals::{Mono, drums, noise};

const RATE: u32 = 24_000;
const LENGTH_S: f64 = 40.0;

/// Uniform in 0 to 1, the same on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }

    /// Nearly normal: mean 0, standard deviation 1.
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

/// Share of the time for which a tempo is shown live.
fn share_with_tempo(signal: &[f32]) -> f64 {
    let mut analyzer = LiveAnalyzer::new(&AnalysisConfig::at_rate(RATE)).unwrap();
    let mut n_shown = 0;
    let blocks = signal.chunks(512);
    let n = blocks.len() as f64;
    for block in blocks {
        analyzer.push(block, block);
        n_shown += usize::from(analyzer.hearing().tempo.is_some());
    }
    n_shown as f64 / n
}

/// Noise through a one-pole low-pass, `kept` of each sample going on: 0 is white, near 1 brown.
fn dark_noise(kept: f32, seed: u32) -> Mono {
    let mut last = 0.0;
    let mut out = noise(LENGTH_S, RATE, seed);
    for sample in &mut out {
        last = kept * last + (1.0 - kept) * *sample;
        *sample = last / (1.0 - kept).sqrt();
    }
    out
}

/// Low-passes an octave apart, added up: 3 dB less an octave.
fn pink_noise(seed: u32) -> Mono {
    let mut out = vec![0.0; (LENGTH_S * f64::from(RATE)) as usize];
    for octave in 1..9 {
        let part = dark_noise(1.0 - 0.5f32.powi(octave), seed + octave as u32);
        out.iter_mut().zip(part).for_each(|(sum, sample)| *sum += 0.4 * sample);
    }
    out
}

/// Held notes that beat against each other.
fn drone() -> Mono {
    (0..(LENGTH_S * f64::from(RATE)) as usize)
        .map(|i| {
            let t = i as f64 / f64::from(RATE);
            [55.0, 110.3, 164.8, 220.9].iter().map(|hz| 0.1 * (TAU * hz * t).sin()).sum::<f64>()
                as f32
        })
        .collect()
}

/// Drops on a roof, 60 a second, over a hiss.
fn rain(seed: u64) -> Mono {
    let mut chance = Chance(seed);
    let mut out: Mono = noise(LENGTH_S, RATE, seed as u32).iter().map(|x| 0.05 * x).collect();
    for _ in 0..(60.0 * LENGTH_S) as usize {
        let start = (chance.next() * out.len() as f64) as usize;
        let (hz, level) = (chance.between(800.0, 6000.0), chance.between(0.02, 0.3));
        for (i, sample) in out[start..].iter_mut().take(480).enumerate() {
            let t = i as f64 / f64::from(RATE);
            *sample += (level * (-300.0 * t).exp() * (TAU * hz * t).sin()) as f32;
        }
    }
    out
}

/// Calls `syllable` with the place of each, as a speaker sets them: about `a_second`, lengths
/// scattered by a third, phrases of a few with a breath between.
fn spoken(
    chance: &mut Chance,
    a_second: f64,
    mut syllable: impl FnMut(&mut Chance, &mut [f32]),
) -> Mono {
    let mut out = vec![0.0; (LENGTH_S * f64::from(RATE)) as usize];
    let mut at = 0.2;
    let mut left = 8;
    while at < LENGTH_S - 1.0 {
        let length = (0.33 * chance.bell()).exp() / a_second;
        let sounding = length * chance.between(0.5, 0.9);
        let samples = |s: f64| (s * f64::from(RATE)) as usize;
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

fn whispered(seed: u64, a_second: f64) -> Mono {
    spoken(&mut Chance(seed), a_second, |chance, out| {
        let n = out.len();
        let (kept, level) = (chance.between(0.0, 0.9), chance.between(0.1, 0.5));
        let mut last = 0.0;
        for (i, sample) in out.iter_mut().enumerate() {
            last = kept * last + (1.0 - kept) * chance.between(-1.0, 1.0);
            *sample = (level * swell(i, n) * last) as f32;
        }
    })
}

fn gliding(seed: u64, a_second: f64) -> Mono {
    spoken(&mut Chance(seed), a_second, |chance, out| {
        let n = out.len();
        let [from, to] = [(); 2].map(|()| 140.0 * (0.25 * chance.bell()).exp2());
        let (vowel_hz, level) = (chance.between(400.0, 2000.0), chance.between(0.1, 0.4));
        let mut phase = 0.0;
        for (i, sample) in out.iter_mut().enumerate() {
            let hz = from + (to - from) * i as f64 / n as f64;
            phase += hz / f64::from(RATE);
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
    let silence = vec![0.0; (LENGTH_S * f64::from(RATE)) as usize];
    for (name, signal) in [
        ("silence", silence),
        ("white noise", noise(LENGTH_S, RATE, 1)),
        ("pink noise", pink_noise(2)),
        ("brown noise", dark_noise(0.998, 3)),
        ("rain", rain(4)),
        ("a drone", drone()),
    ] {
        let share = share_with_tempo(&signal);
        assert!(share <= 0.05, "{name}: {share:.2} of the time");
    }
}

#[test]
fn syllables_without_a_beat_show_no_tempo() {
    for (seed, a_second) in [(11, 2.5), (12, 4.0), (13, 5.0), (14, 6.5)] {
        for (name, signal) in
            [("whispered", whispered(seed, a_second)), ("gliding", gliding(seed, a_second))]
        {
            let share = share_with_tempo(&signal);
            assert!(share <= 0.05, "{name}, {a_second} a second: {share:.2} of the time");
        }
    }
}

#[test]
fn a_drummer_s_tempo_is_shown_after_four_seconds() {
    let share = share_with_tempo(&drums(110.0, LENGTH_S, RATE));
    assert!(share >= 1.0 - 4.6 / LENGTH_S, "{share:.2} of the time");
}

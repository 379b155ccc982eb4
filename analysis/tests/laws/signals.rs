//! Test signals: additive chords, noise, drum hits.

use analysis::{AnalysisConfig, Chord, ChordQuality, Key, LiveAnalyzer, Mode, TrackAnalysis};
use analysis::{PitchClass, TrackAnalyzer};

/// Samples that both channels have.
pub(crate) type Mono = Vec<f32>;

/// A chord of eight-partial tones: a close voicing from middle C up over a softer bass note.
pub(crate) fn chord(chord: Chord, seconds: f64, rate: u32, a4: f64) -> Mono {
    let n = (seconds * f64::from(rate)) as usize;
    let mut out = vec![0.0; n];
    let root = 48 + chord.root.index() as i32;
    let voices = chord.quality.intervals().iter().map(|&step| root + 12 + i32::from(step));
    for (note, level) in std::iter::once((root - 12, 0.025)).chain(voices.map(|note| (note, 0.05)))
    {
        let hz = a4 * (f64::from(note - 69) / 12.0).exp2();
        for partial in 1..=8 {
            let (hz, level) = (hz * f64::from(partial), level / f64::from(partial));
            if hz * 2.0 > f64::from(rate) {
                break;
            }
            let step = std::f64::consts::TAU * hz / f64::from(rate);
            for (i, sample) in out.iter_mut().enumerate() {
                let fade = (i.min(n - 1 - i) as f64 / 200.0).min(1.0);
                *sample += (level * fade * (step * i as f64).sin()) as f32;
            }
        }
    }
    out
}

/// I-vi-IV-V-I (or i-VI-iv-V-i) in a key, each chord `seconds` long, `times` over.
pub(crate) fn cadence(key: Key, times: usize, seconds: f64, rate: u32, a4: f64) -> Mono {
    use ChordQuality::{Dominant7, Major, Minor};
    let degrees = match key.mode {
        Mode::Major => [(0, Major), (9, Minor), (5, Major), (7, Dominant7)],
        Mode::Minor => [(0, Minor), (8, Major), (5, Minor), (7, Dominant7)],
    };
    let mut round = Mono::new();
    for (step, quality) in degrees {
        let degree = Chord::new(key.tonic.transposed(step), quality);
        round.extend(chord(degree, seconds, rate, a4));
    }
    let mut out = round.repeat(times);
    let tonic = Chord::new(key.tonic, if key.mode == Mode::Major { Major } else { Minor });
    out.extend(chord(tonic, 2.0 * seconds, rate, a4));
    out
}

/// Chances that fall the same on every machine: a linear congruential generator (Knuth, MMIX).
pub(crate) struct Chance(u64);

impl Chance {
    /// Other chances for every seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut chance = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        chance.next();
        chance
    }

    /// Uniform, from 0 to 1.
    pub(crate) fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }

    /// Uniform, from `low` to `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.next()
    }

    /// Nearly normal: mean 0, standard deviation 1.
    pub(crate) fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

/// White noise.
pub(crate) fn noise(seconds: f64, rate: u32, seed: u64) -> Mono {
    let mut chance = Chance::new(seed);
    let n = (seconds * f64::from(rate)) as usize;
    (0..n).map(|_| chance.between(-0.2, 0.2) as f32).collect()
}

/// Kick on one and three, snare on two and four, noise hats in eighths.
pub(crate) fn drums(bpm: f64, seconds: f64, rate: u32) -> Mono {
    let mut out = vec![0.0; (seconds * f64::from(rate)) as usize];
    let hiss = noise(0.2, rate, 7);
    let eighth = 30.0 / bpm;
    for hit in 0..(seconds / eighth) as usize {
        let start = (hit as f64 * eighth * f64::from(rate)) as usize;
        for (i, sample) in out[start..].iter_mut().take(hiss.len()).enumerate() {
            let t = i as f64 / f64::from(rate);
            let kick = (std::f64::consts::TAU * (50.0 * t + 3.0 * (1.0 - (-30.0 * t).exp()))).sin();
            *sample += match hit % 4 {
                0 => (0.6 * kick * (-14.0 * t).exp()) as f32,
                2 => 2.0 * hiss[i] * (-20.0 * t).exp() as f32,
                _ => 0.6 * hiss[i] * (-60.0 * t).exp() as f32,
            };
        }
    }
    out
}

/// Whole-file analysis of a mono signal.
pub(crate) fn analyzed(signal: &[f32], rate: u32) -> TrackAnalysis {
    let mut analyzer = TrackAnalyzer::new(&AnalysisConfig::at_rate(rate)).unwrap();
    analyzer.push(signal, signal);
    analyzer.finish()
}

/// A live analyzer that heard a mono signal in blocks of 512.
pub(crate) fn heard(signal: &[f32], rate: u32) -> LiveAnalyzer {
    let mut analyzer = LiveAnalyzer::new(&AnalysisConfig::at_rate(rate)).unwrap();
    for block in signal.chunks(512) {
        analyzer.push(block, block);
    }
    analyzer
}

/// The key on a named tonic.
pub(crate) fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

/// Every twelfth-octave root.
pub(crate) fn roots() -> impl Iterator<Item = PitchClass> {
    PitchClass::all()
}

//! Test signals: additive chords, noise, drum hits.

use analysis::{AnalysisConfig, Chord, ChordQuality, Key, LiveAnalyzer, Mode, TrackAnalysis};
use analysis::{PitchClass, TrackAnalyzer};

/// Samples of both channels.
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

/// White noise from a linear congruential generator.
pub(crate) fn noise(seconds: f64, rate: u32, mut seed: u32) -> Mono {
    (0..(seconds * f64::from(rate)) as usize)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            0.2 * ((seed >> 8) as f32 / 8_388_608.0 - 1.0)
        })
        .collect()
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

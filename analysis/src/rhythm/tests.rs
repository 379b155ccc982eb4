//! Laws of tempo and beats, on sounds made here.

use super::onset::{OnsetFrame, OnsetStrength};
use super::{LiveRhythm, RhythmFacts, TrackRhythm};
use crate::config::{ANALYSIS_RATE, AnalysisConfig, TempoRange};
use crate::facts::{Beat, TempoEstimate, TempoRelation, TempoSource};
use crate::features::{FeatureExtractor, FrameSink, ShortFrame, TonalFrame};
use crate::units::{Bpm, Seconds};

const RATE: f64 = ANALYSIS_RATE as f64;

/// Uniform noise in -1 to 1 that is the same on every machine.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}

#[derive(Clone, Copy)]
enum Drum {
    Kick,
    Snare,
    Hat,
}

fn silence(seconds: f64) -> Vec<f32> {
    vec![0.0; (seconds * RATE) as usize]
}

fn hit(audio: &mut [f32], at_s: f64, drum: Drum, gain: f32) {
    let (length_s, seed) = match drum {
        Drum::Kick => (0.12, 1),
        Drum::Snare => (0.10, 2),
        Drum::Hat => (0.03, 3),
    };
    let mut noise = Noise(seed);
    let mut before = 0.0;
    let start = (at_s * RATE) as usize;
    for (idx, sample) in audio.iter_mut().skip(start).take((length_s * RATE) as usize).enumerate() {
        let t = idx as f64 / RATE;
        let decay = (-5.0 * t / length_s).exp() as f32;
        let white = noise.next();
        let wave = match drum {
            Drum::Kick => (std::f64::consts::TAU * 60.0 * t).sin() as f32,
            Drum::Snare => 0.7 * white + 0.3 * (std::f64::consts::TAU * 190.0 * t).sin() as f32,
            Drum::Hat => white - before,
        };
        before = white;
        *sample += gain * decay * wave;
    }
}

/// Clicks on every beat, the first at half a second.
fn clicks(bpm: f64, seconds: f64) -> Vec<f32> {
    let mut audio = silence(seconds);
    for beat in 0..((seconds - 0.5) * bpm / 60.0) as usize {
        hit(&mut audio, 0.5 + beat as f64 * 60.0 / bpm, Drum::Snare, 0.5);
    }
    audio
}

/// Kick on the first beat, snares on the backbeats (4) or softly on the others (3), hats in
/// eighths; a bass note that changes with the bar.
fn groove(bpm: f64, beats_per_bar: usize, seconds: f64) -> Vec<f32> {
    let mut audio = silence(seconds);
    let beat_s = 60.0 / bpm;
    for eighth in 0..(2.0 * (seconds - 0.2) / beat_s) as usize {
        let at = 0.2 + eighth as f64 * 0.5 * beat_s;
        hit(&mut audio, at, Drum::Hat, 0.1);
        if eighth % 2 == 0 {
            match (eighth / 2 % beats_per_bar, beats_per_bar) {
                (0, _) => hit(&mut audio, at, Drum::Kick, 0.8),
                (2, 4) => hit(&mut audio, at, Drum::Kick, 0.5),
                (_, 4) => hit(&mut audio, at, Drum::Snare, 0.4),
                _ => hit(&mut audio, at, Drum::Snare, 0.15),
            }
        }
    }
    for (idx, sample) in audio.iter_mut().enumerate() {
        let t = idx as f64 / RATE - 0.2;
        let bar = (t / (beat_s * beats_per_bar as f64)).floor();
        let hz = [110.0, 146.8, 98.0, 130.8][bar.rem_euclid(4.0) as usize];
        if t >= 0.0 {
            *sample += 0.1 * (std::f64::consts::TAU * hz * t).sin() as f32;
        }
    }
    audio
}

fn white_noise(seed: u64, seconds: f64) -> Vec<f32> {
    let mut noise = Noise(seed);
    silence(seconds).iter().map(|_| 0.2 * noise.next()).collect()
}

fn drone(hz: f64, seconds: f64) -> Vec<f32> {
    (0..(seconds * RATE) as usize)
        .map(|idx| {
            let phase = std::f64::consts::TAU * hz * idx as f64 / RATE;
            (1..=8).map(|k| 0.1 * (phase * f64::from(k)).sin() / f64::from(k)).sum::<f64>() as f32
        })
        .collect()
}

/// Whatever takes short frames.
struct Into<F>(F);

impl<F: FnMut(&ShortFrame<'_>)> FrameSink for Into<F> {
    fn short_frame(&mut self, frame: &ShortFrame<'_>) {
        (self.0)(frame);
    }

    fn tonal_frame(&mut self, _frame: &TonalFrame) {}
}

fn config() -> AnalysisConfig {
    AnalysisConfig::at_rate(ANALYSIS_RATE)
}

fn each_frame(audio: &[f32], chunk: usize, take: impl FnMut(&ShortFrame<'_>)) {
    let mut extractor = FeatureExtractor::new(&config()).unwrap();
    let mut sink = Into(take);
    for samples in audio.chunks(chunk) {
        extractor.push(samples, &mut sink);
    }
    extractor.finish(&mut sink);
}

fn whole(audio: &[f32]) -> RhythmFacts {
    let mut rhythm = TrackRhythm::new(&config(), None);
    each_frame(audio, 4096, |frame| {
        rhythm.push(frame);
    });
    rhythm.finish(Seconds(audio.len() as f64 / RATE))
}

/// All beats called, with the delay of each call in seconds of audio.
fn listen(rhythm: &mut LiveRhythm, audio: &[f32]) -> Vec<(Beat, f64)> {
    let mut called = Vec::new();
    let mut n_beats = rhythm.n_beats();
    each_frame(audio, 512, |frame| {
        rhythm.push(frame);
        if rhythm.n_beats() > n_beats {
            n_beats = rhythm.n_beats();
            let beat = *rhythm.beats().last().unwrap();
            // A frame is complete half a window after its centre.
            called.push((beat, frame.at.0 + 512.0 / RATE - beat.at.0));
        }
    });
    called
}

fn live(audio: &[f32]) -> (LiveRhythm, Vec<(Beat, f64)>) {
    let mut rhythm = LiveRhythm::new(&config(), None);
    let called = listen(&mut rhythm, audio);
    (rhythm, called)
}

#[track_caller]
fn assert_bpm(tempo: Option<TempoEstimate>, expected: f32) {
    let bpm = tempo.map_or(0.0, |tempo| tempo.bpm.0);
    assert!((bpm / expected - 1.0).abs() < 0.01, "{bpm} is not {expected} BPM");
}

/// Share of `beats` within 30 ms of a beat of `bpm` from `first_s` on.
fn share_on_beat(beats: &[Beat], bpm: f64, first_s: f64) -> f64 {
    let on = beats.iter().filter(|beat| {
        let beats_off = (beat.at.0 - first_s) * bpm / 60.0;
        (beats_off - beats_off.round()).abs() * 60.0 / bpm < 0.03
    });
    on.count() as f64 / beats.len().max(1) as f64
}

#[test]
fn clicks_are_counted_at_their_tempo() {
    for bpm in [72.0, 97.0, 120.0, 163.0] {
        let audio = clicks(bpm, 16.0);
        let facts = whole(&audio);
        assert_bpm(facts.tempo, bpm as f32);
        let expected = (15.5 * bpm / 60.0) as usize;
        assert!(facts.beats.len().abs_diff(expected) <= 1, "{} beats", facts.beats.len());
        assert!(share_on_beat(&facts.beats, bpm, 0.5) > 0.99, "{bpm}");

        let (rhythm, called) = live(&audio);
        assert_bpm(rhythm.tempo(), bpm as f32);
        // The level may be another one at first.
        let beats: Vec<Beat> =
            called.iter().map(|(beat, _)| *beat).filter(|beat| beat.at.0 > 5.0).collect();
        assert!(share_on_beat(&beats, bpm, 0.5) > 0.95, "{bpm}");
        assert!(beats.len().abs_diff((11.0 * bpm / 60.0) as usize) <= 1, "{bpm}");
    }
}

#[test]
fn fast_hats_do_not_double_the_tempo() {
    // Sixteenths at 84 BPM also repeat at 168 and 336.
    let mut audio = groove(84.0, 4, 20.0);
    for sixteenth in 0..(4.0 * 19.0 * 84.0 / 60.0) as usize {
        hit(&mut audio, 0.2 + f64::from(sixteenth as u32) * 15.0 / 84.0, Drum::Hat, 0.1);
    }
    let facts = whole(&audio);
    assert_bpm(facts.tempo, 84.0);
    let tempo = facts.tempo.unwrap();
    let double = tempo.alternatives.iter().find(|level| level.relation == TempoRelation::Double);
    assert!(double.is_some_and(|level| (level.bpm.0 / 168.0 - 1.0).abs() < 0.01));
}

#[test]
fn the_levels_weights_do_not_exceed_the_whole() {
    let tempo = whole(&groove(110.0, 4, 15.0)).tempo.unwrap();
    let weights: Vec<f32> = tempo.alternatives.iter().map(|level| level.weight).collect();
    assert!(weights.iter().sum::<f32>() <= 1.0);
    assert!(weights.is_sorted_by(|a, b| a >= b), "strongest first");
    assert!((0.0..=1.0).contains(&tempo.confidence));
}

#[test]
fn silence_noise_and_drones_have_no_tempo() {
    let mut sounds = vec![("silence", silence(12.0)), ("half a second", silence(0.5))];
    sounds.extend((1..12).map(|seed| ("white noise", white_noise(seed, 15.0))));
    sounds.extend([55.0, 110.0, 233.1, 440.0].map(|hz| ("drone", drone(hz, 12.0))));
    for (name, audio) in sounds {
        assert_eq!(whole(&audio), RhythmFacts::default(), "{name}");
        let (rhythm, called) = live(&audio);
        assert_eq!(rhythm.tempo(), None, "{name}");
        assert_eq!(rhythm.meter(), None, "{name}");
        assert!(called.is_empty(), "{name}");
    }
}

#[test]
fn a_loop_without_a_pulse_has_the_tempo_its_length_tells_and_no_beats() {
    let n = (8.0 * 60.0 / 97.0 * f64::from(ANALYSIS_RATE)).round() as usize;
    let facts = whole(&drone(98.0, 6.0)[..n]);
    assert_eq!(facts.tempo.map(|tempo| tempo.bpm), Some(Bpm(97.0)));
    assert_eq!(facts.tempo_source, TempoSource::Length);
    assert!(facts.beats.is_empty() && facts.meter.is_none());
    assert_eq!(whole(&drone(98.0, 6.0)[..n + 9]), RhythmFacts::default());
    assert_eq!(whole(&drone(98.0, 5.0)), RhythmFacts::default());
}

#[test]
fn chunks_and_level_do_not_matter() {
    let audio = groove(104.0, 4, 12.0);
    let quiet: Vec<f32> = audio.iter().map(|sample| sample * 0.02).collect();
    let reference = whole(&audio);
    let facts_in = |audio: &[f32], chunk: usize| {
        let mut rhythm = TrackRhythm::new(&config(), None);
        each_frame(audio, chunk, |frame| {
            rhythm.push(frame);
        });
        rhythm.finish(Seconds(0.0))
    };
    assert_eq!(facts_in(&audio, 37), reference);
    assert_eq!(facts_in(&audio, 100_000), reference);
    let quiet = facts_in(&quiet, 512);
    assert_eq!(quiet.beats, reference.beats);
    assert_eq!(quiet.meter.map(|m| m.beats_per_bar), reference.meter.map(|m| m.beats_per_bar));
}

#[test]
fn after_a_reset_nothing_of_the_past_is_left() {
    let (mut used, _) = live(&groove(147.0, 3, 15.0));
    used.reset();
    assert_eq!((used.tempo(), used.n_beats()), (None, 0));
    assert!(used.beats().is_empty());
    let audio = groove(92.0, 4, 15.0);
    let (fresh, expected) = live(&audio);
    assert_eq!(listen(&mut used, &audio), expected);
    assert_eq!(used.tempo(), fresh.tempo());
    assert_eq!(used.meter(), fresh.meter());

    let mut onset = OnsetStrength::new();
    let onsets = |onset: &mut OnsetStrength| {
        let mut all: Vec<OnsetFrame> = Vec::new();
        each_frame(&audio[..24_000], 512, |frame| all.push(onset.push(frame)));
        all
    };
    let first = onsets(&mut onset);
    onset.reset();
    assert_eq!(onsets(&mut onset), first);
}

#[test]
fn a_new_tempo_is_followed_and_then_shown() {
    let mut audio = groove(96.0, 4, 20.0);
    audio.extend(groove(134.0, 4, 20.0));
    let (rhythm, called) = live(&audio);
    assert_bpm(rhythm.tempo(), 134.0);
    let late: Vec<Beat> =
        called.iter().map(|(beat, _)| *beat).filter(|beat| beat.at.0 > 30.0).collect();
    assert!(share_on_beat(&late, 134.0, 20.2) > 0.9);

    let facts = whole(&audio);
    let before: Vec<Beat> = facts.beats.iter().copied().filter(|b| b.at.0 < 18.0).collect();
    let after: Vec<Beat> = facts.beats.iter().copied().filter(|b| b.at.0 > 24.0).collect();
    assert!(share_on_beat(&before, 96.0, 0.2) > 0.9);
    assert!(share_on_beat(&after, 134.0, 20.2) > 0.9);
    assert_eq!(facts.tempo.unwrap().stability, crate::facts::Stability::Drifting);
}

#[test]
fn bars_of_three_and_of_four_are_told_apart() {
    for (beats_per_bar, bpm) in [(3, 132.0), (4, 116.0)] {
        let audio = groove(bpm, beats_per_bar, 24.0);
        let facts = whole(&audio);
        assert_bpm(facts.tempo, bpm as f32);
        assert_eq!(facts.meter.map(|m| usize::from(m.beats_per_bar)), Some(beats_per_bar));
        let downbeats: Vec<Beat> =
            facts.beats.iter().copied().filter(|beat| beat.bar_position == 1).collect();
        let bars_a_minute = bpm / beats_per_bar as f64;
        assert!(share_on_beat(&downbeats, bars_a_minute, 0.2) > 0.9, "{beats_per_bar}");

        let (rhythm, called) = live(&audio);
        assert_eq!(rhythm.meter().map(|m| usize::from(m.beats_per_bar)), Some(beats_per_bar));
        let late_downbeats: Vec<Beat> = called
            .iter()
            .map(|(beat, _)| *beat)
            .filter(|beat| beat.at.0 > 14.0 && beat.bar_position == 1)
            .collect();
        assert!(late_downbeats.len() >= 3);
        assert!(share_on_beat(&late_downbeats, bars_a_minute, 0.2) > 0.9, "{beats_per_bar}");
    }
}

#[test]
fn live_beats_are_called_in_order_and_within_a_tenth_of_a_second() {
    let (_, called) = live(&groove(120.0, 4, 20.0));
    assert!(called.len() > 25);
    assert!(called.is_sorted_by(|(a, _), (b, _)| a.at.0 < b.at.0));
    for (beat, delay) in called {
        assert!((0.0..=0.1).contains(&delay), "{} called {delay} s late", beat.at);
    }
}

#[test]
fn beats_stop_when_the_music_stops() {
    let mut audio = groove(120.0, 4, 15.0);
    audio.extend(silence(12.0));
    let (rhythm, called) = live(&audio);
    let last = called.last().unwrap().0;
    assert!(last.at.0 < 17.5, "still counting at {}", last.at);
    assert_bpm(rhythm.tempo(), 120.0);
    assert!(whole(&audio).beats.last().unwrap().at.0 < 15.5);
}

#[test]
fn a_tempo_outlasts_a_break_of_eight_bars_and_is_over_in_the_end() {
    let mut audio = groove(100.0, 4, 15.0);
    audio.extend(silence(19.2));
    assert_bpm(live(&audio).0.tempo(), 100.0);
    audio.extend(silence(26.0));
    assert_eq!(live(&audio).0.tempo(), None);
}

#[test]
fn the_beat_phase_turns_with_the_beat() {
    let (rhythm, called) = live(&clicks(120.0, 12.0));
    let last = called.last().unwrap().0;
    for (beats_later, expected) in [(0.25, 0.25), (0.5, 0.5), (1.25, 0.25)] {
        let phase = rhythm.beat_phase(Seconds(last.at.0 + 0.5 * beats_later));
        assert!((phase - expected).abs() < 0.06, "{phase} is not {expected}");
    }
}

#[test]
fn the_tempo_stays_in_the_range_asked_for() {
    let range = TempoRange { min: Bpm(100.0), max: Bpm(240.0) };
    let audio = clicks(80.0, 15.0);
    let mut rhythm = TrackRhythm::new(&AnalysisConfig { tempo_range: range, ..config() }, None);
    each_frame(&audio, 512, |frame| {
        rhythm.push(frame);
    });
    assert_bpm(rhythm.finish(Seconds(0.0)).tempo, 160.0);

    let (mut rhythm, _) = live(&audio);
    assert_bpm(rhythm.tempo(), 80.0);
    rhythm.set_tempo_range(range);
    assert_eq!(rhythm.tempo(), None);
    listen(&mut rhythm, &audio);
    assert_bpm(rhythm.tempo(), 160.0);
}

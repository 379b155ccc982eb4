//! What the network's word does to the decoders, and that a stream and a file with it hold their
//! laws. The weights are meaningless: the laws must hold for any.

use super::bass_line::BassLine;
use super::chord_live::{LiveChords, Words};
use super::chord_network::ChordWord;
use super::chord_track::{ChordFrames, decode_chords};
use super::chroma::Chroma;
use super::harmony_live::LiveHarmony;
use super::harmony_track::TrackHarmony;
use super::key_evidence::{KeyEvidence, KeyWitness};
use super::key_pool::{KeyPool, KeyPools};
use super::triads::TriadModel;
use crate::features::{PITCH_FPS, PitchFrame, TONAL_FPS, TonalFrame};
use crate::learned::tonal_tests::{frames, weights_file};
use crate::learned::{DELAY_FRAMES, N_BASSES, N_CHORDS, N_KEY_INPUTS, TonalModel, TonalReading};
use crate::music::{Chord, ChordQuality};
use crate::units::Seconds;

const C_MAJOR: usize = 0;
const C_MINOR: usize = 12;

fn model() -> &'static TonalModel {
    Box::leak(Box::new(TonalModel::read(&weights_file()).unwrap()))
}

fn reading(class: usize) -> TonalReading {
    let mut chords = [(0.05_f32 / 144.0).ln(); N_CHORDS];
    chords[class] = 0.95_f32.ln();
    TonalReading { chords, bass: [0.0; N_BASSES], for_key: [0.0; N_KEY_INPUTS] }
}

/// Root and fifth, with something of both thirds.
fn open_fifth() -> Chroma {
    let mut chroma = Chroma::default();
    (chroma.0[0], chroma.0[3], chroma.0[4], chroma.0[7]) = (1.0, 0.3, 0.3, 1.0);
    chroma
}

/// Three seconds of C major, then three of C minor, as the network puts it.
fn words() -> Vec<ChordWord> {
    let class = |idx: usize| if idx < 3 * PITCH_FPS { C_MAJOR } else { C_MINOR };
    (0..6 * PITCH_FPS).map(|idx| ChordWord::of(&reading(class(idx)))).collect()
}

fn triad(minor: bool) -> Option<Chord> {
    let quality = if minor { ChordQuality::Minor } else { ChordQuality::Major };
    Some(Chord { quality, ..Chord::default() })
}

#[test]
fn the_network_decides_what_the_templates_leave_open() {
    let frames = ChordFrames {
        chromas: vec![open_fifth(); 6 * TONAL_FPS],
        words: words(),
        bass: BassLine::default(),
    };
    let segments = decode_chords(&frames, &[], Seconds(6.0));
    assert_eq!(segments.iter().map(|s| s.chord).collect::<Vec<_>>(), [triad(false), triad(true)]);
    assert!((segments[0].end.0 - 3.0).abs() < 0.11, "{:?}", segments[0].end);
}

#[test]
fn live_the_network_decides_as_soon_as_it_has_spoken() {
    let mut chords = LiveChords::new(Words::Awaited);
    let words = words();
    let mut shown = Vec::new();
    for frame in 0..6 * TONAL_FPS {
        chords.push(Seconds(frame as f64 / TONAL_FPS as f64), &open_fifth(), None);
        if frame % 2 == 0 && frame / 2 >= DELAY_FRAMES {
            chords.hear(words.get(frame / 2 - DELAY_FRAMES).copied());
        }
        shown.push(chords.segment(Seconds(0.0)).chord);
    }
    // The delay is 1.2 s, and a change is shown once it has led for 0.3 s.
    assert!(shown[16..44].iter().all(|&chord| chord == triad(false)), "{shown:?}");
    assert!(shown[48..].iter().all(|&chord| chord == triad(true)), "{shown:?}");
}

#[test]
fn a_chord_too_short_to_be_one_goes_to_its_neighbors() {
    let mut chromas = vec![Chroma::default(); 40];
    for (idx, chroma) in chromas.iter_mut().enumerate() {
        let root = if idx < 20 { 0 } else { 5 };
        // A strong chord of two frames in between.
        let root = if (19..21).contains(&idx) { 9 } else { root };
        for (step, x) in [(0, 1.0), (4, 0.9), (7, 1.0)] {
            chroma.0[(root + step) % 12] = x;
        }
    }
    let word = |idx: usize| ChordWord::of(&reading(if idx == 10 { 9 } else { 5 * (idx / 10) }));
    let words = (0..20).map(word).collect();
    let frames = ChordFrames { chromas, words, bass: BassLine::default() };
    let segments = decode_chords(&frames, &[], Seconds(4.0));
    assert_eq!(segments.len(), 2, "{segments:?}");
    assert!(segments.iter().all(|s| s.end.0 - s.start.0 > 1.8));
}

#[test]
fn pools_of_seconds_add_up_to_the_pool_of_the_whole() {
    let model = model();
    let mut stream = crate::learned::TonalStream::new(model);
    let (mut whole, mut seconds) = (KeyPool::new(), KeyPools::new(model, 4));
    let mut n = 0;
    for bins in frames(26) {
        if let Some(reading) = stream.push(model, &bins, 0.0) {
            whole.push(reading, 1.0);
            seconds.push(n / PITCH_FPS, reading);
            n += 1;
        }
    }
    let (whole, seconds) = (whole.key(model).unwrap(), seconds.key(0..4).unwrap());
    for (a, b) in whole.iter().zip(&seconds) {
        assert!((a - b).abs() < 1e-3);
    }
    assert_eq!(KeyPools::new(model, 4).key(0..4), None);
}

#[test]
fn the_network_tells_keys_apart_that_nothing_else_does() {
    let mut evidence = KeyEvidence::default();
    let all_alike = Chroma([1.0; 12]);
    evidence.push(&all_alike, &all_alike, &TriadModel::new().push(&all_alike));
    let mut network = [-4.0; 24];
    network[17] = -0.1;
    let witness = KeyWitness { evidence: &evidence, network: Some(network) };
    assert_eq!(witness.leader().index(), 17);
}

/// Tonal and pitch frames of eight seconds in time order; the last two are silent.
fn each_frame(mut take: impl FnMut(TonalFrame, Option<PitchFrame>)) {
    let pitch_frames = frames(8 * PITCH_FPS);
    for idx in 0..8 * TONAL_FPS {
        let at = Seconds(idx as f64 / TONAL_FPS as f64);
        let silent = at.0 >= 6.0;
        let full: [f32; 36] =
            std::array::from_fn(|bin| if silent { 0.0 } else { (bin * idx % 7) as f32 });
        let power = if silent { 0.0 } else { 0.1 };
        let tonal = TonalFrame { at, full, bass: full, treble: full, power };
        let pitch = (idx % 2 == 0).then(|| PitchFrame {
            at,
            bins: if silent { [0; 252] } else { pitch_frames[idx / 2] },
        });
        take(tonal, pitch);
    }
}

#[test]
fn after_a_reset_a_listener_is_as_new() {
    let listen = |harmony: &mut LiveHarmony| {
        let mut heard = Vec::new();
        each_frame(|tonal, pitch| {
            harmony.push(&tonal);
            pitch.iter().for_each(|frame| harmony.push_pitch(frame));
            heard.push((harmony.key().shown(), harmony.chords().segment(tonal.at)));
        });
        heard
    };
    let model = model();
    let mut used = LiveHarmony::new(None, Some(model));
    let first = listen(&mut used);
    used.reset();
    assert_eq!(listen(&mut used), first);
    assert!(first.iter().all(|(_, chord)| chord.confidence.is_finite()));
}

#[test]
fn a_file_ends_in_no_chord_where_it_ends_in_silence() {
    let mut harmony = TrackHarmony::new(None, Some(model()));
    each_frame(|tonal, pitch| {
        harmony.push(&tonal);
        pitch.iter().for_each(|frame| harmony.push_pitch(frame));
    });
    let facts = harmony.finish(Seconds(8.0));
    let last = facts.chords.last().unwrap();
    assert_eq!((last.chord, last.end), (None, Seconds(8.0)));
    assert!(facts.chords.iter().all(|chord| (0.0..=1.0).contains(&chord.confidence)));
}

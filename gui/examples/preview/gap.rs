//! Gaps to a target as they are really told: the demo song beside a reference made of it, and beside
//! a scene. Tempo and key are those that the sample shows.

use std::sync::OnceLock;

use advice::{Aim, Gap, SceneId, SceneProfiles, TrackId};
use analysis::{AnalysisConfig, Bpm, Fingerprint, Key, Mode, PitchClass, TrackAnalyzer};

/// Seconds of the demo song that are listened to.
const SECONDS: u32 = 40;
const RATE: u32 = 48_000;

/// The demo song's fingerprint, in the tempo and key of the sample.
fn heard() -> &'static Fingerprint {
    static HEARD: OnceLock<Fingerprint> = OnceLock::new();
    HEARD.get_or_init(|| {
        let mut left = vec![0.0; (SECONDS * RATE) as usize];
        let mut right = left.clone();
        song::Renderer::new(&song::demo(), RATE).render(&mut left, &mut right);
        let config = AnalysisConfig::at_rate(RATE);
        let analysis = TrackAnalyzer::new(&config).ok().map(|mut analyzer| {
            analyzer.push(&left, &right);
            analyzer.finish()
        });
        let Some(mut heard) = analysis.and_then(|it| it.fingerprint) else {
            unreachable!("the demo song is long and loud enough to compare")
        };
        set_tempo_and_key(&mut heard, 125.9, Key::new(PitchClass::new(10), Mode::Minor));
        heard
    })
}

fn set_tempo_and_key(piece: &mut Fingerprint, bpm: f32, key: Key) {
    let (mut tempo, mut its_key) = (piece.tempo.unwrap_or_default(), piece.key.unwrap_or_default());
    (tempo.bpm, tempo.confidence) = (Bpm(bpm), 0.9);
    (its_key.key, its_key.confidence) = (key, 0.83);
    (piece.tempo, piece.key) = (Some(tempo), Some(its_key));
}

/// Something of everything: a slower, brighter, busier mix with less low mids and lower peaks.
pub fn to_reference() -> Gap {
    let mut there = *heard();
    set_tempo_and_key(&mut there, 116.6, Key::new(PitchClass::new(0), Mode::Major));
    for (band, db) in [(8, -7.0), (9, -8.0), (10, -7.0), (11, -6.0), (23, 5.0), (24, 6.0)] {
        there.balance[band] += db;
    }
    // Where a fingerprint has its centroid (in octaves), onset density and crest.
    there.timbre[39] += 0.6;
    there.rhythm[20] *= 1.3;
    there.dynamics[3] -= 2.5;
    Aim::at_reference(TrackId(0), &there).gap(heard())
}

/// A scene asks for bands, and for a mode at most.
pub fn to_scene() -> Gap {
    let scene = SceneId(1);
    let profiles = SceneProfiles::shipped();
    match profiles.get(scene) {
        Some(profile) => Aim::at_scene(scene, profile).gap(heard()),
        None => to_reference(),
    }
}

/// Neither a pulse nor a key, and all the rest as it should be.
pub fn unheard() -> Gap {
    let here = Fingerprint { tempo: None, key: None, ..*heard() };
    Aim::at_reference(TrackId(1), heard()).gap(&here)
}

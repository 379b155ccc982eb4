//! Gaps to a target, made up.

use advice::{
    BalanceGap, Compared, FigureGap, Gap, GapAspect, KeyGap, KeyGoal, SceneId, Target, TempoGap,
    TempoLevel, TrackId,
};
use analysis::{Bpm, Key, Mode, PitchClass};

fn figure(here: f32, from: f32, to: f32, beyond: f32) -> Compared<FigureGap> {
    let gain = 0.5 * beyond.abs();
    Compared::Known(FigureGap { here, from, to, beyond, confidence: 0.9, gain })
}

/// Something of everything, the tempo most of all.
pub fn to_reference() -> Gap {
    let mut bands_db = [0.0; 27];
    for (band, db) in [(8, 4.0), (9, 5.0), (10, 4.0), (11, 3.0), (23, -3.0), (24, -4.0)] {
        bands_db[band] = db;
    }
    Gap {
        target: Target::Reference(TrackId(0)),
        tempo: Compared::Known(TempoGap {
            here: Bpm(125.9),
            from: Bpm(116.6),
            to: Bpm(116.6),
            level: TempoLevel::Same,
            ratio: 1.08,
            confidence: 0.9,
            gain: 1.2,
        }),
        key: Compared::Known(KeyGap {
            here: Key::new(PitchClass::new(10), Mode::Minor),
            goal: KeyGoal::Key(Key::new(PitchClass::new(0), Mode::Major)),
            fifths: 5,
            other_mode: true,
            confidence: 0.8,
            gain: 0.7,
        }),
        brightness: figure(1850.0, 2300.0, 2300.0, -0.3),
        balance: Compared::Known(BalanceGap { bands_db, confidence: 0.9, gain: 0.4 }),
        bass: Compared::Open,
        roughness: Compared::Open,
        onset_density: figure(2.1, 3.4, 3.4, -1.1),
        loudness_range: figure(4.5, 4.5, 4.5, 0.0),
        crest: figure(9.5, 6.5, 6.5, 1.3),
        largest: Some(GapAspect::Tempo),
    }
}

/// A scene asks for bands, and for a mode at most.
pub fn to_scene() -> Gap {
    Gap {
        target: Target::Scene(SceneId(1)),
        tempo: Compared::Known(TempoGap {
            here: Bpm(125.9),
            from: Bpm(100.0),
            to: Bpm(140.0),
            level: TempoLevel::Double,
            ratio: 1.0,
            confidence: 0.9,
            gain: 0.0,
        }),
        key: Compared::Known(KeyGap {
            here: Key::new(PitchClass::new(10), Mode::Minor),
            goal: KeyGoal::Mode(Mode::Major),
            fifths: 0,
            other_mode: true,
            confidence: 0.8,
            gain: 0.4,
        }),
        brightness: figure(1850.0, 400.0, 950.0, 2.1),
        balance: Compared::Open,
        bass: figure(-3.0, -12.0, -5.0, 0.6),
        roughness: figure(-27.5, -45.0, -30.0, 0.4),
        onset_density: figure(4.6, 0.4, 2.0, 2.6),
        loudness_range: figure(3.0, 2.0, 8.0, 0.0),
        crest: Compared::Open,
        largest: Some(GapAspect::OnsetDensity),
    }
}

/// Neither a pulse nor a key, and all the rest as it should be.
pub fn unheard() -> Gap {
    let balance = BalanceGap { bands_db: [0.0; 27], confidence: 0.45, gain: 0.0 };
    Gap {
        target: Target::Reference(TrackId(1)),
        tempo: Compared::Unheard,
        key: Compared::Unheard,
        brightness: figure(1850.0, 1900.0, 1900.0, 0.0),
        balance: Compared::Known(balance),
        onset_density: figure(2.1, 2.2, 2.2, 0.0),
        loudness_range: figure(4.5, 4.5, 4.5, 0.0),
        crest: figure(6.5, 6.5, 6.5, 0.0),
        largest: None,
        ..to_reference()
    }
}

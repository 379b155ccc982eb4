//! [`CueReadings`]: what a scene profile looks at, read off a fingerprint.

use analysis::{Fingerprint, Mode};

use crate::snapshot::Cue;

/// Sound after which the spectral and rhythmic cues have settled, in seconds.
const SETTLED_S: f32 = 20.0;

/// One cue as heard.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CueReading {
    /// Its value in the cue's unit.
    pub value: f32,
    /// How sure that is, 0 to 1.
    pub confidence: f32,
}

/// The cues of one piece; absent where they are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CueReadings([Option<CueReading>; Cue::ALL.len()]);

impl CueReadings {
    /// Reads the cues off a fingerprint. Loudness is not among them: an idea in the making has
    /// none yet.
    pub fn of(fingerprint: &Fingerprint) -> Self {
        let mut readings = Self::default();
        if let Some(tempo) = fingerprint.tempo {
            readings.set(Cue::Tempo, tempo.bpm.0, tempo.confidence);
        }
        if let Some(key) = fingerprint.key {
            let major = if key.key.mode == Mode::Major { 1.0 } else { 0.0 };
            readings.set(Cue::Mode, major, key.confidence);
        }
        let settled = (fingerprint.seconds / SETTLED_S).min(1.0);
        readings.set(Cue::Brightness, fingerprint.centroid_hz(), settled);
        readings.set(Cue::OnsetDensity, fingerprint.onset_density(), settled);
        readings.set(Cue::LoudnessRange, fingerprint.loudness_range_db(), settled);
        readings.set(Cue::Bass, fingerprint.bass_db(), settled);
        readings.set(Cue::Roughness, fingerprint.flatness_db(), settled);
        readings
    }

    /// Sets a cue; a value that is not a number leaves it unknown.
    pub fn set(&mut self, cue: Cue, value: f32, confidence: f32) {
        let known = value.is_finite() && confidence > 0.0;
        if let Some(reading) = self.0.get_mut(cue.index()) {
            *reading = known.then_some(CueReading { value, confidence: confidence.min(1.0) });
        }
    }

    /// The reading of `cue`.
    pub fn get(&self, cue: Cue) -> Option<CueReading> {
        self.0.get(cue.index()).copied().flatten()
    }
}

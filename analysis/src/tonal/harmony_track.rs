//! [`TrackHarmony`]: tuning, key and chords of a whole file.

use super::chord_track::decode_chords;
use super::chroma::Chroma;
use super::key_evidence::KeyEvidence;
use super::key_track::decode_keys;
use super::triads::TriadModel;
use super::tuning::TuningTracker;
use super::{SOUNDING_POWER, SmoothedChroma};
use crate::facts::{ChordSegment, KeyEstimate, KeySegment, TuningEstimate};
use crate::features::{TONAL_FPS, TonalFrame};
use crate::units::{Hertz, Seconds};

/// Tonal facts of a file.
#[derive(Clone, Debug)]
pub(crate) struct HarmonyFacts {
    pub(crate) tuning: Option<TuningEstimate>,
    pub(crate) key: Option<KeyEstimate>,
    pub(crate) keys: Vec<KeySegment>,
    pub(crate) chords: Vec<ChordSegment>,
}

/// A tonal frame in 76 bytes, so that ten hours fit into memory: bins as 255ths of the greatest.
#[derive(Clone, Debug)]
struct StoredFrame {
    full: [u8; 36],
    bass: [u8; 36],
    scale: f32,
}

/// Collects tonal frames; decodes them once the tuning is known.
#[derive(Debug)]
pub(crate) struct TrackHarmony {
    frames: Vec<StoredFrame>,
    tuning: TuningTracker,
    reference: Option<Hertz>,
}

impl TrackHarmony {
    pub(crate) fn new(reference: Option<Hertz>) -> Self {
        Self { frames: Vec::new(), tuning: TuningTracker::new(1.0), reference }
    }

    pub(crate) fn push(&mut self, frame: &TonalFrame) {
        self.tuning.push(frame);
        self.frames.push(StoredFrame::new(frame));
    }

    pub(crate) fn finish(self, length: Seconds) -> HarmonyFacts {
        let cents = match self.reference {
            Some(a4) => a4.cents_from_440().0,
            None => self.tuning.cents(),
        };
        let mut smoothed = SmoothedChroma::default();
        let mut triads = TriadModel::new();
        let mut chromas = Vec::with_capacity(self.frames.len());
        let mut seconds = vec![KeyEvidence::default(); self.frames.len().div_ceil(TONAL_FPS)];
        for (idx, frame) in self.frames.iter().enumerate() {
            let (full, bass) = frame.chromas(cents);
            let smooth = smoothed.push(&full);
            let evidence = triads.push(&smooth);
            if frame.scale > 0.0 {
                seconds[idx / TONAL_FPS].push(&full, &bass, &evidence);
            }
            chromas.push(smooth);
        }
        // The mean over three frames lags one frame behind.
        if !chromas.is_empty() {
            chromas.rotate_left(1);
        }
        let (key, keys) = decode_keys(&seconds, length);
        let chords = decode_chords(&chromas, &keys, length);
        HarmonyFacts { tuning: self.tuning.estimate(), key, keys, chords }
    }
}

impl StoredFrame {
    fn new(frame: &TonalFrame) -> Self {
        let top = frame.full.iter().fold(0.0, |max: f32, &x| max.max(x));
        if frame.power <= SOUNDING_POWER || top <= 0.0 {
            return Self { full: [0; 36], bass: [0; 36], scale: 0.0 };
        }
        let stored = |x: f32| (x / top * 255.0).round() as u8;
        Self { full: frame.full.map(stored), bass: frame.bass.map(stored), scale: top / 255.0 }
    }

    fn chromas(&self, cents: f32) -> (Chroma, Chroma) {
        let restored = |bins: &[u8; 36]| bins.map(|x| f32::from(x) * self.scale);
        (Chroma::tuned(&restored(&self.full), cents), Chroma::tuned(&restored(&self.bass), cents))
    }
}

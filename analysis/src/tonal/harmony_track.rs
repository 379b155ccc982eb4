//! [`TrackHarmony`]: tuning, key and chords of a whole file.

use super::bass_line::BassLine;
use super::chord_network::ChordWord;
use super::chord_track::{ChordFrames, decode_chords};
use super::chroma::Chroma;
use super::key_evidence::KeyEvidence;
use super::key_pool::KeyPools;
use super::key_reason::cadence;
use super::key_track::{KeySeconds, decode_keys};
use super::triads::TriadModel;
use super::tuning::TuningTracker;
use super::{SOUNDING_POWER, SmoothedChroma};
use crate::facts::{ChordSegment, KeyEstimate, KeySegment, TuningEstimate};
use crate::features::{N_PITCH_BINS, PITCH_FPS, PitchFrame, TONAL_FPS, TonalFrame};
use crate::learned::{TonalModel, TonalReading, TonalStream};
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
    pitch_frames: Vec<[u8; N_PITCH_BINS]>,
    network: Option<&'static TonalModel>,
    tuning: TuningTracker,
    reference: Option<Hertz>,
}

impl TrackHarmony {
    pub(crate) fn new(reference: Option<Hertz>, network: Option<&'static TonalModel>) -> Self {
        Self {
            frames: Vec::new(),
            pitch_frames: Vec::new(),
            network,
            tuning: TuningTracker::new(1.0),
            reference,
        }
    }

    pub(crate) fn push(&mut self, frame: &TonalFrame) {
        self.tuning.push(frame);
        self.frames.push(StoredFrame::new(frame));
    }

    pub(crate) fn push_pitch(&mut self, frame: &PitchFrame) {
        if self.network.is_some() {
            self.pitch_frames.push(frame.bins);
        }
    }

    pub(crate) fn finish(self, length: Seconds) -> HarmonyFacts {
        let cents = match self.reference {
            Some(a4) => a4.cents_from_440().0,
            None => self.tuning.cents(),
        };
        let mut smoothed = SmoothedChroma::default();
        let mut triads = TriadModel::new();
        let mut chromas = Vec::with_capacity(self.frames.len());
        let n_seconds = self.frames.len().div_ceil(TONAL_FPS);
        let mut evidence = vec![KeyEvidence::default(); n_seconds];
        for (idx, frame) in self.frames.iter().enumerate() {
            let (full, bass) = frame.chromas(cents);
            let smooth = smoothed.push(&full);
            let chords = triads.push(&smooth);
            if frame.scale > 0.0 {
                evidence[idx / TONAL_FPS].push(&full, &bass, &chords);
            }
            chromas.push(smooth);
        }
        // The mean over three frames lags one frame behind.
        if !chromas.is_empty() {
            chromas.rotate_left(1);
        }
        let mut pools = self.network.map(|model| KeyPools::new(model, n_seconds));
        let mut words = Vec::with_capacity(self.pitch_frames.len());
        let mut bass = BassLine::default();
        self.read_pitch_frames(cents, |idx, reading| {
            bass.push(reading);
            words.push(ChordWord::of(reading));
            let frame = self.frames.get(idx * TONAL_FPS / PITCH_FPS);
            if let (Some(pools), Some(true)) = (&mut pools, frame.map(|frame| frame.scale > 0.0)) {
                pools.push(idx / PITCH_FPS, reading);
            }
        });
        let (mut key, keys) = decode_keys(&KeySeconds { evidence, pools }, length);
        let chords = decode_chords(&ChordFrames { chromas, words, bass }, &keys, length);
        if let Some(key) = &mut key {
            let heard = chords.iter().map(|segment| segment.chord);
            key.reason.cadence = cadence(heard, key.key);
        }
        HarmonyFacts { tuning: self.tuning.estimate(), key, keys, chords }
    }

    /// What the network hears in each pitch frame, in time order.
    fn read_pitch_frames(&self, cents: f32, mut on_reading: impl FnMut(usize, &TonalReading)) {
        let Some(model) = self.network else { return };
        let mut stream = TonalStream::new(model);
        let mut n_readings = 0;
        let mut on_next = |reading: &TonalReading| {
            on_reading(n_readings, reading);
            n_readings += 1;
        };
        for bins in &self.pitch_frames {
            if let Some(reading) = stream.push(model, bins, cents) {
                on_next(reading);
            }
        }
        while let Some(reading) = stream.finish(model) {
            on_next(reading);
        }
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

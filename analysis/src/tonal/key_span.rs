//! [`KeySpan`]: everything that speaks for the key over the last moments, fading.

use super::chroma::Chroma;
use super::key_evidence::{KeyEvidence, KeyWitness};
use super::key_pool::KeyPool;
use super::triads::TriadEvidence;
use crate::features::{PITCH_FPS, TONAL_FPS};
use crate::learned::{TonalModel, TonalReading};

/// Evidence that fades to 1/e in a fixed time. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(super) struct KeySpan {
    keep_per_frame: f32,
    keep_per_reading: f32,
    evidence: KeyEvidence,
    pool: KeyPool,
    /// What the network makes of the pool.
    network: Option<[f32; 24]>,
}

impl KeySpan {
    pub(super) fn new(memory_seconds: f32) -> Self {
        let keep = |fps: usize| (-1.0 / (memory_seconds * fps as f32)).exp();
        Self {
            keep_per_frame: keep(TONAL_FPS),
            keep_per_reading: keep(PITCH_FPS),
            evidence: KeyEvidence::default(),
            pool: KeyPool::new(),
            network: None,
        }
    }

    /// Takes a sounding tonal frame.
    pub(super) fn push(&mut self, full: &Chroma, bass: &Chroma, triads: &TriadEvidence) {
        self.evidence.decay(self.keep_per_frame);
        self.evidence.push(full, bass, triads);
    }

    /// Takes the network's reading of a sounding frame.
    pub(super) fn hear(&mut self, model: &TonalModel, reading: &TonalReading) {
        self.pool.push(reading, self.keep_per_reading);
        self.network = self.pool.key(model);
    }

    pub(super) fn witness(&self) -> KeyWitness<'_> {
        KeyWitness { evidence: &self.evidence, network: self.network }
    }

    /// Forgets what `other` has forgotten.
    pub(super) fn become_like(&mut self, other: &Self) {
        self.evidence = other.evidence;
        self.pool.become_like(&other.pool);
        self.network = other.network;
    }

    pub(super) fn reset(&mut self) {
        self.evidence = KeyEvidence::default();
        self.pool.reset();
        self.network = None;
    }
}

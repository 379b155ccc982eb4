//! [`LiveKey`]: the key shown while people play. It commits on evidence, revises rarely.

use super::key_evidence::KeyEvidence;
use crate::facts::{KeyEstimate, KeySegment};
use crate::features::TONAL_FPS;
use crate::history::History;
use crate::music::Key;
use crate::units::Seconds;

/// Sound needed before a key is shown at all.
const MIN_SECONDS: f32 = 4.0;
/// Share of the evidence the first key shown must have, and for how long it must lead.
const FIRST_SHARE: f32 = 0.5;
const FIRST_LEAD_FRAMES: u32 = 2 * TONAL_FPS as u32;
/// The same for a key that replaces the one shown.
const CHANGE_SHARE: f32 = 0.75;
const CHANGE_LEAD_FRAMES: u32 = 4 * TONAL_FPS as u32;
/// A key shown whose own share fell below this yields to any leader that would be shown first.
const REFUTED_SHARE: f32 = 0.15;
/// How long there must be no key before the display is cleared. Silence does not clear it: the
/// evidence then stays as it is.
const CLEAR_FRAMES: u32 = 8 * TONAL_FPS as u32;

/// Rule of commitment over running evidence.
#[derive(Debug, Default)]
pub(crate) struct LiveKey {
    shown: Option<KeyEstimate>,
    keys: History<KeySegment, 16>,
    leader: Option<Key>,
    n_led: u32,
    n_absent: u32,
}

impl LiveKey {
    /// Takes the evidence as it stands at `at`, after a sounding frame: of the last phrase or two,
    /// and of the last moments.
    pub(crate) fn push(&mut self, at: Seconds, evidence: &KeyEvidence, recent: &KeyEvidence) {
        let estimate = evidence.estimate().filter(|_| evidence.seconds() >= MIN_SECONDS);
        let Some(estimate) = estimate else {
            self.n_led = 0;
            self.n_absent += 1;
            if self.n_absent >= CLEAR_FRAMES {
                self.shown = None;
            }
            return;
        };
        self.n_absent = 0;
        self.n_led = if self.leader == Some(estimate.key) { self.n_led + 1 } else { 1 };
        self.leader = Some(estimate.key);
        match self.shown {
            Some(shown) if shown.key == estimate.key => self.shown = Some(estimate),
            Some(shown) => {
                if recent.leader() != estimate.key {
                    self.n_led = 0;
                }
                let now = refreshed(shown, &estimate);
                let needed =
                    if now.confidence < REFUTED_SHARE { FIRST_SHARE } else { CHANGE_SHARE };
                if estimate.confidence >= needed && self.n_led >= CHANGE_LEAD_FRAMES {
                    self.show(at, estimate);
                } else {
                    self.shown = Some(now);
                }
            }
            None if estimate.confidence >= FIRST_SHARE && self.n_led >= FIRST_LEAD_FRAMES => {
                self.show(at, estimate);
            }
            None => {}
        }
    }

    fn show(&mut self, at: Seconds, estimate: KeyEstimate) {
        self.shown = Some(estimate);
        if let Some(last) = self.keys.last_mut() {
            if last.key == estimate.key {
                return;
            }
            last.end = at;
        }
        self.keys.push(KeySegment { start: at, end: at, key: estimate.key });
    }

    /// The key shown.
    pub(crate) fn shown(&self) -> Option<KeyEstimate> {
        self.shown
    }

    /// Keys shown so far, the last one open-ended.
    pub(crate) fn keys(&self, now: Seconds) -> History<KeySegment, 16> {
        let mut keys = self.keys;
        if let Some(last) = keys.last_mut() {
            last.end = now;
        }
        keys
    }

    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }
}

/// The shown key with the shares the evidence now gives it and its rivals.
fn refreshed(shown: KeyEstimate, now: &KeyEstimate) -> KeyEstimate {
    let share = now.alternatives.iter().find(|c| c.key == shown.key).map_or(0.05, |c| c.weight);
    let leader = crate::facts::KeyCandidate { key: now.key, weight: now.confidence };
    let others = now.alternatives.iter().copied().filter(|c| c.key != shown.key);
    KeyEstimate {
        key: shown.key,
        confidence: share,
        alternatives: History::first_of(std::iter::once(leader).chain(others)),
    }
}

//! [`LiveKey`]: the key shown while people play. It commits on evidence, revises rarely.

use super::key_evidence::KeyWitness;
use crate::facts::{KeyEstimate, KeyReason, KeySegment};
use crate::features::TONAL_FPS;
use crate::history::History;
use crate::music::Key;
use crate::units::Seconds;

/// Evidence over three spans of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyWitnesses<'a> {
    /// The whole of what was heard in this key.
    pub(crate) passage: KeyWitness<'a>,
    /// The last phrase.
    pub(crate) phrase: KeyWitness<'a>,
    /// The last bar or two.
    pub(crate) moment: KeyWitness<'a>,
}

/// What a frame led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyStep {
    /// The key shown stays as it is.
    Same,
    /// The music moved to another key: what was heard before speaks for the old one only.
    Modulated,
}

/// Sound needed before a key is shown at all.
const MIN_SECONDS: f32 = 3.0;
/// Share of the evidence the first key shown must have, and for how long it must lead.
const FIRST_SHARE: f32 = 0.5;
const FIRST_LEAD_FRAMES: u32 = 3 * TONAL_FPS as u32 / 2;
/// The same for a key that replaces the one shown because the passage as a whole speaks for it.
const CHANGE_SHARE: f32 = 0.75;
const CHANGE_LEAD_FRAMES: u32 = 4 * TONAL_FPS as u32;
/// A key shown is refuted where another is so many times as likely, and would be shown first. It
/// yields even where the moment says something else again.
const REFUTING_RATIO: f32 = 3.0;
const REFUTED_LEAD_FRAMES: u32 = 3 * TONAL_FPS as u32;
/// A modulation: for a while the last phrase speaks for another key and hardly for the one shown.
const MODULATION_SHARE: f32 = 0.5;
const MODULATION_LEFT_SHARE: f32 = 0.15;
const MODULATION_LEAD_FRAMES: u32 = 3 * TONAL_FPS as u32;
/// How long there must be no key before the display is cleared. Silence does not clear it: the
/// evidence then stays as it is.
const CLEAR_FRAMES: u32 = 8 * TONAL_FPS as u32;

/// A key and for how many frames on end it has led.
#[derive(Clone, Copy, Debug, Default)]
struct Lead {
    key: Option<Key>,
    n_frames: u32,
}

impl Lead {
    fn follow(&mut self, key: Option<Key>) {
        self.n_frames = if key.is_some() && self.key == key { self.n_frames + 1 } else { 1 };
        self.key = key;
    }
}

/// Rule of commitment over running evidence.
#[derive(Debug, Default)]
pub(crate) struct LiveKey {
    shown: Option<KeyEstimate>,
    keys: History<KeySegment, 16>,
    /// Of the passage, and with the moment agreeing.
    leader: Lead,
    /// Of the passage, while the key shown is refuted.
    refuter: Lead,
    /// Of the phrase, against the key shown.
    challenger: Lead,
    n_absent: u32,
}

impl LiveKey {
    /// Takes the evidence as it stands at `at`, after a sounding frame.
    pub(crate) fn push(&mut self, at: Seconds, heard: KeyWitnesses<'_>) -> KeyStep {
        let estimate =
            heard.passage.estimate().filter(|_| heard.passage.evidence.seconds() >= MIN_SECONDS);
        let Some(estimate) = estimate else {
            self.leader = Lead::default();
            self.n_absent += 1;
            if self.n_absent >= CLEAR_FRAMES && self.shown.take().is_some() {
                self.close(at);
            }
            return KeyStep::Same;
        };
        self.n_absent = 0;
        let Some(shown) = self.shown else {
            self.leader.follow(Some(estimate.key));
            if estimate.confidence >= FIRST_SHARE && self.leader.n_frames >= FIRST_LEAD_FRAMES {
                self.show(at, estimate);
            }
            return KeyStep::Same;
        };
        // On the way from C to D the longer evidence passes through G, which has notes of both:
        // whatever takes over must lead in the moment as well.
        let moment = heard.moment.leader();
        if let Some(key) = self.modulation(shown.key, &heard, moment) {
            self.show(at, key);
            return KeyStep::Modulated;
        }
        self.leader.follow(Some(estimate.key).filter(|&key| key == moment || key == shown.key));
        let now = if estimate.key == shown.key { estimate } else { refreshed(shown, &estimate) };
        let refuted = estimate.confidence >= FIRST_SHARE.max(REFUTING_RATIO * now.confidence);
        self.refuter.follow(Some(estimate.key).filter(|_| refuted));
        let led = self.leader.key == Some(estimate.key)
            && self.leader.n_frames >= CHANGE_LEAD_FRAMES
            && (refuted || estimate.confidence >= CHANGE_SHARE);
        let led = led || (refuted && self.refuter.n_frames >= REFUTED_LEAD_FRAMES);
        if estimate.key != shown.key && led {
            self.show(at, estimate);
        } else {
            self.shown = Some(now);
        }
        KeyStep::Same
    }

    /// The key the music has moved to, once that is sure.
    fn modulation(
        &mut self,
        shown: Key,
        heard: &KeyWitnesses<'_>,
        moment: Key,
    ) -> Option<KeyEstimate> {
        let phrase = heard.phrase.estimate();
        let challenger = phrase.filter(|phrase| {
            let left = phrase.alternatives.iter().find(|c| c.key == shown);
            phrase.key != shown
                && phrase.key == moment
                && phrase.confidence >= MODULATION_SHARE
                && left.is_none_or(|c| c.weight < MODULATION_LEFT_SHARE)
        });
        self.challenger.follow(challenger.map(|phrase| phrase.key));
        challenger.filter(|_| self.challenger.n_frames >= MODULATION_LEAD_FRAMES)
    }

    fn show(&mut self, at: Seconds, estimate: KeyEstimate) {
        if self.shown.is_some() {
            self.close(at);
        }
        self.shown = Some(estimate);
        self.keys.push(KeySegment { start: at, end: at, key: estimate.key });
    }

    /// What was shown ends here.
    fn close(&mut self, at: Seconds) {
        if let Some(last) = self.keys.last_mut() {
            last.end = at;
        }
    }

    /// The key shown.
    pub(crate) fn shown(&self) -> Option<KeyEstimate> {
        self.shown
    }

    /// Keys shown so far; the one shown now lasts until `now`.
    pub(crate) fn keys(&self, now: Seconds) -> History<KeySegment, 16> {
        let mut keys = self.keys;
        if let Some(last) = keys.last_mut().filter(|_| self.shown.is_some()) {
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
        // What was found for it when it led still speaks for it, but against another runner-up.
        reason: KeyReason { note: None, instead_of: None, ..shown.reason },
        ..shown
    }
}

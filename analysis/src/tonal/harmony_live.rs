//! [`LiveHarmony`]: tuning, key and chord from tonal frames, pitch frames and notes, causally.

use super::chord_live::{LiveChords, Words};
use super::chord_network::ChordWord;
use super::chroma::Chroma;
use super::key_live::{KeyStep, KeyWitnesses, LiveKey};
use super::key_span::KeySpan;
use super::network_live::LiveNetwork;
use super::notes::HeldNotes;
use super::triads::{TriadEvidence, TriadModel};
use super::tuning::TuningTracker;
use super::{SOUNDING_POWER, SmoothedChroma};
use crate::facts::TuningEstimate;
use crate::features::{LeadingFrame, PitchFrame, TONAL_FPS, TonalFrame};
use crate::learned::TonalModel;
use crate::live::NoteEvent;
use crate::units::{Hertz, Seconds};

/// Evidence for the key fades to 1/e in these times.
const PASSAGE_MEMORY_SECONDS: f32 = 25.0;
const PHRASE_MEMORY_SECONDS: f32 = 7.0;
const MOMENT_MEMORY_SECONDS: f32 = 4.0;
/// The tuning moves more slowly.
const TUNING_MEMORY_SECONDS: f32 = 30.0;
/// How fast the chroma shown fades.
const CHROMA_MEMORY_SECONDS: f32 = 0.6;

/// Everything tonal a listener could say at this moment.
#[derive(Debug)]
pub(crate) struct LiveHarmony {
    tuning: TuningTracker,
    reference: Option<Hertz>,
    smoothed: SmoothedChroma,
    triads: TriadModel,
    passage: KeySpan,
    phrase: KeySpan,
    moment: KeySpan,
    key: LiveKey,
    chords: LiveChords,
    notes: HeldNotes,
    network: Option<LiveNetwork>,
    /// Whether there was sound in the last tonal frame.
    sounded: bool,
    shown_chroma: Chroma,
    now: Seconds,
}

impl LiveHarmony {
    pub(crate) fn new(reference: Option<Hertz>, network: Option<&'static TonalModel>) -> Self {
        let words = if network.is_some() { Words::Awaited } else { Words::None };
        Self {
            tuning: TuningTracker::new(keep_per_frame(TUNING_MEMORY_SECONDS)),
            reference,
            smoothed: SmoothedChroma::default(),
            triads: TriadModel::new(),
            passage: KeySpan::new(PASSAGE_MEMORY_SECONDS),
            phrase: KeySpan::new(PHRASE_MEMORY_SECONDS),
            moment: KeySpan::new(MOMENT_MEMORY_SECONDS),
            key: LiveKey::default(),
            chords: LiveChords::new(words),
            notes: HeldNotes::new(),
            network: network.map(LiveNetwork::new),
            sounded: false,
            shown_chroma: Chroma::default(),
            now: Seconds(0.0),
        }
    }

    pub(crate) fn set_reference(&mut self, reference: Option<Hertz>) {
        self.reference = reference;
    }

    pub(crate) fn note(&mut self, event: NoteEvent) {
        self.notes.push(event);
    }

    /// Takes the newest sound, before the tonal frame that centres on what lies a third of a
    /// second behind it.
    pub(crate) fn push_leading(&mut self, frame: &LeadingFrame) {
        let mut full = Chroma::tuned(&frame.full, self.cents());
        let has_notes = self.notes.blend(&mut full, &mut Chroma::default());
        if has_notes || frame.power > SOUNDING_POWER {
            self.chords.push_newest(Some(&full));
        } else {
            self.chords.push_newest(None);
        }
    }

    pub(crate) fn push(&mut self, frame: &TonalFrame) {
        self.now = frame.at;
        self.tuning.push(frame);
        let cents = self.cents();
        let mut full = Chroma::tuned(&frame.full, cents);
        let mut bass = Chroma::tuned(&frame.bass, cents);
        let has_notes = self.notes.blend(&mut full, &mut bass);
        self.notes.frame_over();
        self.sounded = frame.power > SOUNDING_POWER;
        let sounds = has_notes || self.sounded;
        if !sounds {
            full = Chroma::default();
        }
        let smooth = self.smoothed.push(&full);
        let triads = self.triads.push(&smooth);
        if sounds {
            self.witness(frame.at, &full, &bass, &triads);
        }
        self.chords.push(frame.at, &smooth, self.key.shown().map(|estimate| estimate.key));
        let keep = keep_per_frame(CHROMA_MEMORY_SECONDS);
        self.shown_chroma.0.iter_mut().for_each(|x| *x *= keep);
        self.shown_chroma.add(&full, 1.0 - keep);
    }

    fn witness(&mut self, at: Seconds, full: &Chroma, bass: &Chroma, triads: &TriadEvidence) {
        for span in [&mut self.passage, &mut self.phrase, &mut self.moment] {
            span.push(full, bass, triads);
        }
        let witnesses = KeyWitnesses {
            passage: self.passage.witness(),
            phrase: self.phrase.witness(),
            moment: self.moment.witness(),
        };
        if self.key.push(at, witnesses) == KeyStep::Modulated {
            self.passage.become_like(&self.phrase);
        }
    }

    /// Takes the pitch frame of the last tonal frame's window. The network answers a second later.
    pub(crate) fn push_pitch(&mut self, frame: &PitchFrame) {
        let cents = self.cents();
        let Some(network) = &mut self.network else { return };
        let model = network.model();
        let Some((reading, sounded)) = network.push(frame, self.sounded, cents) else { return };
        self.chords.hear(sounded.then(|| ChordWord::of(reading)));
        if sounded {
            for span in [&mut self.passage, &mut self.phrase, &mut self.moment] {
                span.hear(model, reading);
            }
        }
    }

    fn cents(&self) -> f32 {
        self.reference.map_or(self.tuning.cents(), |a4| a4.cents_from_440().0)
    }

    pub(crate) fn key(&self) -> &LiveKey {
        &self.key
    }

    pub(crate) fn chords(&self) -> &LiveChords {
        &self.chords
    }

    pub(crate) fn tuning(&self) -> Option<TuningEstimate> {
        self.tuning.estimate()
    }

    /// Pitch classes of the last moments, the greatest 1; all 0 in silence.
    pub(crate) fn chroma(&self) -> [f32; 12] {
        let top = self.shown_chroma.0.iter().fold(0.0, |max: f32, &x| max.max(x));
        if top > 1e-3 { self.shown_chroma.0.map(|x| x / top) } else { [0.0; 12] }
    }

    /// Centre of the last frame.
    pub(crate) fn now(&self) -> Seconds {
        self.now
    }

    pub(crate) fn reset(&mut self) {
        self.tuning.reset();
        self.smoothed = SmoothedChroma::default();
        self.triads.reset();
        self.passage.reset();
        self.phrase.reset();
        self.moment.reset();
        self.key.reset();
        self.chords.reset();
        self.notes.reset();
        if let Some(network) = &mut self.network {
            network.reset();
        }
        self.sounded = false;
        self.shown_chroma = Chroma::default();
        self.now = Seconds(0.0);
    }
}

fn keep_per_frame(memory_seconds: f32) -> f32 {
    (-1.0 / (memory_seconds * TONAL_FPS as f32)).exp()
}

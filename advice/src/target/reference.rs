//! [`ReferenceAim`]: a reference as a target.

use analysis::{Fingerprint, KeyEstimate, TempoEstimate};

use super::Target;
use super::balance::BalanceTeller;
use super::figure::FigureTeller;
use super::gap::{Compared, Gap};
use super::key::KeyTeller;
use super::tempo::TempoTeller;
use crate::scenes::{CueReading, CueReadings};
use crate::snapshot::Cue;

/// What the reference is like, and what was told of the difference.
#[derive(Clone, Debug)]
pub(super) struct ReferenceAim {
    tempo_there: Option<TempoEstimate>,
    key_there: Option<KeyEstimate>,
    cues_there: CueReadings,
    crest_there: Option<CueReading>,
    tempo: TempoTeller,
    key: KeyTeller,
    brightness: FigureTeller,
    balance: BalanceTeller,
    onset_density: FigureTeller,
    loudness_range: FigureTeller,
    crest: FigureTeller,
}

impl ReferenceAim {
    pub(super) fn new(there: &Fingerprint) -> Self {
        let cues_there = CueReadings::of(there);
        Self {
            tempo_there: there.tempo,
            key_there: there.key,
            cues_there,
            crest_there: crest(there, &cues_there),
            tempo: TempoTeller::default(),
            key: KeyTeller::default(),
            brightness: FigureTeller::default(),
            balance: BalanceTeller::new(there, settled(&cues_there)),
            onset_density: FigureTeller::default(),
            loudness_range: FigureTeller::default(),
            crest: FigureTeller::default(),
        }
    }

    pub(super) fn gap(&mut self, target: Target, here: &Fingerprint) -> Gap {
        let cues_here = CueReadings::of(here);
        let cues_there = self.cues_there;
        let figure = |teller: &mut FigureTeller, cue: Cue| {
            teller.beside_reference(cue, cues_here.get(cue), cues_there.get(cue))
        };
        Gap {
            target,
            tempo: self.tempo.beside_reference(here.tempo, self.tempo_there),
            key: self.key.beside_reference(here.key, self.key_there),
            brightness: figure(&mut self.brightness, Cue::Brightness),
            balance: self.balance.gap(here, settled(&cues_here)),
            bass: Compared::Open,
            roughness: Compared::Open,
            onset_density: figure(&mut self.onset_density, Cue::OnsetDensity),
            loudness_range: figure(&mut self.loudness_range, Cue::LoudnessRange),
            crest: self.crest.crest(crest(here, &cues_here), self.crest_there),
            largest: None,
        }
    }

    pub(super) fn reset(&mut self) {
        self.tempo.reset();
        self.key.reset();
        self.brightness.reset();
        self.balance.reset();
        self.onset_density.reset();
        self.loudness_range.reset();
        self.crest.reset();
    }
}

/// How far the spectrum has settled, 0 to 1: as far as its brightness has.
fn settled(cues: &CueReadings) -> f32 {
    cues.get(Cue::Brightness).map_or(0.0, |reading| reading.confidence)
}

fn crest(piece: &Fingerprint, cues: &CueReadings) -> Option<CueReading> {
    let value = piece.crest_db();
    let confidence = settled(cues);
    (value.is_finite() && confidence > 0.0).then_some(CueReading { value, confidence })
}

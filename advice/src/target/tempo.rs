//! [`TempoGap`]: how much faster than the target what is heard is.

use analysis::{Bpm, TempoEstimate};

use super::Compared;
use super::figure::as_read;
use super::steady::{Gate, KNOWN_FROM, Steady};
use crate::scenes::{CueBand, between, importance_of};
use crate::snapshot::Cue;

/// What the ratio is rounded to: the smallest change of tempo that listeners notice in music is a
/// few per cent (Ellis, "Thresholds for detecting tempo change", Psychology of Music 19, 1991).
const STEP: f32 = 0.01;
/// What the tempo heard is rounded to, in BPM.
const STEP_BPM: f32 = 0.1;
/// Ratios are not told beyond this.
const FARTHEST: f32 = 4.0;

/// At which metrical level the target's tempo is read: the one nearest to what is heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TempoLevel {
    /// As it is.
    #[default]
    Same,
    /// At half its tempo.
    Half,
    /// At double its tempo.
    Double,
}

impl TempoLevel {
    /// What the target's tempo is multiplied by.
    pub fn factor(self) -> f32 {
        match self {
            Self::Same => 1.0,
            Self::Half => 0.5,
            Self::Double => 2.0,
        }
    }
}

/// The tempo heard beside that of the target.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TempoGap {
    /// The tempo heard, in tenths.
    pub here: Bpm,
    /// The target's slowest tempo at `level`,
    pub from: Bpm,
    /// and its fastest there: the same, where it has one tempo.
    pub to: Bpm,
    /// The level at which the target is read.
    pub level: TempoLevel,
    /// The tempo heard over the nearer end of the target's, in whole hundredths; 1 within it.
    pub ratio: f32,
    /// How sure both tempos are, 0 to 1.
    pub confidence: f32,
    /// How much closing the gap would help, 0 where there is none.
    pub gain: f32,
}

impl TempoGap {
    /// By how many per cent the playing has to change to be there: below 0 for slower.
    pub fn change_percent(&self) -> f32 {
        100.0 * (1.0 / self.ratio - 1.0)
    }

    /// The nearer end of the target's tempo at `level`; the tempo heard where that is within.
    pub fn there(&self) -> Bpm {
        Bpm(self.here.0.clamp(self.from.0, self.to.0.max(self.from.0)))
    }
}

/// Tells the tempo again and again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TempoTeller {
    gate: Gate,
    here: Steady,
    ratio: Steady,
    /// The level read at last.
    level: Option<TempoLevel>,
}

/// Another level must be so much nearer than the one read at last, in octaves.
const NEARER: f32 = 0.08;

impl TempoTeller {
    /// The tempo beside that of a reference.
    pub(super) fn beside_reference(
        &mut self,
        here: Option<TempoEstimate>,
        there: Option<TempoEstimate>,
    ) -> Compared<TempoGap> {
        let Some(there) = there.filter(|there| there.bpm.0 > 0.0) else { return Compared::Open };
        let Some((here, sure)) = self.heard(here) else { return Compared::Unheard };
        let confidence = (sure * there.confidence.clamp(0.0, 1.0)).sqrt();
        let gap = self.between(here, there.bpm.0, there.bpm.0, confidence);
        let off = between(Cue::Tempo, gap.from.0, gap.from.0 * gap.ratio).abs();
        let gain = off.min(super::figure::FAR) * importance_of(Cue::Tempo) * confidence;
        Compared::Known(TempoGap { gain, ..gap })
    }

    /// The tempo beside the band of a scene.
    pub(super) fn inside_band(
        &mut self,
        band: &CueBand,
        here: Option<TempoEstimate>,
    ) -> Compared<TempoGap> {
        let Some((here, confidence)) = self.heard(here) else { return Compared::Unheard };
        let gap = self.between(here, band.from, band.to, confidence);
        let beyond = if gap.ratio == 1.0 {
            0.0
        } else {
            (band.deviation(here).abs() - 1.0).clamp(0.0, super::figure::FAR)
        };
        Compared::Known(TempoGap { gain: beyond * band.importance() * confidence, ..gap })
    }

    fn between(&mut self, here: f32, from: f32, to: f32, confidence: f32) -> TempoGap {
        let ratio_at = |level: TempoLevel| {
            let (from, to) = (from * level.factor(), to * level.factor());
            here / here.clamp(from, to.max(from))
        };
        let octaves = |level: TempoLevel| ratio_at(level).log2().abs();
        // As it is where that is as near as any.
        let nearest = [TempoLevel::Half, TempoLevel::Double].into_iter().fold(
            TempoLevel::Same,
            |best, level| {
                if octaves(level) < octaves(best) { level } else { best }
            },
        );
        let kept = self.level.filter(|&level| octaves(level) < octaves(nearest) + NEARER);
        let level = kept.unwrap_or(nearest);
        if self.level.is_some_and(|before| before != level) {
            self.ratio.reset();
        }
        self.level = Some(level);
        let here_bpm = self.here.follow(here, STEP_BPM);
        let (from, to) = (from * level.factor(), to * level.factor());
        let exact = ratio_at(level).clamp(1.0 / FARTHEST, FARTHEST);
        let mut ratio = self.ratio.follow(exact, STEP);
        // The ratio must not say the contrary of the tempos as they are read, nor tell two apart
        // that are read the same.
        let read = |bpm| as_read(bpm, 1);
        let agrees = |ratio: f32| match ratio {
            ratio if ratio > 1.0 => read(here_bpm) > read(to.max(from)),
            ratio if ratio < 1.0 => read(here_bpm) < read(from),
            _ => true,
        };
        if !agrees(ratio) {
            self.ratio.reset();
            ratio = self.ratio.follow(1.0, STEP);
        }
        TempoGap {
            here: Bpm(here_bpm),
            from: Bpm(from),
            to: Bpm(to),
            level,
            ratio,
            confidence,
            gain: 0.0,
        }
    }

    fn heard(&mut self, here: Option<TempoEstimate>) -> Option<(f32, f32)> {
        let here = here.filter(|tempo| tempo.bpm.0.is_finite() && tempo.bpm.0 > 0.0);
        super::pass(
            &mut self.gate,
            here.map(|it| (it.bpm.0, it.confidence.clamp(0.0, 1.0))),
            KNOWN_FROM,
        )
    }

    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}

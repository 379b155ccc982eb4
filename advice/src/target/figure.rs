//! [`FigureGap`]: one figure beside what is aimed at.

use super::Compared;
use super::steady::{Gate, SETTLED_FROM, Steady};
use crate::scenes::{CueBand, CueReading, between, importance_of};
use crate::snapshot::Cue;

/// Within so much of the deviation in music at large a piece is as good as its reference: half a
/// minute of a piece differs so much from the whole of it.
const AS_GOOD: f32 = 0.5;
/// The same for dynamics, which a part has less of than the whole.
const AS_GOOD_DYNAMICS: f32 = 1.0;
/// What the crest is rounded to.
const CREST_STEP_DB: f32 = 0.5;
/// Deviation of the crest in music at large: in the population of the whitening.
const CREST_DEVIATION_DB: f32 = 1.9;
/// Differences saturate here, so that one aspect can't shout the others down.
pub(super) const FAR: f32 = 3.0;

/// A figure of what is heard, and where the target has it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FigureGap {
    /// As heard, rounded, in the figure's unit.
    pub here: f32,
    /// Where the target begins, in the same unit,
    pub from: f32,
    /// and where it ends: the same, where the target is one figure.
    pub to: f32,
    /// How far what is heard lies outside: 0 where it is as good as there, below 0 for too little,
    /// above for too much; 1 for clearly off, 3 at most to either side.
    pub beyond: f32,
    /// How sure both figures are, 0 to 1.
    pub confidence: f32,
    /// How much closing the gap would help, 0 where there is none.
    pub gain: f32,
}

impl FigureGap {
    /// The end of the target that is nearer.
    pub fn there(&self) -> f32 {
        if (self.here - self.from).abs() <= (self.here - self.to).abs() {
            self.from
        } else {
            self.to
        }
    }

    /// How much too much, in the figure's unit; 0 where it is as good as there.
    pub fn excess(&self) -> f32 {
        if self.beyond == 0.0 { 0.0 } else { self.here - self.there() }
    }
}

/// Tells one figure again and again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FigureTeller {
    gate: Gate,
    shown: Steady,
    /// Whether it was off at the last look.
    was_off: Option<bool>,
}

/// How far beyond the line, as a share of it, something that was as good must go to be off.
const COMES_OFF: f32 = 0.15;

impl FigureTeller {
    /// A cue beside that of a reference.
    pub(super) fn beside_reference(
        &mut self,
        cue: Cue,
        here: Option<CueReading>,
        there: Option<CueReading>,
    ) -> Compared<FigureGap> {
        let as_good = if cue == Cue::LoudnessRange { AS_GOOD_DYNAMICS } else { AS_GOOD };
        let deviations = |here, there| between(cue, there, here);
        self.beside(here, there, (step(cue), as_good, importance_of(cue)), deviations)
    }

    /// The crest in dB beside that of a reference.
    pub(super) fn crest(
        &mut self,
        here: Option<CueReading>,
        there: Option<CueReading>,
    ) -> Compared<FigureGap> {
        let (step, importance) = (CREST_STEP_DB, importance_of(Cue::Bass));
        let deviations = |here, there| (here - there) / CREST_DEVIATION_DB;
        self.beside(here, there, (step, AS_GOOD_DYNAMICS, importance), deviations)
    }

    fn beside(
        &mut self,
        here: Option<CueReading>,
        there: Option<CueReading>,
        (step, as_good, importance): (f32, f32, f32),
        deviations: impl Fn(f32, f32) -> f32,
    ) -> Compared<FigureGap> {
        let Some(there) = there else { return Compared::Open };
        let Some((value, sure)) = self.heard(here) else { return Compared::Unheard };
        let confidence = (sure * there.confidence).sqrt();
        let here = self.shown.follow(value, step);
        // Rounded alike, so that two pieces that sound the same are the same in figures.
        let there = Steady::default().follow(there.value, step);
        let beyond = self.beyond(deviations(here, there), as_good).clamp(-FAR, FAR);
        Compared::Known(FigureGap {
            here,
            from: there,
            to: there,
            beyond,
            confidence,
            gain: beyond.abs() * importance * confidence,
        })
    }

    /// A figure of a scene.
    pub(super) fn inside_band(
        &mut self,
        band: &CueBand,
        here: Option<CueReading>,
    ) -> Compared<FigureGap> {
        let Some((value, confidence)) = self.heard(here) else { return Compared::Unheard };
        let here = self.shown.follow(value, step(band.cue));
        // Where both are the same figure to whoever reads them, it is not off.
        let read = |value| as_read(value, n_decimals(band.cue));
        let is_inside = read(band.from) <= read(here) && read(here) <= read(band.to);
        let off = if is_inside { 0.0 } else { band.deviation(here) };
        let beyond = self.beyond(off, 1.0).clamp(-FAR, FAR);
        Compared::Known(FigureGap {
            here,
            from: band.from,
            to: band.to,
            beyond,
            confidence,
            gain: beyond.abs() * band.importance() * confidence,
        })
    }

    /// What `off` has beyond `line`, signed.
    fn beyond(&mut self, off: f32, line: f32) -> f32 {
        let beyond = off.abs() - line;
        let is_off = beyond > if self.was_off == Some(false) { COMES_OFF * line } else { 0.0 };
        self.was_off = Some(is_off);
        if is_off { beyond * off.signum() } else { 0.0 }
    }

    fn heard(&mut self, here: Option<CueReading>) -> Option<(f32, f32)> {
        super::pass(
            &mut self.gate,
            here.map(|reading| (reading.value, reading.confidence)),
            SETTLED_FROM,
        )
    }

    pub(super) fn reset(&mut self) {
        self.gate.reset();
        self.shown.reset();
        self.was_off = None;
    }
}

/// Decimals that a figure is read with: no fewer than its steps have.
fn n_decimals(cue: Cue) -> i32 {
    if cue == Cue::Brightness { 0 } else { 1 }
}

/// `value` as it is read with so many decimals, rounded as numbers are printed: ties to even.
pub(super) fn as_read(value: f32, n_decimals: i32) -> f64 {
    let per_one = 10_f64.powi(n_decimals);
    (f64::from(value) * per_one).round_ties_even() / per_one
}

/// What a figure is rounded to.
fn step(cue: Cue) -> f32 {
    match cue {
        Cue::Tempo => 1.0,
        Cue::Brightness => 50.0,
        Cue::Mode | Cue::OnsetDensity => 0.1,
        Cue::LoudnessRange | Cue::Bass | Cue::Roughness => 0.5,
    }
}

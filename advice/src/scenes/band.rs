//! [`CueBand`]: where one cue of a scene lies.

use super::cues::CueReadings;
use super::profile::Source;
use super::scale::scaled;
use crate::snapshot::Cue;

/// One figure: the band of one cue, about one deviation to either side of the middle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CueBand {
    /// The cue.
    pub cue: Cue,
    /// Lower end in the cue's unit.
    pub from: f32,
    /// Upper end.
    pub to: f32,
    /// How it is known.
    pub source: Source,
    /// How much it counts, about 1.
    pub weight: f32,
}

impl CueBand {
    /// How much the band counts: its own weight times that of the cue.
    pub(crate) fn importance(&self) -> f32 {
        self.weight * importance_of(self.cue)
    }

    /// Distance of `value` from the middle of the band, signed, in half bands: within -1 and 1 it
    /// is inside. Half and double tempo are read as the same pulse, a little less well.
    pub(crate) fn deviation(&self, value: f32) -> f32 {
        let plain = self.plain_deviation(value);
        if self.cue != Cue::Tempo {
            return plain;
        }
        [value / 2.0, value * 2.0].into_iter().fold(plain, |best, other| {
            let deviation = self.plain_deviation(other);
            if deviation.abs() + OTHER_OCTAVE < best.abs() {
                deviation.signum() * (deviation.abs() + OTHER_OCTAVE)
            } else {
                best
            }
        })
    }

    fn plain_deviation(&self, value: f32) -> f32 {
        let middle = (scaled(self.cue, self.from) + scaled(self.cue, self.to)) / 2.0;
        (scaled(self.cue, value) - middle) / self.half_width()
    }

    pub(super) fn half_width(&self) -> f32 {
        (scaled(self.cue, self.to) - scaled(self.cue, self.from)) / 2.0
    }
}

/// What reading a tempo at another octave adds, in half bands.
const OTHER_OCTAVE: f32 = 0.5;

/// How much a cue says about a scene. The order of mode, tempo, register, dynamics, articulation
/// and timbre is that of Eerola, Friberg & Bresin, "Emotional expression in music", Frontiers in
/// Psychology 4:487, 2013; the figures, and brightness beside tempo (Kirk & Timmers 2024), are ours.
pub(crate) fn importance_of(cue: Cue) -> f32 {
    match cue {
        Cue::Mode => 1.0,
        Cue::Tempo | Cue::Brightness => 0.9,
        Cue::OnsetDensity => 0.7,
        Cue::LoudnessRange => 0.5,
        Cue::Bass | Cue::Roughness => 0.4,
    }
}

/// What `pieces` have of `cue`, on its scale.
pub(super) fn cue_values(pieces: &[&CueReadings], cue: Cue) -> Vec<f32> {
    let readings = pieces.iter().filter_map(|piece| piece.get(cue));
    readings.map(|reading| scaled(cue, reading.value)).filter(|place| place.is_finite()).collect()
}

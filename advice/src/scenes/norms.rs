//! What is usual of a cue: in music at large, and in some pieces.

use super::scale::scaled;
use crate::snapshot::Cue;

/// Deviation of a normal distribution in median absolute deviations.
const MAD_TO_DEVIATION: f32 = 1.4826;

/// Middle and spread of a cue, on its scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Norm {
    pub(super) middle: f32,
    pub(super) spread: f32,
}

/// Median and deviation of music at large, in the order of [`Cue::ALL`]. Measured on 122 pieces: 44
/// of free game music, 28 made by a generator, 50 records of ten genres.
const POPULATION: [Norm; Cue::ALL.len()] = [
    Norm { middle: 4.77, spread: 0.30 },
    Norm { middle: 0.42, spread: 0.49 },
    Norm { middle: 7.26, spread: 0.40 },
    Norm { middle: 1.39, spread: 0.29 },
    Norm { middle: 3.6, spread: 2.6 },
    Norm { middle: -5.3, spread: 3.6 },
    Norm { middle: -28.6, spread: 6.3 },
];

/// What is usual of `cue` in music at large.
pub(super) fn population(cue: Cue) -> Norm {
    POPULATION[cue.index()]
}

/// How far `other` lies above `one`, in deviations of `cue` in music at large.
pub(crate) fn between(cue: Cue, one: f32, other: f32) -> f32 {
    (scaled(cue, other) - scaled(cue, one)) / population(cue).spread
}

impl Norm {
    /// Of `values` on the scale of `cue`; a share has a mean, everything else a median.
    pub(super) fn of(cue: Cue, mut values: Vec<f32>) -> Self {
        let n = values.len().max(1) as f32;
        let at_large = population(cue);
        if cue == Cue::Mode {
            let mean = values.iter().sum::<f32>() / n;
            let square = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>();
            return Self { middle: mean, spread: (square / n).sqrt().max(0.5 * at_large.spread) };
        }
        let middle = median(&mut values);
        let mut deviations: Vec<f32> = values.iter().map(|value| (value - middle).abs()).collect();
        let spread = MAD_TO_DEVIATION * median(&mut deviations);
        Self { middle, spread: spread.max(0.1 * at_large.spread) }
    }

    /// How far `value` is from the middle, in spreads.
    pub(super) fn z(self, cue: Cue, value: f32) -> f32 {
        (scaled(cue, value) - self.middle) / self.spread
    }
}

/// The middle value; 0 of none.
pub(super) fn median(values: &mut [f32]) -> f32 {
    values.sort_by(f32::total_cmp);
    let n = values.len();
    match (n.checked_sub(1).and_then(|last| values.get(last / 2)), values.get(n / 2)) {
        (Some(low), Some(high)) => (low + high) / 2.0,
        _ => 0.0,
    }
}

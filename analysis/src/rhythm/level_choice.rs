//! Beats of a file at the level that people count.
//!
//! The bar pointer leans to the faster of two metrical levels: whatever the network hears between
//! two slow beats explains two fast ones. Where onsets and network together keep to a slower tempo,
//! the faster beats must therefore be much likelier to be stated.

use super::beat_decoder::{self, DecodedBeats};
use super::periodicity::{Evidence, Preference, SHARE_OF_ONSETS, TempoGrid};
use super::tempo_readings::TempoReadings;
use super::{FPS, beat_tempo, evidence};
use crate::config::TempoRange;
use crate::learned::beat_net::Activation;
use crate::units::Bpm;

/// Around the tempos that a file keeps to, beats are looked for this far off.
const NEAR: f32 = 1.2;
/// Lead of the faster beats in log likelihood a second. On recorded and rendered clips 14 of 23 in
/// which the slower beats were right lie below it, and 23 of 27 in which the faster ones were above.
const LEAST_LEAD: f64 = 6.0;

/// Decodes activations, 50 a second. `onsets`: readings of the same file's onsets.
pub(super) fn decode(
    activations: &[Activation],
    onsets: &TempoReadings,
    range: TempoRange,
) -> DecodedBeats {
    let free = beat_decoder::decode(activations, range);
    let Some((lag, _)) = beat_tempo::of_beats(free.beats.iter().map(|beat| beat.at)) else {
        return free;
    };
    let kept_to = kept_to(activations, onsets, range);
    if 60.0 * FPS / lag <= kept_to.max.0 {
        return free;
    }
    let slower = beat_decoder::decode(activations, kept_to);
    let seconds = activations.len() as f64 / 50.0;
    let lead = (free.log_likelihood - slower.log_likelihood) / seconds;
    if lead < LEAST_LEAD { slower } else { free }
}

/// The tempos that onsets and network keep to together.
fn kept_to(activations: &[Activation], onsets: &TempoReadings, range: TempoRange) -> TempoRange {
    let grid = TempoGrid::new(range, Preference::BESIDE_NETWORK);
    let mut readings = TempoReadings::new(Evidence::NETWORK);
    // Nothing follows the last activation.
    for activation in evidence::by_frame(activations).chain([Activation::default()]) {
        readings.push([activation.beat], &grid);
    }
    readings.finish(&grid);
    readings.add(onsets, SHARE_OF_ONSETS);
    let path = readings.path(&grid);
    let bpm = |idx: usize| 60.0 * FPS / grid.lag(idx);
    let slowest = path.iter().copied().min().map_or(range.min.0, bpm);
    let fastest = path.iter().copied().max().map_or(range.max.0, bpm);
    TempoRange {
        min: Bpm((slowest / NEAR).max(range.min.0)),
        max: Bpm((fastest * NEAR).min(range.max.0)),
    }
}

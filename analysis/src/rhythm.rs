//! Rhythm: onset strength, tempo with its metrical levels, beats and meter, for a whole file and
//! live (causally) on the same features.

mod bar_pointer;
mod bar_tracker;
mod bars;
mod beat_decoder;
mod beat_score;
mod beat_space;
mod beat_tempo;
mod click;
#[cfg(test)]
mod decoder_tests;
mod evidence;
mod least_clarity;
mod level_choice;
mod levels;
mod live_activations;
mod live_bars;
mod live_pauses;
mod live_rhythm;
mod live_tempo;
#[cfg(test)]
mod live_tests;
mod loop_beats;
mod loop_length;
mod median;
mod onset;
mod pauses;
mod periodicity;
mod pulse;
mod recent;
mod shown;
mod tempo_belief;
mod tempo_readings;
mod tempo_step;
#[cfg(test)]
mod tests;
mod track_bars;
mod track_beats;
mod track_rhythm;

use crate::facts::{Beat, MeterEstimate, TempoEstimate, TempoSource};

pub(crate) use live_rhythm::LiveRhythm;
pub(crate) use track_rhythm::TrackRhythm;

/// Frames per second of everything in here.
const FPS: f32 = crate::features::SHORT_FPS as f32;

/// What the rhythm of a whole file comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RhythmFacts {
    /// The tempo; absent where there is no pulse, nor a length that tells it.
    pub(crate) tempo: Option<TempoEstimate>,
    /// What it is from.
    pub(crate) tempo_source: TempoSource,
    /// Beats per bar; absent where there is no pulse.
    pub(crate) meter: Option<MeterEstimate>,
    /// Beats in time order; empty where there is no pulse.
    pub(crate) beats: Vec<Beat>,
}

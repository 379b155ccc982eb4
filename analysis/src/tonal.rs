//! Harmony: from long windows to tuning, key and chords.
//!
//! `log_spectrum` and `salience` make the frames; `chroma` reads them at the tuning that `tuning`
//! found; `triads` and `key_profile` witness for the key in `key_evidence`, the trained network in
//! `key_pool` and `chord_network`; `key_live` and `key_track`, `chord_live` and `chord_track`
//! decide; `harmony_live` and `harmony_track` tie all together for a stream and for a file.

mod bass_line;
mod chord_live;
mod chord_model;
mod chord_network;
mod chord_track;
mod chroma;
mod degree_statistics;
mod harmony_live;
mod harmony_track;
mod key_evidence;
mod key_live;
mod key_pool;
mod key_profile;
mod key_reason;
mod key_span;
mod key_track;
mod leading_spectrum;
mod log_spectrum;
mod network_live;
#[cfg(test)]
mod network_tests;
mod notes;
mod salience;
mod triads;
mod tuning;

pub(crate) use harmony_live::LiveHarmony;
pub(crate) use harmony_track::TrackHarmony;
pub(crate) use key_reason::cadence;
pub(crate) use leading_spectrum::LeadingSpectrum;
pub(crate) use log_spectrum::{LogSpectrum, TONAL_WINDOW};
pub(crate) use tuning::TuningTracker;

use chroma::Chroma;

/// Tonal frames quieter than this mean power (-70 dB) say nothing about harmony.
const SOUNDING_POWER: f32 = 1e-7;

/// Mean of the last three chromas: short enough for fast changes, long enough to pass over a hit.
#[derive(Clone, Copy, Debug, Default)]
struct SmoothedChroma {
    last: [Chroma; 3],
}

impl SmoothedChroma {
    fn push(&mut self, chroma: &Chroma) -> Chroma {
        self.last.rotate_left(1);
        self.last[2] = *chroma;
        let mut mean = Chroma::default();
        for chroma in &self.last {
            mean.add(chroma, 1.0 / 3.0);
        }
        mean
    }
}

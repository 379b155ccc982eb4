//! [`TrackBeats`]: a whole file through the beat network.

use std::collections::VecDeque;

use crate::features::{BandFrame, N_MEL_BANDS, N_PITCH_BINS, PITCH_FPS, PitchFrame, TonalFrame};
use crate::learned::TrackBeatModel;
use crate::learned::beat_harmony::HarmonyStream;
use crate::learned::beat_net::{Activation, BeatStream, N_HARMONY};
use crate::tonal::TuningTracker;

/// Frames of bands per pitch frame.
const BANDS_PER_PITCH: usize = 10;
/// Pitch frames after which the tuning is taken to be known; shorter files are heard at their end.
const TUNED_AFTER: usize = 360 * PITCH_FPS;

/// Collects activations, holding back frames only until their tuning and harmony are known. Keeps
/// 8 bytes per 20 ms (14 MB for ten hours), and 1.6 MB of frames.
#[derive(Debug)]
pub(super) struct TrackBeats {
    model: &'static TrackBeatModel,
    tuning: TuningTracker,
    /// Known after a while.
    cents: Option<f32>,
    /// Frames that the network has not heard yet.
    bands: VecDeque<[u8; N_MEL_BANDS]>,
    pitch: Vec<[u8; N_PITCH_BINS]>,
    /// Harmony from the frame before the next band frame on, and which pitch frame the first is.
    harmony: VecDeque<[f32; N_HARMONY]>,
    first_harmony: usize,
    n_heard: usize,
    harmony_stream: HarmonyStream,
    stream: BeatStream,
    activations: Vec<Activation>,
}

impl TrackBeats {
    /// For one file.
    pub(super) fn new(model: &'static TrackBeatModel) -> Self {
        Self {
            model,
            tuning: TuningTracker::new(1.0),
            cents: None,
            bands: VecDeque::new(),
            pitch: Vec::new(),
            harmony: VecDeque::new(),
            first_harmony: 0,
            n_heard: 0,
            harmony_stream: HarmonyStream::new(&model.harmony),
            stream: BeatStream::new(&model.net),
            activations: Vec::new(),
        }
    }

    pub(super) fn push_tonal(&mut self, frame: &TonalFrame) {
        if self.cents.is_none() {
            self.tuning.push(frame);
        }
    }

    pub(super) fn push_pitch(&mut self, frame: &PitchFrame) {
        self.pitch.push(frame.bins);
        if self.cents.is_some() || self.pitch.len() >= TUNED_AFTER {
            self.hear();
        }
    }

    pub(super) fn push_bands(&mut self, frame: &BandFrame) {
        self.bands.push_back(frame.bands);
    }

    /// Activations of the whole file, 50 a second.
    pub(super) fn activations(mut self) -> Vec<Activation> {
        self.hear();
        let Self { harmony_stream, harmony, model, .. } = &mut self;
        harmony_stream.finish(&model.harmony, &mut |frame| harmony.push_back(frame));
        // After the last pitch frame the harmony is held.
        let last = self.harmony.back().copied().unwrap_or_default();
        let n_missing = (self.bands.len() + self.n_heard) / BANDS_PER_PITCH + 2;
        for _ in self.first_harmony + self.harmony.len()..n_missing {
            self.harmony.push_back(last);
        }
        self.hear_bands();
        let Self { stream, model, activations, .. } = &mut self;
        stream.finish(&model.net, &mut |activation| activations.push(activation));
        self.activations
    }

    /// Hears whatever is complete.
    fn hear(&mut self) {
        let tuning = &self.tuning;
        let found = || tuning.estimate().map_or(0.0, |tuning| tuning.cents.0);
        let cents = *self.cents.get_or_insert_with(found);
        let Self { harmony_stream, harmony, model, pitch, .. } = self;
        for bins in pitch.drain(..) {
            harmony_stream.push(&model.harmony, &bins, cents, &mut |frame| {
                harmony.push_back(frame);
            });
        }
        self.hear_bands();
    }

    fn hear_bands(&mut self) {
        let Self { stream, model, activations, .. } = self;
        while let Some(bands) = self.bands.front() {
            let idx = self.n_heard / BANDS_PER_PITCH - self.first_harmony;
            let (Some(before), Some(after)) = (self.harmony.get(idx), self.harmony.get(idx + 1))
            else {
                return;
            };
            let share = (self.n_heard % BANDS_PER_PITCH) as f32 / BANDS_PER_PITCH as f32;
            let harmony = std::array::from_fn(|k| (1.0 - share) * before[k] + share * after[k]);
            stream.push(&model.net, bands, &harmony, &mut |activation| {
                activations.push(activation);
            });
            self.bands.pop_front();
            self.n_heard += 1;
            while self.first_harmony < self.n_heard / BANDS_PER_PITCH {
                self.harmony.pop_front();
                self.first_harmony += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learned::beat_net::Sight;
    use crate::learned::beat_tests::weights_file;
    use crate::units::Seconds;

    #[test]
    fn every_band_frame_has_an_activation_however_the_pitch_frames_end() {
        let model = TrackBeatModel::read(&weights_file(Sight::Both)).unwrap();
        let model: &'static TrackBeatModel = Box::leak(Box::new(model));
        for (n_bands, n_pitch) in [(0, 0), (1, 0), (1, 3), (9, 1), (95, 8), (95, 14), (400, 40)] {
            let heard = |pitch_first: bool| {
                let mut beats = TrackBeats::new(model);
                let mut bands = (0..n_bands).map(|idx| BandFrame {
                    at: Seconds(0.02 * f64::from(idx)),
                    bands: std::array::from_fn(|band| ((idx as usize * 31 + band) % 200) as u8),
                });
                if !pitch_first {
                    bands.by_ref().for_each(|frame| beats.push_bands(&frame));
                }
                for idx in 0..n_pitch {
                    let bins = std::array::from_fn(|bin| ((idx * 57 + bin) % 251) as u8);
                    beats.push_pitch(&PitchFrame { at: Seconds(0.2 * idx as f64), bins });
                }
                bands.for_each(|frame| beats.push_bands(&frame));
                beats.activations()
            };
            assert_eq!(heard(true).len(), n_bands as usize);
            assert_eq!(heard(true), heard(false));
        }
    }
}

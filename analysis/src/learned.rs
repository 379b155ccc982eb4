//! Networks trained on rendered music (`training/` in the repository), run in plain Rust.
//!
//! `weights` reads a trained file; `dense` and `conv` are the layers; `tonal_model` and
//! `tonal_stream` hear keys and chords, `beat_net` hears beats (on layers of its own, `beat_layer`,
//! with `beat_harmony`). The decoders do without a network whose file can't be read.

pub(crate) mod beat_harmony;
mod beat_layer;
pub(crate) mod beat_net;
#[cfg(test)]
pub(crate) mod beat_tests;
mod conv;
mod dense;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod made_up;
mod tonal_model;
mod tonal_stream;
#[cfg(test)]
pub(crate) mod tonal_tests;
pub(crate) mod weights;

use std::sync::OnceLock;

use beat_harmony::HarmonyFront;
use beat_net::{BeatNet, Sight};
use weights::WeightsError;

pub(crate) use tonal_model::{DELAY_FRAMES, N_BASSES, N_CHORDS, N_KEY_INPUTS, TonalModel};
pub(crate) use tonal_stream::{TonalReading, TonalStream};

/// The trained networks this crate was built with.
#[derive(Debug, Default)]
pub(crate) struct Models {
    tonal: Option<TonalModel>,
    beats: Option<TrackBeatModel>,
    live_beats: Option<BeatNet>,
}

/// The network that hears beats in whole files, with the part that hears the harmony.
#[derive(Clone, Debug)]
pub(crate) struct TrackBeatModel {
    pub(crate) net: BeatNet,
    pub(crate) harmony: HarmonyFront,
}

impl Models {
    /// Reads the networks the first time; they never change.
    pub(crate) fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Models> = OnceLock::new();
        // Every file can be read: a test says so.
        SHIPPED.get_or_init(|| Self {
            tonal: TonalModel::read(TONAL).ok(),
            beats: TrackBeatModel::read(BEATS).ok(),
            live_beats: BeatNet::read(LIVE_BEATS, Sight::Past).ok(),
        })
    }

    /// The network that hears keys and chords.
    pub(crate) fn tonal(&self) -> Option<&TonalModel> {
        self.tonal.as_ref()
    }

    /// The network that hears beats in whole files.
    pub(crate) fn beats(&self) -> Option<&TrackBeatModel> {
        self.beats.as_ref()
    }

    /// The network that hears beats as they are played.
    pub(crate) fn live_beats(&self) -> Option<&BeatNet> {
        self.live_beats.as_ref()
    }
}

impl TrackBeatModel {
    /// Both parts, from one file of weights.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, WeightsError> {
        let harmony = HarmonyFront::read(bytes)?;
        Ok(Self { net: BeatNet::read(bytes, Sight::Both)?, harmony })
    }
}

/// The weights (`training/MODELS.md`).
const TONAL: &[u8] = include_bytes!("../models/tonal.bin");
const BEATS: &[u8] = include_bytes!("../models/beats.bin");
const LIVE_BEATS: &[u8] = include_bytes!("../models/beats_live.bin");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_networks_can_be_read() {
        let errors = [
            TonalModel::read(TONAL).err(),
            TrackBeatModel::read(BEATS).err(),
            BeatNet::read(LIVE_BEATS, Sight::Past).err(),
        ];
        assert!(errors.iter().all(Option::is_none), "{errors:?}");
    }
}

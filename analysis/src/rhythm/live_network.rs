//! [`LiveNetwork`]: from bands to beats, as they are played.

use super::live_beats::LiveBeats;
use crate::config::TempoRange;
use crate::facts::Beat;
use crate::features::BandFrame;
use crate::learned::beat_net::{BeatNet, BeatStream, N_HARMONY};

/// The live network and the decoder of its activations. Construction allocates, the rest does not.
#[derive(Debug)]
pub(super) struct LiveNetwork {
    net: &'static BeatNet,
    stream: BeatStream,
    beats: LiveBeats,
}

impl LiveNetwork {
    /// Hears nothing yet.
    pub(super) fn new(net: &'static BeatNet, range: TempoRange) -> Self {
        Self { net, stream: BeatStream::new(net), beats: LiveBeats::new(range) }
    }

    /// Takes the next frame of bands; returns the beat it completes.
    pub(super) fn push(&mut self, frame: &BandFrame) -> Option<Beat> {
        let mut heard = None;
        self.stream.push(self.net, &frame.bands, &[0.0; N_HARMONY], &mut |activation| {
            heard = Some(activation);
        });
        heard.and_then(|activation| self.beats.hear(activation))
    }

    /// What has been decoded.
    pub(super) fn beats(&self) -> &LiveBeats {
        &self.beats
    }

    /// Looks for beats in another range from here on.
    pub(super) fn set_range(&mut self, range: TempoRange) {
        self.beats.set_range(range);
    }

    /// Forgets everything heard.
    pub(super) fn reset(&mut self) {
        self.stream.reset();
        self.beats.reset();
    }
}

//! [`LiveNetwork`]: the tonal network at work on a stream, and which frames it may speak about.

use crate::features::PitchFrame;
use crate::learned::{DELAY_FRAMES, TonalModel, TonalReading, TonalStream};

/// A stream through the network. Construction allocates, the rest does not.
#[derive(Debug)]
pub(super) struct LiveNetwork {
    model: &'static TonalModel,
    stream: TonalStream,
    /// Whether there was sound in the last frames, newest last.
    sounded: [bool; DELAY_FRAMES + 1],
}

impl LiveNetwork {
    pub(super) fn new(model: &'static TonalModel) -> Self {
        Self { model, stream: TonalStream::new(model), sounded: [false; DELAY_FRAMES + 1] }
    }

    pub(super) fn model(&self) -> &'static TonalModel {
        self.model
    }

    /// Takes the next frame, which `sounds` or not, of music tuned `cents` above A4 = 440 Hz. Returns
    /// what the frame a second before says, and whether that one sounded.
    pub(super) fn push(
        &mut self,
        frame: &PitchFrame,
        sounds: bool,
        cents: f32,
    ) -> Option<(&TonalReading, bool)> {
        self.sounded.rotate_left(1);
        self.sounded[DELAY_FRAMES] = sounds;
        let reading = self.stream.push(self.model, &frame.bins, cents)?;
        Some((reading, self.sounded[0]))
    }

    pub(super) fn reset(&mut self) {
        self.stream.reset();
    }
}

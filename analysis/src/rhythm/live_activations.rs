//! [`LiveActivations`]: what the live network says of beats, at the frames it says it of.

use crate::features::BandFrame;
use crate::learned::beat_net::{Activation, BeatNet, BeatStream, LIVE_DELAY, N_HARMONY};

/// The live network as a stream. Construction allocates, the rest does not.
#[derive(Debug)]
pub(super) struct LiveActivations {
    net: &'static BeatNet,
    stream: BeatStream,
    /// Activations so far; the first [`LIVE_DELAY`] tell of the time before the start.
    n_heard: usize,
    newest: Activation,
}

/// What the network says of a moment, in frames (100 a second) from the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Told {
    /// The moment.
    pub(super) frame: usize,
    /// How likely a beat sounds there, and one frame before, 0 to 1.
    pub(super) beat: f32,
    pub(super) beat_before: f32,
    /// How likely the first beat of a bar sounds there, 0 to 1.
    pub(super) downbeat: f32,
}

impl LiveActivations {
    /// Hears nothing yet.
    pub(super) fn new(net: &'static BeatNet) -> Self {
        Self { net, stream: BeatStream::new(net), n_heard: 0, newest: Activation::default() }
    }

    /// Takes the next frame of bands.
    pub(super) fn push(&mut self, frame: &BandFrame) -> Option<Told> {
        let mut heard = None;
        self.stream.push(self.net, &frame.bands, &[0.0; N_HARMONY], &mut |activation| {
            heard = Some(activation);
        });
        let activation = heard?;
        self.n_heard += 1;
        let before = std::mem::replace(&mut self.newest, activation);
        let idx = (self.n_heard - 1).checked_sub(LIVE_DELAY)?;
        Some(Told {
            frame: 2 * idx,
            beat: activation.beat,
            beat_before: before.between(activation).beat,
            downbeat: activation.downbeat,
        })
    }

    /// Forgets everything heard.
    pub(super) fn reset(&mut self) {
        self.stream.reset();
        self.n_heard = 0;
        self.newest = Activation::default();
    }
}

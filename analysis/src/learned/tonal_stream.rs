//! [`TonalStream`]: pitch frames in, what the tonal network hears in them out, a second later.

use super::conv::{ConvStream, Flow};
use super::tonal_model::{
    N_BASSES, N_CHORDS, N_FOLDED, N_HEARD, N_KEY_CHANNELS, N_KEY_INPUTS, N_QUALITIES, N_SAID,
    N_TIME_FRAMES, TonalModel, log_softmax,
};
use crate::features::N_PITCH_BINS;

/// Output channels of the last layer beside the qualities.
const SAYS_BASS: usize = 12;
const SAYS_NO_CHORD: usize = 13;
const SAYS_NO_BASS: usize = 14;

/// What the network says about one frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TonalReading {
    /// Log posteriors of the chords, `quality * 12 + root`, last "no chord".
    pub(crate) chords: [f32; N_CHORDS],
    /// Log posteriors of the bass, last "none".
    pub(crate) bass: [f32; N_BASSES],
    /// What the key is heard from, to be averaged over frames.
    pub(crate) for_key: [f32; N_KEY_INPUTS],
}

/// One stream through a [`TonalModel`]. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(crate) struct TonalStream {
    front: ConvStream,
    local: ConvStream,
    octave: ConvStream,
    fold: ConvStream,
    circle: ConvStream,
    time: ConvStream,
    root: ConvStream,
    /// Outputs of `fold` on their way past the layer over time, newest last.
    folded: Box<[[f32; 12 * N_FOLDED]; N_TIME_FRAMES / 2 + 1]>,
    reading: Box<TonalReading>,
}

impl TonalStream {
    pub(crate) fn new(model: &TonalModel) -> Self {
        Self {
            front: ConvStream::new(&model.front),
            local: ConvStream::new(&model.local),
            octave: ConvStream::new(&model.octave),
            fold: ConvStream::new(&model.fold),
            circle: ConvStream::new(&model.circle),
            time: ConvStream::new(&model.time),
            root: ConvStream::new(&model.root),
            folded: Box::new([[0.0; 12 * N_FOLDED]; N_TIME_FRAMES / 2 + 1]),
            reading: Box::new(TonalReading {
                chords: [0.0; N_CHORDS],
                bass: [0.0; N_BASSES],
                for_key: [0.0; N_KEY_INPUTS],
            }),
        }
    }

    /// Takes the next frame, of music tuned `cents` above A4 = 440 Hz. Returns what the frame
    /// [`DELAY_FRAMES`](super::DELAY_FRAMES) before says, once there is one.
    pub(crate) fn push(
        &mut self,
        model: &TonalModel,
        bins: &[u8; N_PITCH_BINS],
        cents: f32,
    ) -> Option<&TonalReading> {
        let tuned = tuned(bins, cents);
        let flow = self.advance(model, Flow::Frame(&tuned));
        (flow == Flow::Frame(())).then_some(&self.reading)
    }

    /// After the last frame: the readings still to come, one a call.
    pub(crate) fn finish(&mut self, model: &TonalModel) -> Option<&TonalReading> {
        loop {
            match self.advance(model, Flow::Over) {
                Flow::Waiting => {}
                Flow::Frame(()) => return Some(&self.reading),
                Flow::Over => return None,
            }
        }
    }

    /// Forgets the stream.
    pub(crate) fn reset(&mut self) {
        for stream in [
            &mut self.front,
            &mut self.local,
            &mut self.octave,
            &mut self.fold,
            &mut self.circle,
            &mut self.time,
            &mut self.root,
        ] {
            stream.reset();
        }
    }

    /// One frame through all layers; the reading is complete where a frame comes out.
    fn advance(&mut self, model: &TonalModel, input: Flow<&[f32]>) -> Flow<()> {
        let semitones = self.front.push(&model.front, input).rectified();
        let semitones = self.local.push(&model.local, semitones).rectified();
        let semitones = self.octave.push(&model.octave, semitones).added();
        let folded = self.fold.push(&model.fold, semitones).rectified();
        if folded != Flow::Waiting {
            self.folded.rotate_left(1);
        }
        if let (Flow::Frame(folded), Some(newest)) = (folded, self.folded.last_mut()) {
            newest.copy_from_slice(folded);
        }
        let circled = self.circle.push(&model.circle, folded).rectified();
        let heard = self.time.push(&model.time, circled).added();
        match (heard, self.root.push(&model.root, heard).plain()) {
            (Flow::Frame(heard), Flow::Frame(said)) => {
                self.reading.read(&self.folded[0], heard, said);
                Flow::Frame(())
            }
            (Flow::Over, _) => Flow::Over,
            _ => Flow::Waiting,
        }
    }
}

impl TonalReading {
    /// From `[12][N_FOLDED]`, `[12][N_HEARD]` and `[12][N_SAID]`.
    fn read(&mut self, folded: &[f32], heard: &[f32], said: &[f32]) {
        (self.chords, self.bass) = ([0.0; N_CHORDS], [0.0; N_BASSES]);
        for (root, said) in said.chunks_exact(N_SAID).enumerate() {
            for (quality, logit) in said[..N_QUALITIES].iter().enumerate() {
                self.chords[quality * 12 + root] = *logit;
            }
            self.chords[N_CHORDS - 1] += said[SAYS_NO_CHORD];
            self.bass[root] = said[SAYS_BASS];
            self.bass[N_BASSES - 1] += said[SAYS_NO_BASS];
        }
        log_softmax(&mut self.chords);
        log_softmax(&mut self.bass);
        let inputs = folded.chunks_exact(N_FOLDED).zip(heard.chunks_exact(N_HEARD));
        let for_key = self.for_key.chunks_exact_mut(N_KEY_CHANNELS);
        for (root, (for_key, (folded, heard))) in for_key.zip(inputs).enumerate() {
            for_key[..N_FOLDED].copy_from_slice(folded);
            for_key[N_FOLDED..][..N_HEARD].copy_from_slice(heard);
            for (quality, slot) in for_key[N_FOLDED + N_HEARD..].iter_mut().enumerate() {
                *slot = self.chords[quality * 12 + root].exp();
            }
        }
    }
}

/// The bins as shares of 255, read `cents` higher, by linear interpolation between neighbours;
/// beyond the ends lies 0.
fn tuned(bins: &[u8; N_PITCH_BINS], cents: f32) -> [f32; N_PITCH_BINS] {
    let shift = cents * 36.0 / 1200.0;
    let (whole, share) = (shift.floor() as isize, shift - shift.floor());
    let value = |bin: isize| {
        usize::try_from(bin).ok().and_then(|bin| bins.get(bin)).map_or(0.0, |&x| f32::from(x))
    };
    std::array::from_fn(|bin| {
        let below = bin as isize + whole;
        ((1.0 - share) * value(below) + share * value(below + 1)) / 255.0
    })
}

//! The front end: a stream of any rate, cut in any way, becomes frames on two clocks.

use crate::config::{AnalysisConfig, ConfigError};
use crate::units::Seconds;

/// Length of the short window in samples at the analysis rate (42.7 ms).
pub const SHORT_WINDOW: usize = 1024;
/// Bins of a short power spectrum.
pub const N_SHORT_BINS: usize = SHORT_WINDOW / 2 + 1;
/// Short frames per second.
pub const SHORT_FPS: usize = 100;
/// Tonal frames per second.
pub const TONAL_FPS: usize = 10;

/// Power spectrum of one short Hann window, 100 a second, scaled so that a full-scale sine has a
/// peak near 1.
#[derive(Clone, Copy, Debug)]
pub struct ShortFrame<'a> {
    /// Centre of the window.
    pub at: Seconds,
    /// Power per bin, `[N_SHORT_BINS]`, bin width `ANALYSIS_RATE / SHORT_WINDOW`.
    pub power: &'a [f32; N_SHORT_BINS],
}

/// Tonal content of one long window, 10 a second: whitened, harmonically weighted salience folded
/// to one octave in thirds of a semitone, bin 0 a C at A4 = 440 Hz.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TonalFrame {
    /// Centre of the window.
    pub at: Seconds,
    /// All registers.
    pub full: [f32; 36],
    /// Below about 260 Hz.
    pub bass: [f32; 36],
    /// Above about 520 Hz.
    pub treble: [f32; 36],
    /// Mean power of the window.
    pub power: f32,
}

/// Receives the frames as they are completed, in time order on each clock.
pub trait FrameSink {
    /// A short frame, every 10 ms.
    fn short_frame(&mut self, frame: &ShortFrame<'_>);
    /// A tonal frame, every 100 ms.
    fn tonal_frame(&mut self, frame: &TonalFrame);
}

/// Resampler, framer and transforms. Construction allocates, [`FeatureExtractor::push`] does not.
#[derive(Debug)]
pub struct FeatureExtractor {}

impl FeatureExtractor {
    /// An extractor for the given stream.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn new(config: &AnalysisConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {})
    }

    /// Takes the next mono samples; every completed frame goes to `sink`.
    pub fn push(&mut self, _mono: &[f32], _sink: &mut impl FrameSink) {}

    /// Flushes the last windows with silence. Call once, at the end of a file.
    pub fn finish(&mut self, _sink: &mut impl FrameSink) {}

    /// Forgets the stream; the next sample is at 0 s.
    pub fn reset(&mut self) {}
}

//! [`AnalysisConfig`]: everything the analysis can be told, checked once.

use crate::units::{Bpm, Hertz};

/// Rate at which everything after the resampler runs, in hertz. Chosen so that a hop of 240
/// samples is exactly 10 ms and 12 kHz of bandwidth remain.
pub const ANALYSIS_RATE: u32 = 24_000;

/// Grows with every change of any analysed value; stored in every record.
pub const ANALYSIS_VERSION: u32 = 5;

/// Sample rates accepted, in hertz.
pub const SAMPLE_RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;

/// Tempo range in which beats are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TempoRange {
    /// Slowest tempo.
    pub min: Bpm,
    /// Fastest tempo.
    pub max: Bpm,
}

impl Default for TempoRange {
    fn default() -> Self {
        Self { min: Bpm(55.0), max: Bpm(215.0) }
    }
}

/// How to analyse a stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnalysisConfig {
    /// Sample rate of the input in hertz.
    pub sample_rate: u32,
    /// The A4 the players tuned to; `None` estimates it from what is heard.
    pub reference_a4: Option<Hertz>,
    /// Tempo range; must span at least an octave.
    pub tempo_range: TempoRange,
    /// Whether trained networks are heard beside the rest, to measure what they add.
    pub learned: bool,
}

/// A configuration that can't be used.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// The sample rate is outside [`SAMPLE_RATES`].
    #[error(
        "sample rate {actual} Hz is not between {min} and {max} Hz",
        min = SAMPLE_RATES.start(),
        max = SAMPLE_RATES.end()
    )]
    SampleRate {
        /// What was asked for.
        actual: u32,
    },
    /// The reference pitch is implausible.
    #[error("reference pitch {actual} is not between 400 and 480 Hz")]
    ReferencePitch {
        /// What was asked for.
        actual: Hertz,
    },
    /// The tempo range is empty or narrower than an octave.
    #[error("tempo range {min} to {max} must lie between 20 and 400 BPM and span an octave")]
    TempoRange {
        /// Slow end asked for.
        min: Bpm,
        /// Fast end asked for.
        max: Bpm,
    },
}

impl AnalysisConfig {
    /// The defaults at `sample_rate` hertz.
    pub fn at_rate(sample_rate: u32) -> Self {
        Self { sample_rate, reference_a4: None, tempo_range: TempoRange::default(), learned: true }
    }

    /// Checks every field.
    ///
    /// # Errors
    /// The first field that can't be used.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !SAMPLE_RATES.contains(&self.sample_rate) {
            return Err(ConfigError::SampleRate { actual: self.sample_rate });
        }
        if let Some(a4) = self.reference_a4
            && !(400.0..=480.0).contains(&a4.0)
        {
            return Err(ConfigError::ReferencePitch { actual: a4 });
        }
        let TempoRange { min, max } = self.tempo_range;
        if !(min.0 >= 20.0 && max.0 <= 400.0 && max.0 >= 2.0 * min.0) {
            return Err(ConfigError::TempoRange { min, max });
        }
        Ok(())
    }
}

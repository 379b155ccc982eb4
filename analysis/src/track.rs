//! [`TrackAnalyzer`]: the whole-file analysis.

use std::sync::Arc;

use crate::config::{ANALYSIS_RATE, AnalysisConfig, ConfigError};
use crate::embedding::{EmbeddingModel, EmbeddingStream};
use crate::facts::{
    Beat, ChordSegment, KeyEstimate, KeySegment, LoudnessFacts, MeterEstimate, TempoEstimate,
    TempoSource, TuningEstimate,
};
use crate::features::{BandFrame, FeatureExtractor, FrameSink, PitchFrame, ShortFrame, TonalFrame};
use crate::fingerprint::{Fingerprint, FingerprintBuilder, Memory};
use crate::learned::Models;
use crate::loudness::LoudnessMeter;
use crate::part::Part;
use crate::rhythm::TrackRhythm;
use crate::samples::{MIX_LEN, Mixer};
use crate::tonal::TrackHarmony;
use crate::units::Seconds;

/// What a whole file contains.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackAnalysis {
    /// Length of the file.
    pub length: Seconds,
    /// The key of the whole.
    pub key: Option<KeyEstimate>,
    /// Keys over time.
    pub keys: Vec<KeySegment>,
    /// Tuning.
    pub tuning: Option<TuningEstimate>,
    /// Tempo.
    pub tempo: Option<TempoEstimate>,
    /// What the tempo is from.
    pub tempo_source: TempoSource,
    /// Meter.
    pub meter: Option<MeterEstimate>,
    /// Beats in time order.
    pub beats: Vec<Beat>,
    /// Chords in time order, without gaps from 0 to the end.
    pub chords: Vec<ChordSegment>,
    /// Loudness.
    pub loudness: LoudnessFacts,
    /// What it sounds like; `None` where it is too short (under 3 s) or silent.
    pub fingerprint: Option<Fingerprint>,
    /// Whether a model for style listened.
    pub has_style_model: bool,
}

/// Collects a file, then decodes it as a whole.
#[derive(Debug)]
pub struct TrackAnalyzer {
    sample_rate: u32,
    mixer: Mixer,
    features: FeatureExtractor,
    loudness: LoudnessMeter,
    collector: Collector,
    n_samples: u64,
}

/// Everything that collects frames.
#[derive(Debug)]
struct Collector {
    harmony: TrackHarmony,
    rhythm: TrackRhythm,
    fingerprint: FingerprintBuilder,
    style: Option<EmbeddingStream>,
}

impl TrackAnalyzer {
    /// An analyzer for one file.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn new(config: &AnalysisConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let models = config.learned.then(Models::shipped);
        Ok(Self {
            sample_rate: config.sample_rate,
            mixer: Mixer::default(),
            features: FeatureExtractor::new(config)?,
            loudness: LoudnessMeter::new(config.sample_rate)?,
            collector: Collector {
                harmony: TrackHarmony::new(config.reference_a4, models.and_then(Models::tonal)),
                rhythm: TrackRhythm::new(config, models.and_then(Models::beats)),
                fingerprint: FingerprintBuilder::new(Memory::Whole, config.sample_rate),
                style: None,
            },
            n_samples: 0,
        })
    }

    /// Lets a model hear the style as well.
    #[must_use]
    pub fn with_style(mut self, model: Arc<EmbeddingModel>) -> Self {
        // The analysis rate is one that can be used.
        self.collector.style = EmbeddingStream::of_file(model, ANALYSIS_RATE).ok();
        self
    }

    /// Takes the next samples of both channels; the longer one is cut. Samples that are not finite
    /// count as silence.
    pub fn push(&mut self, left: &[f32], right: &[f32]) {
        let len = left.len().min(right.len());
        for (left, right) in left[..len].chunks(MIX_LEN).zip(right[..len].chunks(MIX_LEN)) {
            let mixed = self.mixer.mix(left, right);
            self.loudness.push(mixed.left(), mixed.right());
            self.collector.fingerprint.push_stereo(mixed.left(), mixed.right());
            self.features.push(mixed.mono(), &mut self.collector);
            self.n_samples += left.len() as u64;
        }
    }

    /// Decodes everything taken.
    pub fn finish(self) -> TrackAnalysis {
        self.finish_watched(&mut |_| ())
    }

    /// The same; says what it turns to as it does.
    pub fn finish_watched(mut self, on_part: &mut impl FnMut(Part)) -> TrackAnalysis {
        on_part(Part::ShortSpectra);
        self.features.finish(&mut self.collector);
        let length = Seconds(self.n_samples as f64 / f64::from(self.sample_rate));
        let Collector { harmony, mut rhythm, fingerprint, mut style } = self.collector;
        on_part(Part::Rest);
        if let Some(style) = &mut style {
            style.finish();
        }
        let has_style_model = style.is_some();
        let style = style.and_then(|style| style.style());
        on_part(Part::Tonal);
        let harmony = harmony.finish(length);
        on_part(Part::Rhythm);
        rhythm.hear_out();
        on_part(Part::BeatDecoding);
        let mut rhythm = rhythm.finish(length);
        // The last window reaches beyond the end.
        rhythm.beats.retain(|beat| beat.at.0 < length.0);
        on_part(Part::Loudness);
        let loudness = self.loudness.facts();
        on_part(Part::Fingerprint);
        TrackAnalysis {
            length,
            key: harmony.key,
            keys: harmony.keys,
            tuning: harmony.tuning,
            tempo: rhythm.tempo,
            tempo_source: rhythm.tempo_source,
            meter: rhythm.meter,
            beats: rhythm.beats,
            chords: harmony.chords,
            loudness,
            fingerprint: fingerprint
                .estimate(rhythm.tempo, harmony.key, loudness)
                .map(|fingerprint| Fingerprint { style, ..fingerprint }),
            has_style_model,
        }
    }
}

impl FrameSink for Collector {
    fn short_frame(&mut self, frame: &ShortFrame<'_>) {
        self.rhythm.push(frame);
        self.fingerprint.push(frame);
    }

    fn tonal_frame(&mut self, frame: &TonalFrame) {
        self.harmony.push(frame);
        self.rhythm.push_tonal(frame);
        self.fingerprint.push_tonal(frame);
    }

    fn pitch_frame(&mut self, frame: &PitchFrame) {
        self.harmony.push_pitch(frame);
        self.rhythm.push_pitch(frame);
    }

    fn band_frame(&mut self, frame: &BandFrame) {
        self.rhythm.push_bands(frame);
    }

    fn samples(&mut self, run: &[f32]) {
        if let Some(style) = &mut self.style {
            style.push(run);
        }
    }
}

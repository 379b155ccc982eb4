//! The front end: a stream of any rate, cut in any way, becomes frames on two clocks.

use crate::config::{ANALYSIS_RATE, AnalysisConfig, ConfigError};
use crate::framer::Framer;
use crate::mel_bands::MelBands;
use crate::part::Part;
use crate::pitch_image::PitchImage;
use crate::resample::RateConverter;
use crate::spectrum::PowerSpectrum;
use crate::tonal::{LeadingSpectrum, LogSpectrum, TONAL_WINDOW};
use crate::units::Seconds;

/// Length of the short window in samples at the analysis rate (42.7 ms).
pub const SHORT_WINDOW: usize = 1024;
/// Bins of a short power spectrum.
pub const N_SHORT_BINS: usize = SHORT_WINDOW / 2 + 1;
/// Short frames per second.
pub const SHORT_FPS: usize = 100;
/// Tonal frames per second.
pub const TONAL_FPS: usize = 10;
/// Bins of a pitch frame: seven octaves of 36.
pub const N_PITCH_BINS: usize = 252;
/// Pitch frames per second.
pub const PITCH_FPS: usize = 5;
/// Bands of a band frame.
pub const N_MEL_BANDS: usize = 64;
/// Band frames per second.
pub const BAND_FPS: usize = 50;

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

/// Tonal content of the newest sound, 10 a second: [`TonalFrame::full`] ahead of its time, less
/// exact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeadingFrame {
    /// End of the windows.
    pub at: Seconds,
    /// All registers.
    pub full: [f32; 36],
    /// Mean power of the last 0.17 s.
    pub power: f32,
}

/// The log-frequency spectrum of one long window, 5 a second, as the tonal network sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PitchFrame {
    /// Centre of the window.
    pub at: Seconds,
    /// Magnitudes from C1 to B7, a third of a semitone apart, every third on the semitone at
    /// A4 = 440 Hz. 255: as loud as the music gets; 0: 80 dB below that, or silence.
    pub bins: [u8; N_PITCH_BINS],
}

/// One short window in mel bands from 30 Hz to 10 kHz, 50 a second, as the beat networks see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BandFrame {
    /// Centre of the window.
    pub at: Seconds,
    /// Compressed magnitudes, 255: as loud as the music gets.
    pub bands: [u8; N_MEL_BANDS],
}

/// Receives the frames as they are completed, in time order on each clock.
pub trait FrameSink {
    /// Work on `part` begins.
    fn enter(&mut self, _part: Part) {}
    /// A short frame, every 10 ms.
    fn short_frame(&mut self, frame: &ShortFrame<'_>);
    /// A tonal frame, every 100 ms.
    fn tonal_frame(&mut self, frame: &TonalFrame);
    /// Whether leading frames are wanted, where the extractor makes them.
    const LEADS: bool = false;
    /// A leading frame, every 100 ms, before the tonal frame of the same samples.
    fn leading_frame(&mut self, _frame: &LeadingFrame) {}
    /// A pitch frame, every 200 ms, after the tonal frame of the same window.
    fn pitch_frame(&mut self, _frame: &PitchFrame) {}
    /// A band frame, every 20 ms, after the short frame of the same window.
    fn band_frame(&mut self, _frame: &BandFrame) {}
    /// The next mono samples at [`ANALYSIS_RATE`], before the frames that they complete.
    fn samples(&mut self, _run: &[f32]) {}
}

/// Resampler, framers and transforms. Construction allocates, [`FeatureExtractor::push`] does not.
#[derive(Debug)]
pub struct FeatureExtractor {
    to_analysis_rate: RateConverter,
    frames: Frames,
}

/// Everything behind the resampler.
#[derive(Debug)]
struct Frames {
    short_framer: Framer,
    tonal_framer: Framer,
    short_spectrum: PowerSpectrum,
    short_power: Box<[f32; N_SHORT_BINS]>,
    log_spectrum: LogSpectrum,
    leading_spectrum: Option<LeadingSpectrum>,
    mel_bands: MelBands,
    pitch_image: PitchImage,
}

impl FeatureExtractor {
    /// An extractor for the given stream, without leading frames.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn new(config: &AnalysisConfig) -> Result<Self, ConfigError> {
        Self::with(config, None)
    }

    /// The same with leading frames.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn leading(config: &AnalysisConfig) -> Result<Self, ConfigError> {
        Self::with(config, Some(LeadingSpectrum::new()))
    }

    fn with(
        config: &AnalysisConfig,
        leading_spectrum: Option<LeadingSpectrum>,
    ) -> Result<Self, ConfigError> {
        config.check()?;
        let frames = Frames {
            short_framer: Framer::new(SHORT_WINDOW, ANALYSIS_RATE as usize / SHORT_FPS),
            tonal_framer: Framer::new(TONAL_WINDOW, ANALYSIS_RATE as usize / TONAL_FPS),
            short_spectrum: PowerSpectrum::new(SHORT_WINDOW, 0..N_SHORT_BINS),
            short_power: Box::new([0.0; N_SHORT_BINS]),
            log_spectrum: LogSpectrum::new(),
            leading_spectrum,
            mel_bands: MelBands::new(),
            pitch_image: PitchImage::new(),
        };
        Ok(Self {
            to_analysis_rate: RateConverter::new(config.sample_rate, ANALYSIS_RATE)?,
            frames,
        })
    }

    /// Takes the next mono samples; every completed frame goes to `sink`.
    pub fn push(&mut self, mono: &[f32], sink: &mut impl FrameSink) {
        let Self { to_analysis_rate, frames } = self;
        to_analysis_rate.push(mono, &mut |run| frames.push(run, sink));
    }

    /// Flushes the last windows with silence. Call once, at the end of a file.
    pub fn finish(&mut self, sink: &mut impl FrameSink) {
        let Self { to_analysis_rate, frames } = self;
        to_analysis_rate.finish(&mut |run| frames.push(run, sink));
        frames.flush(sink);
    }

    /// Forgets the stream; the next sample is at 0 s.
    pub fn reset(&mut self) {
        self.to_analysis_rate.reset();
        self.frames.short_framer.reset();
        self.frames.tonal_framer.reset();
        self.frames.mel_bands.reset();
        self.frames.pitch_image.reset();
    }
}

impl Frames {
    fn push(&mut self, samples: &[f32], sink: &mut impl FrameSink) {
        sink.samples(samples);
        self.push_short(samples, sink);
        self.push_tonal(samples, sink);
        sink.enter(Part::Input);
    }

    /// Half a window of silence after the end completes the windows centred inside the stream.
    fn flush(&mut self, sink: &mut impl FrameSink) {
        const SILENCE: [f32; 256] = [0.0; 256];
        for _ in 0..SHORT_WINDOW / 2 / SILENCE.len() {
            self.push_short(&SILENCE, sink);
        }
        for _ in 0..TONAL_WINDOW / 2 / SILENCE.len() {
            self.push_tonal(&SILENCE, sink);
        }
    }

    fn push_short(&mut self, samples: &[f32], sink: &mut impl FrameSink) {
        const STRIDE: u64 = (SHORT_FPS / BAND_FPS) as u64;
        let Self { short_framer, short_spectrum, short_power, mel_bands, .. } = self;
        short_framer.push(samples, &mut |idx, window| {
            sink.enter(Part::ShortSpectra);
            short_spectrum.power(window, short_power.as_mut_slice());
            let at = Seconds(idx as f64 / SHORT_FPS as f64);
            sink.short_frame(&ShortFrame { at, power: short_power });
            if idx.is_multiple_of(STRIDE) {
                sink.enter(Part::ShortSpectra);
                sink.band_frame(&BandFrame { at, bands: mel_bands.bands(short_power) });
            }
        });
    }

    fn push_tonal<S: FrameSink>(&mut self, samples: &[f32], sink: &mut S) {
        const STRIDE: u64 = (TONAL_FPS / PITCH_FPS) as u64;
        let Self { tonal_framer, log_spectrum, leading_spectrum, pitch_image, .. } = self;
        tonal_framer.push(samples, &mut |idx, window| {
            sink.enter(Part::Tonal);
            let at = Seconds(idx as f64 / TONAL_FPS as f64);
            if S::LEADS
                && let Some(leading_spectrum) = leading_spectrum
            {
                let end = at.0 + 0.5 * TONAL_WINDOW as f64 / f64::from(ANALYSIS_RATE);
                sink.leading_frame(&leading_spectrum.frame(Seconds(end), window));
            }
            sink.tonal_frame(&log_spectrum.frame(at, window));
            if idx.is_multiple_of(STRIDE) {
                sink.enter(Part::Tonal);
                sink.pitch_frame(&PitchFrame {
                    at,
                    bins: pitch_image.bins(log_spectrum.magnitude()),
                });
            }
        });
    }
}

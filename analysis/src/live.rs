//! [`LiveAnalyzer`]: the causal analysis.

use std::sync::Arc;

use crate::config::{ANALYSIS_RATE, AnalysisConfig, ConfigError};
use crate::embedding::{EmbeddingModel, EmbeddingStream};
use crate::facts::{ChordSegment, KeyEstimate};
use crate::features::{
    BandFrame, FeatureExtractor, FrameSink, LeadingFrame, PitchFrame, ShortFrame, TonalFrame,
};
use crate::fingerprint::{Fingerprint, FingerprintBuilder, Memory};
use crate::hearing::{Hearing, InputState};
use crate::history::History;
use crate::learned::Models;
use crate::loudness::LoudnessMeter;
use crate::part::Part;
use crate::rhythm::LiveRhythm;
use crate::samples::{MIX_LEN, Mixer};
use crate::third_octave::ThirdOctaves;
use crate::tonal::{LiveHarmony, cadence};
use crate::units::Seconds;

/// Input is called silent after this long below [`SILENCE_PEAK`].
const SILENCE_SECONDS: f64 = 1.0;
/// -80 dBFS.
const SILENCE_PEAK: f32 = 1e-4;

/// A note from a MIDI input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteEvent {
    /// A key goes down: note number 0 to 127.
    On(u8),
    /// A key goes up.
    Off(u8),
    /// All keys go up.
    AllOff,
}

/// Hears a stream as it is played. Construction allocates; `push`, `note`, `skip`, `configure` and
/// `reset` do not.
#[derive(Debug)]
pub struct LiveAnalyzer {
    sample_rate: u32,
    mixer: Mixer,
    features: FeatureExtractor,
    loudness: LoudnessMeter,
    listener: Listener,
    n_samples: u64,
    /// Samples until the loudness is read again.
    n_to_reading: usize,
    last_sound_at: Option<Seconds>,
    hearing: Hearing,
}

/// Everything that decodes frames.
#[derive(Debug)]
struct Listener {
    harmony: LiveHarmony,
    rhythm: LiveRhythm,
    fingerprint: FingerprintBuilder,
    third_octaves: ThirdOctaves,
    style: Option<EmbeddingStream>,
}

impl LiveAnalyzer {
    /// An analyzer for the given stream.
    ///
    /// # Errors
    /// Where the configuration can't be used.
    pub fn new(config: &AnalysisConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let models = config.learned.then(Models::shipped);
        Ok(Self {
            sample_rate: config.sample_rate,
            mixer: Mixer::default(),
            features: FeatureExtractor::leading(config)?,
            loudness: LoudnessMeter::new(config.sample_rate)?,
            listener: Listener {
                harmony: LiveHarmony::new(config.reference_a4, models.and_then(Models::tonal)),
                rhythm: LiveRhythm::new(config, models.and_then(Models::live_beats)),
                fingerprint: FingerprintBuilder::new(Memory::LastMinute, config.sample_rate),
                third_octaves: ThirdOctaves::new(),
                style: None,
            },
            n_samples: 0,
            n_to_reading: samples_per_reading(config.sample_rate),
            last_sound_at: None,
            hearing: Hearing::default(),
        })
    }

    /// Lets a model hear the style as well. `push` then allocates, and frees, a little now and then.
    #[must_use]
    pub fn with_style(mut self, model: Arc<EmbeddingModel>) -> Self {
        // The analysis rate is one that can be used.
        self.listener.style = EmbeddingStream::live(model, ANALYSIS_RATE).ok();
        self
    }

    /// Takes the next samples of both channels; the longer one is cut. Samples that are not finite
    /// count as silence.
    pub fn push(&mut self, left: &[f32], right: &[f32]) {
        self.push_watched(left, right, &mut |_| ());
    }

    /// The same; `on_part` is told when the work on each part begins.
    pub fn push_watched(&mut self, left: &[f32], right: &[f32], on_part: &mut impl FnMut(Part)) {
        let len = left.len().min(right.len());
        let (mut left, mut right) = (&left[..len], &right[..len]);
        while !left.is_empty() {
            let n = left.len().min(MIX_LEN).min(self.n_to_reading);
            on_part(Part::Input);
            let mixed = self.mixer.mix(&left[..n], &right[..n]);
            on_part(Part::Loudness);
            self.loudness.push(mixed.left(), mixed.right());
            on_part(Part::Fingerprint);
            self.listener.fingerprint.push_stereo(mixed.left(), mixed.right());
            on_part(Part::Input);
            let mut listener = Watched { listener: &mut self.listener, on_part };
            self.features.push(mixed.mono(), &mut listener);
            on_part(Part::Loudness);
            self.n_samples += n as u64;
            if mixed.peak() > SILENCE_PEAK {
                self.last_sound_at = Some(self.at());
            }
            self.n_to_reading -= n;
            if self.n_to_reading == 0 {
                self.n_to_reading = samples_per_reading(self.sample_rate);
                self.hearing.loudness = self.loudness.facts();
            }
            (left, right) = (&left[n..], &right[n..]);
        }
        on_part(Part::Rest);
        self.update();
    }

    /// Takes a note that sounds from here on in the stream.
    pub fn note(&mut self, event: NoteEvent) {
        self.listener.harmony.note(event);
        if matches!(event, NoteEvent::On(_)) {
            self.last_sound_at = Some(self.at());
        }
    }

    /// Says that `n_samples` of the stream were lost here: the clock goes on, nothing is heard.
    pub fn skip(&mut self, n_samples: u64) {
        // A gap of more than a minute says no more than a minute of silence, and costs no more.
        let n_heard = n_samples.min(60 * u64::from(self.sample_rate));
        let mut n_left = usize::try_from(n_heard).unwrap_or(0);
        while n_left > 0 {
            let silence = &[0.0; MIX_LEN][..n_left.min(MIX_LEN)];
            let mut listener = Watched { listener: &mut self.listener, on_part: &mut |_| () };
            self.features.push(silence, &mut listener);
            n_left -= silence.len();
        }
        self.n_samples += n_heard;
        self.update();
    }

    /// Changes what can be told while running (reference pitch, tempo range); the rate stays.
    ///
    /// # Errors
    /// Where the configuration can't be used; the old one stays.
    pub fn configure(&mut self, config: &AnalysisConfig) -> Result<(), ConfigError> {
        config.check()?;
        self.listener.harmony.set_reference(config.reference_a4);
        self.listener.rhythm.set_tempo_range(config.tempo_range);
        Ok(())
    }

    /// Forgets everything heard; the next sample is at 0 s.
    pub fn reset(&mut self) {
        self.mixer = Mixer::default();
        self.features.reset();
        self.loudness.reset();
        self.listener.harmony.reset();
        self.listener.rhythm.reset();
        self.listener.fingerprint.reset();
        self.listener.third_octaves.reset();
        if let Some(style) = &mut self.listener.style {
            style.reset();
        }
        self.n_samples = 0;
        self.n_to_reading = samples_per_reading(self.sample_rate);
        self.last_sound_at = None;
        self.hearing = Hearing::default();
    }

    /// What is heard now.
    pub fn hearing(&self) -> &Hearing {
        &self.hearing
    }

    /// What the last minute or so sounds like; `None` before there are 3 s of sound.
    pub fn fingerprint(&self) -> Option<Fingerprint> {
        let Hearing { tempo, key, loudness, .. } = self.hearing;
        let style = self.listener.style.as_ref().and_then(EmbeddingStream::style);
        let fingerprint = self.listener.fingerprint.estimate(tempo, key, loudness)?;
        Some(Fingerprint { style, ..fingerprint })
    }

    fn at(&self) -> Seconds {
        Seconds(self.n_samples as f64 / f64::from(self.sample_rate))
    }

    fn update(&mut self) {
        let at = self.at();
        let Listener { harmony, rhythm, third_octaves, .. } = &self.listener;
        let (finished, n_chords) = harmony.chords().finished();
        let chord = harmony.chords().segment(harmony.now());
        self.hearing = Hearing {
            at,
            input: match self.last_sound_at {
                Some(last) if at.0 - last.0 < SILENCE_SECONDS => InputState::Sounding,
                None if at.0 < SILENCE_SECONDS => InputState::Waiting,
                _ => InputState::Silent,
            },
            key: harmony.key().shown().map(|estimate| explained(estimate, finished)),
            keys: harmony.key().keys(at),
            tuning: harmony.tuning(),
            tempo: rhythm.tempo(),
            meter: rhythm.meter(),
            beat_phase: rhythm.beat_phase(at),
            n_beats: rhythm.n_beats(),
            beats: *rhythm.beats(),
            chord: chord.chord.map(|_| chord),
            chords: *finished,
            n_chords,
            chroma: harmony.chroma(),
            loudness: self.hearing.loudness,
            third_octaves_db: third_octaves.levels_db(),
        };
    }
}

/// The key with the cadence that was heard most often lately.
fn explained(mut key: KeyEstimate, chords: &History<ChordSegment, 64>) -> KeyEstimate {
    key.reason.cadence = cadence(chords.iter().map(|segment| segment.chord), key.key);
    key
}

/// The loudness is read ten times a second: each reading adds up the last three seconds anew.
fn samples_per_reading(sample_rate: u32) -> usize {
    (sample_rate as usize / 10).max(1)
}

/// A [`Listener`] that tells what it is busy with.
struct Watched<'a, F> {
    listener: &'a mut Listener,
    on_part: &'a mut F,
}

impl<F: FnMut(Part)> FrameSink for Watched<'_, F> {
    const LEADS: bool = true;

    fn enter(&mut self, part: Part) {
        (self.on_part)(part);
    }

    fn short_frame(&mut self, frame: &ShortFrame<'_>) {
        self.enter(Part::Rhythm);
        self.listener.rhythm.push(frame);
        self.enter(Part::Fingerprint);
        self.listener.fingerprint.push(frame);
        self.listener.third_octaves.push(frame.power);
    }

    fn band_frame(&mut self, frame: &BandFrame) {
        self.enter(Part::Rhythm);
        self.listener.rhythm.push_bands(frame);
    }

    fn leading_frame(&mut self, frame: &LeadingFrame) {
        self.listener.harmony.push_leading(frame);
    }

    fn tonal_frame(&mut self, frame: &TonalFrame) {
        self.listener.harmony.push(frame);
        self.enter(Part::Fingerprint);
        self.listener.fingerprint.push_tonal(frame);
    }

    fn pitch_frame(&mut self, frame: &PitchFrame) {
        self.listener.harmony.push_pitch(frame);
    }

    fn samples(&mut self, run: &[f32]) {
        if self.listener.style.is_some() {
            self.enter(Part::Fingerprint);
        }
        if let Some(style) = &mut self.listener.style {
            style.push(run);
        }
    }
}

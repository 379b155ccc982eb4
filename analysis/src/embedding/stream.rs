//! [`EmbeddingStream`]: the embedding of a stream, as it goes.

use std::sync::Arc;

use super::mel::{MelFrames, N_BANDS};
use super::memory::{Level, Memory};
use super::network::{EmbeddingModel, N_EMBEDDING, N_FRAMES};
use super::patch::{N_STEPS, PatchWork};
use super::style::{N_STYLE, style};
use crate::config::ConfigError;

/// Frames between two steps: all steps of a patch are done while the next one is heard.
const FRAMES_BETWEEN_STEPS: usize = N_FRAMES / N_STEPS;

/// Mean power of the bands that the network gets to see, however loud the piece was: at this level
/// the logarithms of the bands of music have the mean that they had when the network was trained, 2.20
/// by its first batch normalisation. (Recorded, rendered, generated and game music need 0.6 to 1.8 at
/// their medians.)
const LEVEL: f32 = 1.0;
/// A patch whose bands have less power on average is silence (about -80 dBFS).
const SILENCE: f32 = 1e-7;

/// Hears what a stream is like. Construction allocates, the rest does not.
#[derive(Debug)]
pub struct EmbeddingStream {
    model: Arc<EmbeddingModel>,
    mel: MelFrames,
    heard: Heard,
}

/// Everything behind the bands.
#[derive(Debug)]
struct Heard {
    frames: Vec<[f32; N_BANDS]>,
    work: PatchWork,
    memory: Memory,
    level: Level,
}

impl EmbeddingStream {
    /// For a file, mono at `rate` hertz: all of it counts the same.
    ///
    /// # Errors
    /// Where the rate can't be used.
    pub fn of_file(model: Arc<EmbeddingModel>, rate: u32) -> Result<Self, ConfigError> {
        Self::new(model, rate, Memory::whole(), Level::whole())
    }

    /// For a live stream, mono at `rate` hertz: older sound fades, about the last minute counts.
    ///
    /// # Errors
    /// Where the rate can't be used.
    pub fn live(model: Arc<EmbeddingModel>, rate: u32) -> Result<Self, ConfigError> {
        Self::new(model, rate, Memory::last_minute(), Level::last_minute())
    }

    fn new(
        model: Arc<EmbeddingModel>,
        rate: u32,
        memory: Memory,
        level: Level,
    ) -> Result<Self, ConfigError> {
        let heard =
            Heard { frames: Vec::with_capacity(N_FRAMES), work: PatchWork::new(), memory, level };
        Ok(Self { model, mel: MelFrames::new(rate)?, heard })
    }

    /// Takes the next samples.
    pub fn push(&mut self, mono: &[f32]) {
        let Self { model, mel, heard } = self;
        mel.push(mono, &mut |frame| heard.push(model, frame));
    }

    /// Ends the stream: what was begun is finished.
    pub fn finish(&mut self) {
        let Self { model, mel, heard } = self;
        mel.finish(&mut |frame| heard.push(model, frame));
        heard.complete(model);
    }

    /// The embedding of what was heard; `None` before the first patch.
    pub fn embedding(&self) -> Option<[f32; N_EMBEDDING]> {
        self.heard.memory.mean()
    }

    /// The style of what was heard: how the embedding differs from that of the average record, scaled
    /// to length 1, so that half the squared distance of two of them is one minus their cosine.
    pub fn style(&self) -> Option<[f32; N_STYLE]> {
        self.embedding().as_ref().map(style)
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        self.mel.reset();
        self.heard.frames.clear();
        self.heard.work.reset();
        self.heard.memory.reset();
        self.heard.level.reset();
    }
}

impl Heard {
    fn push(&mut self, model: &EmbeddingModel, frame: [f32; N_BANDS]) {
        self.frames.push(frame);
        if self.frames.len().is_multiple_of(FRAMES_BETWEEN_STEPS) {
            self.step(model);
        }
        if self.frames.len() == N_FRAMES {
            self.complete(model);
            let mean = self.frames.as_flattened().iter().sum::<f32>() / (N_FRAMES * N_BANDS) as f32;
            let is_wanted = self.memory.wants_next();
            if mean > SILENCE {
                let gain = LEVEL / self.level.push(mean);
                if is_wanted {
                    let bands = self.frames.iter().map(|frame| frame.map(|x| compressed(gain * x)));
                    self.work.begin(model, bands);
                }
            }
            self.frames.clear();
        }
    }

    fn step(&mut self, model: &EmbeddingModel) {
        if let Some(embedding) = self.work.step(model) {
            self.memory.take(embedding);
        }
    }

    fn complete(&mut self, model: &EmbeddingModel) {
        for _ in 0..N_STEPS {
            self.step(model);
        }
    }
}

fn compressed(power: f32) -> f32 {
    (1.0 + 10_000.0 * power).log10()
}

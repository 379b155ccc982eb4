//! The parts of a recording that are held against each other.

use std::path::Path;
use std::sync::Arc;

use analysis::{AnalysisConfig, EmbeddingModel, Fingerprint, TrackAnalyzer};
use anyhow::Context;
use library::AudioFile;
use live::Transport;

use super::frame_statistics::Statistics;
use crate::listening::BUFFER_LEN;

/// Length of the first and of the last part, in seconds; half of what is shorter than two of them.
const PART_S: f64 = 30.0;

/// What is compared of an excerpt.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) fingerprint: Fingerprint,
    pub(super) statistics: Statistics,
}

/// The excerpts of a recording.
#[derive(Clone, Debug)]
pub(super) struct Excerpts {
    pub(super) first: Piece,
    pub(super) last: Piece,
    pub(super) whole: Piece,
    /// The first seconds as the plugin hears them, where that is asked for.
    pub(super) live: Option<Piece>,
}

impl Excerpts {
    /// Decodes and analyses a recording, its first `live_seconds` through the path of the plugin as
    /// well; with `style`, the model for it listens too. With `altered`, another form of the same
    /// recording, its beginning is taken from there.
    pub(super) fn of(
        path: &Path,
        altered: Option<&Path>,
        live_seconds: Option<f64>,
        style: Option<&Arc<EmbeddingModel>>,
    ) -> anyhow::Result<Self> {
        let sound = Sound::read(path)?;
        let n_all = sound.left.len();
        let n_part = sound.n_samples(PART_S).min(n_all / 2);
        let altered = altered.map(Sound::read).transpose()?;
        let asking = altered.as_ref().unwrap_or(&sound);
        let n_first = asking.n_samples(PART_S).min(asking.left.len() / 2);
        let live = live_seconds.map(|seconds| {
            let part = asking.part(0, asking.n_samples(seconds));
            part.piece(part.heard_live())
        });
        Ok(Self {
            first: asking.part(0, n_first).analysed(style)?,
            last: sound.part(n_all - n_part, n_all).analysed(style)?,
            whole: sound.part(0, n_all).analysed(style)?,
            live: live.transpose()?,
        })
    }

    /// All of them.
    pub(super) fn pieces_mut(&mut self) -> impl Iterator<Item = &mut Piece> {
        [&mut self.first, &mut self.last, &mut self.whole].into_iter().chain(&mut self.live)
    }
}

/// A decoded recording.
struct Sound {
    sample_rate: u32,
    left: Vec<f32>,
    right: Vec<f32>,
}

/// Some of it.
#[derive(Clone, Copy)]
struct Part<'a> {
    sample_rate: u32,
    left: &'a [f32],
    right: &'a [f32],
}

impl Sound {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let mut file = AudioFile::open(path)?;
        let mut sound =
            Self { sample_rate: file.sample_rate(), left: Vec::new(), right: Vec::new() };
        while let Some(block) = file.next_block()? {
            sound.left.extend_from_slice(block.left);
            sound.right.extend_from_slice(block.right);
        }
        Ok(sound)
    }

    fn n_samples(&self, seconds: f64) -> usize {
        (seconds * f64::from(self.sample_rate)).round() as usize
    }

    /// The samples from `from` to before `to`, as far as there are any.
    fn part(&self, from: usize, to: usize) -> Part<'_> {
        let range = from..to.min(self.left.len());
        Part {
            sample_rate: self.sample_rate,
            left: self.left.get(range.clone()).unwrap_or_default(),
            right: self.right.get(range).unwrap_or_default(),
        }
    }
}

impl Part<'_> {
    /// As files are analysed.
    fn analysed(self, style: Option<&Arc<EmbeddingModel>>) -> anyhow::Result<Piece> {
        let mut analyzer = TrackAnalyzer::new(&AnalysisConfig::at_rate(self.sample_rate))?;
        if let Some(model) = style {
            analyzer = analyzer.with_style(Arc::clone(model));
        }
        analyzer.push(self.left, self.right);
        self.piece(analyzer.finish().fingerprint)
    }

    /// As the plugin hears it, buffer by buffer.
    fn heard_live(self) -> Option<Fingerprint> {
        let mut session = live::session();
        for (left, right) in self.left.chunks(BUFFER_LEN).zip(self.right.chunks(BUFFER_LEN)) {
            session.tap.push(self.sample_rate, left, right, Transport::default());
            session.worker.step();
        }
        session.worker.fingerprint().copied()
    }

    fn piece(self, fingerprint: Option<Fingerprint>) -> anyhow::Result<Piece> {
        let fingerprint = fingerprint.context("too short or too quiet to compare")?;
        let tempo = fingerprint.tempo.map(|tempo| tempo.bpm);
        let statistics = Statistics::of(self.sample_rate, self.left, self.right, tempo)?;
        Ok(Piece { fingerprint, statistics })
    }
}

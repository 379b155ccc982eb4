//! [`analyze_file`]: a file in, its [`TrackAnalysis`] out.

use std::path::Path;
use std::sync::Arc;

use analysis::{AnalysisConfig, EmbeddingModel, TrackAnalysis, TrackAnalyzer};
use cpu_time::ThreadTime;

use crate::decode::{AudioFile, Tags, panics};
use crate::error::FileError;
use crate::style_model::style_model;

/// What a file holds and what it cost to find out.
#[derive(Clone, Debug, PartialEq)]
pub struct FileAnalysis {
    /// The analysis.
    pub analysis: TrackAnalysis,
    /// CPU seconds of decoding and analysis, on the thread that called.
    pub cpu_seconds: f64,
    /// Title and artist.
    pub tags: Tags,
    /// What was wrong with the file although it could be analysed ("the file ends early…").
    pub warning: Option<String>,
}

/// Decodes and analyses a whole file, in bounded memory as far as decoding goes. Never panics.
///
/// # Errors
/// Where the file can't be decoded or analysed.
pub fn analyze_file(path: &Path) -> Result<FileAnalysis, FileError> {
    panics::contain(|| decode_and_analyze(path, AnalysisConfig::at_rate, None))
        .map_err(FileError::Internal)?
}

/// The same to be compared with others: its style is heard as well, where the model for it is
/// installed, which takes twice as long.
///
/// # Errors
/// As [`analyze_file`].
pub fn analyze_file_with_style(path: &Path) -> Result<FileAnalysis, FileError> {
    // Everything works without. What is wrong with it is for `style_model` to say, once and not
    // by every file.
    let model = style_model().ok().flatten();
    panics::contain(|| decode_and_analyze(path, AnalysisConfig::at_rate, model))
        .map_err(FileError::Internal)?
}

/// The same without the trained networks.
///
/// # Errors
/// As [`analyze_file`].
pub fn analyze_file_unlearned(path: &Path) -> Result<FileAnalysis, FileError> {
    let config = |rate: u32| AnalysisConfig { learned: false, ..AnalysisConfig::at_rate(rate) };
    panics::contain(|| decode_and_analyze(path, config, None)).map_err(FileError::Internal)?
}

fn decode_and_analyze(
    path: &Path,
    config: impl Fn(u32) -> AnalysisConfig,
    style: Option<Arc<EmbeddingModel>>,
) -> Result<FileAnalysis, FileError> {
    let clock = ThreadClock::start();
    let mut file = AudioFile::open(path)?;
    let config = config(file.sample_rate());
    let mut analyzer = TrackAnalyzer::new(&config)?;
    if let Some(model) = style {
        analyzer = analyzer.with_style(model);
    }
    while let Some(block) = file.next_block()? {
        analyzer.push(block.left, block.right);
    }
    let analysis = analyzer.finish();
    Ok(FileAnalysis {
        analysis,
        cpu_seconds: clock.seconds(),
        tags: file.tags().clone(),
        warning: file.warning().map(str::to_owned),
    })
}

/// CPU time of the calling thread since it was started; 0 where the system can't tell.
#[derive(Clone, Copy, Debug)]
pub struct ThreadClock(Option<ThreadTime>);

impl ThreadClock {
    /// Starts counting.
    pub fn start() -> Self {
        Self(ThreadTime::try_now().ok())
    }

    /// CPU seconds spent by this thread since the start.
    pub fn seconds(&self) -> f64 {
        self.0.and_then(|start| start.try_elapsed().ok()).map_or(0.0, |spent| spent.as_secs_f64())
    }
}

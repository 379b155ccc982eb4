//! What analysing given files costs, decoding included: CPU seconds of one thread.

use std::io::Write;
use std::path::{Path, PathBuf};

use analysis::{AnalysisConfig, TrackAnalyzer};
use anyhow::bail;
use library::{
    AudioFile, FileAnalysis, FileError, ThreadClock, analyze_file, analyze_file_with_style,
    audio_files,
};
use serde::Serialize;

use super::hours::BeatDecoding;
use crate::analyze::progress_bar;
use crate::median::median;
use crate::say;

/// Times each file is analysed; the median counts.
const N_REPEATS: usize = 3;

/// Seconds of all files together.
#[derive(Debug, Default, Serialize)]
pub(super) struct FileFigures {
    n_files: usize,
    /// Files that can't be analysed; they don't count.
    n_failed: usize,
    audio_seconds: f64,
    cpu_seconds: f64,
    /// The part of them that decoding takes.
    decoding_cpu_seconds: f64,
    /// The part of them that deciding on tempo, beats and bars takes, once everything is heard.
    beat_decoding_cpu_seconds: f64,
    x_realtime: f64,
}

/// Measures files and folders; `with_style` as `index` analyses them.
pub(super) fn measure(paths: &[PathBuf], with_style: bool) -> anyhow::Result<FileFigures> {
    let analyze: Analyze = if with_style { analyze_file_with_style } else { analyze_file };
    let files = audio_files(paths);
    let mut figures = FileFigures { n_files: files.len(), ..FileFigures::default() };
    let bar = progress_bar(files.len());
    for file in &files {
        match costs(file, analyze) {
            Ok(costs) => {
                figures.audio_seconds += costs.audio_seconds;
                figures.cpu_seconds += costs.cpu_seconds;
                figures.decoding_cpu_seconds += costs.decoding_cpu_seconds;
                figures.beat_decoding_cpu_seconds += costs.beat_decoding_cpu_seconds;
            }
            Err(error) => {
                figures.n_failed += 1;
                bar.suspend(|| say(&format!("{}: {error}", file.display())));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if figures.n_failed == figures.n_files {
        bail!("no audio files there that can be analysed");
    }
    figures.x_realtime = figures.audio_seconds / figures.cpu_seconds.max(f64::MIN_POSITIVE);
    Ok(figures)
}

impl FileFigures {
    /// For people to read.
    pub(super) fn write(&self, out: &mut impl Write) -> std::io::Result<()> {
        let n_files = self.n_files - self.n_failed;
        writeln!(out, "batch analysis of {n_files} files, decoding included, one thread")?;
        writeln!(
            out,
            "  {:.0} × real time: {:.2} s of CPU for {:.0} s of audio, {:.0} % of it decoding",
            self.x_realtime,
            self.cpu_seconds,
            self.audio_seconds,
            100.0 * self.decoding_cpu_seconds / self.cpu_seconds.max(f64::MIN_POSITIVE)
        )?;
        writeln!(
            out,
            "  deciding on tempo, beats and bars: {:.3} s, {:.3} s of it for every 4 minutes",
            self.beat_decoding_cpu_seconds,
            self.beat_decoding_cpu_seconds * 240.0 / self.audio_seconds.max(f64::MIN_POSITIVE)
        )?;
        if self.n_failed > 0 {
            writeln!(out, "  {} files can't be analysed and don't count", self.n_failed)?;
        }
        Ok(())
    }
}

/// How files are analysed.
type Analyze = fn(&Path) -> Result<FileAnalysis, FileError>;

struct Costs {
    audio_seconds: f64,
    cpu_seconds: f64,
    decoding_cpu_seconds: f64,
    beat_decoding_cpu_seconds: f64,
}

fn costs(file: &Path, analyze: Analyze) -> Result<Costs, FileError> {
    let (mut whole, mut decoding) = ([0.0; N_REPEATS], [0.0; N_REPEATS]);
    let mut audio_seconds = 0.0;
    for (whole, decoding) in whole.iter_mut().zip(&mut decoding) {
        let analysed = analyze(file)?;
        audio_seconds = analysed.analysis.length.0;
        *whole = analysed.cpu_seconds;
        *decoding = decoding_cpu_seconds(file)?;
    }
    Ok(Costs {
        audio_seconds,
        cpu_seconds: median(&mut whole).unwrap_or_default(),
        decoding_cpu_seconds: median(&mut decoding).unwrap_or_default(),
        beat_decoding_cpu_seconds: beat_decoding_cpu_seconds(file)?,
    })
}

fn beat_decoding_cpu_seconds(file: &Path) -> Result<f64, FileError> {
    let mut file = AudioFile::open(file)?;
    let mut analyzer = TrackAnalyzer::new(&AnalysisConfig::at_rate(file.sample_rate()))?;
    while let Some(block) = file.next_block()? {
        analyzer.push(block.left, block.right);
    }
    let clock = ThreadClock::start();
    let mut deciding = BeatDecoding::default();
    analyzer.finish_watched(&mut |part| deciding.turn_to(part, clock.seconds()));
    Ok(deciding.seconds)
}

fn decoding_cpu_seconds(file: &Path) -> Result<f64, FileError> {
    let clock = ThreadClock::start();
    let mut file = AudioFile::open(file)?;
    while file.next_block()?.is_some() {}
    Ok(clock.seconds())
}

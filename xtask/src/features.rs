//! What the learned models read of each file, written down for training: exactly what the plugin
//! computes, so that training and use can't differ.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use analysis::{
    AnalysisConfig, BandFrame, FeatureExtractor, FrameSink, PitchFrame, ShortFrame, TonalFrame,
    TrackAnalyzer,
};
use anyhow::Context;
use library::{AudioFile, audio_files, in_order};
use serde_json::json;

use crate::cli::FeaturesArgs;
use crate::{SOME_FAILED, say};

/// The command.
pub(crate) fn command(args: &FeaturesArgs) -> anyhow::Result<ExitCode> {
    fs::create_dir_all(&args.out)
        .with_context(|| format!("{} can't be made", args.out.display()))?;
    let files = audio_files(&args.paths);
    let mut stems: Vec<_> = files.iter().filter_map(|file| file.file_stem()).collect();
    stems.sort_unstable();
    if let Some(pair) = stems.windows(2).find(|pair| pair[0] == pair[1]) {
        anyhow::bail!("two files are named {}: their features would mix", pair[0].display());
    }
    let mut n_failed = 0;
    let write = |path: &PathBuf| write_features(path, &args.out);
    in_order(&files, args.jobs.unwrap_or(0), &AtomicBool::new(false), write, &mut |idx, done| {
        if let Err(error) = done {
            n_failed += 1;
            say(&format!("{}: {error:#}", files[idx].display()));
        }
    })?;
    say(&format!("{} files, {n_failed} failed", files.len()));
    Ok(if n_failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_FAILED) })
}

/// All frames of a file, one after the other.
#[derive(Default)]
struct Frames {
    /// `[n, N_PITCH_BINS]`.
    pitch: Vec<u8>,
    /// `[n, N_MEL_BANDS]`.
    bands: Vec<u8>,
}

impl FrameSink for Frames {
    fn short_frame(&mut self, _frame: &ShortFrame<'_>) {}

    fn tonal_frame(&mut self, _frame: &TonalFrame) {}

    fn pitch_frame(&mut self, frame: &PitchFrame) {
        self.pitch.extend_from_slice(&frame.bins);
    }

    fn band_frame(&mut self, frame: &BandFrame) {
        self.bands.extend_from_slice(&frame.bands);
    }
}

/// Writes `NAME.pitch.u8`, `NAME.bands.u8` and `NAME.json` to `out`.
fn write_features(path: &Path, out: &Path) -> anyhow::Result<()> {
    let mut file = AudioFile::open(path)?;
    let config = AnalysisConfig::at_rate(file.sample_rate());
    let mut extractor = FeatureExtractor::new(&config)?;
    let mut analyzer = TrackAnalyzer::new(&config)?;
    let mut frames = Frames::default();
    let mut mono = Vec::new();
    while let Some(block) = file.next_block()? {
        analyzer.push(block.left, block.right);
        mono.clear();
        mono.extend(block.left.iter().zip(block.right).map(|(left, right)| 0.5 * (left + right)));
        extractor.push(&mono, &mut frames);
    }
    extractor.finish(&mut frames);
    let cents = analyzer.finish().tuning.map_or(0.0, |tuning| tuning.cents.0);
    let stem = path.file_stem().context("a file without a name")?.to_string_lossy();
    let place = |suffix: &str| out.join(format!("{stem}.{suffix}"));
    fs::write(place("pitch.u8"), &frames.pitch)?;
    fs::write(place("bands.u8"), &frames.bands)?;
    fs::write(place("json"), json!({ "cents": cents }).to_string())?;
    Ok(())
}

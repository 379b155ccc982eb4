//! Measures `advice/data/whitening.json` on a population of music.
//!
//! `cargo run -p advice --example measure_whitening -- OUT.json "what it is" FILE.raw...`, where the
//! files are raw stereo samples at 24 kHz, 16-bit little-endian (`ffmpeg -i IN -ac 2 -ar 24000 -f
//! s16le OUT.raw`). At most the first minute of each counts. A population for this purpose is broad and is
//! none of the material that matching is scored on.

use std::error::Error;
use std::fs;
use std::io;
use std::thread;

use advice::Whitening;
use analysis::{ANALYSIS_RATE, AnalysisConfig, Fingerprint, TrackAnalyzer};

/// At most so much of a file counts.
const MAX_SAMPLES: usize = 60 * ANALYSIS_RATE as usize;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [out, measured_on, files @ ..] = args.as_slice() else {
        return Err("expected: OUT.json \"what it is\" FILE.raw...".into());
    };
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    let population = thread::scope(|scope| {
        let parts = files.chunks(files.len().div_ceil(n_threads).max(1));
        let hear = |part| scope.spawn(move || fingerprints(part));
        let heard: Vec<_> = parts.map(hear).collect();
        let joined = heard.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Ok(vec![])));
        joined.collect::<io::Result<Vec<_>>>()
    })?;
    let whitening = Whitening::measure(&population.concat(), measured_on)?;
    fs::write(out, whitening.to_json() + "\n")?;
    Ok(())
}

/// Too short or silent pieces have none.
fn fingerprints(files: &[String]) -> io::Result<Vec<Fingerprint>> {
    let mut heard = Vec::new();
    for file in files {
        let (left, right): (Vec<f32>, Vec<f32>) = fs::read(file)?
            .as_chunks::<4>()
            .0
            .iter()
            .take(MAX_SAMPLES)
            .map(|&[l0, l1, r0, r1]| (sample([l0, l1]), sample([r0, r1])))
            .unzip();
        let config = AnalysisConfig::at_rate(ANALYSIS_RATE);
        let mut analyzer = TrackAnalyzer::new(&config).map_err(io::Error::other)?;
        analyzer.push(&left, &right);
        heard.extend(analyzer.finish().fingerprint);
    }
    Ok(heard)
}

fn sample(bytes: [u8; 2]) -> f32 {
    f32::from(i16::from_le_bytes(bytes)) / 32_768.0
}

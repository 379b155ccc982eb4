//! Measures `advice/data/whitening.json` on a population of music.
//!
//! `cargo run -p advice --example measure_whitening -- OUT.json "what it is" FILE.f32...`, where the
//! files are raw mono samples at 24 kHz, 32-bit little-endian floats (`sox IN -t f32 -c 1 -r 24000
//! OUT.f32`). At most the first minute of each counts. A population for this purpose is broad and is
//! none of the material that matching is scored on.

use std::error::Error;
use std::fs;

use advice::Whitening;
use analysis::{ANALYSIS_RATE, AnalysisConfig, TrackAnalyzer};

/// At most so much of a file counts.
const MAX_SAMPLES: usize = 60 * ANALYSIS_RATE as usize;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [out, measured_on, files @ ..] = args.as_slice() else {
        return Err("expected: OUT.json \"what it is\" FILE.f32...".into());
    };
    let mut population = Vec::new();
    for file in files {
        let samples: Vec<f32> = fs::read(file)?
            .as_chunks::<4>()
            .0
            .iter()
            .take(MAX_SAMPLES)
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect();
        let mut analyzer = TrackAnalyzer::new(&AnalysisConfig::at_rate(ANALYSIS_RATE))?;
        analyzer.push(&samples, &samples);
        // Too short or silent pieces have none.
        population.extend(analyzer.finish().fingerprint);
    }
    fs::write(out, Whitening::measure(&population, measured_on)?.to_json() + "\n")?;
    Ok(())
}

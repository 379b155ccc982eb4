//! What each part of the live analysis costs.

use std::fmt;

use analysis::{AnalysisConfig, LiveAnalyzer, Part};
use library::ThreadClock;
use serde::Serialize;

use super::{SAMPLE_RATE, Stereo};

/// Shares of a core, by part.
#[derive(Debug, Serialize)]
pub(super) struct PartFigures {
    input: f64,
    loudness: f64,
    short_spectra: f64,
    tonal: f64,
    rhythm: f64,
    fingerprint: f64,
    rest: f64,
}

/// Listens to `song` live and asks the clock whenever the analysis turns to another part; that
/// itself is counted, so the sum lies a little above what the worker takes.
pub(super) fn parts(song: &Stereo) -> anyhow::Result<PartFigures> {
    let mut analyzer = LiveAnalyzer::new(&AnalysisConfig::at_rate(SAMPLE_RATE))?;
    let mut spent = [0.0; Part::ALL.len()];
    let clock = ThreadClock::start();
    let (mut part, mut since) = (Part::Rest, 0.0);
    for (left, right) in song.buffers() {
        analyzer.push_watched(left, right, &mut |next| {
            let now = clock.seconds();
            spent[part as usize] += now - since;
            (part, since) = (next, now);
        });
    }
    let share = |part: Part| spent[part as usize] / song.seconds();
    Ok(PartFigures {
        input: share(Part::Input),
        loudness: share(Part::Loudness),
        short_spectra: share(Part::ShortSpectra),
        tonal: share(Part::Tonal),
        rhythm: share(Part::Rhythm),
        fingerprint: share(Part::Fingerprint),
        rest: share(Part::Rest),
    })
}

impl fmt::Display for PartFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| share * 100.0;
        write!(
            f,
            "of it tonal {:.2} %, rhythm {:.2} %, spectra of both and others {:.2} %, fingerprint \
             {:.2} %, loudness {:.2} %, input {:.2} %, rest {:.2} %",
            percent(self.tonal),
            percent(self.rhythm),
            percent(self.short_spectra),
            percent(self.fingerprint),
            percent(self.loudness),
            percent(self.input),
            percent(self.rest)
        )
    }
}

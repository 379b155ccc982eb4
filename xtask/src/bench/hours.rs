//! What analysing a long recording costs: time, the part of it that goes to deciding where the beats
//! are, and memory.

use std::fmt;

use analysis::{AnalysisConfig, Part, TrackAnalyzer};
use library::ThreadClock;
use serde::Serialize;

use super::{SAMPLE_RATE, Stereo};
use crate::analyze::progress_bar;
use crate::say;

/// A recording of many hours, one thread, without decoding.
#[derive(Debug, Serialize)]
pub(super) struct HoursFigures {
    hours: u8,
    cpu_seconds: f64,
    /// Of tempo, beats and bars, once everything is heard.
    beat_decoding_cpu_seconds: f64,
    n_beats: usize,
    /// Most memory that the process ever had; `null` where the system does not tell.
    peak_memory_mb: Option<f64>,
    /// Of it, before the recording began.
    memory_before_mb: Option<f64>,
}

/// Plays `song` over and over to one analyzer.
pub(super) fn measure(hours: u8, song: &Stereo) -> anyhow::Result<HoursFigures> {
    let n_rounds = (f64::from(hours) * 3600.0 / song.seconds()).ceil() as usize;
    say(&format!("analysing the demo song {n_rounds} times over as one recording…"));
    let memory_before_mb = peak_memory_mb();
    let mut analyzer = TrackAnalyzer::new(&AnalysisConfig::at_rate(SAMPLE_RATE))?;
    let bar = progress_bar(n_rounds);
    let clock = ThreadClock::start();
    for _ in 0..n_rounds {
        for (left, right) in song.buffers() {
            analyzer.push(left, right);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let mut deciding = BeatDecoding::default();
    let analysis = analyzer.finish_watched(&mut |part| deciding.turn_to(part, clock.seconds()));
    Ok(HoursFigures {
        hours,
        cpu_seconds: clock.seconds(),
        beat_decoding_cpu_seconds: deciding.seconds,
        n_beats: analysis.beats.len(),
        peak_memory_mb: peak_memory_mb(),
        memory_before_mb,
    })
}

/// Counts the seconds that go to deciding where the beats are.
#[derive(Debug, Default)]
pub(super) struct BeatDecoding {
    since: Option<f64>,
    pub(super) seconds: f64,
}

impl BeatDecoding {
    /// The analysis turns to `part`.
    pub(super) fn turn_to(&mut self, part: Part, now: f64) {
        self.seconds += self.since.take().map_or(0.0, |since| now - since);
        self.since = (part == Part::BeatDecoding).then_some(now);
    }
}

/// What Linux calls the high-water mark of the resident set.
fn peak_memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

impl fmt::Display for HoursFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { hours, cpu_seconds, beat_decoding_cpu_seconds, n_beats, .. } = self;
        write!(
            f,
            "a recording of {hours} hours, one thread\n  {cpu_seconds:.0} s of CPU, \
             {beat_decoding_cpu_seconds:.2} s of it to decide where {n_beats} beats are"
        )?;
        match (self.peak_memory_mb, self.memory_before_mb) {
            (Some(peak), Some(before)) => write!(
                f,
                "\n  {peak:.0} MB of memory at the most, {before:.0} MB of it before it began"
            ),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_time_between_turning_to_it_and_away_counts() {
        let mut deciding = BeatDecoding::default();
        for (part, now) in [(Part::Tonal, 1.0), (Part::BeatDecoding, 2.0), (Part::Loudness, 2.5)] {
            deciding.turn_to(part, now);
        }
        deciding.turn_to(Part::Rest, 9.0);
        assert_eq!(deciding.seconds, 0.5);
    }
}

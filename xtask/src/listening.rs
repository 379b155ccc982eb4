//! What the live path shows, kept whole: snapshots come and go, and nothing called is lost.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use advice::Snapshot;
use analysis::{Beat, ChordSegment, Hearing, Seconds, TempoSource, TrackAnalysis};
use library::{AnalysisLine, AudioFile, FileError, ThreadClock, TimelineEntry};
use live::Transport;

/// Samples per channel handed over at a time, as a host does.
pub(crate) const BUFFER_LEN: usize = 512;

/// Beats as they were called, chords as they were finished, and every change of what was shown.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    pub(crate) beats: Vec<Beat>,
    pub(crate) chords: Vec<ChordSegment>,
    pub(crate) timeline: Vec<TimelineEntry>,
    n_beats: u64,
    n_chords: u64,
}

impl Heard {
    /// Takes what is new in `hearing`; the entry that was added to the timeline, if one was.
    pub(crate) fn observe(&mut self, hearing: &Hearing) -> Option<&TimelineEntry> {
        let n_new = hearing.n_beats.saturating_sub(self.n_beats) as usize;
        self.n_beats = hearing.n_beats;
        let n_known = hearing.beats.len().saturating_sub(n_new);
        self.beats.extend(hearing.beats.iter().skip(n_known));
        let n_new = hearing.n_chords.saturating_sub(self.n_chords) as usize;
        self.n_chords = hearing.n_chords;
        let n_known = hearing.chords.len().saturating_sub(n_new);
        self.chords.extend(hearing.chords.iter().skip(n_known));
        let shown = TimelineEntry::new(
            hearing.at,
            hearing.key.map(|estimate| estimate.key),
            hearing.tempo.map(|tempo| tempo.bpm),
            hearing.chord.and_then(|segment| segment.chord),
        );
        let before = self.timeline.last();
        let nothing_yet =
            before.is_none() && shown.key.is_none() && shown.bpm.is_none() && shown.chord.is_none();
        if nothing_yet || before.is_some_and(|before| shown.shows_the_same(before)) {
            return None;
        }
        self.timeline.push(shown);
        self.timeline.last()
    }

    /// All of it as the analysis of a recording of that length, ending with `hearing`.
    pub(crate) fn analysis(&self, hearing: &Hearing, length: Seconds) -> TrackAnalysis {
        let mut chords = self.chords.clone();
        chords.extend(hearing.chord.map(|sounding| ChordSegment {
            end: Seconds(sounding.end.0.max(hearing.at.0)),
            ..sounding
        }));
        TrackAnalysis {
            length,
            key: hearing.key,
            keys: hearing.keys.iter().copied().collect(),
            tuning: hearing.tuning,
            tempo: hearing.tempo,
            tempo_source: TempoSource::Pulse,
            meter: hearing.meter,
            beats: self.beats.clone(),
            chords,
            loudness: hearing.loudness,
            fingerprint: None,
            has_style_model: false,
        }
    }

    /// The line of `analyze --live` for what was heard.
    pub(crate) fn line(
        &self,
        file: &str,
        snapshot: &Snapshot,
        length: Seconds,
        cpu_seconds: f64,
    ) -> AnalysisLine {
        AnalysisLine::new(file, &self.analysis(&snapshot.hearing, length), cpu_seconds)
            .with_timeline(self.timeline.clone())
    }
}

/// Sends a file through the path of the plugin, buffer by buffer, the worker stepped after each so
/// that the result is the same every time; with the trained networks or without. A file that can't
/// be read gets its line too.
pub(crate) fn live_line(path: &Path, learned: bool) -> AnalysisLine {
    let file = path.to_string_lossy();
    match catch_unwind(AssertUnwindSafe(|| hear_file(path, learned))) {
        Ok(Ok(line)) => line,
        Ok(Err(error)) => AnalysisLine::failed(file, error),
        Err(_) => {
            AnalysisLine::failed(file, FileError::Internal("the live analysis stopped".to_owned()))
        }
    }
}

fn hear_file(path: &Path, learned: bool) -> Result<AnalysisLine, FileError> {
    let clock = ThreadClock::start();
    let mut file = AudioFile::open(path)?;
    let rate = file.sample_rate();
    let mut session = live::session();
    session.control.set_learned(learned);
    let mut heard = Heard::default();
    let mut n_samples = 0_u64;
    let mut hear = |left: &[f32], right: &[f32]| {
        session.tap.push(rate, left, right, Transport::default());
        session.worker.step();
        heard.observe(session.worker.hearing());
    };
    // The decoder's blocks have their own lengths: what is left of one begins the next buffer.
    let (mut left, mut right) = (Vec::new(), Vec::new());
    while let Some(block) = file.next_block()? {
        n_samples += block.left.len() as u64;
        left.extend_from_slice(block.left);
        right.extend_from_slice(block.right);
        let whole = left.len() - left.len() % BUFFER_LEN;
        for (l, r) in left[..whole].chunks(BUFFER_LEN).zip(right[..whole].chunks(BUFFER_LEN)) {
            hear(l, r);
        }
        left.drain(..whole);
        right.drain(..whole);
    }
    hear(&left, &right);
    let length = Seconds(n_samples as f64 / f64::from(rate));
    let snapshot = session.worker.snapshot();
    let mut line = heard.line(&path.to_string_lossy(), snapshot, length, clock.seconds());
    line.warning = file.warning().map(str::to_owned);
    Ok(line)
}

#[cfg(test)]
mod tests {
    use analysis::{Bpm, Chord, TempoEstimate};

    use super::*;

    #[test]
    fn beats_are_kept_when_snapshots_are_skipped() {
        let mut heard = Heard::default();
        let mut hearing = Hearing::default();
        for n in 0..200 {
            hearing.n_beats += 1;
            hearing.beats.push(Beat { at: Seconds(f64::from(n)), bar_position: 1 });
            if n % 50 == 49 {
                heard.observe(&hearing);
            }
        }
        let times: Vec<f64> = heard.beats.iter().map(|beat| beat.at.0).collect();
        assert_eq!(times, (0..200).map(f64::from).collect::<Vec<_>>());
    }

    #[test]
    fn the_timeline_has_an_entry_for_every_change_and_no_other() {
        let mut heard = Heard::default();
        let mut hearing = Hearing::default();
        assert!(heard.observe(&hearing).is_none());
        hearing.tempo = Some(TempoEstimate { bpm: Bpm(120.02), ..Default::default() });
        assert!(heard.observe(&hearing).is_some());
        hearing.tempo = Some(TempoEstimate { bpm: Bpm(120.04), ..Default::default() });
        assert!(heard.observe(&hearing).is_none());
        hearing.chord =
            Some(ChordSegment { chord: Chord::parse("C:maj").flatten(), ..Default::default() });
        assert_eq!(heard.observe(&hearing).and_then(|e| e.chord.clone()).as_deref(), Some("C:maj"));
        assert_eq!(heard.timeline.len(), 2);
    }
}

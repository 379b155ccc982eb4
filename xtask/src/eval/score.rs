//! Scores of a set of lines against the truth: every measure, one number each.

use serde::Serialize;

use super::beat;
use super::chord::{self, Recall};
use super::confidence::{Bin, Stated, calibration_error, reliability};
use super::delay::delays;
use super::harte::Harte;
use super::key::{self, Confusion, Relation};
use super::line::Line;
use super::settle::settle;
use super::truth::{Row, Truth};
use crate::median::median;

/// The figures, named as the reference scorer names them. Absent where nothing could be scored.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Scores {
    pub(crate) n: usize,
    pub(crate) failed: usize,
    pub(crate) key_mirex: Option<f64>,
    pub(crate) key_exact: Option<f64>,
    pub(crate) acc1: Option<f64>,
    pub(crate) acc2: Option<f64>,
    #[serde(rename = "beat_F")]
    pub(crate) beat_f: Option<f64>,
    #[serde(rename = "CMLt")]
    pub(crate) cmlt: Option<f64>,
    #[serde(rename = "AMLt")]
    pub(crate) amlt: Option<f64>,
    #[serde(rename = "downbeat_F")]
    pub(crate) downbeat_f: Option<f64>,
    /// How much later than the truth beats are: the median recording's median right beat.
    pub(crate) beat_offset_ms: Option<f64>,
    /// Share of recordings whose beats per bar are right, and the share of those of three.
    pub(crate) meter: Option<f64>,
    pub(crate) meter_of_three: Option<f64>,
    /// How many recordings of three there are: where few are, saying four is nearly always right.
    pub(crate) n_of_three: Option<usize>,
    pub(crate) key_settled: Option<f64>,
    pub(crate) chord_majmin: Option<f64>,
    pub(crate) chord_sevenths: Option<f64>,
    pub(crate) key_ece: Option<f64>,
    pub(crate) bpm_ece: Option<f64>,
    pub(crate) key_seconds: Option<f64>,
    pub(crate) bpm_seconds: Option<f64>,
    /// Median seconds from a chord's onset until its root is shown, and the share of onsets whose
    /// root is shown at all.
    pub(crate) chord_seconds: Option<f64>,
    pub(crate) chord_shown: Option<f64>,
    pub(crate) key_flips_min: Option<f64>,
    pub(crate) bpm_flips_min: Option<f64>,
    pub(crate) x_realtime_cpu: Option<f64>,
    /// How estimated keys relate to the true ones.
    #[serde(skip)]
    pub(crate) key_relations: Confusion,
    /// How true the confidence of keys and of tempos is.
    pub(crate) key_reliability: Option<[Bin; 10]>,
    pub(crate) bpm_reliability: Option<[Bin; 10]>,
}

#[derive(Debug, Default)]
struct Tally {
    n: usize,
    failed: usize,
    audio: f64,
    cpu: f64,
    key_mirex: Vec<f64>,
    key_exact: Vec<f64>,
    key_stated: Vec<Stated>,
    key_relations: Confusion,
    key_settled: Vec<f64>,
    key_seconds: Vec<f64>,
    key_flips_min: Vec<f64>,
    acc1: Vec<f64>,
    acc2: Vec<f64>,
    bpm_stated: Vec<Stated>,
    bpm_seconds: Vec<f64>,
    bpm_flips_min: Vec<f64>,
    beat_f: Vec<f64>,
    cmlt: Vec<f64>,
    amlt: Vec<f64>,
    downbeat_f: Vec<f64>,
    beat_offset_ms: Vec<f64>,
    meter: Vec<f64>,
    meter_of_three: Vec<f64>,
    triads: Recall,
    sevenths: Recall,
    has_chords: bool,
    chord_delays: Vec<Option<f64>>,
}

/// Scores `lines`; lines of files that have no truth are left out.
pub(crate) fn score(truth: &Truth, lines: &[Line]) -> Scores {
    score_where(truth, lines, |_| true)
}

/// Scores the lines whose row `is_in`.
pub(crate) fn score_where(truth: &Truth, lines: &[Line], is_in: impl Fn(&Row) -> bool) -> Scores {
    let mut tally = Tally::default();
    for line in lines {
        if let Some(row) = truth.row(&line.file).filter(|row| is_in(row)) {
            tally.add(row, line);
        }
    }
    tally.finish()
}

fn share(right: bool) -> f64 {
    f64::from(u8::from(right))
}

fn near(bpm: f64, truth: f64) -> bool {
    (bpm - truth).abs() <= 0.04 * truth
}

impl Tally {
    fn add(&mut self, row: &Row, line: &Line) {
        self.n += 1;
        let mut line = line.clone();
        if line.error.as_ref().is_some_and(|error| !error.is_empty()) {
            self.failed += 1;
            line = line.without_statements();
        }
        self.audio += line.audio_seconds;
        self.cpu += line.cpu_seconds;
        self.add_key(row, &line);
        self.add_tempo(row, &line);
        self.add_beats(row, &line);
        self.add_meter(row, &line);
        self.add_chords(row, &line);
    }

    fn add_key(&mut self, row: &Row, line: &Line) {
        let Some(truth) = key::parse(&row.key) else { return };
        let heard = line.key().and_then(|text| key::parse(&text));
        let relation = Relation::of(truth, heard);
        *self.key_relations.entry(relation).or_default() += 1;
        self.key_mirex.push(relation.score());
        self.key_exact.push(share(relation == Relation::Exact));
        if heard.is_some()
            && let Some(confidence) = line.key_confidence()
        {
            self.key_stated.push(Stated { confidence, right: relation == Relation::Exact });
        }
        if line.timeline.is_empty() {
            return;
        }
        let shown = line.timeline.iter().filter_map(|entry| {
            let text = entry.key.as_deref().filter(|text| !text.is_empty())?;
            Some((entry.t, text))
        });
        let settled = settle(shown, |text| key::parse(text) == Some(truth));
        self.key_settled.push(share(settled.since.is_some()));
        self.key_seconds.extend(settled.since);
        self.key_flips_min.push(per_minute(settled.n_changes, line.audio_seconds));
    }

    fn add_tempo(&mut self, row: &Row, line: &Line) {
        let Some(truth) = row.bpm else { return };
        let heard = line.bpm().unwrap_or(0.0);
        self.acc1.push(share(near(heard, truth)));
        let levels = [1.0, 2.0, 3.0, 1.0 / 2.0, 1.0 / 3.0];
        self.acc2.push(share(levels.iter().any(|level| near(heard, truth * level))));
        if let Some(confidence) = line.bpm_confidence() {
            self.bpm_stated.push(Stated { confidence, right: near(heard, truth) });
        }
        if line.timeline.is_empty() {
            return;
        }
        // A change of less than a beat a minute is no change to a reader.
        let shown = line.timeline.iter().filter_map(|entry| {
            let bpm = entry.bpm?.round_ties_even();
            (bpm != 0.0).then_some((entry.t, bpm))
        });
        let settled = settle(shown, |bpm| near(*bpm, truth));
        self.bpm_seconds.extend(settled.since);
        self.bpm_flips_min.push(per_minute(settled.n_changes, line.audio_seconds));
    }

    fn add_beats(&mut self, row: &Row, line: &Line) {
        let Some(truth) = &row.beats else { return };
        let up_to_end = |beats: &[f64]| -> Vec<f64> {
            beats.iter().copied().filter(|at| *at <= line.audio_seconds).collect()
        };
        let beats = up_to_end(&truth.all);
        let downbeats = up_to_end(&truth.downbeats);
        if beats.len() < 4 {
            return;
        }
        let heard = sorted(line.beats.iter().map(|beat| beat.t));
        let heard_downbeats = sorted(
            line.beats.iter().filter(|beat| beat.bar_position == Some(1.0)).map(|beat| beat.t),
        );
        let enough = heard.len() >= 2;
        self.beat_f.push(if enough { beat::f_measure(&beats, &heard) } else { 0.0 });
        let levels = beat::continuity(&beats, &heard);
        self.cmlt.push(levels.cmlt);
        self.amlt.push(levels.amlt);
        self.beat_offset_ms.extend(beat::offset_ms(&beats, &heard));
        if downbeats.len() >= 2 {
            self.downbeat_f.push(beat::f_measure(&downbeats, &heard_downbeats));
        }
    }

    fn add_meter(&mut self, row: &Row, line: &Line) {
        let Some(truth) = row.beats_per_bar else { return };
        let right = share(line.beats_per_bar() == Some(truth as u64));
        self.meter.push(right);
        if truth == 3 {
            self.meter_of_three.push(right);
        }
    }

    fn add_chords(&mut self, row: &Row, line: &Line) {
        let Some(truth) = &row.chords else { return };
        let Some(last) = truth.last() else { return };
        let length = if line.audio_seconds > 0.0 { line.audio_seconds } else { last.end };
        let truth = chord::cut(truth, length.min(last.end));
        self.has_chords = true;
        if !line.timeline.is_empty() {
            self.chord_delays.extend(delays(&truth, &line.timeline));
        }
        for (sum, recall) in [
            (&mut self.triads, chord::recall(&truth, &line.chords, Harte::same_triad)),
            (&mut self.sevenths, chord::recall(&truth, &line.chords, Harte::same_seventh)),
        ] {
            sum.right += recall.right;
            sum.scored += recall.scored;
        }
    }

    fn finish(mut self) -> Scores {
        let table = |stated: &[Stated]| (!stated.is_empty()).then(|| reliability(stated));
        let recall =
            |recall: Recall| self.has_chords.then(|| recall.right / recall.scored.max(1e-9));
        let mut shown: Vec<f64> = self.chord_delays.iter().copied().flatten().collect();
        Scores {
            n: self.n,
            failed: self.failed,
            key_mirex: mean(&self.key_mirex),
            key_exact: mean(&self.key_exact),
            acc1: mean(&self.acc1),
            acc2: mean(&self.acc2),
            beat_f: mean(&self.beat_f),
            cmlt: mean(&self.cmlt),
            amlt: mean(&self.amlt),
            downbeat_f: mean(&self.downbeat_f),
            beat_offset_ms: median(&mut self.beat_offset_ms),
            meter: mean(&self.meter),
            meter_of_three: mean(&self.meter_of_three),
            n_of_three: Some(self.meter_of_three.len()).filter(|_| !self.meter.is_empty()),
            key_settled: mean(&self.key_settled),
            chord_majmin: recall(self.triads),
            chord_sevenths: recall(self.sevenths),
            key_ece: calibration_error(&self.key_stated),
            bpm_ece: calibration_error(&self.bpm_stated),
            key_seconds: median(&mut self.key_seconds),
            bpm_seconds: median(&mut self.bpm_seconds),
            chord_seconds: median(&mut shown),
            chord_shown: (!self.chord_delays.is_empty())
                .then(|| shown.len() as f64 / self.chord_delays.len() as f64),
            key_flips_min: median(&mut self.key_flips_min),
            bpm_flips_min: median(&mut self.bpm_flips_min),
            x_realtime_cpu: (self.cpu > 0.0).then(|| self.audio / self.cpu),
            key_relations: self.key_relations,
            key_reliability: table(&self.key_stated),
            bpm_reliability: table(&self.bpm_stated),
        }
    }
}

fn per_minute(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds.max(1.0) * 60.0
}

fn sorted(times: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tempo_is_right_within_four_per_cent() {
        assert!(near(104.0, 100.0) && near(96.0, 100.0));
        assert!(!near(104.1, 100.0));
    }
}

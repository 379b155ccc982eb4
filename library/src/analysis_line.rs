//! [`AnalysisLine`]: what `analyze` prints about a file, exactly as the command contract has it.
//!
//! These types are a promise to other programs: fields may be added, those here keep their names,
//! units and meaning. Numbers are rounded to what they are worth and are always finite.

mod csv;
mod rounding;
mod timeline;

use std::path::Path;

use analysis::{
    ANALYSIS_VERSION, Bpm, ChordSegment, History, Key, KeyEstimate, KeySegment, LoudnessFacts,
    PitchClass, Spelling, Stability, TempoCandidate, TempoEstimate, TempoRelation, TempoSource,
    TrackAnalysis,
};
use serde::{Deserialize, Serialize};

pub use self::timeline::TimelineEntry;

use self::rounding::{level, round, share};
use crate::file_analysis::FileAnalysis;

/// One line of `analyze`: a file and what is in it, or why it can't be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnalysisLine {
    /// The path as it was given.
    pub file: String,
    /// Why the file could not be analysed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What is wrong with a file that could be analysed all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
    /// Seconds of audio in the file.
    pub audio_seconds: f64,
    /// What was found; absent where there is an error.
    #[serde(flatten)]
    pub facts: Option<AnalysisFacts>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_false(value: &bool) -> bool {
    !value
}

/// What a file contains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnalysisFacts {
    /// CPU seconds of decoding and analysis.
    pub cpu_seconds: f64,
    /// Which analysis it was.
    pub analysis_version: u32,
    /// Whether the model that hears style listened.
    #[serde(default, skip_serializing_if = "is_false")]
    pub style: bool,
    /// The key, where there is one to be heard.
    pub key: Option<KeyEntry>,
    /// Keys over time, where there is a key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<KeySpan>,
    /// Frequency of A4.
    pub tuning_hz: Option<f64>,
    /// The tempo, where there is a pulse.
    pub tempo: Option<TempoEntry>,
    /// The even beats that those heard keep to, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<GridEntry>,
    /// The meter.
    pub meter: Option<MeterEntry>,
    /// Beats in time order.
    pub beats: Vec<BeatEntry>,
    /// Chords in time order.
    pub chords: Vec<ChordEntry>,
    /// Loudness.
    pub loudness: LoudnessEntry,
    /// What a user would have been shown, and when; only where the file was heard live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Vec<TimelineEntry>>,
}

/// Even beats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridEntry {
    /// Their tempo.
    pub bpm: f64,
    /// When the first one falls, a beat but not always the first of a bar, in milliseconds from the
    /// start of the file.
    pub offset_ms: f64,
    /// How far the beats heard lie off them, root mean square, in milliseconds.
    pub spread_ms: f64,
}

/// The key of a whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyEntry {
    /// Tonic, spelled as the key signature has it ("Bb").
    pub tonic: String,
    /// "major" or "minor".
    pub mode: String,
    /// Probability that it is right.
    pub confidence: f64,
    /// Runners-up, strongest first.
    pub alternatives: Vec<AlternativeKey>,
    /// What colours the mode ("dorian"), where that is plain.
    #[serde(default)]
    pub colour: Option<String>,
    /// What decided; what is not plain is null.
    #[serde(default)]
    pub reason: KeyReasonEntry,
}

/// What speaks for a key and against the runner-up.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeyReasonEntry {
    /// A note that sounds and that the runner-up does not have ("F#").
    pub note: Option<String>,
    /// The note that the runner-up would have in its place.
    pub instead_of: Option<String>,
    /// The tonic, where the bass rests on it.
    pub bass: Option<String>,
    /// The change of chords to the tonic heard most often, as Harte labels.
    pub cadence: Option<[String; 2]>,
}

/// A runner-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlternativeKey {
    /// Tonic.
    pub tonic: String,
    /// "major" or "minor".
    pub mode: String,
    /// Share of the evidence.
    pub weight: f64,
}

/// A stretch of one key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeySpan {
    /// Where it begins, in seconds.
    pub start: f64,
    /// Where it ends, in seconds.
    pub end: f64,
    /// "Bb minor".
    pub key: String,
}

/// The tempo of a whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TempoEntry {
    /// Beats per minute.
    pub bpm: f64,
    /// Probability that it is right.
    pub confidence: f64,
    /// "steady" or "drifting".
    pub stability: String,
    /// "length" where no pulse was heard and the tempo is what the length of a loop says; absent where
    /// it was heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Other metrical levels, strongest first.
    pub alternatives: Vec<AlternativeTempo>,
    /// Whether the user chose this level: `grid`, `beats` and `meter` are then still those heard.
    #[serde(default, skip_serializing_if = "is_false")]
    pub chosen: bool,
    /// Beats per minute as heard, where the user chose the level; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard_bpm: Option<f64>,
}

/// Another metrical level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlternativeTempo {
    /// Beats per minute.
    pub bpm: f64,
    /// Its ratio to the tempo stated ("1/2").
    pub relation: String,
    /// Share of the evidence.
    pub weight: f64,
}

/// The meter.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeterEntry {
    /// Beats in a bar.
    pub beats_per_bar: u8,
    /// Probability that it is right.
    pub confidence: f64,
}

/// One beat.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeatEntry {
    /// When, in seconds.
    pub t: f64,
    /// 1 for the downbeat; null where it is not known.
    #[serde(default)]
    pub bar_position: Option<u8>,
}

/// A stretch of one chord.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChordEntry {
    /// Where it begins, in seconds.
    pub start: f64,
    /// Where it ends, in seconds.
    pub end: f64,
    /// Harte label, "N" for no chord.
    pub label: String,
    /// Probability that it is right.
    pub confidence: f64,
}

/// Loudness after BS.1770; null where it could not be measured (too short, silent).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LoudnessEntry {
    /// Integrated loudness.
    pub integrated_lufs: Option<f64>,
    /// Loudness range.
    pub range_lu: Option<f64>,
    /// Highest true peak.
    pub true_peak_dbtp: Option<f64>,
}

impl AnalysisLine {
    /// The line of a file that was analysed.
    pub fn new(file: impl Into<String>, analysis: &TrackAnalysis, cpu_seconds: f64) -> Self {
        Self {
            file: file.into(),
            error: None,
            warning: None,
            audio_seconds: round(analysis.length.0, 3),
            facts: Some(AnalysisFacts::new(analysis, cpu_seconds)),
        }
    }

    /// The line of a file that can't be analysed.
    pub fn failed(file: impl Into<String>, error: impl ToString) -> Self {
        let error = error.to_string().lines().collect::<Vec<_>>().join(" ");
        Self {
            file: file.into(),
            error: Some(error),
            warning: None,
            audio_seconds: 0.0,
            facts: None,
        }
    }

    /// The line of what [`analyze_file`](crate::analyze_file) gave.
    pub fn of<E: ToString>(path: &Path, result: &Result<FileAnalysis, E>) -> Self {
        let file = path.to_string_lossy();
        match result {
            Ok(done) => Self {
                warning: done.warning.clone(),
                ..Self::new(file, &done.analysis, done.cpu_seconds)
            },
            Err(error) => Self::failed(file, error.to_string()),
        }
    }

    /// The same line with what a user would have been shown.
    pub fn with_timeline(mut self, timeline: Vec<TimelineEntry>) -> Self {
        if let Some(facts) = &mut self.facts {
            facts.timeline = Some(timeline);
        }
        self
    }
}

impl AnalysisFacts {
    /// Rounds and spells an analysis.
    pub fn new(analysis: &TrackAnalysis, cpu_seconds: f64) -> Self {
        Self {
            cpu_seconds: round(cpu_seconds, 4),
            analysis_version: ANALYSIS_VERSION,
            style: analysis.has_style_model,
            key: analysis.key.as_ref().map(KeyEntry::new),
            keys: analysis.keys.iter().map(KeySpan::new).collect(),
            tuning_hz: analysis.tuning.map(|tuning| round(tuning.a4().0, 2)),
            tempo: analysis
                .tempo
                .as_ref()
                .map(|tempo| TempoEntry::new(tempo, analysis.tempo_source)),
            grid: analysis.beat_grid().map(|grid| GridEntry {
                bpm: round(grid.bpm, 2),
                offset_ms: round(1000.0 * grid.offset.0, 1),
                spread_ms: round(1000.0 * grid.spread.0, 1),
            }),
            meter: analysis.meter.map(|meter| MeterEntry {
                beats_per_bar: meter.beats_per_bar,
                confidence: share(meter.confidence),
            }),
            beats: analysis
                .beats
                .iter()
                .map(|beat| BeatEntry {
                    t: round(beat.at.0, 3),
                    bar_position: (beat.bar_position > 0).then_some(beat.bar_position),
                })
                .collect(),
            chords: analysis
                .chords
                .iter()
                .map(|segment| ChordEntry::new(segment, spelling_at(analysis, segment)))
                .collect(),
            loudness: LoudnessEntry::new(&analysis.loudness),
            timeline: None,
        }
    }

    /// Counts the tempo at the level that the user chose; false where the tempo heard has no such
    /// level, whatever was chosen before.
    pub(crate) fn choose_tempo(&mut self, chosen: Bpm) -> bool {
        let Some(told) = &self.tempo else { return false };
        let heard = told.heard();
        let estimate = told.estimate();
        let as_heard = estimate.counted_at(heard).unwrap_or(estimate);
        let Some(counted) = as_heard.counted_at(chosen) else { return false };
        let source = told.source.clone();
        let heard_bpm = Some(told.heard_bpm.unwrap_or(told.bpm));
        let counted = TempoEntry::new(&counted, TempoSource::Pulse);
        self.tempo = Some(TempoEntry { chosen: true, heard_bpm, source, ..counted });
        true
    }
}

/// Black keys are spelled as the key that holds where the chord begins has them.
fn spelling_at(analysis: &TrackAnalysis, segment: &ChordSegment) -> Spelling {
    let local = analysis
        .keys
        .iter()
        .find(|key| key.start.0 <= segment.start.0 && segment.start.0 < key.end.0)
        .map(|segment| segment.key);
    local.or(analysis.key.map(|estimate| estimate.key)).map(Key::spelling).unwrap_or_default()
}

impl KeyEntry {
    fn new(estimate: &KeyEstimate) -> Self {
        Self {
            tonic: estimate.key.tonic_name().to_owned(),
            mode: estimate.key.mode.name().to_owned(),
            confidence: share(estimate.confidence),
            alternatives: estimate
                .alternatives
                .iter()
                .map(|candidate| AlternativeKey {
                    tonic: candidate.key.tonic_name().to_owned(),
                    mode: candidate.key.mode.name().to_owned(),
                    weight: share(candidate.weight),
                })
                .collect(),
            colour: estimate.colour.map(|colour| colour.name().to_owned()),
            reason: KeyReasonEntry::new(estimate),
        }
    }
}

impl KeyReasonEntry {
    fn new(estimate: &KeyEstimate) -> Self {
        let spelling = estimate.key.spelling();
        let name = |note: PitchClass| estimate.key.note_name(note).to_owned();
        // The runner-up's note is spelled as the runner-up has it.
        let other = estimate.alternatives.iter().next().map_or(estimate.key, |other| other.key);
        let reason = &estimate.reason;
        Self {
            note: reason.note.map(name),
            instead_of: reason.instead_of.map(|note| other.note_name(note).to_owned()),
            bass: reason.bass.map(name),
            cadence: reason.cadence.map(|(from, to)| [from.harte(spelling), to.harte(spelling)]),
        }
    }
}

impl KeySpan {
    fn new(segment: &KeySegment) -> Self {
        Self {
            start: round(segment.start.0, 3),
            end: round(segment.end.0, 3),
            key: segment.key.to_string(),
        }
    }
}

impl TempoEntry {
    fn new(estimate: &TempoEstimate, source: TempoSource) -> Self {
        let stability = match estimate.stability {
            Stability::Steady => "steady",
            Stability::Drifting => "drifting",
        };
        Self {
            bpm: round(f64::from(estimate.bpm.0), 2),
            confidence: share(estimate.confidence),
            stability: stability.to_owned(),
            source: (source == TempoSource::Length).then(|| "length".to_owned()),
            alternatives: estimate
                .alternatives
                .iter()
                .map(|candidate| AlternativeTempo {
                    bpm: round(f64::from(candidate.bpm.0), 2),
                    relation: candidate.relation.name().to_owned(),
                    weight: share(candidate.weight),
                })
                .collect(),
            chosen: false,
            heard_bpm: None,
        }
    }

    /// The tempo as heard, whichever level is stated.
    pub(crate) fn heard(&self) -> Bpm {
        Bpm(self.heard_bpm.unwrap_or(self.bpm) as f32)
    }

    /// What tells the tempo: its pulse ("heard"), the length of a loop without one ("length") or the
    /// user who chose its level ("chosen").
    pub fn told_by(&self) -> &'static str {
        match (self.chosen, &self.source) {
            (true, _) => "chosen",
            (false, Some(_)) => "length",
            (false, None) => "heard",
        }
    }

    /// What it says.
    fn estimate(&self) -> TempoEstimate {
        let level = |other: &AlternativeTempo| {
            Some(TempoCandidate {
                bpm: Bpm(other.bpm as f32),
                relation: TempoRelation::parse(&other.relation)?,
                weight: other.weight as f32,
            })
        };
        TempoEstimate {
            bpm: Bpm(self.bpm as f32),
            confidence: self.confidence as f32,
            stability: match self.stability.as_str() {
                "drifting" => Stability::Drifting,
                _ => Stability::Steady,
            },
            alternatives: History::first_of(self.alternatives.iter().filter_map(level)),
        }
    }
}

impl ChordEntry {
    fn new(segment: &ChordSegment, spelling: Spelling) -> Self {
        Self {
            start: round(segment.start.0, 3),
            end: round(segment.end.0, 3),
            label: segment.harte(spelling),
            confidence: share(segment.confidence),
        }
    }
}

impl LoudnessEntry {
    fn new(loudness: &LoudnessFacts) -> Self {
        Self {
            integrated_lufs: level(loudness.integrated.map(|lufs| lufs.0)),
            range_lu: level(loudness.range_lu),
            true_peak_dbtp: level(loudness.true_peak_dbtp),
        }
    }
}

#[cfg(test)]
mod tests;

//! [`AnalysisFacts`]: everything that a line says about a file.

use analysis::{
    ANALYSIS_VERSION, Beat, Bpm, ChordSegment, Key, LoudnessFacts, MeterEstimate, Spelling,
    TrackAnalysis,
};
use serde::{Deserialize, Serialize};

use super::key::{KeyEntry, KeySpan};
use super::rounding::{level, round, share};
use super::tempo::{GridEntry, TempoEntry};
use super::timeline::TimelineEntry;

/// What a file contains.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnalysisFacts {
    /// CPU seconds of decoding and analysis.
    pub cpu_seconds: f64,
    /// Which analysis it was.
    pub analysis_version: u32,
    /// Whether the model that hears style listened.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
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
            grid: analysis.beat_grid().map(GridEntry::new),
            meter: analysis.meter.map(MeterEntry::new),
            beats: analysis.beats.iter().map(BeatEntry::new).collect(),
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
        let counted = self.tempo.as_ref().and_then(|told| told.counted_at(chosen));
        if counted.is_none() {
            return false;
        }
        self.tempo = counted;
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

impl MeterEntry {
    fn new(meter: MeterEstimate) -> Self {
        Self { beats_per_bar: meter.beats_per_bar, confidence: share(meter.confidence) }
    }
}

impl BeatEntry {
    fn new(beat: &Beat) -> Self {
        Self {
            t: round(beat.at.0, 3),
            bar_position: (beat.bar_position > 0).then_some(beat.bar_position),
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

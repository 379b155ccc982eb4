//! The lines as a table: one row a file, the main columns; texts as [`plain_text`] has them.

use super::AnalysisLine;
use crate::plain_text::plain_text;

/// Names of the columns.
const COLUMNS: [&str; 22] = [
    "file",
    "error",
    "audio_seconds",
    "cpu_seconds",
    "key",
    "key_confidence",
    "tuning_hz",
    "bpm",
    "bpm_confidence",
    "stability",
    "beats_per_bar",
    "n_beats",
    "n_chords",
    "integrated_lufs",
    "range_lu",
    "true_peak_dbtp",
    "analysis_version",
    "warning",
    "grid_bpm",
    "grid_offset_ms",
    "grid_spread_ms",
    "tempo_source",
];

impl AnalysisLine {
    /// The heading of the table, without a line end.
    pub fn csv_header() -> String {
        COLUMNS.join(",")
    }

    /// This line as a row of the table, without a line end; absent values are empty.
    pub fn to_csv(&self) -> String {
        let facts = self.facts.as_ref();
        let key = facts.and_then(|facts| facts.key.as_ref());
        let tempo = facts.and_then(|facts| facts.tempo.as_ref());
        let grid = facts.and_then(|facts| facts.grid.as_ref());
        let loudness = facts.map(|facts| facts.loudness);
        let row: [String; COLUMNS.len()] = [
            quoted(&self.file),
            quoted(self.error.as_deref().unwrap_or_default()),
            self.audio_seconds.to_string(),
            text(facts.map(|facts| facts.cpu_seconds)),
            text(key.map(|key| format!("{} {}", key.tonic, key.mode))),
            text(key.map(|key| key.confidence)),
            text(facts.and_then(|facts| facts.tuning_hz)),
            text(tempo.map(|tempo| tempo.bpm)),
            text(tempo.map(|tempo| tempo.confidence)),
            text(tempo.map(|tempo| &tempo.stability)),
            text(facts.and_then(|facts| facts.meter).map(|meter| meter.beats_per_bar)),
            text(facts.map(|facts| facts.beats.len())),
            text(facts.map(|facts| facts.chords.len())),
            text(loudness.and_then(|loudness| loudness.integrated_lufs)),
            text(loudness.and_then(|loudness| loudness.range_lu)),
            text(loudness.and_then(|loudness| loudness.true_peak_dbtp)),
            text(facts.map(|facts| facts.analysis_version)),
            quoted(self.warning.as_deref().unwrap_or_default()),
            text(grid.map(|grid| grid.bpm)),
            text(grid.map(|grid| grid.offset_ms)),
            text(grid.map(|grid| grid.spread_ms)),
            text(tempo.map(|tempo| tempo.told_by())),
        ];
        row.join(",")
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Quotes after RFC 4180 where needed; never a formula.
fn quoted(text: &str) -> String {
    let text = plain_text(text);
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

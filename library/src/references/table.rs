//! [`TableRow`]: a track as one row of a table, for other programs.

use std::io;

use advice::{Cue, CueReadings, N_WHITENED, Whitening};

use super::{LibraryRow, References};
use crate::error::LibraryError;
use crate::manifest::FEATURE_VERSION;

/// Tracks looked up at a time.
const N_AT_ONCE: usize = 500;

/// A track as one row of a table. What is not known is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableRow {
    /// Its number in the library.
    pub id: u32,
    /// BLAKE3 of the file's bytes, in hexadecimal: the same for copies, anywhere.
    pub content: Option<String>,
    /// Where the file lies, absolute.
    pub path: String,
    /// Title, as the file has it.
    pub title: Option<String>,
    /// Artist.
    pub artist: Option<String>,
    /// Genre.
    pub genre: Option<String>,
    /// Length in seconds; 0 where the file could not be analysed.
    pub seconds: f64,
    /// Which analysis found this.
    pub analysis_version: u32,
    /// Which features the vector holds: vectors of different versions can't be compared.
    pub feature_version: u32,
    /// Why the file could not be analysed.
    pub error: Option<String>,
    /// Tempo in beats per minute.
    pub bpm: Option<f64>,
    /// Probability that it is right.
    pub tempo_confidence: Option<f64>,
    /// What tells the tempo: "heard", "length" (of a loop without a pulse) or "chosen" by the user.
    pub tempo_source: Option<String>,
    /// The key, "Bb minor".
    pub key: Option<String>,
    /// Probability that it is right.
    pub key_confidence: Option<f64>,
    /// Frequency of A4 in hertz.
    pub tuning_hz: Option<f64>,
    /// Beats in a bar.
    pub beats_per_bar: Option<u32>,
    /// Integrated loudness in LUFS.
    pub integrated_lufs: Option<f64>,
    /// Loudness range in LU.
    pub range_lu: Option<f64>,
    /// True peak in dBTP.
    pub true_peak_dbtp: Option<f64>,
    /// Spectral centroid in hertz.
    pub brightness_hz: Option<f32>,
    /// Onsets a second.
    pub onset_density: Option<f32>,
    /// Range of the level over about 3 s, in dB.
    pub loudness_range_db: Option<f32>,
    /// Level below 112 Hz relative to the whole, in dB.
    pub bass_db: Option<f32>,
    /// Spectral flatness in dB.
    pub roughness_db: Option<f32>,
    /// The whitened fingerprint: [`TableRow::VECTOR_LEN`] values, each block of length 1.
    pub vector: Option<Vec<f32>>,
}

impl TableRow {
    /// Values of a vector.
    pub const VECTOR_LEN: usize = N_WHITENED;

    fn of(row: LibraryRow) -> Self {
        let cues = row.fingerprint.as_ref().map(CueReadings::of).unwrap_or_default();
        let cue = |cue| cues.get(cue).map(|reading| reading.value);
        let facts = row.facts.as_ref();
        let key = facts.and_then(|facts| facts.key.as_ref());
        let tempo = facts.and_then(|facts| facts.tempo.as_ref());
        let loudness = facts.map(|facts| facts.loudness);
        Self {
            id: row.id.0,
            content: row.content.map(|hash| blake3::Hash::from(hash).to_hex().to_string()),
            path: row.file.to_string_lossy().into_owned(),
            seconds: row.length.0,
            analysis_version: row.analysis_version,
            feature_version: FEATURE_VERSION,
            bpm: tempo.map(|tempo| tempo.bpm),
            tempo_confidence: tempo.map(|tempo| tempo.confidence),
            tempo_source: tempo.map(|tempo| tempo.told_by().to_owned()),
            key: key.map(|key| format!("{} {}", key.tonic, key.mode)),
            key_confidence: key.map(|key| key.confidence),
            tuning_hz: facts.and_then(|facts| facts.tuning_hz),
            beats_per_bar: facts
                .and_then(|facts| facts.meter)
                .map(|meter| u32::from(meter.beats_per_bar)),
            integrated_lufs: loudness.and_then(|loudness| loudness.integrated_lufs),
            range_lu: loudness.and_then(|loudness| loudness.range_lu),
            true_peak_dbtp: loudness.and_then(|loudness| loudness.true_peak_dbtp),
            brightness_hz: cue(Cue::Brightness),
            onset_density: cue(Cue::OnsetDensity),
            loudness_range_db: cue(Cue::LoudnessRange),
            bass_db: cue(Cue::Bass),
            roughness_db: cue(Cue::Roughness),
            vector: row.fingerprint.as_ref().map(|it| Whitening::shipped().apply(it).to_vec()),
            title: row.title,
            artist: row.artist,
            genre: row.genre,
            error: row.error,
        }
    }
}

/// Why a table was not written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The library can't be read.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// Whoever took the rows could not go on.
    #[error("a row could not be written")]
    Io(#[from] io::Error),
}

impl References {
    /// Hands out every track as a row of a table, by number, in bounded memory. Files that could
    /// not be analysed are among them.
    ///
    /// # Errors
    /// Where the library can't be read, or `on_row` fails.
    pub fn each_table_row(
        &self,
        on_row: &mut dyn FnMut(TableRow) -> io::Result<()>,
    ) -> Result<(), TableError> {
        let mut last = None;
        loop {
            let rows = self.rows(last, N_AT_ONCE)?;
            let Some(end) = rows.last().map(|row| row.id) else { return Ok(()) };
            last = Some(end);
            for row in rows {
                on_row(TableRow::of(row))?;
            }
        }
    }
}

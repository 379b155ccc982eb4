//! The columns of the table, and rows gathered into them.

use std::sync::Arc;

use arrow_array::builder::{FixedSizeListBuilder, Float32Builder};
use arrow_array::{ArrayRef, Float32Array, Float64Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use library::TableRow;

/// Name of the column of vectors.
pub(crate) const VECTOR: &str = "vector";

/// The columns of a list of rows, all but the vectors.
macro_rules! columns {
    ($rows:expr; $($name:ident: $array:ident = $value:expr),* $(,)?) => {
        vec![$((stringify!($name), Arc::new($rows.iter().map($value).collect::<$array>()) as ArrayRef)),*]
    };
}

fn arrays(rows: &[TableRow]) -> Vec<(&'static str, ArrayRef)> {
    columns!(rows;
        id: UInt32Array = |row| Some(row.id),
        content: StringArray = |row| row.content.clone(),
        path: StringArray = |row| Some(row.path.clone()),
        title: StringArray = |row| row.title.clone(),
        artist: StringArray = |row| row.artist.clone(),
        genre: StringArray = |row| row.genre.clone(),
        seconds: Float64Array = |row| Some(row.seconds),
        analysis_version: UInt32Array = |row| Some(row.analysis_version),
        feature_version: UInt32Array = |row| Some(row.feature_version),
        error: StringArray = |row| row.error.clone(),
        bpm: Float64Array = |row| row.bpm,
        tempo_confidence: Float64Array = |row| row.tempo_confidence,
        tempo_source: StringArray = |row| row.tempo_source.clone(),
        key: StringArray = |row| row.key.clone(),
        key_confidence: Float64Array = |row| row.key_confidence,
        tuning_hz: Float64Array = |row| row.tuning_hz,
        beats_per_bar: UInt32Array = |row| row.beats_per_bar,
        integrated_lufs: Float64Array = |row| row.integrated_lufs,
        range_lu: Float64Array = |row| row.range_lu,
        true_peak_dbtp: Float64Array = |row| row.true_peak_dbtp,
        brightness_hz: Float32Array = |row| row.brightness_hz,
        onset_density: Float32Array = |row| row.onset_density,
        loudness_range_db: Float32Array = |row| row.loudness_range_db,
        bass_db: Float32Array = |row| row.bass_db,
        roughness_db: Float32Array = |row| row.roughness_db,
    )
}

fn vectors(rows: &[TableRow]) -> ArrayRef {
    let item = Field::new("item", DataType::Float32, false);
    let mut builder = FixedSizeListBuilder::new(Float32Builder::new(), TableRow::VECTOR_LEN as i32)
        .with_field(item);
    for row in rows {
        match row.vector.as_deref().filter(|vector| vector.len() == TableRow::VECTOR_LEN) {
            Some(vector) => builder.values().append_slice(vector),
            // A list of nothing has its place all the same.
            None => builder.values().append_slice(&[0.0; TableRow::VECTOR_LEN]),
        }
        builder.append(row.vector.is_some());
    }
    Arc::new(builder.finish())
}

/// `rows` as columns.
pub(crate) fn batch(rows: &[TableRow]) -> Result<RecordBatch, ArrowError> {
    let mut arrays = arrays(rows);
    arrays.push((VECTOR, vectors(rows)));
    let always = ["id", "path", "seconds", "analysis_version", "feature_version"];
    let field = |(name, array): &(&'static str, ArrayRef)| {
        Field::new(*name, array.data_type().clone(), !always.contains(name))
    };
    let schema = Schema::new(arrays.iter().map(field).collect::<Vec<_>>());
    RecordBatch::try_new(Arc::new(schema), arrays.into_iter().map(|(_, array)| array).collect())
}

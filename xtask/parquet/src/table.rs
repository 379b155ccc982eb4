//! Writing the file, in bounded memory.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use arrow_schema::ArrowError;
use library::{LibraryError, References, TableError, TableRow};
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use crate::columns::{VECTOR, batch};

/// Rows that are made columns at a time, and rows of a row group.
const N_AT_ONCE: usize = 4_096;
const N_IN_GROUP: usize = 65_536;

/// Why there is no table.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// The library can't be read.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// Rows can't be had.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The file can't be written.
    #[error("{path} can't be written: {source}")]
    Io { path: PathBuf, source: io::Error },
    /// A fault of ours.
    #[error("the table can't be made: {0}")]
    Arrow(#[from] ArrowError),
}

/// Writes the library in `dir` to `out`.
pub(crate) fn write(dir: &Path, out: &Path) -> Result<(), WriteError> {
    let references = References::load(dir)?;
    let mut aside = out.as_os_str().to_owned();
    aside.push(".tmp");
    let aside = PathBuf::from(aside);
    let written = write_to(&references, &aside).and_then(|()| {
        fs::rename(&aside, out).map_err(|source| WriteError::Io { path: out.to_owned(), source })
    });
    if written.is_err() {
        // What was begun is of no use; the error that matters is the one above.
        let _ = fs::remove_file(&aside);
    }
    written
}

fn write_to(references: &References, path: &Path) -> Result<(), WriteError> {
    let failed = |source: io::Error| WriteError::Io { path: path.to_owned(), source };
    let broken = |error: ParquetError| failed(io::Error::other(error));
    let file = File::create(path).map_err(failed)?;
    // Vectors repeat nothing: a dictionary of them is only in the way.
    let vector = ColumnPath::new(vec![VECTOR.into(), "list".into(), "item".into()]);
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(N_IN_GROUP))
        .set_column_dictionary_enabled(vector, false)
        .set_created_by(format!("jamboree {}", env!("CARGO_PKG_VERSION")))
        .build();
    let mut writer =
        ArrowWriter::try_new(file, batch(&[])?.schema(), Some(properties)).map_err(broken)?;
    let mut rows: Vec<TableRow> = Vec::with_capacity(N_AT_ONCE);
    let mut flush = |rows: &mut Vec<TableRow>| -> io::Result<()> {
        let columns = batch(rows).map_err(io::Error::other)?;
        rows.clear();
        writer.write(&columns).map_err(io::Error::other)
    };
    references.each_table_row(&mut |row| {
        rows.push(row);
        if rows.len() == N_AT_ONCE { flush(&mut rows) } else { Ok(()) }
    })?;
    flush(&mut rows).map_err(failed)?;
    let file = writer.into_inner().map_err(broken)?;
    file.sync_all().map_err(failed)
}

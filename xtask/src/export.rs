//! A library as a table: CSV written here, with texts as [`plain_text`] has them; Parquet by a program
//! of its own, with texts as they are.

use std::io::{self, BufWriter, Write};
use std::path::{Path, absolute};
use std::process::Command;

use anyhow::{Context, bail};
use csv::{QuoteStyle, WriterBuilder};
use library::{NewFile, References, TableRow, plain_text};

use crate::cli::TableFormat;
use crate::say;
use crate::usage::WrongArgument;
use crate::workspace::{Workspace, run};

/// The program that writes Parquet: built when it is wanted, for what it links takes longer to
/// compile than everything else a first look at this project needs.
const PARQUET_PROGRAM: &str = "parquet-table";

/// The columns, in order.
const COLUMNS: [&str; 26] = [
    "id",
    "content",
    "path",
    "title",
    "artist",
    "genre",
    "seconds",
    "analysis_version",
    "feature_version",
    "error",
    "bpm",
    "tempo_confidence",
    "tempo_source",
    "key",
    "key_confidence",
    "tuning_hz",
    "beats_per_bar",
    "integrated_lufs",
    "range_lu",
    "true_peak_dbtp",
    "brightness_hz",
    "onset_density",
    "loudness_range_db",
    "bass_db",
    "roughness_db",
    "vector",
];

/// Writes the library in `dir` as a table to `out`, or to standard output.
pub(crate) fn command(dir: &Path, format: TableFormat, out: Option<&Path>) -> anyhow::Result<()> {
    let references = References::load(dir)?;
    match (format, out) {
        (TableFormat::Csv, None) => write_csv(&references, io::stdout().lock()),
        (TableFormat::Csv, Some(path)) => {
            let write = || -> anyhow::Result<()> {
                let mut file = NewFile::beside(path)?;
                write_csv(&references, BufWriter::new(&mut file))?;
                Ok(file.put_in_place()?)
            };
            write().with_context(|| format!("{} can't be written", path.display()))
        }
        (TableFormat::Parquet, Some(path)) => {
            drop(references);
            write_parquet(dir, path)
        }
        (TableFormat::Parquet, None) => {
            Err(WrongArgument("--export parquet: expected --out FILE".into()).into())
        }
    }
}

fn write_csv(references: &References, out: impl Write) -> anyhow::Result<()> {
    let mut table = WriterBuilder::new().quote_style(QuoteStyle::Necessary).from_writer(out);
    table.write_record(COLUMNS).map_err(to_io)?;
    references.each_table_row(&mut |row| table.write_record(cells(&row)).map_err(to_io))?;
    table.flush()?;
    Ok(())
}

/// What went wrong below, where it is that: a reader that has had enough is no failure.
fn to_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

/// What is not known is empty.
fn cells(row: &TableRow) -> [String; COLUMNS.len()] {
    fn cell<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    let text = |value: &Option<String>| plain_text(value.as_deref().unwrap_or_default()).into();
    let vector =
        |values: &Vec<f32>| values.iter().map(f32::to_string).collect::<Vec<_>>().join(" ");
    [
        row.id.to_string(),
        text(&row.content),
        plain_text(&row.path).into(),
        text(&row.title),
        text(&row.artist),
        text(&row.genre),
        row.seconds.to_string(),
        row.analysis_version.to_string(),
        row.feature_version.to_string(),
        text(&row.error),
        cell(row.bpm),
        cell(row.tempo_confidence),
        text(&row.tempo_source),
        text(&row.key),
        cell(row.key_confidence),
        cell(row.tuning_hz),
        cell(row.beats_per_bar),
        cell(row.integrated_lufs),
        cell(row.range_lu),
        cell(row.true_peak_dbtp),
        cell(row.brightness_hz),
        cell(row.onset_density),
        cell(row.loudness_range_db),
        cell(row.bass_db),
        cell(row.roughness_db),
        row.vector.as_ref().map(vector).unwrap_or_default(),
    ]
}

fn write_parquet(dir: &Path, out: &Path) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    let program = workspace
        .target
        .join("debug")
        .join(PARQUET_PROGRAM)
        .with_extension(std::env::consts::EXE_EXTENSION);
    if !program.exists() {
        say("building the Parquet writer; that takes a minute the first time");
    }
    run(
        workspace.cargo().args(["build", "--quiet", "--package", PARQUET_PROGRAM]),
        "building the Parquet writer",
    )?;
    let status = Command::new(&program)
        .arg(absolute(dir)?)
        .arg(absolute(out)?)
        .status()
        .with_context(|| format!("{} can't be started", program.display()))?;
    if !status.success() {
        bail!("{} was not written", out.display());
    }
    Ok(())
}

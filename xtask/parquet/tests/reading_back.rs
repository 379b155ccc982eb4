//! What is written is what is read again.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

use std::fs::File;
use std::path::Path;
use std::process::{Command, Output};

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Float32Type, UInt32Type};
use arrow_array::{Array as _, RecordBatch};
use arrow_schema::DataType;
use library::{Library, MadeUpMusic, References, TableRow};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

fn run(library: &Path, out: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parquet-table")).arg(library).arg(out).output().unwrap()
}

fn library(dir: &Path, n: u64) {
    let mut library = Library::open_or_create(dir).unwrap();
    library.add_made_up(&MadeUpMusic::new(), 0..n).unwrap();
}

fn batches(path: &Path) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    reader.build().unwrap().map(Result::unwrap).collect()
}

#[test]
fn every_track_is_a_row_and_its_vector_a_list_of_fixed_size() {
    let dir = tempfile::tempdir().unwrap();
    let (lib, out) = (dir.path().join("lib"), dir.path().join("table.parquet"));
    library(&lib, 5_000);
    let output = run(&lib, &out);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut expected: Vec<TableRow> = Vec::new();
    let references = References::load(&lib).unwrap();
    references
        .each_table_row(&mut |row| {
            expected.push(row);
            Ok(())
        })
        .unwrap();
    let mut n_rows = 0;
    for batch in batches(&out) {
        let ids = batch.column_by_name("id").unwrap().as_primitive::<UInt32Type>();
        let paths = batch.column_by_name("path").unwrap().as_string::<i32>();
        let vectors = batch.column_by_name("vector").unwrap();
        let DataType::FixedSizeList(item, len) = vectors.data_type() else {
            panic!("{:?}", vectors.data_type())
        };
        assert_eq!((*len as usize, item.data_type()), (TableRow::VECTOR_LEN, &DataType::Float32));
        let vectors = vectors.as_fixed_size_list();
        for row in 0..batch.num_rows() {
            let wanted = &expected[n_rows + row];
            assert_eq!((ids.value(row), paths.value(row)), (wanted.id, wanted.path.as_str()));
            let vector = vectors.value(row);
            let vector = vector.as_primitive::<Float32Type>().values().to_vec();
            assert_eq!(Some(vector), wanted.vector);
        }
        n_rows += batch.num_rows();
    }
    assert_eq!((n_rows, expected.len()), (5_000, 5_000));
}

#[test]
fn an_empty_library_is_a_table_without_rows() {
    let dir = tempfile::tempdir().unwrap();
    let (lib, out) = (dir.path().join("lib"), dir.path().join("table.parquet"));
    library(&lib, 0);
    assert!(run(&lib, &out).status.success());
    assert_eq!(batches(&out).iter().map(RecordBatch::num_rows).sum::<usize>(), 0);
}

#[test]
fn what_can_not_be_written_is_said_and_nothing_is_left() {
    let dir = tempfile::tempdir().unwrap();
    let lib = dir.path().join("lib");
    library(&lib, 3);
    for (library, out, named) in [
        (lib.as_path(), dir.path().join("no/such/folder.parquet"), "folder.parquet"),
        (dir.path().join("nowhere").as_path(), dir.path().join("t.parquet"), "no library"),
    ] {
        let output = run(library, &out);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(named) && said.lines().count() == 1, "{said}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    assert_eq!(Command::new(env!("CARGO_BIN_EXE_parquet-table")).status().unwrap().code(), Some(2));
}

//! `parquet-table LIBRARY OUT`: a reference library as a Parquet file, one row a track.
//!
//! A program of its own, so that only who wants Parquet compiles Arrow; `cargo xtask index --export
//! parquet` builds and runs it. The file is written aside and renamed: it is there whole or not at
//! all.

mod columns;
mod table;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<_> = std::env::args_os().skip(1).collect();
    let [library, out] = args.as_slice() else {
        eprintln!("expected LIBRARY OUT; use `cargo xtask index --export parquet`");
        return ExitCode::from(2);
    };
    match table::write(Path::new(library), Path::new(out)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

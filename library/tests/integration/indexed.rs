//! A library brought up to date with a folder, or changed behind its back.

use std::path::Path;

use library::{IndexOptions, IndexReport, Library, index};
use rusqlite::Connection;

/// Indexes what lies in `music`.
pub(crate) fn run(lib: &Path, music: &Path) -> IndexReport {
    let mut library = Library::open_or_create(lib).unwrap();
    index(&mut library, &[music.to_owned()], IndexOptions::default(), &mut |_| {}).unwrap()
}

/// Runs SQL on the database, as another program might.
pub(crate) fn change(lib: &Path, sql: &str) {
    Connection::open(lib.join("meta.sqlite")).unwrap().execute_batch(sql).unwrap();
}

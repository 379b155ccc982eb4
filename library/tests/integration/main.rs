//! The library crate from outside: files as users have them, libraries as they grow old.

mod bad_files;
mod decoding;
mod indexing;
mod libraries;
mod sound;

//! The library crate from outside: files as users have them, libraries as they grow old.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod adversity;
mod bad_files;
mod chosen_levels;
mod damage;
mod decoding;
mod growing_old;
mod indexed;
mod indexing;
mod killing;
mod libraries;
mod sound;

//! The command contract with bad input: exit codes, one line each, never a panic.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

mod arguments;
mod command;
mod odd_files;
mod printing;
mod reference_libraries;
mod sound;

//! Reference libraries through the command line: what becomes of them whatever happens, and what can
//! be had of them.

#![allow(clippy::unwrap_used, reason = "a test that can't go on fails")]

mod killing;
mod levels;
#[cfg(unix)]
mod limits;
mod music;
mod scenes;
mod summaries;
mod tables;
mod targets;

//! Laws of the analysis, on signals whose truth is known by construction.

#![allow(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod chunking;
mod harmony;
mod hostile;
mod loops;
mod no_tempo;
mod pauses;
mod rates;
mod signals;
mod streams;

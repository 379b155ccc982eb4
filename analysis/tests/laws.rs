//! Laws of the analysis, on signals whose truth is known by construction.

#![allow(clippy::unwrap_used, reason = "a test that can not go on fails")]

#[path = "laws/chunking.rs"]
mod chunking;
#[path = "laws/harmony.rs"]
mod harmony;
#[path = "laws/hostile.rs"]
mod hostile;
#[path = "laws/loops.rs"]
mod loops;
#[path = "laws/no_tempo.rs"]
mod no_tempo;
#[path = "laws/pauses.rs"]
mod pauses;
#[path = "laws/rates.rs"]
mod rates;
#[path = "laws/signals.rs"]
mod signals;
#[path = "laws/streams.rs"]
mod streams;

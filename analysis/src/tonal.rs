//! Harmony: from long windows to tuning, key and chords.

mod log_spectrum;
mod salience;

pub(crate) use log_spectrum::{LogSpectrum, TONAL_WINDOW};

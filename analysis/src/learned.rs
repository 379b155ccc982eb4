//! Networks trained on rendered music (`training/` in the repository), run in plain Rust.
//!
//! `weights` reads a trained file; `dense` and `conv` are the layers; `tonal_model` and
//! `tonal_stream` hear keys and chords. A network that was not trained yet is an empty file and
//! absent here; the decoders then do without.

mod conv;
mod dense;
mod tonal_model;
mod tonal_stream;
#[cfg(test)]
mod tonal_tests;
pub(crate) mod weights;

use std::sync::OnceLock;

#[allow(unused_imports, reason = "wired into the decoders as they grow")]
pub(crate) use tonal_model::{DELAY_FRAMES, N_BASSES, N_CHORDS, N_KEY_INPUTS, TonalModel};
#[allow(unused_imports, reason = "wired into the decoders as they grow")]
pub(crate) use tonal_stream::{TonalReading, TonalStream};

/// The trained networks this crate was built with.
#[derive(Debug, Default)]
pub(crate) struct Models {
    tonal: Option<TonalModel>,
}

impl Models {
    /// Reads the networks the first time; they never change.
    pub(crate) fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Models> = OnceLock::new();
        // A file that is not empty can be read: a test says so.
        SHIPPED.get_or_init(|| Self { tonal: TonalModel::read(TONAL).ok() })
    }

    /// The network that hears keys and chords.
    pub(crate) fn tonal(&self) -> Option<&TonalModel> {
        self.tonal.as_ref()
    }
}

/// Weights, or nothing.
const TONAL: &[u8] = include_bytes!("../models/tonal.bin");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_networks_can_be_read() {
        let error = TonalModel::read(TONAL).err();
        assert!(TONAL.is_empty() || error.is_none(), "{error:?}");
    }
}

//! Networks trained on rendered music (`training/` in the repository), run in plain Rust.
//!
//! `weights` reads a trained file. A network that was not trained yet is an empty file and absent
//! here; the decoders then do without.

mod conv;
mod dense;
pub(crate) mod weights;

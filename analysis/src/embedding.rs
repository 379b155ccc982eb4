//! What a piece is like as a listener would tag it: 200 numbers from a network that was trained on
//! tags of recorded music.
//!
//! The network is MSD_musicnn of J. Pons and X. Serra, "musicnn: pre-trained convolutional neural
//! networks for music audio tagging", late-breaking demo, ISMIR 2019; its architecture is that of
//! J. Pons, O. Nieto, M. Prockup, E. Schmidt, A. Ehmann, X. Serra, "End-to-end learning for music
//! audio tagging at scale", ISMIR 2018. Its weights are not part of the project: whoever wants them
//! installs them once (`cargo xtask setup --for style`), and everything works without.
//!
//! An [`EmbeddingModel`] is the weights, shared; an [`EmbeddingStream`] takes sound and remembers
//! the mean of what the network says of every three seconds.

mod band_transform;
mod course_filters;
mod lanes;
mod matrix;
mod mel;
mod memory;
mod network;
mod patch;
mod shape_filters;
mod stream;
mod style;
#[cfg(test)]
mod tests;

pub use network::{EmbeddingModel, EmbeddingModelError, N_EMBEDDING};
pub use stream::EmbeddingStream;
pub use style::N_STYLE;

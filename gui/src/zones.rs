//! The zones of the panel: each draws one idea into its place.

pub(crate) mod chord;
pub(crate) mod chroma;
pub(crate) mod controls;
pub(crate) mod drawer;
pub(crate) mod key;
pub(crate) mod loudness;
pub(crate) mod pinnable;
pub(crate) mod references;
pub(crate) mod scenes;
pub(crate) mod status;
pub(crate) mod strip;
pub(crate) mod suggestion;
pub(crate) mod target;
pub(crate) mod tempo;

#[cfg(test)]
mod sentence_tests;

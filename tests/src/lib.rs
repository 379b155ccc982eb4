//! What the tests that span crates have in common.

pub mod bundles;
pub mod clap_host;
pub mod music;
pub mod processes;
pub mod x11;

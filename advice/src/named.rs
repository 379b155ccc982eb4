//! [`NamedReference`]: a reference as it is called, to choose from.

use crate::snapshot::TrackId;

/// What a reference is called and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedReference {
    /// Its number in the library.
    pub track: TrackId,
    /// Its title: the file's own tag, or the file name without extension.
    pub title: String,
    /// The artist, where the file says so.
    pub artist: Option<String>,
    /// Where its file lies, absolute: tells apart what has the same title.
    pub path: String,
}

//! [`Tags`]: title, artist and genre as the file has them.

use symphonia::core::formats::FormatReader;
use symphonia::core::meta::{MetadataRevision, StandardTag};

/// What a file says about itself. Empty tags count as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// Title.
    pub title: Option<String>,
    /// Artist.
    pub artist: Option<String>,
    /// Genre.
    pub genre: Option<String>,
}

impl Tags {
    pub(super) fn read(format: &mut dyn FormatReader) -> Self {
        let mut tags = Self::default();
        let mut log = format.metadata();
        while let Some(revision) = log.current() {
            tags.take_from(revision);
            if log.pop().is_none() {
                break;
            }
        }
        tags
    }

    fn take_from(&mut self, revision: &MetadataRevision) {
        for tag in revision
            .media
            .tags
            .iter()
            .chain(revision.per_track.iter().flat_map(|track| &track.metadata.tags))
        {
            match &tag.std {
                Some(StandardTag::TrackTitle(title)) => keep_first(&mut self.title, title),
                Some(StandardTag::Artist(artist)) => keep_first(&mut self.artist, artist),
                Some(StandardTag::Genre(genre)) => keep_first(&mut self.genre, genre),
                _ => {}
            }
        }
    }
}

fn keep_first(slot: &mut Option<String>, value: &str) {
    let value = value.trim();
    if slot.is_none() && !value.is_empty() {
        *slot = Some(value.to_owned());
    }
}

use std::path::Path;

use symphonia::core::errors::Result as SymphoniaResult;
use symphonia::core::formats::{FormatInfo, MediaInfo, SeekMode, SeekTo, SeekedTo, Track};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::Metadata;

use super::*;

/// A file that begins a new stream whenever it is asked for sound, and never has any.
struct AlwaysAnother {
    format: Box<dyn FormatReader>,
    n_streams: u32,
}

impl FormatReader for AlwaysAnother {
    fn format_info(&self) -> &FormatInfo {
        self.format.format_info()
    }

    fn media_info(&self) -> &MediaInfo {
        self.format.media_info()
    }

    fn metadata(&mut self) -> Metadata<'_> {
        self.format.metadata()
    }

    fn seek(&mut self, mode: SeekMode, to: SeekTo) -> SymphoniaResult<SeekedTo> {
        self.format.seek(mode, to)
    }

    fn tracks(&self) -> &[Track] {
        self.format.tracks()
    }

    fn next_packet(&mut self) -> SymphoniaResult<Option<Packet>> {
        self.n_streams += 1;
        assert!(self.n_streams < 100_000, "asked for ever");
        Err(SymphoniaError::ResetRequired)
    }

    fn into_inner<'s>(self: Box<Self>) -> MediaSourceStream<'s>
    where
        Self: 's,
    {
        self.format.into_inner()
    }
}

#[test]
fn streams_without_sound_come_to_an_end() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/chord.flac");
    let donor = AudioFile::open(&path).unwrap();
    let mut file = AudioFile::open(&path).unwrap();
    file.format = Box::new(AlwaysAnother { format: donor.format, n_streams: 0 });
    // The block decoded when the file was opened.
    assert!(file.next_block().unwrap().is_some());
    assert!(file.next_block().unwrap().is_none());
    assert!(file.warning().is_some(), "what is missing is not said");
}

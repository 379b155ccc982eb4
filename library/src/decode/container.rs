//! The container of a file: what symphonia takes it for, and which of its tracks is heard.

use std::fs::File;
use std::io;

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatReader, Track, TrackType};
use symphonia::core::io::MediaSourceStream;

use crate::error::DecodeError;

/// The reader for what `file` holds; its extension is a hint and no more.
pub(super) fn probe(
    file: File,
    extension: Option<&str>,
) -> Result<Box<dyn FormatReader>, DecodeError> {
    let mut hint = Hint::new();
    if let Some(extension) = extension {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    symphonia::default::get_probe()
        .probe(&hint, stream, Default::default(), Default::default())
        .map_err(not_probed)
}

/// The track that is heard, and how it is coded; `None` where there is no sound in it.
pub(super) fn heard_track(format: &dyn FormatReader) -> Option<(&Track, &AudioCodecParameters)> {
    let default = format.default_track(TrackType::Audio).and_then(with_params);
    default.or_else(|| format.tracks().iter().find_map(with_params))
}

fn with_params(track: &Track) -> Option<(&Track, &AudioCodecParameters)> {
    Some((track, track.codec_params.as_ref()?.audio()?))
}

fn not_probed(error: SymphoniaError) -> DecodeError {
    match error {
        SymphoniaError::IoError(error) => match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::Other => DecodeError::NotAudio,
            _ => DecodeError::from_io(error),
        },
        SymphoniaError::Unsupported(_) => DecodeError::NotAudio,
        other => DecodeError::Damaged(other.to_string()),
    }
}

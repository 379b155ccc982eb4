//! [`PacketDecoder`]: packets of any codec become planes of samples.

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_OPUS, CODEC_ID_VORBIS};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder};
use symphonia::core::packet::Packet;
use symphonia::core::units::Duration;

use super::fold::Fold;
use super::opus::{OPUS_RATE, OpusStream};
use crate::error::DecodeError;

/// Decodes the packets of one stream.
pub(super) enum PacketDecoder {
    /// Leaves out by itself what the container says to leave out.
    Symphonia(Box<dyn AudioDecoder>),
    Vorbis(Box<dyn AudioDecoder>),
    Opus(Box<OpusStream>),
}

/// What there is to know of the samples of a packet.
pub(super) struct PacketSound {
    /// Sample rate in hertz.
    pub(super) rate: u32,
    /// What the planes become on two channels.
    pub(super) fold: Fold,
    /// Samples at the start that the container says to leave out.
    pub(super) n_trim_start: u64,
    /// Samples at the end that the container says to leave out.
    pub(super) n_trim_end: u64,
}

/// A packet that can't be decoded.
pub(super) struct BadPacket;

impl PacketDecoder {
    pub(super) fn new(params: &AudioCodecParameters) -> Result<Self, DecodeError> {
        if params.codec == CODEC_ID_OPUS {
            let header = params.extra_data.as_deref().unwrap_or_default();
            let stream = OpusStream::new(header).map_err(DecodeError::Codec)?;
            return Ok(Self::Opus(Box::new(stream)));
        }
        symphonia::default::get_codecs()
            .make_audio_decoder(params, &Default::default())
            .map(if params.codec == CODEC_ID_VORBIS { Self::Vorbis } else { Self::Symphonia })
            .map_err(|error| DecodeError::Codec(error.to_string()))
    }

    /// Decodes one packet into `planes`; `None` where it is empty.
    pub(super) fn decode(
        &mut self,
        mut packet: Packet,
        planes: &mut Vec<Vec<f32>>,
    ) -> Result<Option<PacketSound>, BadPacket> {
        let n_trim_end = packet.trim_end.get();
        match self {
            Self::Symphonia(decoder) => {
                let buffer = decoder.decode(&packet).map_err(|_| BadPacket)?;
                Ok(Some(PacketSound::of(&buffer, planes, 0, 0)))
            }
            Self::Vorbis(decoder) => {
                // A first page stamped lower than what it holds begins before the sound does.
                let n_trim_start = packet.pts.get().min(0).unsigned_abs();
                packet.trim_start = Duration::ZERO;
                packet.trim_end = Duration::ZERO;
                let buffer = decoder.decode(&packet).map_err(|_| BadPacket)?;
                Ok(Some(PacketSound::of(&buffer, planes, n_trim_start, n_trim_end)))
            }
            Self::Opus(_) if packet.data.is_empty() => Ok(None),
            Self::Opus(stream) => {
                stream.decode(&packet.data, planes).map_err(|_| BadPacket)?;
                let fold = stream.fold();
                Ok(Some(PacketSound { rate: OPUS_RATE, fold, n_trim_start: 0, n_trim_end }))
            }
        }
    }
}

impl PacketSound {
    /// Of a decoder's buffer, which is copied into `planes`.
    fn of(
        buffer: &GenericAudioBufferRef<'_>,
        planes: &mut Vec<Vec<f32>>,
        n_trim_start: u64,
        n_trim_end: u64,
    ) -> Self {
        buffer.copy_to_vecs_planar(planes);
        let spec = buffer.spec();
        let fold = Fold::for_channels(spec.channels());
        Self { rate: spec.rate(), fold, n_trim_start, n_trim_end }
    }
}

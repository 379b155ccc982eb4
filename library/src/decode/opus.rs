//! Opus packets (RFC 6716) out of the containers that carry them (RFC 7845 for Ogg).
//!
//! symphonia demultiplexes Opus and has no decoder for it; `opus-pure` decodes packets.

use opus_pure::{MAX_PACKET_SAMPLES, OpusDecoder, OpusMSDecoder};
use symphonia::core::audio::Position;

use super::fold::Fold;

/// Opus always decodes at this rate, in hertz.
pub(super) const OPUS_RATE: u32 = 48_000;

/// The identification header, as far as decoding needs it.
struct Head {
    n_channels: usize,
    pre_skip: usize,
    gain: f32,
    mapping_family: u8,
}

enum Streams {
    One(Box<OpusDecoder>),
    Many(OpusMSDecoder),
}

/// Decodes the packets of one Opus stream.
pub(super) struct OpusStream {
    streams: Streams,
    head: Head,
    to_skip: usize,
    interleaved: Vec<f32>,
}

impl OpusStream {
    /// A decoder for the stream that begins with this identification header.
    pub(super) fn new(header: &[u8]) -> Result<Self, String> {
        let head = Head::read(header).ok_or("opus header not understood")?;
        let rate = OPUS_RATE as i32;
        let streams = if head.mapping_family == 0 {
            let decoder = OpusDecoder::new(rate, head.n_channels);
            Streams::One(Box::new(decoder.map_err(|error| error.to_string())?))
        } else {
            let decoder = OpusMSDecoder::new(rate, head.n_channels, head.mapping_family);
            Streams::Many(decoder.map_err(|error| error.to_string())?)
        };
        let to_skip = head.pre_skip;
        Ok(Self { streams, head, to_skip, interleaved: Vec::new() })
    }

    /// What its planes become on two channels.
    pub(super) fn fold(&self) -> Fold {
        Fold::for_positions(vorbis_order(self.head.n_channels))
    }

    /// Decodes one packet into `planes`, without the samples before the start of the sound.
    pub(super) fn decode(
        &mut self,
        packet: &[u8],
        planes: &mut Vec<Vec<f32>>,
    ) -> Result<(), String> {
        let n_channels = self.head.n_channels;
        // The largest packet there is: 120 ms.
        let room = MAX_PACKET_SAMPLES.max(OPUS_RATE as usize * 120 / 1000);
        self.interleaved.resize(room * n_channels, 0.0);
        let n_samples = match &mut self.streams {
            Streams::One(decoder) => decoder.decode(packet, room, &mut self.interleaved),
            Streams::Many(decoder) => decoder.decode(packet, room, &mut self.interleaved),
        }
        .map_err(|error| error.to_string())?;

        let skipped = self.to_skip.min(n_samples);
        self.to_skip -= skipped;
        planes.resize_with(n_channels, Vec::new);
        for (channel, plane) in planes.iter_mut().enumerate() {
            plane.clear();
            let samples = self.interleaved.chunks_exact(n_channels).take(n_samples).skip(skipped);
            plane.extend(samples.filter_map(|s| s.get(channel)).map(|s| s * self.head.gain));
        }
        Ok(())
    }
}

impl Head {
    fn read(header: &[u8]) -> Option<Self> {
        let body = header.strip_prefix(b"OpusHead")?;
        let [_version, n_channels, skip_0, skip_1, _, _, _, _, gain_0, gain_1, mapping_family, ..] =
            *body
        else {
            return None;
        };
        let gain_db = f32::from(i16::from_le_bytes([gain_0, gain_1])) / 256.0;
        (n_channels > 0).then_some(Self {
            n_channels: usize::from(n_channels),
            pre_skip: usize::from(u16::from_le_bytes([skip_0, skip_1])),
            gain: 10f32.powf(gain_db / 20.0),
            mapping_family,
        })
    }
}

/// Channel order of mapping family 1 (RFC 7845, 5.1.1.2), the one of Vorbis.
fn vorbis_order(n_channels: usize) -> &'static [Position] {
    const FL: Position = Position::FRONT_LEFT;
    const FC: Position = Position::FRONT_CENTER;
    const FR: Position = Position::FRONT_RIGHT;
    const RL: Position = Position::REAR_LEFT;
    const RR: Position = Position::REAR_RIGHT;
    const RC: Position = Position::REAR_CENTER;
    const SL: Position = Position::SIDE_LEFT;
    const SR: Position = Position::SIDE_RIGHT;
    const LFE: Position = Position::LFE1;
    match n_channels {
        3 => &[FL, FC, FR],
        4 => &[FL, FR, RL, RR],
        5 => &[FL, FC, FR, RL, RR],
        6 => &[FL, FC, FR, RL, RR, LFE],
        7 => &[FL, FC, FR, SL, SR, RC, LFE],
        8 => &[FL, FC, FR, SL, SR, RL, RR, LFE],
        _ => &[FL, FR],
    }
}

//! [`AudioFile`]: any audio file becomes a stream of stereo blocks, in bounded memory.
//!
//! symphonia demultiplexes and decodes, `opus-pure` decodes Opus packets. Damaged files give what
//! can be had of them; a panic in a decoder becomes an error of that file.

mod broken_samples;
mod container;
mod fold;
mod ogg_end;
mod opus;
mod packet_decoder;
pub(crate) mod panics;
mod tags;
mod tail;

use std::fs::{self, File};
use std::io;
use std::path::Path;

use analysis::SAMPLE_RATES;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::FormatReader;
use symphonia::core::packet::Packet;

pub use self::tags::Tags;

use self::packet_decoder::{BadPacket, PacketDecoder};
use self::tail::HeldTail;
use crate::error::DecodeError;

/// Undecodable packets in a row after which the rest of a file is given up.
const MAX_BAD_PACKETS: u32 = 2_000;

/// Streams in a row that begin in a file and have no sound, after which the rest is given up.
const MAX_SILENT_STREAMS: u32 = 1_000;

/// A missing end shorter than this share of the file is not worth a word.
const TOLERATED_MISSING_SHARE: f64 = 0.01;

/// Consecutive samples of both channels, equally long, finite.
#[derive(Clone, Copy, Debug)]
pub struct StereoBlock<'a> {
    /// Left channel.
    pub left: &'a [f32],
    /// Right channel.
    pub right: &'a [f32],
}

/// An audio file that is being decoded, front to back.
pub struct AudioFile {
    format: Box<dyn FormatReader>,
    decoder: PacketDecoder,
    track_id: u32,
    n_declared: Option<u64>,
    /// Whether it has no end, of files that should say where that is.
    is_cut_short: bool,
    tags: Tags,
    sample_rate: u32,
    planes: Vec<Vec<f32>>,
    left: Vec<f32>,
    right: Vec<f32>,
    tail: HeldTail,
    n_samples: u64,
    n_bad_packets: u64,
    n_broken_samples: u64,
    warning: Option<String>,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The block decoded when the file was opened has not been handed out.
    Primed,
    Running,
    Ended,
}

/// What became of a packet.
enum Decoded {
    Nothing,
    Samples,
    OtherRate(u32),
}

impl AudioFile {
    /// Opens a file and decodes its first block.
    ///
    /// # Errors
    /// Where it can't be read, is no audio file, or holds no sound.
    pub fn open(path: &Path) -> Result<Self, DecodeError> {
        let metadata = fs::metadata(path).map_err(DecodeError::from_io)?;
        if metadata.is_dir() {
            // A folder comes here by itself where it could not be listed: why, is what helps.
            return Err(fs::read_dir(path).err().map_or(DecodeError::Folder, DecodeError::from_io));
        }
        if !metadata.is_file() {
            return Err(DecodeError::NotAFile);
        }
        let mut file = File::open(path).map_err(DecodeError::from_io)?;
        if metadata.len() == 0 {
            return Err(DecodeError::Empty);
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        let is_cut_short = ogg_end::is_cut_short(&mut file).map_err(DecodeError::from_io)?;
        let file = panics::contain(|| Self::begin(container::probe(file, extension)?));
        Ok(Self { is_cut_short, ..file.map_err(DecodeError::Damaged)?? })
    }

    /// The file that a reader reads, its first block decoded.
    fn begin(mut format: Box<dyn FormatReader>) -> Result<Self, DecodeError> {
        let tags = Tags::read(&mut *format);
        let (track, params) = container::heard_track(&*format).ok_or(DecodeError::NotAudio)?;
        let (track_id, n_declared) = (track.id, track.num_frames);
        let decoder = PacketDecoder::new(params)?;

        let mut file = Self {
            format,
            decoder,
            track_id,
            n_declared,
            is_cut_short: false,
            tags,
            sample_rate: 0,
            planes: Vec::new(),
            left: Vec::new(),
            right: Vec::new(),
            tail: HeldTail::default(),
            n_samples: 0,
            n_bad_packets: 0,
            n_broken_samples: 0,
            warning: None,
            state: State::Running,
        };
        if !file.decode_block()? {
            return Err(if file.n_bad_packets > 0 {
                DecodeError::Damaged("no part of it can be decoded".to_owned())
            } else {
                DecodeError::NoSound
            });
        }
        if !SAMPLE_RATES.contains(&file.sample_rate) {
            let (min, max) = (*SAMPLE_RATES.start(), *SAMPLE_RATES.end());
            return Err(DecodeError::SampleRate { actual: file.sample_rate, min, max });
        }
        file.state = State::Primed;
        Ok(file)
    }

    /// Sample rate in hertz, the same for the whole file.
    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// Title and artist, where the file says so.
    pub fn tags(&self) -> &Tags {
        &self.tags
    }

    /// Length in seconds that the file declares, where it does.
    pub fn declared_seconds(&self) -> Option<f64> {
        self.n_declared.map(|n_samples| n_samples as f64 / f64::from(self.sample_rate))
    }

    /// Seconds decoded so far.
    pub fn decoded_seconds(&self) -> f64 {
        self.n_samples as f64 / f64::from(self.sample_rate)
    }

    /// What was wrong with the file although it could be decoded; complete once it has ended.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// The next samples, never an empty block; `None` at the end.
    ///
    /// # Errors
    /// Where the disk fails or the decoder breaks down; what came before stays good.
    pub fn next_block(&mut self) -> Result<Option<StereoBlock<'_>>, DecodeError> {
        match self.state {
            State::Ended => return Ok(None),
            State::Primed => self.state = State::Running,
            State::Running => match panics::contain(|| self.decode_block()) {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => {
                    self.state = State::Ended;
                    self.warn_about_what_is_missing();
                    return Ok(None);
                }
                Ok(Err(error)) => {
                    self.state = State::Ended;
                    return Err(error);
                }
                Err(panic) => {
                    self.state = State::Ended;
                    return Err(DecodeError::Damaged(panic));
                }
            },
        }
        Ok(Some(StereoBlock { left: &self.left, right: &self.right }))
    }

    /// Fills `left` and `right` from the next good packets; false at the end.
    fn decode_block(&mut self) -> Result<bool, DecodeError> {
        let (mut n_bad, mut n_streams) = (0, 0);
        while n_bad < MAX_BAD_PACKETS {
            match self.format.next_packet() {
                Ok(None) => return Ok(false),
                Ok(Some(packet)) if packet.track_id != self.track_id => {}
                Ok(Some(packet)) => match self.decode_packet(packet) {
                    Ok(Decoded::Nothing) => {}
                    Ok(Decoded::Samples) => return Ok(true),
                    Ok(Decoded::OtherRate(rate)) => {
                        self.warning = Some(format!(
                            "the sample rate changes to {rate} Hz after {:.1} s; the rest was left \
                             out",
                            self.decoded_seconds()
                        ));
                        return Ok(false);
                    }
                    Err(BadPacket) => n_bad += 1,
                },
                Err(SymphoniaError::IoError(error)) => {
                    // A file cut short ends where it ends; a failing disk is another matter.
                    return match error.kind() {
                        io::ErrorKind::UnexpectedEof | io::ErrorKind::Other => Ok(false),
                        _ => Err(DecodeError::Io(error)),
                    };
                }
                Err(SymphoniaError::ResetRequired) => {
                    n_streams += 1;
                    if n_streams > MAX_SILENT_STREAMS {
                        self.n_bad_packets += 1;
                        return Ok(false);
                    }
                    if !self.start_next_stream() {
                        return Ok(false);
                    }
                }
                Err(SymphoniaError::DecodeError(_)) => n_bad += 1,
                Err(_) => return Ok(false),
            }
            self.n_bad_packets += u64::from(n_bad > 0);
        }
        Ok(false)
    }

    fn decode_packet(&mut self, packet: Packet) -> Result<Decoded, BadPacket> {
        let Some(sound) = self.decoder.decode(packet, &mut self.planes)? else {
            return Ok(Decoded::Nothing);
        };
        sound.fold.apply(&mut self.planes, &mut self.left, &mut self.right);
        let rate = sound.rate;
        if self.sample_rate != 0 && self.sample_rate != rate && !self.left.is_empty() {
            return Ok(Decoded::OtherRate(rate));
        }
        let n_samples = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let n_trim_start = n_samples(sound.n_trim_start).min(self.left.len());
        self.left.drain(..n_trim_start);
        self.right.drain(..n_trim_start);
        self.tail.pass(&mut self.left, &mut self.right, n_samples(sound.n_trim_end));
        if self.left.is_empty() {
            return Ok(Decoded::Nothing);
        }
        self.sample_rate = rate;
        self.n_broken_samples +=
            broken_samples::mend(&mut self.left) + broken_samples::mend(&mut self.right);
        self.n_samples += self.left.len() as u64;
        Ok(Decoded::Samples)
    }

    /// Chained streams: another one begins where the last ended.
    fn start_next_stream(&mut self) -> bool {
        let Some((track, params)) = container::heard_track(&*self.format) else { return false };
        let Ok(decoder) = PacketDecoder::new(params) else { return false };
        self.track_id = track.id;
        self.decoder = decoder;
        true
    }

    fn warn_about_what_is_missing(&mut self) {
        if self.warning.is_some() {
            return;
        }
        let here = self.decoded_seconds();
        let short_of = self
            .declared_seconds()
            .filter(|declared| declared - here > (TOLERATED_MISSING_SHARE * declared).max(0.1));
        self.warning = match short_of {
            _ if self.n_bad_packets > 0 => Some(
                "parts of the file are damaged and were left out; times after them are too early"
                    .to_owned(),
            ),
            Some(declared) => Some(format!("the file ends early: {here:.1} s of {declared:.1} s")),
            None if self.is_cut_short => {
                Some(format!("the file ends early: after {here:.1} s its end is missing"))
            }
            None if self.n_broken_samples > 0 => Some(format!(
                "{} samples are no sound (not a number, or absurdly loud) and were mended",
                self.n_broken_samples
            )),
            None => None,
        };
    }
}

impl std::fmt::Debug for AudioFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AudioFile")
            .field("sample_rate", &self.sample_rate)
            .field("n_samples", &self.n_samples)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

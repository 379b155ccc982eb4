//! [`FileSource`]: an audio file, at the sample rate it is to be played at.

use std::path::Path;

use library::{AudioFile, DecodeError};

use super::Source;
use super::rate_converter::RateConverter;

/// A file being decoded. Holds one decoded block at a time.
pub(crate) struct FileSource {
    file: AudioFile,
    converter: Option<RateConverter>,
    /// Samples ready to be taken.
    left: Vec<f32>,
    right: Vec<f32>,
    n_taken: usize,
    ended: bool,
}

impl FileSource {
    /// Opens a file, to be played at its own rate unless [`FileSource::convert_to`] says otherwise.
    ///
    /// # Errors
    /// Where it can't be read or is no audio file.
    pub(crate) fn open(path: &Path) -> Result<Self, DecodeError> {
        Ok(Self {
            file: AudioFile::open(path)?,
            converter: None,
            left: Vec::new(),
            right: Vec::new(),
            n_taken: 0,
            ended: false,
        })
    }

    /// Sample rate of the file in hertz.
    pub(crate) fn file_rate(&self) -> u32 {
        self.file.sample_rate()
    }

    /// Plays it at `rate` hertz.
    ///
    /// # Errors
    /// Where there is no way from the file's rate to that one.
    pub(crate) fn convert_to(&mut self, rate: u32) -> Result<(), String> {
        self.converter = if rate == self.file_rate() {
            None
        } else {
            Some(RateConverter::new(self.file_rate(), rate)?)
        };
        Ok(())
    }

    /// Makes more samples ready; false at the end.
    fn decode(&mut self) -> Result<bool, String> {
        self.left.clear();
        self.right.clear();
        self.n_taken = 0;
        while self.left.is_empty() && !self.ended {
            let block = self.file.next_block().map_err(|error| error.to_string())?;
            match (block, &mut self.converter) {
                (Some(block), None) => {
                    self.left.extend_from_slice(block.left);
                    self.right.extend_from_slice(block.right);
                }
                (Some(block), Some(converter)) => {
                    converter.push(block.left, block.right, &mut self.left, &mut self.right);
                }
                (None, converter) => {
                    self.ended = true;
                    if let Some(converter) = converter {
                        converter.finish(&mut self.left, &mut self.right);
                    }
                }
            }
        }
        Ok(!self.left.is_empty())
    }
}

impl Source for FileSource {
    fn read(&mut self, left: &mut [f32], right: &mut [f32]) -> Result<usize, String> {
        if self.n_taken >= self.left.len() && !self.decode()? {
            return Ok(0);
        }
        let from_left = self.left.get(self.n_taken..).unwrap_or_default();
        let from_right = self.right.get(self.n_taken..).unwrap_or_default();
        let pairs = left.iter_mut().zip(right).zip(from_left.iter().zip(from_right));
        let mut n = 0;
        for ((to_left, to_right), (from_left, from_right)) in pairs {
            (*to_left, *to_right) = (*from_left, *from_right);
            n += 1;
        }
        self.n_taken += n;
        Ok(n)
    }
}

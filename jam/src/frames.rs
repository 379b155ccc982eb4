//! Interleaved device samples of any format and channel count, to and from stereo.

use cpal::{FromSample, Sample};

/// Samples per channel converted at once. Callbacks longer than this (they may be longer than what
/// the device announced) are taken in parts.
pub(crate) const SCRATCH_LEN: usize = 2_048;

/// Two channels of scratch space, allocated before the stream starts.
#[derive(Debug)]
pub(crate) struct Scratch {
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self { left: vec![0.0; SCRATCH_LEN], right: vec![0.0; SCRATCH_LEN] }
    }

    /// Realtime-safe. Space for `n` samples per channel, at most [`SCRATCH_LEN`].
    pub(crate) fn channels(&mut self, n: usize) -> (&mut [f32], &mut [f32]) {
        (self.left.get_mut(..n).unwrap_or_default(), self.right.get_mut(..n).unwrap_or_default())
    }
}

/// Realtime-safe. One channel is doubled; of more than two, the odd ones add up to the left and
/// the even ones to the right, so that a single microphone on an eight-channel interface keeps
/// its level.
pub(crate) fn read_frames<T>(frames: &[T], n_channels: usize, left: &mut [f32], right: &mut [f32])
where
    T: Sample,
    f32: FromSample<T>,
{
    let frames = frames.chunks_exact(n_channels.max(1));
    for ((frame, left), right) in frames.zip(left).zip(right) {
        (*left, *right) = (0.0, 0.0);
        for pair in frame.chunks(2) {
            *left += pair.first().map_or(0.0, |&sample| f32::from_sample(sample));
            *right += pair.get(1).map_or(0.0, |&sample| f32::from_sample(sample));
        }
        if n_channels == 1 {
            *right = *left;
        }
    }
}

/// Realtime-safe. Left and right go to the first two channels, the rest is silent; a single
/// channel gets the mean.
pub(crate) fn write_frames<T>(left: &[f32], right: &[f32], frames: &mut [T], n_channels: usize)
where
    T: Sample + FromSample<f32>,
{
    let frames = frames.chunks_exact_mut(n_channels.max(1));
    for ((frame, &left), &right) in frames.zip(left).zip(right) {
        let first = if n_channels == 1 { 0.5 * (left + right) } else { left };
        for (channel_idx, sample) in frame.iter_mut().enumerate() {
            *sample = match channel_idx {
                0 => T::from_sample(first),
                1 => T::from_sample(right),
                _ => T::EQUILIBRIUM,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Sample>(frames: &[T], n_channels: usize) -> (Vec<f32>, Vec<f32>)
    where
        f32: FromSample<T>,
    {
        let n = frames.len() / n_channels;
        let (mut left, mut right) = (vec![9.0; n], vec![9.0; n]);
        read_frames(frames, n_channels, &mut left, &mut right);
        (left, right)
    }

    #[test]
    fn mono_is_heard_on_both_sides() {
        assert_eq!(read(&[0.25f32, -0.5], 1), (vec![0.25, -0.5], vec![0.25, -0.5]));
    }

    #[test]
    fn integers_become_full_scale_floats() {
        assert_eq!(read(&[i16::MIN, 0, 0, i16::MIN], 2), (vec![-1.0, 0.0], vec![0.0, -1.0]));
        assert_eq!(read(&[0u8, 128], 2), (vec![-1.0], vec![0.0]));
    }

    #[test]
    fn many_channels_add_up_to_two() {
        assert_eq!(read(&[0.1f32, 0.2, 0.3, 0.4, 0.5], 5).0, [0.9]);
        assert_eq!(read(&[0.0f32, 0.0, 0.5, 0.0], 4), (vec![0.5], vec![0.0]));
    }

    #[test]
    fn output_fills_two_channels_and_silences_the_rest() {
        let mut frames = [1i16; 8];
        write_frames(&[0.5, -1.0], &[0.0, 0.25], &mut frames, 4);
        assert_eq!(frames, [16_384, 0, 0, 0, -32_768, 8_192, 0, 0]);
        let mut frames = [9.0f32; 2];
        write_frames(&[0.5, 1.0], &[0.0, 1.0], &mut frames, 1);
        assert_eq!(frames, [0.25, 1.0]);
    }
}

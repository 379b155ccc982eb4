//! [`Mixer`]: raw stereo samples become finite ones and their mono mix.

/// Samples mixed at once.
pub(crate) const MIX_LEN: usize = 512;

/// Louder than this no converter gets; larger values are broken data and would drown everything.
const MAX_SAMPLE: f32 = 64.0;

/// Up to [`MIX_LEN`] samples, finite, and their mean.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mixed {
    left: [f32; MIX_LEN],
    right: [f32; MIX_LEN],
    mono: [f32; MIX_LEN],
    len: usize,
}

/// Mixes two channels to one. The mean of both, as everybody does, unless they cancel each other:
/// out-of-phase stereo (an inverted cable, some wideners) would leave nothing to hear, so the left
/// channel takes over while the difference is much louder than the sum.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mixer {
    sum_power: f32,
    difference_power: f32,
    /// 0: the mean of both; 1: the left channel.
    share_of_left: f32,
}

/// How much the difference must exceed the sum (13 dB).
const CANCELLING_RATIO: f32 = 20.0;
/// One-pole coefficients per sample of the powers and of the change-over: some tenths of a second
/// at any common rate, long enough to make no sound of their own.
const POWER_STEP: f32 = 1e-4;
const CHANGE_STEP: f32 = 2e-4;

impl Mixer {
    /// Mixes at most [`MIX_LEN`] samples of both channels.
    pub(crate) fn mix(&mut self, left: &[f32], right: &[f32]) -> Mixed {
        let len = left.len().min(right.len()).min(MIX_LEN);
        let mut mixed =
            Mixed { left: [0.0; MIX_LEN], right: [0.0; MIX_LEN], mono: [0.0; MIX_LEN], len };
        for (i, (&left, &right)) in left.iter().zip(right).take(len).enumerate() {
            let (left, right) = (sound(left), sound(right));
            mixed.left[i] = left;
            mixed.right[i] = right;
            mixed.mono[i] = self.mixed(0.5 * (left + right), 0.5 * (left - right));
        }
        mixed
    }

    fn mixed(&mut self, sum: f32, difference: f32) -> f32 {
        self.sum_power += POWER_STEP * (sum * sum - self.sum_power) + 1e-18;
        self.difference_power += POWER_STEP * (difference * difference - self.difference_power);
        let cancels = self.difference_power > CANCELLING_RATIO * self.sum_power;
        let target = if cancels { 1.0 } else { 0.0 };
        self.share_of_left += CHANGE_STEP * (target - self.share_of_left) + 1e-18;
        sum + self.share_of_left * difference
    }
}

impl Mixed {
    pub(crate) fn left(&self) -> &[f32] {
        &self.left[..self.len]
    }

    pub(crate) fn right(&self) -> &[f32] {
        &self.right[..self.len]
    }

    pub(crate) fn mono(&self) -> &[f32] {
        &self.mono[..self.len]
    }

    /// Greatest magnitude in either channel.
    pub(crate) fn peak(&self) -> f32 {
        let both = self.left().iter().chain(self.right());
        both.fold(0.0, |max: f32, x| max.max(x.abs()))
    }
}

/// The sample itself where it is one. NaN and infinity become silence, subnormals as well: they
/// are inaudible and slow every filter they enter.
fn sound(sample: f32) -> f32 {
    if sample.is_normal() { sample.clamp(-MAX_SAMPLE, MAX_SAMPLE) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_number_is_silence() {
        let mixed =
            Mixer::default().mix(&[f32::NAN, f32::INFINITY, 1e-40, 0.5], &[0.0, 0.0, 0.0, 0.5]);
        assert_eq!(mixed.mono(), [0.0, 0.0, 0.0, 0.5]);
    }
}

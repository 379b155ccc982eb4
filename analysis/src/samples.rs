//! [`Mixer`]: raw stereo samples become finite ones and their mono mix.

use fearless_simd::{Level, dispatch};

/// Samples mixed at once.
pub(crate) const MIX_LEN: usize = 512;

/// Louder than this no converter gets; larger values are broken data and would drown everything.
const MAX_SAMPLE: f32 = 64.0;

/// Up to [`MIX_LEN`] samples, finite, and their mean.
#[derive(Clone, Debug)]
pub(crate) struct Mixed {
    left: [f32; MIX_LEN],
    right: [f32; MIX_LEN],
    mono: [f32; MIX_LEN],
    len: usize,
}

/// Mixes two channels to one. The mean of both, as everybody does, unless they cancel each other:
/// out-of-phase stereo (an inverted cable, some wideners) would leave nothing to hear, so the left
/// channel takes over while the difference is much louder than the sum.
#[derive(Clone, Debug)]
pub(crate) struct Mixer {
    state: State,
    mixed: Mixed,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
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

/// Added to every state, so that none ends in subnormal numbers, which are slow.
const TINY: f32 = 1e-18;

impl Default for Mixer {
    fn default() -> Self {
        let silence = [0.0; MIX_LEN];
        Self {
            state: State::default(),
            mixed: Mixed { left: silence, right: silence, mono: silence, len: 0 },
        }
    }
}

impl Mixer {
    /// Mixes at most [`MIX_LEN`] samples of both channels.
    pub(crate) fn mix(&mut self, left: &[f32], right: &[f32]) -> &Mixed {
        dispatch!(Level::new(), simd => {
            let _ = simd;
            self.mix_all(left, right);
        });
        &self.mixed
    }

    #[inline(always)]
    fn mix_all(&mut self, left: &[f32], right: &[f32]) {
        let mixed = &mut self.mixed;
        mixed.len = left.len().min(right.len()).min(MIX_LEN);
        for (to, from) in [(&mut mixed.left, left), (&mut mixed.right, right)] {
            for (to, from) in to.iter_mut().zip(&from[..mixed.len]) {
                *to = sound(*from);
            }
        }
        let mut state = self.state;
        let channels = mixed.left.iter().zip(&mixed.right).take(mixed.len);
        for ((left, right), mono) in channels.zip(&mut mixed.mono) {
            *mono = state.mixed(0.5 * (left + right), 0.5 * (left - right));
        }
        self.state = state;
    }
}

impl State {
    /// The next sample. Every state is multiplied once and added to once, since it waits for itself.
    #[inline(always)]
    fn mixed(&mut self, sum: f32, difference: f32) -> f32 {
        let power = |before: f32, x: f32| before * (1.0 - POWER_STEP) + (POWER_STEP * x * x + TINY);
        self.sum_power = power(self.sum_power, sum);
        self.difference_power = power(self.difference_power, difference);
        let cancels = self.difference_power > CANCELLING_RATIO * self.sum_power;
        let target = if cancels { CHANGE_STEP } else { 0.0 };
        self.share_of_left = self.share_of_left * (1.0 - CHANGE_STEP) + (target + TINY);
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
    let is_sound = sample.abs() >= f32::MIN_POSITIVE && sample.abs() < f32::INFINITY;
    if is_sound { sample.clamp(-MAX_SAMPLE, MAX_SAMPLE) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_number_is_silence() {
        let mut mixer = Mixer::default();
        let mixed = mixer.mix(&[f32::NAN, f32::INFINITY, 1e-40, 0.5], &[0.0, 0.0, 0.0, 0.5]);
        assert_eq!(mixed.mono(), [0.0, 0.0, 0.0, 0.5]);
    }
}

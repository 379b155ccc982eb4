//! [`mix`]: raw stereo samples become finite ones and their mono mix.

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

/// Mixes at most [`MIX_LEN`] samples of both channels.
pub(crate) fn mix(left: &[f32], right: &[f32]) -> Mixed {
    let len = left.len().min(right.len()).min(MIX_LEN);
    let mut mixed =
        Mixed { left: [0.0; MIX_LEN], right: [0.0; MIX_LEN], mono: [0.0; MIX_LEN], len };
    for (i, (&left, &right)) in left.iter().zip(right).take(len).enumerate() {
        mixed.left[i] = sound(left);
        mixed.right[i] = sound(right);
        mixed.mono[i] = 0.5 * (mixed.left[i] + mixed.right[i]);
    }
    mixed
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
        let mixed = mix(&[f32::NAN, f32::INFINITY, 1e-40, 0.5], &[0.0, 0.0, 0.0, 0.5]);
        assert_eq!(mixed.mono(), [0.0, 0.0, 0.0, 0.5]);
    }
}

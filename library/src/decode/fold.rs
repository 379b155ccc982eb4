//! Folds any number of channels down to two.
//!
//! Gains after ITU-R BS.775-3, "Multichannel stereophonic sound system with and without accompanying
//! picture", 2012, annex 4 (Lo/Ro): centre and surrounds at -3 dB, low-frequency effects left out.

use std::f32::consts::FRAC_1_SQRT_2;

use symphonia::core::audio::{ChannelLabel, Channels, Position};

/// How loud one channel is on the left and on the right.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Gain {
    left: f32,
    right: f32,
}

/// What the planes of a decoder become on two channels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fold {
    gains: Vec<Gain>,
}

impl Fold {
    /// For the channels of a symphonia buffer: planes in the order of their position bits.
    pub(super) fn for_channels(channels: &Channels) -> Self {
        let count = channels.count();
        match channels {
            Channels::Positioned(mask) if count > 2 => {
                Self { gains: mask.iter().map(gain_of).collect() }
            }
            Channels::Custom(labels) if count > 2 => Self {
                gains: labels
                    .iter()
                    .enumerate()
                    .map(|(idx, label)| match label {
                        ChannelLabel::Positioned(position) => gain_of(*position),
                        _ => alternate(idx),
                    })
                    .collect(),
            },
            Channels::Ambisonic(_) if count > 2 => {
                // Channel 0 is the sound from everywhere, the others say where from.
                let mut gains = vec![Gain { left: 0.0, right: 0.0 }; count];
                gains[0] = Gain { left: 1.0, right: 1.0 };
                Self { gains }
            }
            _ => Self { gains: (0..count.max(1)).map(alternate).collect() },
        }
    }

    /// For channels whose positions are listed in the order of the planes.
    pub(super) fn for_positions(positions: &[Position]) -> Self {
        Self { gains: positions.iter().copied().map(gain_of).collect() }
    }

    /// Writes both channels; `planes` are equally long, and anything afterwards. One and two planes pass
    /// unchanged.
    pub(super) fn apply(&self, planes: &mut [Vec<f32>], left: &mut Vec<f32>, right: &mut Vec<f32>) {
        if let [first, second] = planes {
            std::mem::swap(left, first);
            std::mem::swap(right, second);
            return;
        }
        left.clear();
        right.clear();
        match planes {
            [] => {}
            [mono] => {
                left.extend_from_slice(mono);
                right.extend_from_slice(mono);
            }
            [first, ..] => {
                left.resize(first.len(), 0.0);
                right.resize(first.len(), 0.0);
                for (plane, gain) in planes.iter().zip(&self.gains) {
                    add(plane, gain.left, left);
                    add(plane, gain.right, right);
                }
            }
        }
    }
}

fn add(plane: &[f32], gain: f32, sum: &mut [f32]) {
    if gain != 0.0 {
        for (out, sample) in sum.iter_mut().zip(plane) {
            *out += gain * sample;
        }
    }
}

/// Channels without a position: the first to the left, the second to the right, and so on.
fn alternate(idx: usize) -> Gain {
    if idx.is_multiple_of(2) {
        Gain { left: 1.0, right: 0.0 }
    } else {
        Gain { left: 0.0, right: 1.0 }
    }
}

fn gain_of(position: Position) -> Gain {
    const LEFT: Position = Position::FRONT_LEFT.union(Position::FRONT_LEFT_WIDE);
    const RIGHT: Position = Position::FRONT_RIGHT.union(Position::FRONT_RIGHT_WIDE);
    const CENTRES: Position = Position::FRONT_CENTER.union(Position::BOTTOM_FRONT_CENTER);
    const EFFECTS: Position = Position::LFE1.union(Position::LFE2);
    const TO_THE_LEFT: Position = Position::FRONT_LEFT_CENTER
        .union(Position::REAR_LEFT)
        .union(Position::SIDE_LEFT)
        .union(Position::TOP_FRONT_LEFT)
        .union(Position::TOP_REAR_LEFT)
        .union(Position::TOP_SIDE_LEFT)
        .union(Position::BOTTOM_FRONT_LEFT);
    const TO_THE_RIGHT: Position = Position::FRONT_RIGHT_CENTER
        .union(Position::REAR_RIGHT)
        .union(Position::SIDE_RIGHT)
        .union(Position::TOP_FRONT_RIGHT)
        .union(Position::TOP_REAR_RIGHT)
        .union(Position::TOP_SIDE_RIGHT)
        .union(Position::BOTTOM_FRONT_RIGHT);

    let (left, right) = if LEFT.contains(position) {
        (1.0, 0.0)
    } else if RIGHT.contains(position) {
        (0.0, 1.0)
    } else if CENTRES.contains(position) {
        (FRAC_1_SQRT_2, FRAC_1_SQRT_2)
    } else if EFFECTS.contains(position) {
        (0.0, 0.0)
    } else if TO_THE_LEFT.contains(position) {
        (FRAC_1_SQRT_2, 0.0)
    } else if TO_THE_RIGHT.contains(position) {
        (0.0, FRAC_1_SQRT_2)
    } else {
        // Rear and top centres.
        (0.5, 0.5)
    };
    Gain { left, right }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(positions: Position, planes: &[f32]) -> (f32, f32) {
        let mut planes: Vec<Vec<f32>> = planes.iter().map(|&sample| vec![sample]).collect();
        let (mut left, mut right) = (vec![9.0], vec![9.0]);
        Fold::for_channels(&Channels::Positioned(positions)).apply(
            &mut planes,
            &mut left,
            &mut right,
        );
        (left[0], right[0])
    }

    #[test]
    fn mono_sounds_on_both_sides() {
        assert_eq!(fold(Position::FRONT_CENTER, &[0.5]), (0.5, 0.5));
    }

    #[test]
    fn stereo_passes_unchanged() {
        assert_eq!(fold(Position::FRONT_LEFT | Position::FRONT_RIGHT, &[0.5, -0.25]), (0.5, -0.25));
    }

    #[test]
    fn surround_folds_with_the_centre_at_minus_3_db_and_without_the_effects() {
        let five_one = Position::FRONT_LEFT
            | Position::FRONT_RIGHT
            | Position::FRONT_CENTER
            | Position::LFE1
            | Position::REAR_LEFT
            | Position::REAR_RIGHT;
        let (left, right) = fold(five_one, &[0.1, 0.2, 1.0, 5.0, 0.0, 1.0]);
        assert!((left - (0.1 + FRAC_1_SQRT_2)).abs() < 1e-6, "{left}");
        assert!((right - (0.2 + 2.0 * FRAC_1_SQRT_2)).abs() < 1e-6, "{right}");
    }

    #[test]
    fn channels_without_positions_alternate() {
        let mut planes = vec![vec![1.0], vec![2.0], vec![3.0]];
        let (mut left, mut right) = (Vec::new(), Vec::new());
        Fold::for_channels(&Channels::Discrete(3)).apply(&mut planes, &mut left, &mut right);
        assert_eq!((left[0], right[0]), (4.0, 2.0));
    }
}

//! [`PitchImage`]: the log-frequency spectrum as the tonal network sees it.

use crate::features::{N_PITCH_BINS, PITCH_FPS};
use crate::level::LevelFollower;

/// Decades of magnitude between the level and nothing.
const DECADES: f32 = 4.0;
/// Time in which the level falls by half after loud music.
const HALF_LIFE_SECONDS: f32 = 4.0;
/// Magnitude below which even the loudest bin is silence.
const FLOOR: f32 = 1e-5;

/// Makes bins of 0 to 255 from magnitudes: independent of how loud the music is.
#[derive(Clone, Debug)]
pub(crate) struct PitchImage {
    level: LevelFollower,
}

impl PitchImage {
    pub(crate) fn new() -> Self {
        Self { level: LevelFollower::new(HALF_LIFE_SECONDS * PITCH_FPS as f32, FLOOR) }
    }

    /// The bins of the next frame; 255 is the level, 0 is 80 dB below it or silence.
    pub(crate) fn bins(&mut self, magnitude: &[f32; N_PITCH_BINS]) -> [u8; N_PITCH_BINS] {
        let level = self.level.push(magnitude);
        magnitude.map(|x| {
            let share = 1.0 + (x / level).max(1e-9).log10() / DECADES;
            (share.clamp(0.0, 1.0) * 255.0).round() as u8
        })
    }

    pub(crate) fn reset(&mut self) {
        self.level.reset();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_decades_fill_the_range_whatever_the_loudness() {
        for loudness in [1.0, 0.01] {
            let mut magnitude = [0.0; N_PITCH_BINS];
            magnitude[10] = loudness;
            magnitude[20] = loudness * 0.01;
            magnitude[30] = loudness * 0.000_05;
            let bins = PitchImage::new().bins(&magnitude);
            assert_eq!((bins[10], bins[20], bins[30], bins[0]), (255, 128, 0, 0));
        }
    }

    #[test]
    fn silence_is_black() {
        assert_eq!(PitchImage::new().bins(&[0.0; N_PITCH_BINS]), [0; N_PITCH_BINS]);
    }
}

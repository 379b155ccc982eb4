//! [`LevelFollower`]: how loud the music is, so that what follows need not care.

/// Follows the largest value: up at once, down by half in a fixed time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LevelFollower {
    level: f32,
    /// Share of the level that is left after a frame.
    keep: f32,
    floor: f32,
}

impl LevelFollower {
    /// Falls by half in `half_life_frames` frames, never below `floor`.
    pub(crate) fn new(half_life_frames: f32, floor: f32) -> Self {
        Self { level: floor, keep: (-1.0 / half_life_frames).exp2(), floor }
    }

    /// The level after a frame whose values are `values`.
    pub(crate) fn push(&mut self, values: &[f32]) -> f32 {
        let top = values.iter().fold(self.floor, |max, &x| max.max(x));
        self.level = top.max(self.level * self.keep);
        self.level
    }

    /// Forgets everything.
    pub(crate) fn reset(&mut self) {
        self.level = self.floor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_rises_at_once_and_falls_by_half_in_its_time() {
        let mut follower = LevelFollower::new(10.0, 0.001);
        assert_eq!(follower.push(&[0.5, 1.0]), 1.0);
        let after = (0..10).map(|_| follower.push(&[0.0])).last().unwrap_or_default();
        assert!((after - 0.5).abs() < 1e-4, "{after}");
        for _ in 0..1000 {
            follower.push(&[0.0]);
        }
        assert_eq!(follower.push(&[0.0]), 0.001);
    }
}

//! [`Noise`]: white noise that is the same on every machine.

/// A linear congruential generator (Knuth, MMIX: a = 6364136223846793005, c =
/// 1442695040888963407); the upper bits become a sample in -1 to 1.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Noise {
    state: u64,
}

impl Noise {
    /// A sequence of its own for every seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut noise = Self { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) };
        noise.next();
        noise
    }

    /// The next sample, -1 to 1.
    pub(crate) fn next(&mut self) -> f32 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        // The upper 24 bits are exact in an f32.
        (self.state >> 40) as f32 / 8_388_608.0 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_centred_and_bounded() {
        let mut noise = Noise::new(7);
        let samples: Vec<f32> = (0..100_000).map(|_| noise.next()).collect();
        let mean = samples.iter().sum::<f32>() / 1e5;
        let power = samples.iter().map(|x| x * x).sum::<f32>() / 1e5;
        assert!(mean.abs() < 0.01 && (power - 1.0 / 3.0).abs() < 0.01);
        assert!(samples.iter().all(|x| (-1.0..1.0).contains(x)));
    }

    #[test]
    fn seeds_give_different_sequences() {
        assert_ne!(Noise::new(1).next(), Noise::new(2).next());
    }
}

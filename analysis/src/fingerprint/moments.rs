//! Weighted means and deviations that can fade, and the clock that fades them.

/// Weighted first and second moments of `N` values at once.
#[derive(Clone, Debug)]
pub(super) struct Moments<const N: usize> {
    weight: f64,
    sum: [f64; N],
    sum_sq: [f64; N],
}

impl<const N: usize> Moments<N> {
    pub(super) fn new() -> Self {
        Self { weight: 0.0, sum: [0.0; N], sum_sq: [0.0; N] }
    }

    pub(super) fn add(&mut self, values: &[f32; N], weight: f64) {
        self.weight += weight;
        for ((sum, sum_sq), &value) in self.sum.iter_mut().zip(&mut self.sum_sq).zip(values) {
            let value = f64::from(value);
            *sum += weight * value;
            *sum_sq += weight * value * value;
        }
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.weight *= factor;
        for value in self.sum.iter_mut().chain(&mut self.sum_sq) {
            *value *= factor;
        }
    }

    /// Sum of the weights.
    pub(super) fn weight(&self) -> f64 {
        self.weight
    }

    pub(super) fn mean(&self) -> [f32; N] {
        let weight = self.weight.max(f64::MIN_POSITIVE);
        self.sum.map(|sum| (sum / weight) as f32)
    }

    pub(super) fn std(&self) -> [f32; N] {
        let weight = self.weight.max(f64::MIN_POSITIVE);
        std::array::from_fn(|i| {
            let mean = self.sum[i] / weight;
            (self.sum_sq[i] / weight - mean * mean).max(0.0).sqrt() as f32
        })
    }

    /// Root of the mean square.
    pub(super) fn rms(&self) -> [f32; N] {
        let weight = self.weight.max(f64::MIN_POSITIVE);
        self.sum_sq.map(|sum_sq| (sum_sq / weight).max(0.0).sqrt() as f32)
    }
}

/// The weight of the next frame: constant where everything counts the same, growing where older
/// sound fades. Growing the new weights costs nothing per accumulator; now and then everything is
/// scaled back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fading {
    weight: f64,
    growth: f64,
}

/// Weights are scaled back beyond this; well inside the range of `f64` squares.
const MAX_WEIGHT: f64 = 1e12;

impl Fading {
    /// Weights fall to 1/e after `frames` frames; infinity for never.
    pub(super) fn over(frames: f64) -> Self {
        Self { weight: 1.0, growth: (1.0 / frames).exp() }
    }

    pub(super) fn weight(&self) -> f64 {
        self.weight
    }

    /// Moves on by one frame; returns the factor to scale all accumulators by when it is time.
    pub(super) fn advance(&mut self) -> Option<f64> {
        self.weight *= self.growth;
        (self.weight > MAX_WEIGHT).then(|| {
            let factor = 1.0 / self.weight;
            self.weight = 1.0;
            factor
        })
    }

    pub(super) fn reset(&mut self) {
        self.weight = 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_fading_the_moments_are_the_plain_ones() {
        let mut moments = Moments::<1>::new();
        for value in [1.0, 2.0, 3.0, 4.0] {
            moments.add(&[value], 1.0);
        }
        assert!((moments.mean()[0] - 2.5).abs() < 1e-6);
        assert!((moments.std()[0] - 1.25f32.sqrt()).abs() < 1e-6);
        assert_eq!(moments.weight(), 4.0);
    }

    #[test]
    fn what_is_long_past_fades_and_scaling_back_changes_nothing() {
        let mut fading = Fading::over(10.0);
        let mut moments = Moments::<1>::new();
        let mut n_scaled = 0;
        for step in 0..1000 {
            moments.add(&[if step < 500 { 8.0 } else { 1.0 }], fading.weight());
            if let Some(factor) = fading.advance() {
                moments.scale(factor);
                n_scaled += 1;
            }
        }
        assert!(n_scaled > 2);
        assert!((moments.mean()[0] - 1.0).abs() < 1e-6);
    }
}

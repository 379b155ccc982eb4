//! [`extremes`]: means of the smallest and of the largest of some values.
//!
//! By bisection instead of sorting: counting what lies below a value goes through vectors without a
//! branch, and a dozen values tell which of two hundred are the smallest forty.

use fearless_simd::{Level, dispatch};

/// Means of the `n` smallest and of the `n` largest of `values`, which are not negative and at
/// least `n`.
pub(super) fn extremes(values: &[f32], n: usize) -> (f32, f32) {
    dispatch!(Level::new(), simd => {
        let _ = simd;
        let low = Split::new(values, n);
        let high = Split::new(values, values.len() - n);
        let lowest = sum_where(values, |x| low.is_below(x)) - low.excess();
        let highest = sum_where(values, |x| !high.is_below(x)) + high.excess();
        (lowest / n as f32, highest / n as f32)
    })
}

/// A value that parts the `n` smallest of some values from the others.
#[derive(Clone, Copy, Debug)]
struct Split {
    /// The bits of it: numbers that are not negative are in the order of their bits.
    bits: i32,
    /// Values that equal it and belong to the others.
    n_too_many: i32,
}

impl Split {
    #[inline(always)]
    fn new(values: &[f32], n: usize) -> Self {
        let n = n as i32;
        let count = |bits: i32| values.iter().map(|x| i32::from(key(*x) <= bits)).sum::<i32>();
        // Up to `least` there are too few (or just none), up to `most` there are enough.
        let keys = values.iter().map(|x| key(*x));
        let (mut least, mut most) =
            keys.fold((i32::MAX, 0), |(least, most), key| (least.min(key), most.max(key)));
        least -= 1;
        let mut n_most = values.len() as i32;
        while n_most != n && most - least > 1 {
            let middle = least + (most - least) / 2;
            let n_middle = count(middle);
            if n_middle < n {
                least = middle;
            } else {
                (most, n_most) = (middle, n_middle);
            }
        }
        Self { bits: most, n_too_many: n_most - n }
    }

    /// Whether a value is one of the smallest, or equals the largest of them.
    #[inline(always)]
    fn is_below(self, value: f32) -> bool {
        key(value) <= self.bits
    }

    /// Sum of those that equal it and belong to the others.
    #[inline(always)]
    fn excess(self) -> f32 {
        self.n_too_many as f32 * f32::from_bits(self.bits as u32)
    }
}

/// Sum of the values to keep, in parts that do not wait for each other.
#[inline(always)]
fn sum_where(values: &[f32], keep: impl Fn(f32) -> bool) -> f32 {
    let mut sums = [0.0; 8];
    let chunks = values.chunks_exact(sums.len());
    let rest: f32 = chunks.remainder().iter().filter(|x| keep(**x)).sum();
    for chunk in chunks {
        for (sum, x) in sums.iter_mut().zip(chunk) {
            *sum += if keep(*x) { *x } else { 0.0 };
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[inline(always)]
fn key(value: f32) -> i32 {
    value.to_bits() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extremes_are_those_of_the_sorted_values_ties_or_not() {
        for (len, n_levels) in [(1, 9), (6, 3), (9, 1), (50, 7), (196, 10_000)] {
            let values: Vec<f32> =
                (0..len).map(|i| ((i * 7919 + 13) % n_levels) as f32 * 0.125).collect();
            let mut sorted = values.clone();
            sorted.sort_by(f32::total_cmp);
            for n in [1, (len / 5).max(1), len] {
                let mean = |part: &[f32]| part.iter().sum::<f32>() / n as f32;
                let (low, high) = extremes(&values, n);
                assert!((low - mean(&sorted[..n])).abs() < 1e-3, "{len} {n}: {low}");
                assert!((high - mean(&sorted[len - n..])).abs() < 1e-3, "{len} {n}: {high}");
            }
        }
    }
}

//! [`CourseFilters`]: filters along time that look at every band alone.

use fearless_simd::{Level, Simd, SimdBase, SimdFloat, dispatch, f32x8};

use super::lanes::{LANES, Lanes};
use super::mel::N_BANDS;

/// Filters and vectors of bands computed together: as many sums as there are registers for.
const FILTERS: usize = 3;
const VECTORS: usize = 3;

/// Neighbouring bands of a frame, as they are read together.
pub(super) type SomeBands = [Lanes; VECTORS];
/// So many of them are a frame.
pub(super) const N_PARTS: usize = N_BANDS / (VECTORS * LANES);

/// Filters over some frames.
#[derive(Clone, Debug)]
pub(super) struct CourseFilters {
    n_frames: usize,
    n_filters: usize,
    /// `[n_filters / FILTERS, rounded up][n_frames]`, filled up with 0.
    weights: Vec<[f32; FILTERS]>,
}

impl CourseFilters {
    /// From `[n_frames][n_filters]` weights.
    pub(super) fn new(values: &[f32], n_filters: usize) -> Self {
        let n_frames = values.len() / n_filters;
        let mut weights = vec![[0.0; FILTERS]; n_filters.div_ceil(FILTERS) * n_frames];
        for (frame, row) in values.chunks_exact(n_filters).enumerate() {
            for (filter, &weight) in row.iter().enumerate() {
                weights[filter / FILTERS * n_frames + frame][filter % FILTERS] = weight;
            }
        }
        Self { n_frames, n_filters, weights }
    }

    /// Writes the greatest sum of each filter over the bands of these frames, of which there are as
    /// many as a filter is long, part by part.
    pub(super) fn strongest(&self, frames: [&[SomeBands]; N_PARTS], most: &mut [f32]) {
        dispatch!(Level::new(), simd => self.all_strongest(simd, frames, most));
    }

    #[inline(always)]
    fn all_strongest<S: Simd>(&self, simd: S, frames: [&[SomeBands]; N_PARTS], most: &mut [f32]) {
        let most = &mut most[..self.n_filters];
        most.fill(f32::NEG_INFINITY);
        // Part by part, so that the bands of one stay in the cache for all filters.
        for frames in frames {
            let weights = self.weights.chunks_exact(self.n_frames);
            for (weights, most) in weights.zip(most.chunks_mut(FILTERS)) {
                let mut sums = [[f32x8::splat(simd, 0.0); VECTORS]; FILTERS];
                for (bands, weights) in frames.iter().zip(weights) {
                    let bands = bands.each_ref().map(|lanes| lanes.read(simd));
                    for (sums, &weight) in sums.iter_mut().zip(weights) {
                        let weight = f32x8::splat(simd, weight);
                        for (sum, bands) in sums.iter_mut().zip(&bands) {
                            *sum = bands.mul_add(weight, *sum);
                        }
                    }
                }
                for (most, [a, b, c]) in most.iter_mut().zip(sums) {
                    *most = greatest(simd, a.max(b).max(c)).max(*most);
                }
            }
        }
    }
}

#[inline(always)]
fn greatest<S: Simd>(simd: S, values: f32x8<S>) -> f32 {
    let (low, high) = simd.split_f32x8(values);
    let four = low.max(high);
    let [a, b, c, d] = [0, 1, 2, 3].map(|idx| four.as_slice()[idx]);
    a.max(b).max(c.max(d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_sum_is_that_of_some_band() {
        let (n_frames, n_filters) = (5, 7);
        let number = |seed: usize| (seed * 7919 % 2003) as f32 / 1001.0 - 1.0;
        let weights: Vec<f32> = (0..n_frames * n_filters).map(number).collect();
        let frames: Vec<[f32; N_BANDS]> = (0..n_frames)
            .map(|frame| std::array::from_fn(|band| number(1000 + frame * N_BANDS + band)))
            .collect();
        let parts: [Vec<SomeBands>; N_PARTS] = std::array::from_fn(|part| {
            let first = part * VECTORS * LANES;
            let of_frame = |frame: &[f32; N_BANDS]| -> SomeBands {
                std::array::from_fn(|vector| {
                    Lanes(std::array::from_fn(|lane| frame[first + vector * LANES + lane]))
                })
            };
            frames.iter().map(of_frame).collect()
        });
        let mut most = [0.0; 7];
        CourseFilters::new(&weights, n_filters)
            .strongest(parts.each_ref().map(Vec::as_slice), &mut most);
        for (filter, most) in most.iter().enumerate() {
            let sum = |band: usize| {
                let terms = frames.iter().zip(weights[filter..].iter().step_by(n_filters));
                terms.map(|(frame, weight)| frame[band] * weight).sum::<f32>()
            };
            let expected = (0..N_BANDS).map(sum).fold(f32::NEG_INFINITY, f32::max);
            assert!((most - expected).abs() < 1e-5, "{filter}: {most} {expected}");
        }
    }
}

//! [`BandTransform`]: from spectra over the bands back to the bands, and the greatest of those.
//!
//! The inverse discrete Fourier transform of length 96 = 4 · 4 · 6 for several filters side by side,
//! in the order of T. G. Stockham (W. T. Cochran et al., "What is the fast Fourier transform?",
//! Proceedings of the IEEE 55(10), 1967), without its factor of 1/96. The last step computes only what
//! is asked for: two thirds of the real parts, a third of the imaginary ones.

use std::array::from_fn;
use std::f64::consts::TAU;

use fearless_simd::{Simd, SimdBase, SimdFloat, f32x8};

use super::lanes::Lanes;
use super::mel::N_BANDS;

/// Complex numbers by bin or band, real and imaginary, of several filters.
pub(super) type Complexes = [[Lanes; 2]; N_BANDS];

/// Steps of the transform: how many parts each has, and how many transforms there are by then.
const PARTS: usize = 4;
const FIRST: usize = N_BANDS / PARTS;
const SECOND: usize = FIRST / PARTS;
const LAST: usize = N_BANDS / SECOND;

/// Real places and imaginary places that are looked at, at most.
const MOST_PLACES: [usize; 2] = [4 * LAST, 2 * LAST];

/// sin 60°.
const SIN_60: f32 = 0.866_025_4;

/// What the parts but the first are turned by in each of the first two steps.
#[derive(Clone, Debug)]
pub(super) struct BandTransform {
    first: [[[f32; 2]; PARTS - 1]; FIRST],
    second: [[[f32; 2]; PARTS - 1]; SECOND],
}

type Number<S> = [f32x8<S>; 2];

impl BandTransform {
    pub(super) fn new() -> Self {
        Self { first: turns(), second: turns() }
    }

    /// The greatest real part over the first `n_places[0]` bands, and the greatest imaginary part
    /// over the first `n_places[1]`. Overwrites the spectrum.
    #[inline(always)]
    pub(super) fn greatest<S: Simd>(
        &self,
        simd: S,
        spectrum: &mut Complexes,
        scratch: &mut Complexes,
        n_places: [usize; 2],
    ) -> Number<S> {
        if cfg!(test) {
            assert!(n_places[0] <= MOST_PLACES[0] && n_places[1] <= MOST_PLACES[1]);
        }
        step::<S, FIRST, 1>(simd, &self.first, spectrum, scratch);
        step::<S, SECOND, PARTS>(simd, &self.second, scratch, spectrum);
        let mut most = [f32x8::splat(simd, f32::NEG_INFINITY); 2];
        for place in 0..LAST {
            let parts = from_fn(|part| read(simd, &spectrum[place + LAST * part]));
            let (re, im) = first_of_six(simd, parts);
            for (idx, re) in re.into_iter().enumerate() {
                if place + LAST * idx < n_places[0] {
                    most[0] = most[0].max(re);
                }
            }
            for (idx, im) in im.into_iter().enumerate() {
                if place + LAST * idx < n_places[1] {
                    most[1] = most[1].max(im);
                }
            }
        }
        most
    }
}

/// A step in parts of four: `N` turns, `STRIDE` transforms side by side.
#[inline(always)]
fn step<S: Simd, const N: usize, const STRIDE: usize>(
    simd: S,
    turns: &[[[f32; 2]; PARTS - 1]; N],
    from: &Complexes,
    to: &mut Complexes,
) {
    for (idx, turns) in turns.iter().enumerate() {
        for lane in 0..STRIDE {
            let [a, b, c, d] = from_fn(|part| read(simd, &from[lane + STRIDE * (idx + N * part)]));
            let (even, odd) = ([a[0] + c[0], a[1] + c[1]], [a[0] - c[0], a[1] - c[1]]);
            let (sum, gap) = ([b[0] + d[0], b[1] + d[1]], [b[0] - d[0], b[1] - d[1]]);
            let parts = [
                [odd[0] - gap[1], odd[1] + gap[0]],
                [even[0] - sum[0], even[1] - sum[1]],
                [odd[0] + gap[1], odd[1] - gap[0]],
            ];
            let first = lane + STRIDE * PARTS * idx;
            write(&mut to[first], [even[0] + sum[0], even[1] + sum[1]]);
            for (part, (value, turn)) in parts.into_iter().zip(turns).enumerate() {
                let [cos, sin] = turn.map(|x| f32x8::splat(simd, x));
                let re = value[0].mul_sub(cos, value[1] * sin);
                let im = value[0].mul_add(sin, value[1] * cos);
                write(&mut to[first + STRIDE * (part + 1)], [re, im]);
            }
        }
    }
}

/// Of the transform of six numbers the first four real parts and the first two imaginary ones.
#[inline(always)]
fn first_of_six<S: Simd>(simd: S, parts: [Number<S>; 6]) -> ([f32x8<S>; 4], [f32x8<S>; 2]) {
    let (half, sine) = (f32x8::splat(simd, 0.5), f32x8::splat(simd, SIN_60));
    let sum = |idx: usize, of: usize| parts[idx][of] + parts[idx + 3][of];
    let gap = |idx: usize, of: usize| parts[idx][of] - parts[idx + 3][of];
    let others = sum(1, 0) + sum(2, 0);
    let re = [
        sum(0, 0) + others,
        gap(0, 0) + half * (gap(1, 0) - gap(2, 0)) - sine * (gap(1, 1) + gap(2, 1)),
        sum(0, 0) - half * others - sine * (sum(1, 1) - sum(2, 1)),
        gap(0, 0) - gap(1, 0) + gap(2, 0),
    ];
    let im = [
        sum(0, 1) + sum(1, 1) + sum(2, 1),
        gap(0, 1) + half * (gap(1, 1) - gap(2, 1)) + sine * (gap(1, 0) + gap(2, 0)),
    ];
    (re, im)
}

#[inline(always)]
fn read<S: Simd>(simd: S, number: &[Lanes; 2]) -> Number<S> {
    number.each_ref().map(|lanes| lanes.read(simd))
}

#[inline(always)]
fn write<S: Simd>(number: &mut [Lanes; 2], [re, im]: Number<S>) {
    number[0].write(re);
    number[1].write(im);
}

/// Cosine and sine for the parts but the first of a step of `N` turns.
fn turns<const N: usize>() -> [[[f32; 2]; PARTS - 1]; N] {
    from_fn(|idx| {
        from_fn(|part| {
            let (sin, cos) = (TAU * (idx * (part + 1)) as f64 / (PARTS * N) as f64).sin_cos();
            [cos as f32, sin as f32]
        })
    })
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::*;

    /// Numbers from -1 to 1.
    fn number(seed: usize) -> f32 {
        (seed * 7919 % 2003) as f32 / 1001.0 - 1.0
    }

    #[test]
    fn the_greatest_are_those_of_the_definition() {
        let spectrum: Complexes = from_fn(|bin| {
            from_fn(|of| Lanes(from_fn(|lane| number(16 * bin + 8 * of + lane + 1))))
        });
        for n_places in [[59, 30], [1, 1], [20, 17], MOST_PLACES] {
            let (mut here, mut scratch) = (spectrum, spectrum);
            let transform = BandTransform::new();
            let most = dispatch!(Level::new(), simd => {
                let most = transform.greatest(simd, &mut here, &mut scratch, n_places);
                most.map(|most| Lanes(from_fn(|lane| most.as_slice()[lane])))
            });
            for lane in 0..8 {
                let band = |band: usize| {
                    let (mut re, mut im) = (0.0, 0.0);
                    for (bin, number) in spectrum.iter().enumerate() {
                        let (sin, cos) = (TAU * (bin * band) as f64 / N_BANDS as f64).sin_cos();
                        let [x, y] = number.map(|lanes| f64::from(lanes.0[lane]));
                        re += x * cos - y * sin;
                        im += x * sin + y * cos;
                    }
                    [re, im]
                };
                for (of, most) in most.iter().enumerate() {
                    let expected =
                        (0..n_places[of]).map(|at| band(at)[of]).fold(f64::NEG_INFINITY, f64::max);
                    assert!((f64::from(most.0[lane]) - expected).abs() < 1e-4, "{lane} {of}");
                }
            }
        }
    }
}

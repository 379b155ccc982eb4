//! [`ShapeFilters`]: two banks of filters over some frames and many bands, at every height.
//!
//! Sums of products at every height are one product in the spectrum over the bands (the convolution
//! theorem; W. H. Press et al., "Numerical recipes", 1992, section 13.1), at a sixth of the cost here.
//! A transform that is as long as a frame is enough: where a filter fits into the frame nothing is
//! wrapped around, and nothing else is asked for. A filter of either bank and one of the other are the
//! real and the imaginary part of one complex filter, and so are their sums.

use fearless_simd::{Level, Simd, SimdBase, SimdFloat, dispatch, f32x8};
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

use super::band_transform::{BandTransform, Complexes};
use super::lanes::{LANES, Lanes};
use super::mel::N_BANDS;

/// Frames under a filter.
pub(super) const N_TAPS: usize = 7;
/// Frames that are looked at together.
pub(super) const TOGETHER: usize = 4;

/// Spectrum of the bands of a frame.
pub(super) type BandSpectrum = [Complex<f32>; N_BANDS];

/// Two banks of as many filters.
#[derive(Clone, Debug)]
pub(super) struct ShapeFilters {
    n_filters: usize,
    /// `[n_filters / LANES, rounded up][N_BANDS][N_TAPS]`, real and imaginary.
    spectra: Vec<[[Lanes; 2]; N_TAPS]>,
    transform: BandTransform,
}

/// Spectra of the sums of a few filters. Construction allocates, the rest does not.
#[derive(Clone, Debug)]
pub(super) struct ShapeWork {
    sums: Box<[Complexes; TOGETHER]>,
    scratch: Box<Complexes>,
}

impl ShapeWork {
    pub(super) fn new() -> Self {
        let nothing = [[Lanes::default(); 2]; N_BANDS];
        Self { sums: Box::new([nothing; TOGETHER]), scratch: Box::new(nothing) }
    }
}

impl ShapeFilters {
    /// From the weights `[N_TAPS][bands of the bank][n_filters]` of two banks.
    pub(super) fn new(banks: [&[f32]; 2], n_filters: usize) -> Self {
        let n_blocks = n_filters.div_ceil(LANES);
        let mut spectra = vec![[[Lanes::default(); 2]; N_TAPS]; n_blocks * N_BANDS];
        let backwards = FftPlanner::<f32>::new().plan_fft_inverse(N_BANDS);
        for (filter, tap) in
            (0..n_filters).flat_map(|filter| (0..N_TAPS).map(move |tap| (filter, tap)))
        {
            // Sums look upwards from where they are, so the filter's spectrum runs backwards.
            let mut spectrum = [Complex::<f32>::default(); N_BANDS];
            for (bank, weights) in banks.iter().enumerate() {
                let n_bands = weights.len() / (N_TAPS * n_filters);
                let of_tap = weights.iter().skip(tap * n_bands * n_filters + filter);
                let of_tap = of_tap.step_by(n_filters).take(n_bands);
                for (to, &weight) in spectrum.iter_mut().zip(of_tap) {
                    *(if bank == 0 { &mut to.re } else { &mut to.im }) = weight / N_BANDS as f32;
                }
            }
            backwards.process(&mut spectrum);
            let (block, lane) = (filter / LANES, filter % LANES);
            let bins = spectra[block * N_BANDS..].iter_mut();
            for (taps, value) in bins.zip(spectrum) {
                let [re, im] = &mut taps[tap];
                (re.0[lane], im.0[lane]) = (value.re, value.im);
            }
        }
        Self { n_filters, spectra, transform: BandTransform::new() }
    }

    /// Writes the greatest sum of each filter of at most [`TOGETHER`] frames: one frame a row of
    /// `most`, whose rows have `row_len` numbers, with those of the first bank over its first
    /// `n_places[0]` heights before those of the second. Row `i` reads [`N_TAPS`] of `frames` from the
    /// `i`th on.
    pub(super) fn strongest(
        &self,
        frames: &[BandSpectrum; TOGETHER + N_TAPS - 1],
        n_places: [usize; 2],
        work: &mut ShapeWork,
        most: &mut [f32],
        row_len: usize,
    ) {
        dispatch!(Level::new(), simd => {
            self.all_strongest(simd, frames, n_places, work, most, row_len);
        });
    }

    #[inline(always)]
    fn all_strongest<S: Simd>(
        &self,
        simd: S,
        frames: &[BandSpectrum; TOGETHER + N_TAPS - 1],
        n_places: [usize; 2],
        work: &mut ShapeWork,
        most: &mut [f32],
        row_len: usize,
    ) {
        for (block, spectra) in self.spectra.chunks_exact(N_BANDS).enumerate() {
            for (bin, spectra) in spectra.iter().enumerate() {
                let sums = sums(simd, frames, bin, spectra);
                for (to, sums) in work.sums.iter_mut().zip(sums) {
                    to[bin][0].write(sums[0]);
                    to[bin][1].write(sums[1]);
                }
            }
            let first = block * LANES;
            let n = LANES.min(self.n_filters - first);
            for (sums, most) in work.sums.iter_mut().zip(most.chunks_mut(row_len)) {
                let greatest = self.transform.greatest(simd, sums, &mut work.scratch, n_places);
                for (greatest, most) in greatest.iter().zip(most.chunks_exact_mut(self.n_filters)) {
                    most[first..first + n].copy_from_slice(&greatest.as_slice()[..n]);
                }
            }
        }
    }
}

/// One bin of the spectrum of the sums of some filters, real and imaginary.
#[inline(always)]
fn sums<S: Simd>(
    simd: S,
    frames: &[BandSpectrum; TOGETHER + N_TAPS - 1],
    bin: usize,
    spectra: &[[Lanes; 2]; N_TAPS],
) -> [[f32x8<S>; 2]; TOGETHER] {
    let mut sums = [[f32x8::splat(simd, 0.0); 2]; TOGETHER];
    for (tap, [re, im]) in spectra.iter().enumerate() {
        let (re, im) = (re.read(simd), im.read(simd));
        for (frame, [sum_re, sum_im]) in frames[tap..][..TOGETHER].iter().zip(&mut sums) {
            let x = frame[bin];
            let (x_re, x_im) = (f32x8::splat(simd, x.re), f32x8::splat(simd, x.im));
            *sum_re = x_re.mul_add(re, *sum_re);
            *sum_im = x_re.mul_add(im, *sum_im);
            *sum_re = (-x_im).mul_add(im, *sum_re);
            *sum_im = x_im.mul_add(re, *sum_im);
        }
    }
    sums
}

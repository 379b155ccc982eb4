//! Stereo width: how much of each frequency band lies beside the middle.
//!
//! The power of the difference of both channels relative to that of their sum and difference (the
//! panorama of a mix by bands, after G. Tzanetakis, R. Jones, K. McNally, "Stereo panning features
//! for classifying recording production style", ISMIR 2007, in decibels and without its phase). It
//! looks at one window in ten a second: a mix hardly changes from one to the next.

use crate::spectrum::PowerSpectrum;

use super::N_WIDTH;
use super::moments::{Fading, Moments};

/// Windows a second.
const FPS: u32 = 10;
/// Windows are at least this long (24 Hz between bins).
const WINDOW_S: f32 = 0.042;
/// Edges of the bands in hertz.
const EDGES_HZ: [f32; N_WIDTH + 1] =
    [0.0, 120.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 12_000.0];
/// Added to the share of the difference: mono is at -40 dB.
const FLOOR: f32 = 1e-4;
/// Windows with less power than this (-70 dB of a full-scale sine) are silence.
const SILENCE_POWER: f32 = 1e-7;
/// Bands with less than this share of the power of all (-90 dB) have no width of their own.
const EMPTY_SHARE: f32 = 1e-9;

/// Takes samples of both channels, at their own rate.
#[derive(Debug)]
pub(super) struct Width {
    spectrum: PowerSpectrum,
    /// Half the sum of both channels, and half their difference.
    middle: Vec<f32>,
    side: Vec<f32>,
    power: Vec<f32>,
    /// First bin of each band, and the end.
    edges: [usize; N_WIDTH + 1],
    /// Samples from one window to the next.
    hop_len: usize,
    /// Samples since the last window began.
    n_since: usize,
    fading: Fading,
    /// Power of the middle by band, then of the side.
    bands: Moments<{ 2 * N_WIDTH }>,
}

impl Width {
    /// For a stream of that rate; the weight of a window falls to 1/e over `fade_s`.
    pub(super) fn new(sample_rate: u32, fade_s: f64) -> Self {
        let window_len = ((sample_rate as f32 * WINDOW_S) as usize).next_power_of_two();
        let bin_hz = sample_rate as f32 / window_len as f32;
        Self {
            spectrum: PowerSpectrum::new(window_len),
            middle: vec![0.0; window_len],
            side: vec![0.0; window_len],
            power: vec![0.0; window_len / 2 + 1],
            edges: EDGES_HZ.map(|hz| ((hz / bin_hz).ceil() as usize).clamp(1, window_len / 2 + 1)),
            hop_len: (sample_rate / FPS) as usize,
            n_since: 0,
            fading: Fading::over(fade_s * f64::from(FPS)),
            bands: Moments::new(),
        }
    }

    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        self.n_since = 0;
        self.fading.reset();
        self.bands = Moments::new();
    }

    /// Takes the next samples of both channels.
    pub(super) fn push(&mut self, mut left: &[f32], mut right: &[f32]) {
        while !left.is_empty() && !right.is_empty() {
            // As many as complete the window, or lead to the next one.
            let end = match self.n_since < self.middle.len() {
                true => self.middle.len(),
                false => self.hop_len,
            };
            let n = left.len().min(right.len()).min(end - self.n_since);
            let to = self.middle.iter_mut().zip(&mut self.side).skip(self.n_since);
            for ((middle, side), (l, r)) in to.zip(left.iter().zip(right)).take(n) {
                (*middle, *side) = (0.5 * (l + r), 0.5 * (l - r));
            }
            self.n_since += n;
            if n > 0 && self.n_since == self.middle.len() {
                self.look();
            }
            if self.n_since >= self.hop_len {
                self.n_since = 0;
            }
            (left, right) = (&left[n..], &right[n..]);
        }
    }

    /// Takes the window that is complete.
    fn look(&mut self) {
        let mut bands = [0.0; 2 * N_WIDTH];
        let (of_middle, of_side) = bands.split_at_mut(N_WIDTH);
        for (samples, to) in [(&self.middle, of_middle), (&self.side, of_side)] {
            self.spectrum.power(samples, &mut self.power);
            for (band, edges) in to.iter_mut().zip(self.edges.windows(2)) {
                *band = self.power.get(edges[0]..edges[1]).unwrap_or_default().iter().sum();
            }
        }
        let total: f32 = bands.iter().sum();
        if total.is_finite() && total > SILENCE_POWER {
            self.bands.add(&bands, self.fading.weight());
        }
        if let Some(factor) = self.fading.advance() {
            self.bands.scale(factor);
        }
    }

    /// Share of the power that lies beside the middle, in decibels, low bands first: -40 for mono,
    /// -3 for two unrelated channels, 0 for two that cancel. Bands without sound are as wide as the
    /// rest.
    pub(super) fn values(&self) -> [f32; N_WIDTH] {
        let bands = self.bands.mean();
        let (middle, side) = bands.split_at(N_WIDTH);
        let decibels =
            |middle: f32, side: f32| 10.0 * (side / (middle + side).max(1e-20) + FLOOR).log10();
        let (all_middle, all_side) = (middle.iter().sum::<f32>(), side.iter().sum::<f32>());
        let empty = EMPTY_SHARE * (all_middle + all_side);
        std::array::from_fn(|band| match middle[band] + side[band] > empty {
            true => decibels(middle[band], side[band]),
            false => decibels(all_middle, all_side),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deterministic noise, other for another seed.
    fn noise(n: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1u32 << 24) as f32 - 0.5
        };
        (0..n).map(|_| next()).collect()
    }

    fn width(rate: u32, left: &[f32], right: &[f32]) -> [f32; N_WIDTH] {
        let mut width = Width::new(rate, f64::INFINITY);
        width.push(left, right);
        width.values()
    }

    #[test]
    fn mono_is_narrow_unrelated_channels_are_wide_at_every_rate() {
        for rate in [4_000, 11_025, 44_100, 48_000, 96_000, 384_000] {
            let (left, right) = (noise(4 * rate as usize, 1), noise(4 * rate as usize, 99));
            for (mono, wide) in width(rate, &left, &left).iter().zip(width(rate, &left, &right)) {
                assert!((mono + 40.0).abs() < 0.1, "{rate}: {mono}");
                assert!((wide + 3.0).abs() < 1.0, "{rate}: {wide}");
            }
        }
    }

    #[test]
    fn width_depends_neither_on_gain_nor_on_how_the_stream_is_cut() {
        let (left, right) = (noise(100_000, 1), noise(100_000, 7));
        let mixed: Vec<f32> = left.iter().zip(&right).map(|(l, r)| l + 0.3 * r).collect();
        let whole = width(44_100, &mixed, &left);
        let quiet = |samples: &[f32]| samples.iter().map(|x| 0.1 * x).collect::<Vec<_>>();
        let mut cut = Width::new(44_100, f64::INFINITY);
        let (quiet_mixed, quiet_left) = (quiet(&mixed), quiet(&left));
        for (l, r) in quiet_mixed.chunks(333).zip(quiet_left.chunks(333)) {
            cut.push(l, r);
        }
        for (a, b) in whole.iter().zip(cut.values()) {
            assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
        cut.reset();
        cut.push(&mixed, &left);
        assert_eq!(cut.values(), whole);
    }

    #[test]
    fn silence_and_what_is_no_number_leave_it_finite() {
        for samples in [vec![0.0; 50_000], vec![f32::NAN; 50_000], Vec::new(), vec![0.1; 9]] {
            assert!(width(48_000, &samples, &samples).iter().all(|v| v.is_finite()));
        }
    }
}

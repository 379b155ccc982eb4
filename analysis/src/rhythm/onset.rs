//! Onset strength: how much begins to sound in each 10 ms, in a few frequency bands.
//!
//! Log-compressed spectral flux on narrow bands (one bin below 500 Hz, 16 an octave above) against
//! a maximum over neighbouring bands of an earlier frame, so that vibrato is not an onset (Böck and
//! Widmer, "Maximum Filter Vibrato Suppression for Onset Detection", DAFx 2013). The compression
//! follows the level with a peak that decays over 10 s; the bands are summed after causal
//! standardisation, so that a quiet hi-hat counts as much as a loud bass drum.

use crate::config::ANALYSIS_RATE;
use crate::features::{N_SHORT_BINS, SHORT_WINDOW, ShortFrame};
use crate::units::Seconds;

/// Number of frequency bands of an [`OnsetFrame`].
pub(crate) const N_ONSET_BANDS: usize = 6;
/// Values of [`OnsetStrength::profile`].
pub(super) const N_PROFILE: usize = 32;
/// The first values of a profile that are bass (up to about 200 Hz).
pub(super) const N_PROFILE_BASS: usize = 4;

/// Upper edges of all onset bands but the last, in hertz.
const BAND_EDGES_HZ: [f32; N_ONSET_BANDS - 1] = [150.0, 300.0, 700.0, 1700.0, 4500.0];
/// Share of each band in the strength: the bass drum decides more often than the rest.
const BAND_WEIGHTS: [f32; N_ONSET_BANDS] = [2.0, 1.0, 1.0, 1.0, 1.0, 1.0];
const MAX_FILTERS: usize = 96;
const FILTERS_PER_OCTAVE: f32 = 16.0;
const HIGHEST_HZ: f32 = 11_000.0;
/// The spectrum is compared with that this many frames earlier (about half a window).
const LAG: usize = 2;
/// `ln(1 + GAIN * magnitude / level)`.
const GAIN: f32 = 100.0;
/// Decay of the level, per frame: 10 s.
const LEVEL_DECAY: f32 = 0.999;
/// Below this (-100 dB) nothing counts as sound.
const LOWEST_LEVEL: f32 = 1e-5;
/// Frames over which a band's flux is centred and scaled.
const MEAN_FRAMES: f32 = 100.0;
const SCALE_FRAMES: f32 = 600.0;
/// Fluctuation of a band's flux that is not an onset of anything: a held note, a fan.
const FLOOR: f32 = 0.02;

/// Onset strength at one moment, independent of the level of the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct OnsetFrame {
    /// Centre of the window.
    pub(crate) at: Seconds,
    /// All bands together, about zero on average and one in spread.
    pub(crate) strength: f32,
    /// Mean log flux band by band, low to high, not negative; the first is the bass (below 150 Hz).
    pub(crate) bands: [f32; N_ONSET_BANDS],
}

impl OnsetFrame {
    /// Flux of the bass and of the treble.
    pub(super) fn outer_flux(&self) -> [f32; 2] {
        [self.bands[0], self.bands[N_ONSET_BANDS - 1]]
    }
}

/// The bins of one filter and the onset band it belongs to.
#[derive(Clone, Copy, Debug)]
struct Filter {
    first: usize,
    end: usize,
    band: usize,
}

/// Turns short spectra into onset strength. Construction allocates, [`OnsetStrength::push`] and
/// [`OnsetStrength::reset`] do not.
#[derive(Debug)]
pub(crate) struct OnsetStrength {
    filters: Vec<Filter>,
    /// Filters per onset band.
    band_sizes: [f32; N_ONSET_BANDS],
    /// Log spectra of the last frames, a ring.
    past: [[f32; MAX_FILTERS]; LAG + 1],
    n_frames: usize,
    level: f32,
    mean: [f32; N_ONSET_BANDS],
    variance: [f32; N_ONSET_BANDS],
}

impl OnsetStrength {
    /// Hears nothing yet.
    pub(crate) fn new() -> Self {
        let filters = filters();
        let mut band_sizes = [0.0; N_ONSET_BANDS];
        for filter in &filters {
            band_sizes[filter.band] += 1.0;
        }
        Self {
            filters,
            band_sizes,
            past: [[0.0; MAX_FILTERS]; LAG + 1],
            n_frames: 0,
            level: 0.0,
            mean: [0.0; N_ONSET_BANDS],
            variance: [0.0; N_ONSET_BANDS],
        }
    }

    /// Takes the next spectrum.
    pub(crate) fn push(&mut self, frame: &ShortFrame<'_>) -> OnsetFrame {
        let mut now = [0.0f32; MAX_FILTERS];
        let mut loudest = 0.0f32;
        for (y, filter) in now.iter_mut().zip(&self.filters) {
            let power: f32 = frame.power[filter.first..filter.end].iter().sum();
            *y = (power / (filter.end - filter.first) as f32).sqrt();
            loudest = loudest.max(*y);
        }
        self.level = (self.level * LEVEL_DECAY).max(loudest).max(LOWEST_LEVEL);
        let gain = GAIN / self.level;
        for y in &mut now {
            *y = (gain * *y).ln_1p();
        }
        let mut onset = OnsetFrame { at: frame.at, ..OnsetFrame::default() };
        if self.n_frames >= LAG {
            onset.bands = self.flux(&now);
            onset.strength = self.standardised_sum(&onset.bands);
        }
        self.past[self.n_frames % (LAG + 1)] = now;
        self.n_frames += 1;
        onset
    }

    /// Forgets everything heard.
    pub(crate) fn reset(&mut self) {
        self.n_frames = 0;
        self.level = 0.0;
        self.mean = [0.0; N_ONSET_BANDS];
        self.variance = [0.0; N_ONSET_BANDS];
    }

    /// Log spectrum of the last frame up to about 3 kHz, low to high.
    pub(super) fn profile(&self) -> [f32; N_PROFILE] {
        let mut profile = [0.0; N_PROFILE];
        if self.n_frames > 0 {
            let now = &self.past[(self.n_frames - 1) % (LAG + 1)];
            for (value, pair) in profile.iter_mut().zip(now.chunks_exact(2)) {
                *value = 0.5 * (pair[0] + pair[1]);
            }
        }
        profile
    }

    fn flux(&self, now: &[f32; MAX_FILTERS]) -> [f32; N_ONSET_BANDS] {
        let old = &self.past[(self.n_frames - LAG) % (LAG + 1)];
        let last = self.filters.len() - 1;
        let mut bands = [0.0; N_ONSET_BANDS];
        for (idx, filter) in self.filters.iter().enumerate() {
            let before = old[idx].max(old[idx.saturating_sub(1)]).max(old[(idx + 1).min(last)]);
            bands[filter.band] += (now[idx] - before).max(0.0);
        }
        for (band, size) in bands.iter_mut().zip(&self.band_sizes) {
            *band /= size;
        }
        bands
    }

    fn standardised_sum(&mut self, bands: &[f32; N_ONSET_BANDS]) -> f32 {
        let n = self.n_frames as f32;
        let (mut sum, mut squares) = (0.0, 0.0);
        for (idx, &flux) in bands.iter().enumerate() {
            let mean = &mut self.mean[idx];
            *mean += (flux - *mean) / MEAN_FRAMES.min(n);
            let off = flux - *mean;
            let variance = &mut self.variance[idx];
            *variance += (off * off - *variance) / SCALE_FRAMES.min(n);
            sum += BAND_WEIGHTS[idx] * off / (variance.sqrt() + FLOOR);
            squares += BAND_WEIGHTS[idx] * BAND_WEIGHTS[idx];
        }
        sum / squares.sqrt()
    }
}

fn filters() -> Vec<Filter> {
    let bin_hz = ANALYSIS_RATE as f32 / SHORT_WINDOW as f32;
    let ratio = FILTERS_PER_OCTAVE.recip().exp2();
    let mut filters = Vec::with_capacity(MAX_FILTERS);
    let mut first = 1;
    while filters.len() < MAX_FILTERS {
        let end = ((first as f32 * ratio).round() as usize).max(first + 1).min(N_SHORT_BINS);
        let centre_hz = (first + end) as f32 * 0.5 * bin_hz;
        if end <= first || centre_hz > HIGHEST_HZ {
            break;
        }
        let band = BAND_EDGES_HZ.iter().filter(|edge| centre_hz > **edge).count();
        filters.push(Filter { first, end, band });
        first = end;
    }
    filters
}

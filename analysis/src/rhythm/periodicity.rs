//! How strongly music repeats at each tempo: a running autocorrelation of every onset band, or of
//! what a network says of beats, combed over a half, one, two, three and four beats.
//!
//! Autocorrelation with several multiples of the beat after Percival and Tzanetakis ("Streamlined
//! Tempo Estimation Based on Autocorrelation and Cross-correlation With Pulses", IEEE/ACM TASLP
//! 2014), band by band after Klapuri, Eronen and Astola ("Analysis of the Meter of Acoustic Musical
//! Signals", IEEE TASLP 2006), with a log-Gaussian preference for moderate tempos.

use fearless_simd::{Level, dispatch};

use super::FPS;
use crate::config::TempoRange;

/// Longest lag in frames: four beats at 50 BPM, two at 25.
const N_LAGS: usize = 480;
/// Frames of the moving mean that is taken away from the onsets.
const MEAN_LEN: usize = 100;
/// Smoothing of the onsets, so that playing need not be exact to a frame.
const SMOOTHING: [f32; 5] = [0.12, 0.23, 0.30, 0.23, 0.12];

/// What is asked to repeat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Evidence {
    /// Share of each value of a frame in the whole.
    weights: &'static [f32],
    /// Fluctuation of a value that is nothing.
    floor: f32,
}

impl Evidence {
    /// The bands of an onset frame: the bass drum decides more often than the rest; held notes beat
    /// against the hop.
    pub(super) const ONSETS: Self = Self { weights: &[1.5, 1.0, 1.0, 1.0, 1.0, 1.0], floor: 0.03 };
    /// What a trained network says of beats, 0 to 1: of noise it says little, but something.
    pub(super) const NETWORK: Self = Self { weights: &[1.0], floor: 0.1 };
}

/// What the onsets count beside the network. 0.5 to 1.6 are alike on rendered clips.
pub(super) const SHARE_OF_ONSETS: f32 = 0.8;
/// Multiples of the beat that are asked to repeat, and how much each counts.
const COMB: [(f32, f32); 5] = [(0.5, 0.25), (1.0, 1.0), (2.0, 1.0), (3.0, 0.5), (4.0, 0.5)];
/// Frames beyond a lag before its correlation is asked for.
const SETTLED: f32 = 50.0;
/// Tempos are this far apart (natural logarithm).
pub(super) const GRID_STEP: f32 = 0.01;
/// Tempos between 20 and 400 BPM, the widest range there is.
const MAX_TEMPOS: usize = 301;

/// A log-Gaussian preference for moderate tempos, for where the evidence leaves the level open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Preference {
    bpm: f32,
    octaves: f32,
}

impl Preference {
    /// For onsets, which repeat at every level.
    pub(super) const OF_ONSETS: Self = Self { bpm: 130.0, octaves: 0.85 };
    /// For a network beside them, which tells the levels apart.
    pub(super) const BESIDE_NETWORK: Self = Self { bpm: 140.0, octaves: 1.4 };
}

/// The tempos considered, slowest first. Refilled in place when the range changes.
#[derive(Clone, Debug)]
pub(super) struct TempoGrid {
    preference: Preference,
    range: Option<TempoRange>,
    /// Beat length in frames, and the preference for it.
    tempos: Vec<(f32, f32)>,
}

impl TempoGrid {
    /// The tempos of `range`.
    pub(super) fn new(range: TempoRange, preference: Preference) -> Self {
        let mut grid = Self { preference, range: None, tempos: Vec::with_capacity(MAX_TEMPOS) };
        grid.set_range(range);
        grid
    }

    /// Considers `range` from here on; whether that is another one. Does not allocate.
    pub(super) fn set_range(&mut self, range: TempoRange) -> bool {
        if self.range == Some(range) {
            return false;
        }
        self.range = Some(range);
        self.tempos.clear();
        let n = ((range.max.0 / range.min.0).ln() / GRID_STEP) as usize + 1;
        self.tempos.extend((0..n.min(MAX_TEMPOS)).map(|idx| {
            let bpm = range.min.0 * (GRID_STEP * idx as f32).exp();
            let octaves = (bpm / self.preference.bpm).log2() / self.preference.octaves;
            (60.0 * FPS / bpm, (-0.5 * octaves * octaves).exp())
        }));
        true
    }

    /// Number of tempos.
    pub(super) fn len(&self) -> usize {
        self.tempos.len()
    }

    /// Most tempos a grid can have.
    pub(super) const fn capacity() -> usize {
        MAX_TEMPOS
    }

    /// Beat length in frames of the `idx`-th tempo.
    pub(super) fn lag(&self, idx: usize) -> f32 {
        self.tempos[idx].0
    }

    /// Preference for the `idx`-th tempo, 0 to 1.
    pub(super) fn preference(&self, idx: usize) -> f32 {
        self.tempos[idx].1
    }

    /// The tempo nearest to `bpm`, `None` outside of the range.
    pub(super) fn nearest(&self, bpm: f32) -> Option<usize> {
        let slowest_bpm = 60.0 * FPS / self.lag(0);
        let idx = ((bpm / slowest_bpm).ln() / GRID_STEP).round();
        (idx >= 0.0 && idx < self.len() as f32).then_some(idx as usize)
    }
}

/// Running periodicity of one kind of evidence. Construction allocates, the rest does not.
#[derive(Debug)]
pub(super) struct Periodicity {
    /// What is asked to repeat, and the share of each.
    witnesses: Vec<BandHistory>,
    evidence: Evidence,
    n_frames: usize,
    /// Share of the past that is kept per frame.
    keep: f32,
    mixed: [f32; N_LAGS],
}

#[derive(Clone, Debug)]
struct BandHistory {
    recent: [f32; MEAN_LEN],
    recent_sum: f32,
    smoothing: [f32; SMOOTHING.len()],
    /// The last `N_LAGS` values, twice over so that they always lie in one piece.
    past: [f32; 2 * N_LAGS],
    /// Autocorrelation, longest lag first, as the past lies.
    correlation: [f32; N_LAGS],
}

impl BandHistory {
    const EMPTY: Self = Self {
        recent: [0.0; MEAN_LEN],
        recent_sum: 0.0,
        smoothing: [0.0; SMOOTHING.len()],
        past: [0.0; 2 * N_LAGS],
        correlation: [0.0; N_LAGS],
    };

    fn push(&mut self, flux: f32, n_before: usize, keep: f32) {
        let oldest = &mut self.recent[n_before % MEAN_LEN];
        self.recent_sum += flux - *oldest;
        *oldest = flux;
        let mean = self.recent_sum / (n_before + 1).min(MEAN_LEN) as f32;
        self.smoothing.rotate_left(1);
        self.smoothing[SMOOTHING.len() - 1] = flux;
        let smooth: f32 = self.smoothing.iter().zip(&SMOOTHING).map(|(x, w)| x * w).sum();
        let value = smooth - mean;

        let slot = n_before % N_LAGS;
        self.past[slot] = value;
        self.past[slot + N_LAGS] = value;
        let window = &self.past[slot + 1..=slot + N_LAGS];
        let correlation = &mut self.correlation;
        dispatch!(Level::new(), simd => {
            let _ = simd;
            for (sum, earlier) in correlation.iter_mut().zip(window) {
                // The tiny term keeps a long silence from ending in subnormal numbers, which are
                // slow.
                *sum = *sum * keep + value * earlier + 1e-20;
            }
        });
    }
}

impl Periodicity {
    /// Remembers about `memory_s` seconds.
    pub(super) fn new(memory_s: f32, evidence: Evidence) -> Self {
        Self {
            witnesses: vec![BandHistory::EMPTY; evidence.weights.len()],
            evidence,
            n_frames: 0,
            keep: (-1.0 / (memory_s * FPS)).exp(),
            mixed: [0.0; N_LAGS],
        }
    }

    /// Forgets everything heard.
    pub(super) fn reset(&mut self) {
        self.witnesses.fill(BandHistory::EMPTY);
        self.n_frames = 0;
    }

    /// Lets what was heard so far fade to the share `keep`.
    pub(super) fn fade(&mut self, keep: f32) {
        for band in &mut self.witnesses {
            band.correlation.iter_mut().for_each(|sum| *sum *= keep);
        }
    }

    /// Takes the next frame.
    pub(super) fn push(&mut self, values: impl IntoIterator<Item = f32>) {
        for (band, value) in self.witnesses.iter_mut().zip(values) {
            band.push(value, self.n_frames, self.keep);
        }
        self.n_frames += 1;
    }

    /// Writes to `scores` what share of the evidence's energy repeats at each tempo of `grid`, about
    /// 0 to 1, before any preference.
    pub(super) fn score(&mut self, grid: &TempoGrid, scores: &mut [f32]) {
        self.mix();
        for (idx, score) in scores.iter_mut().enumerate().take(grid.len()) {
            // What is not known yet (slow tempos at the start) speaks neither for nor against.
            let (mut sum, mut total) = (0.0, 1e-9);
            for (multiple, weight) in COMB {
                if let Some(value) = self.at_lag(multiple * grid.lag(idx)) {
                    sum += weight * value;
                    total += weight;
                }
            }
            *score = (sum / total).max(0.0);
        }
    }

    /// Averages the values' correlations, each relative to its own energy.
    fn mix(&mut self) {
        let n = self.n_frames as f32;
        let seen = 1.0 - self.keep.powf(n);
        let floor = self.evidence.floor * self.evidence.floor * seen / (1.0 - self.keep);
        self.mixed.fill(0.0);
        let total: f32 = self.evidence.weights.iter().sum();
        for (band, weight) in self.witnesses.iter().zip(self.evidence.weights) {
            let scale = weight / total / (band.correlation[N_LAGS - 1] + floor).max(1e-12);
            for (mixed, sum) in self.mixed.iter_mut().zip(band.correlation.iter().rev()) {
                *mixed += scale * sum;
            }
        }
        for (lag, mixed) in self.mixed.iter_mut().enumerate() {
            // Fewer products stand behind long lags while the memory fills.
            let share = (1.0 - self.keep.powf((n - lag as f32).max(0.0))) / seen.max(1e-9);
            *mixed = if share > 0.0 { *mixed / share.max(0.3) } else { 0.0 };
        }
    }

    fn at_lag(&self, lag: f32) -> Option<f32> {
        let idx = lag as usize;
        if idx + 1 >= N_LAGS || lag + SETTLED > self.n_frames as f32 {
            return None;
        }
        let between = lag - idx as f32;
        Some(self.mixed[idx] * (1.0 - between) + self.mixed[idx + 1] * between)
    }
}

//! Dynamics: how the level is distributed over time.
//!
//! After the idea of the loudness range of EBU Tech 3342 (3 s windows, gated, 10th to 95th
//! percentile), on the unweighted power of the short frames.

use crate::features::SHORT_FPS;

use super::N_DYNAMICS;
use super::bands::BandFrame;
use super::moments::Moments;

/// Histograms cover this range below a full-scale sine,
const LOWEST_DB: f32 = -100.0;
/// in steps of half a decibel.
const BINS_PER_DB: f32 = 2.0;
const N_BINS: usize = 220;
/// Windows this far below the mean are not counted (EBU Tech 3342).
const GATE_DB: f32 = -20.0;

/// Histogram of levels in decibels.
#[derive(Clone, Debug)]
struct Histogram {
    counts: [f64; N_BINS],
}

impl Histogram {
    fn new() -> Self {
        Self { counts: [0.0; N_BINS] }
    }

    fn add(&mut self, level_db: f32, weight: f64) {
        let bin = ((level_db - LOWEST_DB) * BINS_PER_DB).max(0.0) as usize;
        if let Some(count) = self.counts.get_mut(bin.min(N_BINS - 1)) {
            *count += weight;
        }
    }

    fn scale(&mut self, factor: f64) {
        for count in &mut self.counts {
            *count *= factor;
        }
    }

    /// Mean power of everything in the histogram, in decibels.
    fn mean_db(&self) -> f32 {
        let (mut power, mut weight) = (0.0f64, f64::MIN_POSITIVE);
        for (bin, count) in self.counts.iter().enumerate() {
            power += count * 10f64.powf(f64::from(Self::centre_db(bin)) / 10.0);
            weight += count;
        }
        (10.0 * (power / weight).max(1e-12).log10()) as f32
    }

    fn centre_db(bin: usize) -> f32 {
        LOWEST_DB + (bin as f32 + 0.5) / BINS_PER_DB
    }

    /// Level below which `share` of the weight above `gate_db` lies, interpolated.
    fn quantile_db(&self, share: f64, gate_db: f32) -> f32 {
        let gated = || {
            self.counts.iter().enumerate().filter(move |(bin, _)| Self::centre_db(*bin) > gate_db)
        };
        let total: f64 = gated().map(|(_, count)| count).sum();
        let mut missing = share * total;
        for (bin, &count) in gated() {
            if count > 0.0 && missing <= count {
                let within = (missing / count) as f32 - 0.5;
                return Self::centre_db(bin) + within / BINS_PER_DB;
            }
            missing -= count;
        }
        gate_db
    }

    /// Share of the weight below `level_db`.
    fn share_below(&self, level_db: f32) -> f32 {
        let total: f64 = self.counts.iter().sum();
        let below = self.counts.iter().enumerate();
        let below: f64 =
            below.filter(|(bin, _)| Self::centre_db(*bin) < level_db).map(|(_, count)| count).sum();
        (below / total.max(f64::MIN_POSITIVE)) as f32
    }
}

/// Mean power of the last so many frames, by exponential smoothing.
#[derive(Clone, Copy, Debug)]
struct Smoothed {
    power: f32,
    keep: f32,
}

impl Smoothed {
    fn over(seconds: f32) -> Self {
        Self { power: 0.0, keep: (-1.0 / (seconds * SHORT_FPS as f32)).exp() }
    }

    fn push(&mut self, power: f32, first: bool) -> f32 {
        self.power = if first { power } else { power + self.keep * (self.power - power) };
        10.0 * self.power.max(1e-10).log10()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Dynamics {
    frames: Histogram,
    short_term: Histogram,
    momentary: Smoothed,
    smoothed: Smoothed,
    momentary_db: f32,
    n_sounding: u64,
    motion: Moments<2>,
}

impl Dynamics {
    pub(super) fn new() -> Self {
        Self {
            frames: Histogram::new(),
            short_term: Histogram::new(),
            momentary: Smoothed::over(0.13),
            smoothed: Smoothed::over(1.0),
            momentary_db: 0.0,
            n_sounding: 0,
            motion: Moments::new(),
        }
    }

    pub(super) fn scale(&mut self, factor: f64) {
        self.frames.scale(factor);
        self.short_term.scale(factor);
        self.motion.scale(factor);
    }

    pub(super) fn push(&mut self, frame: &BandFrame, weight: f64) {
        if !frame.sounds {
            return;
        }
        let first = self.n_sounding == 0;
        self.n_sounding += 1;
        let frame_db = 10.0 * frame.power.max(1e-10).log10();
        let momentary_db = self.momentary.push(frame.power, first);
        let smoothed_db = self.smoothed.push(frame.power, first);
        self.frames.add(frame_db, weight);
        // The smoothing needs its own length before it says anything about the music.
        if self.n_sounding > SHORT_FPS as u64 {
            self.short_term.add(smoothed_db, weight);
        }
        let step_db = if first { 0.0 } else { momentary_db - self.momentary_db };
        self.momentary_db = momentary_db;
        self.motion.add(&[step_db.abs(), (momentary_db - smoothed_db).abs()], weight);
    }

    /// Layout: range of the short-term level, 95th minus 10th percentile; its upper and lower
    /// half; crest (99th percentile of the frames over their mean); mean over median; median over
    /// 10th percentile; share of frames 15 dB below the mean; mean deviation of the momentary level.
    pub(super) fn values(&self) -> [f32; N_DYNAMICS] {
        let mean_db = self.frames.mean_db();
        let gate_db = self.short_term.mean_db() + GATE_DB;
        let term = |share| self.short_term.quantile_db(share, gate_db);
        let frame = |share| self.frames.quantile_db(share, mean_db - 45.0);
        [
            term(0.95) - term(0.1),
            term(0.95) - term(0.5),
            term(0.5) - term(0.1),
            frame(0.99) - mean_db,
            mean_db - frame(0.5),
            frame(0.5) - frame(0.1),
            self.frames.share_below(mean_db - 15.0),
            self.motion.mean()[1],
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_ramp_are_where_they_belong() {
        let mut histogram = Histogram::new();
        for step in 0..1000 {
            histogram.add(-60.0 + 0.05 * step as f32, 1.0);
        }
        for share in [0.1, 0.5, 0.95] {
            let expected = -60.0 + 50.0 * share as f32;
            assert!((histogram.quantile_db(share, -99.0) - expected).abs() < 0.3);
        }
        assert!((histogram.share_below(-35.0) - 0.5).abs() < 0.02);
    }
}

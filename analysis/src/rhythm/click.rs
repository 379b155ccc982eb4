//! Beats played to a click.
//!
//! Decoded beat by beat, music that keeps to a click slips by half a beat where its accents do, and
//! comes back later. One even grid through the whole file can't; where it explains what was heard
//! nearly as well as beats that are free to move, it is likelier, having nothing to move with.
//!
//! What was heard of some beats is their log likelihood in nats, relative to there being none: with
//! the network's activation `b` from 0 to 1, 100 frames a second,
//! `sum over the beats of sum over the frames of a beat's region of ln(15 b / (1 - b))` (see
//! [`evidence`]). Tempo and meter count nothing here: both kinds of beats keep theirs.

use super::bars;
use super::beat_decoder::{self, DecodedBeat, DecodedBeats};
use super::beat_space::region_of_lag;
use super::beat_tempo;
use super::evidence;
use crate::facts::MeterEstimate;
use crate::learned::beat_net::Activation;

/// Nats that free beats gain on a grid, a beat, by following what is not there. From 3 to 4 all is
/// alike on 67 rendered clips, 50 recorded ones and three full songs; below, the songs slip (F .99,
/// and .90 at 2), and above, players who breathe are put on a click (F .907 recorded, and .893 at 5).
const GAIN_OF_FREEDOM: f64 = 3.5;
/// Cost in nats of a bar with a beat too many or too few: rarer than where time is free. 30 and 60
/// are alike, at 8 downbeats are lost.
const SLIP_COST: f64 = 30.0;
/// The grid is laid through this many beats first, in a few places, then through twice as many,
/// and so on: so its tempo is exact before it is counted on over a distance.
const FIRST_BEATS: f64 = 32.0;
const PLACES: [f64; 5] = [0.5, 0.1, 0.3, 0.7, 0.9];
/// Share by which the click may differ from the tempo of the free beats; from .008 to .03 are alike.
const NEAR: f64 = 0.015;
/// The share of beats that keep to its tempo, and how nearly: from .6 to .9, and from .1 to .25, are
/// alike.
const LEAST_SHARE: f64 = 0.75;
const USUAL: f64 = 0.15;
/// Frames between two tries of where the ends of the stretch fall; and how far off they may be
/// after the stretch has doubled.
const STEP: f64 = 0.75;
const REFINED: f64 = 3.0;
/// Fewer beats can't be told from any others.
const LEAST_BEATS: usize = 8;

/// Evenly spaced regions of beats: one begins at frame `anchor`, the others whole `lag`s from it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Grid {
    lag: f64,
    anchor: f64,
}

impl Grid {
    /// First frames of its regions from `from` to `to`.
    fn regions(self, from: f64, to: f64) -> impl Iterator<Item = usize> {
        let first = ((from - self.anchor) / self.lag).ceil();
        let n = ((to - self.anchor) / self.lag - first).floor() + 1.0;
        (0..n.max(0.0) as usize)
            .map(move |idx| (self.anchor + (first + idx as f64) * self.lag).round() as usize)
    }
}

/// The beats on a click, where `free` ones keep to one, else those.
pub(super) fn or_free(free: DecodedBeats, activations: &[Activation]) -> DecodedBeats {
    on_click(&free, activations).unwrap_or(free)
}

fn on_click(free: &DecodedBeats, activations: &[Activation]) -> Option<DecodedBeats> {
    if free.beats.len() < LEAST_BEATS {
        return None;
    }
    let (lag, _) = beat_tempo::of_beats(free.beats.iter().map(|beat| beat.at))?;
    if !keep_tempo(&free.beats, f64::from(lag)) {
        return None;
    }
    let odds = Odds::new(activations, region_of_lag(lag));
    let half = 0.5 * (odds.region as f64 - 1.0);
    let starts = free.beats.iter().map(|beat| (beat.at - half).round().max(0.0) as usize);
    let as_free: f64 = starts.map(|begins| odds.heard(begins)).sum();
    let reach = 0.5 * f64::from(lag);
    // A beat at the very start has half of its region before it.
    let from = (free.beats[0].at - half - reach).max(-half - 1.0);
    let to = free.beats[free.beats.len() - 1].at - half + reach;
    let (grid, as_click) = likeliest(&odds, f64::from(lag), from, to)?;
    let mut beats: Vec<DecodedBeat> = grid
        .regions(from, to)
        .map(|begins| beat_decoder::placed(activations, begins, odds.region))
        .collect();
    if as_free - as_click > GAIN_OF_FREEDOM * beats.len() as f64 {
        return None;
    }
    let firsts: Vec<f32> = grid
        .regions(from, to)
        .map(|begins| first_of_bar(activations, begins, odds.region))
        .collect();
    let [three, four] = [3, 4].map(|n| bars::positions(&firsts, n, SLIP_COST));
    let lead = (three.1 - four.1) as f32;
    let (beats_per_bar, positions) = if lead > 0.0 { (3, three.0) } else { (4, four.0) };
    for (beat, position) in beats.iter_mut().zip(positions) {
        beat.position = position;
    }
    let confidence = beat_decoder::meter_confidence(lead);
    let meter = MeterEstimate { beats_per_bar, confidence };
    Some(DecodedBeats { beats, meter, log_likelihood: free.log_likelihood })
}

/// Whether nearly all beats last about `lag`, half or twice as long: what slips comes back to the
/// same tempo, another one is no slip.
fn keep_tempo(beats: &[DecodedBeat], lag: f64) -> bool {
    let keeps = |len: f64| [0.5, 1.0, 2.0].iter().any(|x| (len / (x * lag) - 1.0).abs() < USUAL);
    let n = beats.windows(2).filter(|pair| keeps(pair[1].at - pair[0].at)).count();
    n as f64 >= LEAST_SHARE * (beats.len() - 1) as f64
}

/// Log odds of beats, summed from the start, 100 frames a second.
struct Odds {
    sums: Vec<f64>,
    region: usize,
}

impl Odds {
    fn new(activations: &[Activation], region: usize) -> Self {
        // The last activation is held for as long as the others.
        let frames = evidence::by_frame(activations).chain(activations.last().copied());
        let mut sum = 0.0;
        let sums = frames.map(|activation| {
            sum += f64::from(activation.beat_odds());
            sum
        });
        let sums = [0.0].into_iter().chain(sums).collect();
        Self { sums, region }
    }

    /// Heard in the region that begins at a frame.
    fn heard(&self, begins: usize) -> f64 {
        let last = self.sums.len() - 1;
        self.sums[(begins + self.region).min(last)] - self.sums[begins.min(last)]
    }

    fn of_grid(&self, grid: Grid, from: f64, to: f64) -> f64 {
        grid.regions(from, to).map(|begins| self.heard(begins)).sum()
    }

    /// The best grid of those that lie up to `drift` frames away at the ends of a stretch and
    /// `shift` in its middle, and what was heard on it.
    fn best(&self, around: Grid, [from, to]: [f64; 2], drift: f64, shift: f64) -> (Grid, f64) {
        let middle = 0.5 * (from + to);
        let n_half = (0.5 * (to - from) / around.lag).max(1.0);
        // Turned about the middle, so that tempo and phase are apart.
        let anchor = around.anchor + ((middle - around.anchor) / around.lag).round() * around.lag;
        let tries = |reach: f64| {
            let n = (reach / STEP).ceil() as i32;
            (-n..=n).map(|idx| f64::from(idx) * STEP)
        };
        let mut best = (around, f64::MIN);
        for lag_off in tries(drift) {
            for anchor_off in tries(shift) {
                let grid = Grid { lag: around.lag + lag_off / n_half, anchor: anchor + anchor_off };
                let heard = self.of_grid(grid, from, to);
                if heard > best.1 {
                    best = (grid, heard);
                }
            }
        }
        best
    }
}

/// The grid of about this lag on which most was heard, and how much.
fn likeliest(odds: &Odds, lag: f64, from: f64, to: f64) -> Option<(Grid, f64)> {
    let first_len = (FIRST_BEATS * lag).min(to - from);
    let n_places = if to - from < 3.0 * first_len { 1 } else { PLACES.len() };
    let grown = PLACES[..n_places].iter().map(|share| {
        let middle = from + 0.5 * first_len + share * (to - from - first_len);
        let stretch = |len: f64| [(middle - 0.5 * len).max(from), (middle + 0.5 * len).min(to)];
        let mut len = first_len;
        let around = Grid { lag, anchor: middle };
        let drift = NEAR * 0.5 * len;
        let mut best = odds.best(around, stretch(len), drift, 0.5 * lag);
        while stretch(len) != [from, to] {
            len *= 2.0;
            best = odds.best(best.0, stretch(len), REFINED, REFINED);
        }
        best
    });
    grown.max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Log odds of the beat there being the first of a bar.
fn first_of_bar(activations: &[Activation], begins: usize, region: usize) -> f32 {
    let at = |frame: usize| {
        let odds = evidence::at_frame(activations, frame)?.odds();
        Some(odds.downbeat - odds.beat)
    };
    (begins..begins + region).filter_map(at).sum()
}

//! Bars: which of the beats is the first, and whether three or four make a bar.
//!
//! A downbeat tends to have the bass drum, a new chord and bass, and no snare or cymbal. The change
//! of the spectrum from one beat to the next follows Davies and Plumbley ("A Spectral Difference
//! Approach to Downbeat Extraction in Musical Audio", EUSIPCO 2006).

use super::onset::{N_PROFILE, N_PROFILE_BASS};
use crate::facts::MeterEstimate;

/// What speaks for a beat being the first of a bar.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct BeatCues {
    /// Onset in the bass.
    pub(super) bass_onset: f32,
    /// Onset in the treble, which speaks against.
    pub(super) treble_onset: f32,
    /// Change of the spectrum from the beat before, 0 to 2.
    pub(super) change: f32,
    /// Level of the bass until the next beat.
    pub(super) bass_level: f32,
}

pub(super) const N_CUES: usize = 4;
pub(super) const WEIGHTS: [f32; N_CUES] = [1.0, -0.25, 1.0, 0.5];
/// Bars of three must be this much clearer than bars of four: they are rarer.
const THREE_HANDICAP: f32 = 1.0;
/// Fewer beats than this have no meter.
const LEAST_BEATS: usize = 8;
/// Cost of a bar with a beat too many or too few.
const SLIP_COST: f64 = 8.0;

impl BeatCues {
    /// From bass and treble flux of the frames around this beat, and the mean profiles of the beat
    /// before and of this one.
    pub(super) fn new(
        fluxes: impl Iterator<Item = [f32; 2]>,
        before: Option<&[f32; N_PROFILE]>,
        profile: &[f32; N_PROFILE],
    ) -> Self {
        let [bass_onset, treble_onset] =
            fluxes.fold([0.0f32; 2], |most, flux| [most[0].max(flux[0]), most[1].max(flux[1])]);
        let bass = profile[..N_PROFILE_BASS].iter().sum::<f32>() / N_PROFILE_BASS as f32;
        let change = before.map_or(0.0, |before| spectral_change(before, profile));
        Self { bass_onset, treble_onset, change, bass_level: bass }
    }

    pub(super) fn values(self) -> [f32; N_CUES] {
        [self.bass_onset, self.treble_onset, self.change, self.bass_level]
    }
}

/// One minus the correlation of two log spectra.
fn spectral_change(a: &[f32; N_PROFILE], b: &[f32; N_PROFILE]) -> f32 {
    let mean = |x: &[f32; N_PROFILE]| x.iter().sum::<f32>() / N_PROFILE as f32;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut dot, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - mean_a, y - mean_b);
        dot += x * y;
        aa += x * x;
        bb += y * y;
    }
    1.0 - dot / (aa * bb).sqrt().max(1e-6)
}

/// Meter and bar positions (from 1) of all beats of a file.
pub(super) fn decode(cues: &[BeatCues]) -> Option<(MeterEstimate, Vec<u8>)> {
    if cues.len() < LEAST_BEATS {
        return None;
    }
    let accents = accents(cues);
    let best_of = |beats_per_bar: usize| {
        (0..beats_per_bar)
            .map(|phase| {
                let on = accents.iter().skip(phase).step_by(beats_per_bar);
                let n = on.len().max(1) as f32;
                on.sum::<f32>() / n.sqrt()
            })
            .fold(f32::MIN, f32::max)
    };
    let (three, four) = (best_of(3) - THREE_HANDICAP, best_of(4));
    let beats_per_bar = if three > four { 3 } else { 4 };
    let meter = MeterEstimate { beats_per_bar, confidence: confidence(three - four) };
    Some((meter, positions(&accents, usize::from(beats_per_bar), SLIP_COST).0))
}

/// The meter of bars of `beats_per_bar` in which no accent was heard that speaks for it or against.
pub(super) fn unheard(beats_per_bar: u8) -> MeterEstimate {
    let lead = if beats_per_bar == 3 { f32::EPSILON } else { 0.0 };
    MeterEstimate { beats_per_bar, confidence: confidence(lead) }
}

/// How sure the winner of a comparison of three against four is.
fn confidence(three_over_four: f32) -> f32 {
    // Four wins by default, so a narrow lead of three means less.
    let x = if three_over_four > 0.0 { 0.3 + three_over_four } else { 0.8 - three_over_four };
    (1.0 / (1.0 + (-x).exp())).min(0.97)
}

/// Weighted sum of the standardised cues of each beat.
fn accents(cues: &[BeatCues]) -> Vec<f32> {
    let n = cues.len() as f32;
    let mut accents = vec![0.0; cues.len()];
    for (idx, weight) in WEIGHTS.iter().enumerate() {
        let mean = cues.iter().map(|cue| cue.values()[idx]).sum::<f32>() / n;
        let variance = cues.iter().map(|cue| (cue.values()[idx] - mean).powi(2)).sum::<f32>() / n;
        for (accent, cue) in accents.iter_mut().zip(cues) {
            *accent += weight * (cue.values()[idx] - mean) / (variance.sqrt() + 1e-6);
        }
    }
    accents
}

/// The best run through bars of `beats_per_bar`, where a slip is allowed but costs, and the sum of
/// the accents on its downbeats.
pub(super) fn positions(accents: &[f32], beats_per_bar: usize, slip_cost: f64) -> (Vec<u8>, f64) {
    let mut score = [0.0f64; 4];
    let mut from: Vec<[u8; 4]> = Vec::with_capacity(accents.len());
    for &accent in accents {
        let (top, top_score) = (0..beats_per_bar)
            .map(|p| (p, score[p]))
            .fold((0, f64::MIN), |best, here| if here.1 > best.1 { here } else { best });
        let (mut next, mut came) = ([0.0; 4], [0u8; 4]);
        for p in 0..beats_per_bar {
            let before = (p + beats_per_bar - 1) % beats_per_bar;
            let slipped = top_score - slip_cost > score[before];
            let (source, base) =
                if slipped { (top, top_score - slip_cost) } else { (before, score[before]) };
            next[p] = base + if p == 0 { f64::from(accent) } else { 0.0 };
            came[p] = source as u8;
        }
        score = next;
        from.push(came);
    }
    let mut at = (0..beats_per_bar).max_by(|a, b| score[*a].total_cmp(&score[*b])).unwrap_or(0);
    let best = score[at];
    let mut positions = vec![0; accents.len()];
    for (position, came) in positions.iter_mut().zip(&from).rev() {
        *position = at as u8 + 1;
        at = usize::from(came[at]);
    }
    (positions, best)
}

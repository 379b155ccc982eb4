//! Beats and bars of a whole file from a network's activations.
//!
//! Bars of three and of four are decoded apart and the likelier kept. Memory is bounded: every 41 s
//! the part of the best path that lies at least 20 s back is settled.

use super::bar_pointer::{BarPointer, PathBeat};
use super::beat_space::BeatSpace;
use super::evidence;
use crate::config::TempoRange;
use crate::facts::MeterEstimate;
use crate::learned::beat_net::Activation;

/// Cost of a change of tempo (Krebs, Böck and Widmer, ISMIR 2015, use 100).
const TIGHTNESS: f32 = 100.0;
/// Frames for which paths can be traced back, between settlings, and left open by them.
const DEPTH: usize = 8192;
const SETTLED_EVERY: usize = 4096;
const LEFT_OPEN: usize = 2048;
/// Beats per bar that are told apart.
const BARS: [usize; 2] = [3, 4];
/// Activation below which a peak says nothing of where the beat is.
const LEAST_PEAK: f32 = 0.1;

/// A beat decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct DecodedBeat {
    /// Frames (100 a second) after the first activation.
    pub(super) at: f64,
    /// Position in the bar, from 1.
    pub(super) position: u8,
    /// Activation there.
    pub(super) strength: f32,
}

/// Beats and meter of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DecodedBeats {
    /// From the start to the end, counted through pauses.
    pub(super) beats: Vec<DecodedBeat>,
    pub(super) meter: MeterEstimate,
    /// Log likelihood in nats of the chain of beats and bars first decoded, relative to there being
    /// no beats: the odds heard in the regions of the beats, less what moves of tempo and slips cost.
    pub(super) log_likelihood: f64,
}

/// Decodes activations, 50 a second.
pub(super) fn decode(activations: &[Activation], range: TempoRange) -> DecodedBeats {
    let space = BeatSpace::new(range, TIGHTNESS);
    let paths = BARS.map(|n_positions| Path::decoded(activations, &space, n_positions));
    let lead = (paths[0].log_likelihood - paths[1].log_likelihood) as f32;
    let [three, four] = paths;
    let (beats_per_bar, path) = if lead > 0.0 { (3, three) } else { (4, four) };
    let beats: Vec<DecodedBeat> = path
        .beats
        .iter()
        .map(|beat| {
            let region = space.tempos()[beat.tempo].region;
            DecodedBeat {
                position: beat.position as u8 + 1,
                ..placed(activations, beat.at, region)
            }
        })
        .collect();
    DecodedBeats {
        log_likelihood: path.log_likelihood,
        beats,
        meter: MeterEstimate { beats_per_bar, confidence: meter_confidence(lead) },
    }
}

/// How sure the likelier of two meters is, from its lead in log likelihood.
pub(super) fn meter_confidence(lead: f32) -> f32 {
    (1.0 / (1.0 + (-0.5 - 0.1 * lead.abs()).exp())).min(0.97)
}

struct Path {
    beats: Vec<PathBeat>,
    log_likelihood: f64,
}

impl Path {
    fn decoded(activations: &[Activation], space: &BeatSpace, n_positions: usize) -> Self {
        let mut pointer = BarPointer::new(space, n_positions, DEPTH);
        let mut path = Self { beats: Vec::new(), log_likelihood: 0.0 };
        for activation in evidence::by_frame(activations) {
            pointer.push(activation.odds());
            if pointer.n_frames() % SETTLED_EVERY == 1 && pointer.n_frames() > SETTLED_EVERY {
                path.settle(&pointer, space, pointer.n_frames() - LEFT_OPEN);
            }
        }
        path.settle(&pointer, space, pointer.n_frames());
        path.log_likelihood = pointer.log_likelihood();
        path
    }

    /// Takes the beats of the best path before `end` that are not known yet.
    fn settle(&mut self, pointer: &BarPointer, space: &BeatSpace, end: usize) {
        let earliest =
            self.beats.last().map_or(0, |last| last.at + space.tempos()[last.tempo].shortest / 2);
        let n_known = self.beats.len();
        let news = pointer.path().skip_while(|beat| beat.at >= end);
        self.beats.extend(news.take_while(|beat| beat.at >= earliest));
        self.beats[n_known..].reverse();
    }
}

/// The beat at the peak of the activation in its region, `region` frames from frame `begins` on.
pub(super) fn placed(activations: &[Activation], begins: usize, region: usize) -> DecodedBeat {
    let first = begins.saturating_sub(1) / 2;
    let last = (begins + region).div_ceil(2).min(activations.len().saturating_sub(1));
    let level = |idx: usize| activations.get(idx).map_or(0.0, |activation| activation.beat);
    let (peak, strength) = (first..=last)
        .fold((first, 0.0), |best, idx| if level(idx) > best.1 { (idx, level(idx)) } else { best });
    // A peak outside of the region is another's, and a weak one is nobody's.
    let middle = begins as f64 + 0.5 * (region as f64 - 1.0);
    let at = if strength < LEAST_PEAK {
        middle
    } else {
        let (a, b, c) = (level(peak.wrapping_sub(1)), strength, level(peak + 1));
        let curvature = a - 2.0 * b + c;
        let off =
            if curvature < -1e-6 { (0.5 * (a - c) / curvature).clamp(-0.5, 0.5) } else { 0.0 };
        let reach = 0.5 * region as f64 + 1.0;
        (2.0 * (peak as f64 + f64::from(off))).clamp(middle - reach, middle + reach)
    };
    DecodedBeat { at: at.max(0.0), position: 0, strength }
}

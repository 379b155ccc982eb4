//! [`BarTracker`]: the bars as they are played.
//!
//! A forward filter over the place of the newest beat in bars of three and of four, as the bar
//! pointer of files but counted in beats (N. Whiteley, A. T. Cemgil and S. Godsill, "Bayesian
//! Modelling of Temporal Structure in Musical Audio", ISMIR 2006). What speaks for a first beat are
//! the network's downbeats and the cues of [`BeatCues`]; each beat counts once.

use super::bars::{BeatCues, N_CUES, WEIGHTS};
use crate::facts::MeterEstimate;
use crate::learned::beat_net::Activation;

/// Places: three of a bar of three, then four of a bar of four.
const N_PLACES: usize = 7;
const N_THREE: usize = 3;
/// Music with three beats in a bar, of all.
const SHARE_OF_THREE: f32 = 0.1;
/// How likely the count slips from one beat to the next: at an even pulse, and where a beat comes
/// early or late or the tempo jumps.
const SLIP: f32 = 0.01;
const SLIP_AT_A_JUMP: f32 = 0.3;
/// How likely the music takes another meter from one beat to the next.
const NEW_METER: f32 = 0.003;
/// Nats for a first beat: what the network's log odds count, and a standard deviation of the cues
/// beside it or without a network. Fitted on rendered clips with the tracker of beats as it is,
/// where .6 to 1, .3 to .6 and .5 to .8 were alike.
const NETWORK_WEIGHT: f32 = 0.8;
const CUE_WEIGHT: f32 = 0.4;
const CUE_WEIGHT_ALONE: f32 = 0.8;
/// Nats against a first beat where nothing speaks for one or the other: most beats are not.
const NOT_FIRST: f32 = 0.8;
/// No beat is surer (or less sure) than this to be the first of a bar.
const LEAST_FIRST: f32 = 0.04;
/// A beat that the network hears no more than this is as likely a first one as any.
const UNHEARD: f32 = 0.02;
const USUALLY_FIRST: f32 = 0.27;
/// Beats over which the usual size of a cue is learned.
const CUE_BEATS: f32 = 32.0;
/// Fewer beats than this have no bar; without a network it takes more.
const LEAST_BEATS: usize = 4;
const LEAST_BEATS_ALONE: usize = 6;
/// Another place must be this much likelier, in nats, to be shown instead.
const HYSTERESIS: f32 = 1.5;
/// Nothing is surer of its meter than this.
const MOST_CONFIDENT: f32 = 0.97;

/// Follows the bars live. Never allocates.
#[derive(Clone, Debug)]
pub(super) struct BarTracker {
    mean: [f32; N_CUES],
    variance: [f32; N_CUES],
    n_beats: usize,
    /// How likely the newest beat is at each place; they sum to 1.
    likely: [f32; N_PLACES],
    /// The place shown of the newest beat, once there is one.
    shown: Option<usize>,
}

impl Default for BarTracker {
    fn default() -> Self {
        Self {
            mean: [0.0; N_CUES],
            variance: [0.0; N_CUES],
            n_beats: 0,
            likely: std::array::from_fn(prior),
            shown: None,
        }
    }
}

impl BarTracker {
    /// Takes the next beat: its cues, the network's log odds of a first one (`None` without one),
    /// and whether it came where the one before let it be expected.
    pub(super) fn push(&mut self, cues: BeatCues, first_odds: Option<f32>, expected: bool) {
        let accent = self.accent(cues);
        let (for_first, least_beats) = match first_odds {
            Some(odds) => (NETWORK_WEIGHT * odds + CUE_WEIGHT * accent, LEAST_BEATS),
            None => (CUE_WEIGHT_ALONE * accent, LEAST_BEATS_ALONE),
        };
        if self.n_beats > 0 {
            self.advance(if expected { SLIP } else { SLIP_AT_A_JUMP });
        }
        self.observe(for_first - NOT_FIRST);
        self.n_beats += 1;
        if self.n_beats >= least_beats {
            self.choose();
        }
    }

    /// Bar position of the beat `ahead` beats after the last one pushed; 0 where not known.
    pub(super) fn position(&self, ahead: usize) -> u8 {
        self.shown.map_or(0, |place| {
            let (first, n) = bar_of(place);
            ((place - first + ahead) % n) as u8 + 1
        })
    }

    /// The meter shown.
    pub(super) fn meter(&self) -> Option<MeterEstimate> {
        self.shown.map(|place| {
            let (first, n) = bar_of(place);
            let confidence = self.likely[first..first + n].iter().sum::<f32>();
            MeterEstimate {
                beats_per_bar: n as u8,
                confidence: confidence.clamp(0.0, MOST_CONFIDENT),
            }
        })
    }

    /// Weighted sum of the cues, each against its usual size; one too large to be squared says nothing.
    fn accent(&mut self, cues: BeatCues) -> f32 {
        let n = ((self.n_beats + 1) as f32).min(CUE_BEATS);
        let mut accent = 0.0;
        for (idx, value) in cues.values().into_iter().enumerate() {
            let off = value - self.mean[idx];
            if !(off * off).is_finite() {
                continue;
            }
            self.mean[idx] += off / n;
            self.variance[idx] += (off * off - self.variance[idx]) / n;
            accent += WEIGHTS[idx] * off / (self.variance[idx].sqrt() + 1e-6);
        }
        accent
    }

    /// One beat on.
    fn advance(&mut self, slip: f32) {
        let before = self.likely;
        for (place, likely) in self.likely.iter_mut().enumerate() {
            let (first, n) = bar_of(place);
            let came_from = before[first + (place - first + n - 1) % n];
            let anywhere = before[first..first + n].iter().sum::<f32>() / n as f32;
            *likely =
                (1.0 - slip - NEW_METER) * came_from + slip * anywhere + NEW_METER * prior(place);
        }
        self.shown = self.shown.map(|place| {
            let (first, n) = bar_of(place);
            first + (place - first + 1) % n
        });
    }

    /// Weighs the places by the log odds of a first beat.
    fn observe(&mut self, first_over_other: f32) {
        // The likelier of both counts 1, so that nothing overflows.
        let (first, other) =
            ((first_over_other.min(0.0)).exp(), (-first_over_other.max(0.0)).exp());
        let mut sum = 0.0;
        for (place, likely) in self.likely.iter_mut().enumerate() {
            *likely *= if place == bar_of(place).0 { first } else { other };
            sum += *likely;
        }
        self.likely.iter_mut().for_each(|likely| *likely /= sum.max(f32::MIN_POSITIVE));
    }

    fn choose(&mut self) {
        let best = (0..N_PLACES)
            .max_by(|a, b| self.likely[*a].total_cmp(&self.likely[*b]))
            .unwrap_or_default();
        let is_clearer = self.shown.is_none_or(|shown| {
            self.likely[best] > self.likely[shown].max(f32::MIN_POSITIVE) * HYSTERESIS.exp()
        });
        if is_clearer {
            self.shown = Some(best);
        }
    }
}

/// First place of the bar that `place` lies in, and the number of its beats.
fn bar_of(place: usize) -> (usize, usize) {
    if place < N_THREE { (0, N_THREE) } else { (N_THREE, N_PLACES - N_THREE) }
}

/// How likely a place is before anything was heard.
fn prior(place: usize) -> f32 {
    let share = if place < N_THREE { SHARE_OF_THREE } else { 1.0 - SHARE_OF_THREE };
    share / bar_of(place).1 as f32
}

/// Log odds of a first beat, of what the network said frame by frame around it; `None` where there
/// is no network.
pub(super) fn first_odds(told: impl Iterator<Item = Activation>) -> Option<f32> {
    let (mut n, mut beat, mut downbeat) = (0, 0.0, 0.0);
    for heard in told {
        n += 1;
        beat += heard.beat;
        downbeat += heard.downbeat;
    }
    let first = (downbeat + UNHEARD * USUALLY_FIRST) / (beat + UNHEARD);
    let first = first.clamp(LEAST_FIRST, 1.0 - LEAST_FIRST);
    (n > 0).then(|| (first / (1.0 - first)).ln())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a network says of bars of `beats_per_bar`, sure of each beat by `sure`.
    fn heard(idx: usize, beats_per_bar: usize, sure: f32) -> Option<f32> {
        let first = if idx.is_multiple_of(beats_per_bar) { sure } else { 1.0 - sure };
        first_odds([Activation { beat: 0.9, downbeat: 0.9 * first }].into_iter())
    }

    #[test]
    fn what_the_network_says_is_counted_within_three_bars_and_its_meter_told() {
        for beats_per_bar in [3, 4] {
            for phase in 0..beats_per_bar {
                let mut bars = BarTracker::default();
                for idx in phase..phase + 5 * beats_per_bar {
                    bars.push(BeatCues::default(), heard(idx, beats_per_bar, 0.9), true);
                    if idx >= phase + 3 * beats_per_bar {
                        assert_eq!(usize::from(bars.position(0)), idx % beats_per_bar + 1);
                        assert_eq!(usize::from(bars.position(1)), (idx + 1) % beats_per_bar + 1);
                    }
                }
                let meter = bars.meter().unwrap();
                assert_eq!(usize::from(meter.beats_per_bar), beats_per_bar);
            }
        }
    }

    #[test]
    fn one_bar_that_sounds_otherwise_moves_nothing() {
        let mut bars = BarTracker::default();
        for idx in 0..40 {
            let odd = if (20..24).contains(&idx) { idx + 2 } else { idx };
            bars.push(BeatCues::default(), heard(odd, 4, 0.75), true);
            assert!(idx < 8 || usize::from(bars.position(0)) == idx % 4 + 1, "beat {idx}");
        }
    }

    #[test]
    fn a_count_that_slips_is_mended_and_sooner_where_the_beat_was_not_expected() {
        let beats_to_mend = |expected: bool| {
            let mut bars = BarTracker::default();
            for idx in 0..24 {
                bars.push(BeatCues::default(), heard(idx, 4, 0.8), true);
            }
            // From here on the music is two beats ahead of the count.
            (26..90)
                .position(|idx| {
                    let as_expected = expected || idx != 26;
                    bars.push(BeatCues::default(), heard(idx, 4, 0.8), as_expected);
                    usize::from(bars.position(0)) == idx % 4 + 1
                })
                .unwrap()
        };
        let (unexpected, silent) = (beats_to_mend(false), beats_to_mend(true));
        assert!(unexpected < silent && silent <= 12, "{unexpected} {silent}");
    }

    #[test]
    fn nothing_is_shown_before_there_is_a_bar_and_bad_numbers_break_nothing() {
        let mut bars = BarTracker::default();
        assert_eq!((bars.position(1), bars.meter()), (0, None));
        for idx in 0..200 {
            let odd = [f32::NAN, f32::INFINITY, 1e30, 0.0][idx % 4];
            let cues = BeatCues { bass_onset: odd, ..BeatCues::default() };
            let odds = first_odds([Activation { beat: odd.min(1.0), downbeat: 0.3 }].into_iter());
            bars.push(cues, odds, idx % 5 > 0);
            assert!(bars.position(1) <= 4);
        }
        assert!(bars.likely.iter().all(|likely| likely.is_finite()));
        for idx in 200..240 {
            bars.push(BeatCues::default(), heard(idx, 4, 0.9), true);
            assert!(idx < 212 || usize::from(bars.position(0)) == idx % 4 + 1, "beat {idx}");
        }
    }
}

//! [`BarFilter`]: which of the beats called is the first of its bar, and how long bars are.
//!
//! A forward filter on the place in bars of three and of four, a beat at a time.

use crate::facts::MeterEstimate;

const N_PLACES: usize = 7;
/// Chance per beat of landing anywhere, for beats missed and odd bars.
const SLIP: f64 = 0.01;
/// Bars of three are rarer.
const THREE: f64 = 0.25;
/// No beat is surer (or less sure) than this to be the first of a bar.
const LEAST_FIRST: f32 = 0.04;
/// Fewer beats than this have no meter.
const LEAST_BEATS: usize = 8;
/// Another bar, or another first beat, must weigh this much more than the one shown.
const LEAD: f64 = 3.0;

/// Follows the bars. Never allocates.
#[derive(Clone, Copy, Debug)]
pub(super) struct BarFilter {
    /// Chances of the newest beat's places: three of a bar of three, then four of one of four.
    places: [f64; N_PLACES],
    n_beats: usize,
    /// Place shown.
    shown: Option<usize>,
}

impl Default for BarFilter {
    fn default() -> Self {
        let three = [THREE / 3.0; 3];
        let four = [(1.0 - THREE) / 4.0; 4];
        let [a, b, c] = three;
        let [d, e, f, g] = four;
        Self { places: [a, b, c, d, e, f, g], n_beats: 0, shown: None }
    }
}

impl BarFilter {
    /// Takes the next beat: how likely it is that of a downbeat, 0 to 1.
    pub(super) fn push(&mut self, first: f32) {
        let first = f64::from(first.clamp(LEAST_FIRST, 1.0 - LEAST_FIRST));
        let before = self.places;
        let mut total = 0.0;
        for (place, chance) in self.places.iter_mut().enumerate() {
            let came = before[previous(place)];
            let anywhere = if place < 3 { THREE / 3.0 } else { (1.0 - THREE) / 4.0 };
            let is_first = place == 0 || place == 3;
            let likely = if is_first { first } else { 1.0 - first };
            *chance = likely * ((1.0 - SLIP) * came + SLIP * anywhere);
            total += *chance;
        }
        self.places.iter_mut().for_each(|chance| *chance /= total);
        self.n_beats += 1;
        self.shown = self.shown.map(next);
        if self.n_beats >= LEAST_BEATS {
            let best = (0..N_PLACES).fold(0, |best, place| {
                if self.places[place] > self.places[best] { place } else { best }
            });
            let lead = self.shown.map_or(f64::MAX, |shown| self.places[best] / self.places[shown]);
            if lead > LEAD {
                self.shown = Some(best);
            }
        }
    }

    /// Place of the newest beat in its bar, from 1; 0 where it is not known.
    pub(super) fn position(&self) -> u8 {
        self.shown.map_or(0, |place| if place < 3 { place } else { place - 3 } as u8 + 1)
    }

    /// Beats per bar.
    pub(super) fn meter(&self) -> Option<MeterEstimate> {
        let three: f64 = self.places[..3].iter().sum();
        self.shown.map(|place| {
            let (beats_per_bar, chance) = if place < 3 { (3, three) } else { (4, 1.0 - three) };
            MeterEstimate { beats_per_bar, confidence: chance.min(0.97) as f32 }
        })
    }
}

fn next(place: usize) -> usize {
    match place {
        2 => 0,
        6 => 3,
        _ => place + 1,
    }
}

fn previous(place: usize) -> usize {
    match place {
        0 => 2,
        3 => 6,
        _ => place - 1,
    }
}

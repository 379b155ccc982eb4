//! [`ChordWord`]: what the tonal network says about the chord of a moment, as the decoders use it.

use super::chord_model::{N_STATES, NO_CHORD};
use crate::learned::{N_CHORDS, TonalReading};

/// Weight of the network's log posterior beside the log-likelihood of the templates.
const WEIGHT: f32 = 0.5;

/// Steps of a stored log posterior. 255 of them are the least that is told apart: the network must
/// not forbid what the templates hear clearly.
const STEPS_PER_NAT: f32 = 32.0;

/// Log posteriors of all states of a [`ChordModel`](super::chord_model::ChordModel), in steps
/// below 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChordWord {
    steps: [u8; N_STATES],
}

impl ChordWord {
    /// Sixth chords count as their triad.
    pub(super) fn of(reading: &TonalReading) -> Self {
        let chords = &reading.chords;
        let steps = std::array::from_fn(|state| {
            let log = match state {
                NO_CHORD => chords[N_CHORDS - 1],
                // Major and minor: the states of the sixths follow those of all other qualities.
                0..24 => (chords[state].exp() + chords[NO_CHORD + state].exp()).max(1e-9).ln(),
                _ => chords[state],
            };
            (-STEPS_PER_NAT * log).round().clamp(0.0, 255.0) as u8
        });
        Self { steps }
    }

    /// Adds it to the emissions of a frame, `share` times.
    pub(super) fn add_to(&self, emissions: &mut [f32; N_STATES], share: f32) {
        let step = -WEIGHT * share / STEPS_PER_NAT;
        for (emission, steps) in emissions.iter_mut().zip(&self.steps) {
            *emission += step * f32::from(*steps);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::chord_model::chord;
    use super::*;
    use crate::learned::{N_BASSES, N_KEY_INPUTS};
    use crate::music::{Chord, ChordQuality, PitchClass};

    fn word(class: usize) -> ChordWord {
        let mut chords = [(0.1_f32 / 144.0).ln(); N_CHORDS];
        chords[class] = 0.9_f32.ln();
        ChordWord::of(&TonalReading { chords, bass: [0.0; N_BASSES], for_key: [0.0; N_KEY_INPUTS] })
    }

    #[test]
    fn classes_of_the_network_are_the_states_of_the_decoder() {
        let qualities = ["maj", "min", "dim", "aug", "sus2", "sus4", "7", "maj7", "min7", "hdim7"];
        let quality = |name: &str| ChordQuality::ALL.into_iter().find(|q| q.harte() == name);
        let sixths = [ChordQuality::Major, ChordQuality::Minor];
        let qualities = qualities.iter().map(|name| quality(name).unwrap()).chain(sixths);
        for (idx, quality) in qualities.enumerate() {
            for root in 0..12 {
                let mut emissions = [0.0; N_STATES];
                word(idx * 12 + root).add_to(&mut emissions, 1.0);
                let state = super::super::chord_model::leader(&emissions);
                assert_eq!(chord(state), Some(Chord::new(PitchClass::new(root as i32), quality)));
            }
        }
        let mut emissions = [0.0; N_STATES];
        word(N_CHORDS - 1).add_to(&mut emissions, 1.0);
        assert_eq!(super::super::chord_model::leader(&emissions), NO_CHORD);
    }
}

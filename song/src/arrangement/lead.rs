//! The melody, in steps of the key's scale, so that the lift carries it up by itself.

use super::{Pen, Place, Section};
use crate::score::Part;

/// The tonic lies in the octave from C4.
const TONIC_OCTAVE: i32 = 60;

/// One bar. Eighths: start, length, steps above the tonic.
type Phrase = &'static [(f64, f64, i32)];

const VERSE: [Phrase; 8] = [
    &[(0.0, 2.8, 2), (3.0, 0.9, 1), (4.0, 1.8, 2), (6.0, 1.9, 4)],
    &[(0.0, 2.8, 4), (3.0, 2.8, 2), (6.0, 1.9, 1)],
    &[(0.0, 2.8, 1), (3.0, 0.9, 2), (4.0, 1.8, 3), (6.0, 1.9, 1)],
    &[(0.0, 3.6, 1), (4.0, 3.0, -1)],
    &[(0.0, 2.8, 2), (3.0, 0.9, 1), (4.0, 1.8, 2), (6.0, 1.9, 4)],
    &[(0.0, 2.8, 5), (3.0, 0.9, 4), (4.0, 3.6, 2)],
    &[(0.0, 2.8, 3), (3.0, 0.9, 2), (4.0, 1.8, 1), (6.0, 1.9, 0)],
    &[(0.0, 2.8, 1), (3.0, 0.9, 0), (4.0, 3.0, 1)],
];

const CHORUS: [Phrase; 8] = [
    &[(0.0, 2.8, 5), (3.0, 0.9, 4), (4.0, 1.8, 5), (6.0, 1.9, 6)],
    &[(0.0, 2.8, 6), (3.0, 0.9, 5), (4.0, 3.6, 4)],
    &[(0.0, 2.8, 4), (3.0, 0.9, 5), (4.0, 1.8, 6), (6.0, 1.9, 4)],
    &[(0.0, 2.8, 5), (3.0, 0.9, 4), (4.0, 3.6, 2)],
    &[(0.0, 2.8, 3), (3.0, 0.9, 4), (4.0, 1.8, 5), (6.0, 1.9, 3)],
    &[(0.0, 1.8, 4), (2.0, 1.8, 3), (4.0, 1.8, 1), (6.0, 1.9, -1)],
    &[(0.0, 5.6, 0), (6.0, 1.9, 2)],
    &[(0.0, 6.5, 4)],
];

/// The end of the first chorus, over the dominant of the new key: its fifth and third.
const INTO_LIFT: Phrase = &[(0.0, 2.8, 3), (4.0, 3.6, 1)];

/// Over the suspended dominant before the ending.
const INTO_ENDING: Phrase = &[(0.0, 1.8, 4), (2.0, 1.8, 3), (4.0, 3.6, 1)];

pub(super) fn write(pen: &mut Pen, place: Place) {
    let phrase = match place.section {
        Section::Intro | Section::Break => return,
        Section::Verse => VERSE[place.bar_idx % VERSE.len()],
        Section::Chorus if !place.key.scale().contains(&place.chord.root) => INTO_LIFT,
        Section::Chorus => CHORUS[place.bar_idx % CHORUS.len()],
        Section::LastChorus if place.is_last_bar() => INTO_ENDING,
        Section::LastChorus => CHORUS[place.bar_idx % CHORUS.len()],
        Section::Ending if place.is_last_bar() => return,
        Section::Ending => &[(0.0, 7.0, 0)],
    };
    for (note_idx, &(at, len, steps)) in phrase.iter().enumerate() {
        let velocity = if note_idx == 0 { 0.9 } else { 0.75 };
        pen.write(Part::Lead, at, len, pitch_of(place, steps), velocity);
    }
}

fn pitch_of(place: Place, steps: i32) -> i32 {
    let scale = place.key.scale();
    let pitch_class = scale[steps.rem_euclid(7) as usize];
    let octave = steps.div_euclid(7);
    let tonic = TONIC_OCTAVE + place.key.tonic.index() as i32;
    tonic + pitch_class.above(place.key.tonic) as i32 + 12 * octave
}

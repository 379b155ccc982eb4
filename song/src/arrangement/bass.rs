//! The bass: the root first and mostly, the fifth and the octave at the end of the bar.

use analysis::PitchClass;

use super::{Pen, Place, Section};
use crate::score::Part;

/// The lowest note played, G1 (49 Hz).
const LOWEST: i32 = 31;

/// Eighths: start, length, semitones above the root, velocity.
type Pattern = &'static [(f64, f64, i32, f32)];

const PLAIN: Pattern = &[(0.0, 4.0, 0, 0.9), (4.0, 3.6, 0, 0.8)];
const VERSE: Pattern = &[
    (0.0, 2.8, 0, 1.0),
    (3.0, 0.9, 0, 0.7),
    (4.0, 1.8, 0, 0.9),
    (6.0, 0.9, 7, 0.75),
    (7.0, 0.9, 0, 0.7),
];
const CHORUS: Pattern = &[
    (0.0, 0.9, 0, 1.0),
    (1.0, 0.8, 0, 0.7),
    (2.0, 0.9, 0, 0.8),
    (3.0, 0.9, 0, 0.85),
    (4.0, 0.9, 0, 0.95),
    (5.0, 0.8, 0, 0.7),
    (6.0, 0.9, 7, 0.8),
    (7.0, 0.9, 12, 0.75),
];
const RING: Pattern = &[(0.0, 6.0, 0, 1.0)];

pub(super) fn write(pen: &mut Pen, place: Place) {
    let lowest = PitchClass::new(LOWEST);
    let root = LOWEST + place.chord.root.above(lowest) as i32;
    let pattern = match place.section {
        _ if place.is_last_chord() => RING,
        Section::Intro | Section::Break | Section::Ending => PLAIN,
        Section::Verse => VERSE,
        Section::Chorus | Section::LastChorus => CHORUS,
    };
    for &(at, len, step, velocity) in pattern {
        pen.write(Part::Bass, at, len, root + step, velocity);
    }
}

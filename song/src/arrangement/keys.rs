//! The electric piano's chords, led by voice, and the plucked arpeggio over the choruses.

use super::{Pen, Place, Section};
use crate::score::Part;

/// Middle of the electric piano's range, B3; voicings drift back to it.
const CENTRE: f64 = 59.0;

/// Eighths: start, length, velocity.
type Rhythm = &'static [(f64, f64, f32)];

const HELD: Rhythm = &[(0.0, 5.5, 0.8), (6.0, 1.8, 0.5)];
const VERSE: Rhythm = &[(0.0, 3.8, 0.8), (4.0, 2.6, 0.6), (7.0, 0.8, 0.45)];
const CHORUS: Rhythm = &[(0.0, 2.7, 0.85), (3.0, 2.7, 0.7), (6.0, 1.8, 0.65)];
const RING: Rhythm = &[(0.0, 7.0, 0.8)];

/// Order in which the arpeggio runs through the four notes, with octaves.
const ARPEGGIO: [(usize, i32); 8] =
    [(0, 0), (1, 0), (2, 0), (3, 0), (2, 0), (1, 0), (3, 0), (0, 12)];

/// The close-position voicing played last: four notes, lowest first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Voicing {
    last: Option<[i32; 4]>,
}

impl Voicing {
    /// Four notes of the chord that move least from the last voicing.
    fn lead_to(&mut self, place: Place) -> [i32; 4] {
        let mut tones: Vec<i32> =
            place.chord.pitch_classes().map(|pitch| pitch.index() as i32).collect();
        tones.sort_unstable();
        // Every inversion whose lowest note lies in the octave and a half from E3.
        let candidates = (52..70).filter(|lowest| tones.contains(&(lowest % 12))).map(|lowest| {
            let mut notes = (lowest..).filter(|pitch| tones.contains(&(pitch % 12)));
            [0; 4].map(|_| notes.next().unwrap_or(lowest))
        });
        let cost = |notes: &[i32; 4]| {
            let moved = self.last.map_or(0, |last| {
                notes.iter().zip(last).map(|(now, before)| (now - before).abs()).sum()
            });
            let centre = notes.iter().sum::<i32>() as f64 / 4.0;
            f64::from(moved) + (centre - CENTRE).abs()
        };
        let best = candidates.min_by(|a, b| cost(a).total_cmp(&cost(b))).unwrap_or_default();
        self.last = Some(best);
        best
    }
}

pub(super) fn write(pen: &mut Pen, place: Place, voicing: &mut Voicing) {
    let notes = voicing.lead_to(place);
    let rhythm = match place.section {
        _ if place.is_last_chord() => RING,
        Section::Intro | Section::Break | Section::Ending => HELD,
        Section::Verse => VERSE,
        Section::Chorus | Section::LastChorus => CHORUS,
    };
    for &(at, len, velocity) in rhythm {
        for pitch in notes {
            pen.write(Part::Keys, at, len, pitch, velocity);
        }
    }
    if matches!(place.section, Section::Chorus | Section::Break | Section::LastChorus) {
        for (eighth, (note_idx, octave)) in ARPEGGIO.into_iter().enumerate() {
            let pitch = notes[note_idx] + 12 + octave;
            let velocity = if eighth % 2 == 0 { 0.8 } else { 0.6 };
            pen.write(Part::Pluck, eighth as f64, 0.8, pitch, velocity);
        }
    }
}

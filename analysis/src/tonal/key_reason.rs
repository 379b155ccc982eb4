//! [`KeyReason`] and [`ModeColour`]: what in the notes, the bass and the chords speaks for a key and
//! against the runner-up. Stated only where it is plain in what was heard.

use super::chroma::Chroma;
use crate::facts::{KeyReason, ModeColour};
use crate::music::{Chord, ChordQuality, Key, Mode, PitchClass};

/// A note counts as heard rather than another if it has so many times its energy.
const PLAIN: f32 = 1.5;
/// A note counts as sounding, as hardly sounding, or as missing, at this share of the mean of the
/// twelve.
const SOUNDING: f32 = 0.8;
const FAINT: f32 = 0.6;
const MISSING: f32 = 0.35;
/// The bass rests on a note that has so many times the energy of any other one.
const RESTING: f32 = 1.25;

/// What tells `key` from `runner_up` in the mean chroma of all registers and of the bass.
pub(super) fn reason(full: &Chroma, bass: &Chroma, key: Key, runner_up: Option<Key>) -> KeyReason {
    let telling = runner_up.and_then(|other| telling_note(full, key, other));
    KeyReason {
        note: telling.map(|(note, _)| note),
        instead_of: telling.and_then(|(_, other)| other),
        bass: resting_bass(bass).filter(|note| *note == key.tonic),
        cadence: None,
    }
}

/// The note of `key` that speaks most against `other`, and the one that `other` has in its place.
fn telling_note(full: &Chroma, key: Key, other: Key) -> Option<(PitchClass, Option<PitchClass>)> {
    let mean = full.0.iter().sum::<f32>() / 12.0;
    let level = |note: PitchClass| full.0[note.index()];
    let (own, others) = (notes(key), notes(other));
    // Of the parallel key the same degree differs, of any other the next semitone.
    let counterpart = |note: PitchClass| match key.scale().iter().position(|own| *own == note) {
        Some(degree) if key.tonic == other.tonic => Some(other.scale()[degree]),
        _ => [1, -1]
            .map(|step| note.transposed(step))
            .into_iter()
            .find(|near| others.contains(near) && !own.contains(near)),
    };
    let mut best: Option<(f32, PitchClass, Option<PitchClass>)> = None;
    for note in own.iter().copied().filter(|note| !others.contains(note)) {
        if level(note) < SOUNDING * mean {
            continue;
        }
        let instead_of = counterpart(note);
        let lead = match instead_of {
            None => level(note) - mean,
            Some(near)
                if !own.contains(&near)
                    && level(near) < FAINT * mean
                    && level(note) > PLAIN * level(near) =>
            {
                level(note) - level(near)
            }
            Some(_) => continue,
        };
        if best.is_none_or(|(most, ..)| lead > most) {
            best = Some((lead, note, instead_of));
        }
    }
    best.map(|(_, note, instead_of)| (note, instead_of))
}

/// The scale, in minor with the leading note beside the seventh.
fn notes(key: Key) -> [PitchClass; 8] {
    let mut notes = [key.tonic; 8];
    notes[..7].copy_from_slice(&key.scale());
    if key.mode == Mode::Minor {
        notes[7] = key.tonic.transposed(-1);
    }
    notes
}

/// The note that the bass rests on, if there is one.
fn resting_bass(bass: &Chroma) -> Option<PitchClass> {
    let most = (0..12).fold(0, |best, idx| if bass.0[idx] > bass.0[best] { idx } else { best });
    let others = (0..12).filter(|idx| *idx != most).map(|idx| bass.0[idx]).fold(0.0, f32::max);
    (bass.0[most] > RESTING * others).then(|| PitchClass::new(most as i32))
}

/// The change of chords to the tonic that was heard most often: from the fifth, the fourth, or in
/// minor the seventh degree. Of equally many the stronger cadence counts.
pub(crate) fn cadence(
    chords: impl Iterator<Item = Option<Chord>>,
    key: Key,
) -> Option<(Chord, Chord)> {
    let mut best: [(u32, Option<(Chord, Chord)>); 3] = [(0, None); 3];
    let mut before: Option<Chord> = None;
    for chord in chords {
        if let (Some(from), Some(to)) = (before, chord)
            && let Some(kind) = kind_of_cadence(from, to, key)
        {
            best[kind].0 += 1;
            best[kind].1 = Some((from, to));
        }
        before = chord;
    }
    // The last of equals is the first in rank.
    best.iter().rev().max_by_key(|(n, _)| *n).and_then(|(_, cadence)| *cadence)
}

fn kind_of_cadence(from: Chord, to: Chord, key: Key) -> Option<usize> {
    use ChordQuality::{Dominant7, Major, Major7, Minor, Minor7};
    let is_tonic = match key.mode {
        Mode::Major => matches!(to.quality, Major | Major7),
        Mode::Minor => matches!(to.quality, Minor | Minor7),
    };
    if to.root != key.tonic || !is_tonic {
        return None;
    }
    match (from.root.above(key.tonic), from.quality) {
        (7, Major | Dominant7) => Some(0),
        (5, Major | Minor | Major7 | Minor7) => Some(1),
        (10, Major | Dominant7) if key.mode == Mode::Minor => Some(2),
        _ => None,
    }
}

/// What colours the mode: degrees that a plain major or natural minor has otherwise.
pub(super) fn colour(full: &Chroma, key: Key) -> Option<ModeColour> {
    let mean = full.0.iter().sum::<f32>() / 12.0;
    let level = |step: i32| full.0[key.tonic.transposed(step).index()] / mean.max(1e-9);
    let rather = |step: i32, than: i32| level(step) > SOUNDING && level(step) > PLAIN * level(than);
    let missing = |step: i32| level(step) < MISSING;
    match key.mode {
        Mode::Minor if rather(1, 2) => Some(ModeColour::Phrygian),
        Mode::Minor if rather(9, 8) && !rather(11, 10) => Some(ModeColour::Dorian),
        Mode::Minor if rather(11, 10) && !rather(9, 8) => Some(ModeColour::HarmonicMinor),
        Mode::Minor if missing(2) && missing(8) && missing(9) && level(6) > SOUNDING => {
            Some(ModeColour::Blues)
        }
        Mode::Minor if missing(2) && missing(8) && missing(9) => Some(ModeColour::Pentatonic),
        Mode::Major if rather(6, 5) => Some(ModeColour::Lydian),
        Mode::Major if rather(10, 11) && level(3) > SOUNDING => Some(ModeColour::Blues),
        Mode::Major if rather(10, 11) => Some(ModeColour::Mixolydian),
        Mode::Major if missing(5) && missing(11) => Some(ModeColour::Pentatonic),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key::parse(name).unwrap()
    }

    /// Each note of `names` sounds once for each time it is named.
    fn chroma(names: &str) -> Chroma {
        let mut chroma = Chroma([0.05; 12]);
        for name in names.split_whitespace() {
            chroma.0[PitchClass::parse(name).unwrap().index()] += 1.0;
        }
        chroma
    }

    fn named(note: Option<PitchClass>) -> Option<usize> {
        note.map(PitchClass::index)
    }

    #[test]
    fn the_note_that_differs_tells_neighbours_on_the_circle_of_fifths_apart() {
        let heard = chroma("G G B D D A C E F#");
        let why = reason(&heard, &chroma("G G D"), key("G major"), Some(key("C major")));
        assert_eq!(named(why.note), Some(6));
        assert_eq!(named(why.instead_of), Some(5));
        assert_eq!(named(why.bass), Some(7));
    }

    #[test]
    fn the_leading_note_tells_minor_from_its_relative() {
        let heard = chroma("A A C E E D F B G#");
        let why = reason(&heard, &chroma("A E D F"), key("A minor"), Some(key("C major")));
        assert_eq!((named(why.note), named(why.instead_of)), (Some(8), None));
        assert_eq!(why.bass, None, "the bass rests nowhere");
    }

    #[test]
    fn of_the_parallel_key_the_same_degree_is_named() {
        let heard = chroma("A A C C E E D F G G G B");
        let why = reason(&heard, &heard, key("A minor"), Some(key("A major")));
        let pair = (named(why.note), named(why.instead_of));
        assert!([(Some(0), Some(1)), (Some(5), Some(6))].contains(&pair), "{pair:?}");
        let heard = chroma("C C E E G G A B D F");
        let why = reason(&heard, &heard, key("C major"), Some(key("C minor")));
        assert_eq!((named(why.note), named(why.instead_of)), (Some(4), Some(3)));
    }

    #[test]
    fn what_is_not_plain_is_not_stated() {
        let heard = chroma("C D E F F# G A B");
        let why = reason(&heard, &chroma("C D E F G"), key("G major"), Some(key("C major")));
        assert_eq!(why, KeyReason::default());
        assert_eq!(reason(&heard, &heard, key("C major"), None), KeyReason::default());
    }

    #[test]
    fn the_cadence_heard_most_is_named() {
        use ChordQuality::{Dominant7, Major, Minor};
        let chord =
            |name: &str, quality| Some(Chord::new(PitchClass::parse(name).unwrap(), quality));
        let (c, f, g7, am) =
            (chord("C", Major), chord("F", Major), chord("G", Dominant7), chord("A", Minor));
        let found = cadence([c, f, c, g7, c, am, f, c].into_iter(), key("C major"));
        assert_eq!(found, f.zip(c));
        // Of equals the one from the fifth.
        assert_eq!(cadence([f, c, g7, c].into_iter(), key("C major")), g7.zip(c));
        assert_eq!(cadence([c, f, g7, am].into_iter(), key("C major")), None);
        let g = chord("G", Major);
        assert_eq!(cadence([am, g, None, am, g, am].into_iter(), key("A minor")), g.zip(am));
    }

    #[test]
    fn every_colour_is_told_by_its_degrees_and_plain_keys_have_none() {
        for (notes, name, expected) in [
            ("D D E F G A A B C", "D minor", Some(ModeColour::Dorian)),
            ("E E F G A B B C D", "E minor", Some(ModeColour::Phrygian)),
            ("F F G A B C C D E", "F major", Some(ModeColour::Lydian)),
            ("G G A B C D D E F", "G major", Some(ModeColour::Mixolydian)),
            ("A A B C D E E F G#", "A minor", Some(ModeColour::HarmonicMinor)),
            ("A A C D E E G", "A minor", Some(ModeColour::Pentatonic)),
            ("A A C D Eb E E G", "A minor", Some(ModeColour::Blues)),
            ("C C D E G G A", "C major", Some(ModeColour::Pentatonic)),
            ("C C D Eb E F G G A Bb", "C major", Some(ModeColour::Blues)),
            ("C C D E F G G A B", "C major", None),
            ("A A B C D E E F G", "A minor", None),
        ] {
            assert_eq!(colour(&chroma(notes), key(name)), expected, "{notes}");
        }
    }
}

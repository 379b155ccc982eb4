//! [`Speller`]: which of its names a pitch class has in a key.
//!
//! Names are places on the line of fifths … B♭ F C G D A E B F♯ …, where those that belong together
//! lie together (D. Temperley, "The Cognition of Basic Musical Structures", MIT Press, 2001,
//! chapter 5). A key is a stretch of twelve of them around its scale, so that every scale note is
//! named as the key signature has it. The stretch of a minor key reaches one fifth further up, to
//! the leading tone; in one with flats two, so that the fourth is raised rather than the fifth
//! lowered. A chord is named by thirds, from the root name that keeps all of it nearest to the
//! middle of the stretch.

use analysis::{Chord, ChordQuality, Key, Mode, PitchClass};

/// A note with its name: its place on the line of fifths, C is 0, G is 1, F is −1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Note(i32);

impl Note {
    /// The letter of its English name.
    pub(crate) fn letter(self) -> char {
        match (self.0 + 1).rem_euclid(7) {
            0 => 'F',
            1 => 'C',
            2 => 'G',
            3 => 'D',
            4 => 'A',
            5 => 'E',
            _ => 'B',
        }
    }

    /// How many sharps it has; flats are negative.
    pub(crate) fn n_sharps(self) -> i32 {
        (self.0 + 1).div_euclid(7)
    }

    fn pitch_class(self) -> PitchClass {
        PitchClass::new(7 * self.0)
    }
}

/// Names the notes of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Speller {
    /// The flattest of its twelve names.
    flattest: i32,
    /// The raised seventh of a minor key, which keeps two signs.
    leading: Option<Note>,
}

impl Speller {
    /// The names in `key`.
    pub(crate) fn of_key(key: Key) -> Self {
        Self::of_signature(key.sharps(), key.mode)
    }

    /// The names in the key of that mode with so many sharps; flats are negative.
    fn of_signature(n_sharps: i32, mode: Mode) -> Self {
        match mode {
            Mode::Major => Self { flattest: n_sharps - 4, leading: None },
            Mode::Minor => Self {
                flattest: n_sharps - if n_sharps < 0 { 2 } else { 3 },
                leading: Some(Note(n_sharps + 8)),
            },
        }
    }

    /// A note by itself. Only a leading tone has two signs.
    pub(crate) fn note(self, pitch_class: PitchClass) -> Note {
        let place = 7 * pitch_class.index() as i32;
        let note = Note(self.flattest + (place - self.flattest).rem_euclid(12));
        match note.n_sharps() {
            2.. if self.leading != Some(note) => Note(note.0 - 12),
            ..=-2 => Note(note.0 + 12),
            _ => note,
        }
    }

    /// The notes of a chord, root first. The seventh of a diminished chord is A rather than B♭♭.
    pub(crate) fn chord(self, chord: Chord) -> Vec<Note> {
        let steps = chord.quality.intervals().iter().map(|&interval| fifths(interval));
        let usual = self.note(chord.root);
        // Twice the distance from the middle of the stretch, which lies between two names. The root,
        // which alone is in the chord's symbol, counts once more.
        let off = |place: i32| (2 * (place - self.flattest) - 11).abs();
        let distance = |root: &Note| -> i32 {
            off(root.0) + steps.clone().map(|step| off(root.0 + step)).sum::<i32>()
        };
        let root = [usual, Note(usual.0 - 12), Note(usual.0 + 12)]
            .into_iter()
            .filter(|root| *root == usual || root.n_sharps().abs() <= 1)
            .min_by_key(distance)
            .unwrap_or(usual);
        let most_signs = if chord.quality == ChordQuality::Diminished7 { 1 } else { 2 };
        steps
            .map(|step| Note(root.0 + step))
            .map(|note| match note.n_sharps().abs() {
                n if n > most_signs => self.note(note.pitch_class()),
                _ => note,
            })
            .collect()
    }
}

impl Default for Speller {
    /// The names where no key is known: those of C major.
    fn default() -> Self {
        Self::of_signature(0, Mode::Major)
    }
}

/// An interval in semitones above the root of a chord as steps on the line of fifths: 6 is a
/// diminished fifth, 8 an augmented one, 9 a diminished seventh.
fn fifths(interval: u8) -> i32 {
    match interval {
        6 => -6,
        8 => 8,
        9 => -9,
        semitones => {
            // The nearest: -5 (minor second) to 5 (major seventh).
            (7 * i32::from(semitones) + 5).rem_euclid(12) - 5
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notation::Notation;

    fn names(notes: impl IntoIterator<Item = Note>) -> String {
        let names: Vec<String> =
            notes.into_iter().map(|note| Notation::English.note(note)).collect();
        names.join(" ")
    }

    fn scale(n_sharps: i32, mode: Mode) -> String {
        let speller = Speller::of_signature(n_sharps, mode);
        let key = Key::all().find(|key| key.mode == mode && (key.sharps() - n_sharps) % 12 == 0);
        names(key.unwrap().scale().map(|note| speller.note(note)))
    }

    fn chord(label: &str, key: &str) -> String {
        let speller = Key::parse(key).map_or_else(Speller::default, Speller::of_key);
        names(speller.chord(Chord::parse(label).unwrap().unwrap()))
    }

    #[test]
    fn scales_are_named_as_the_key_signature_has_them() {
        assert_eq!(scale(6, Mode::Major), "F♯ G♯ A♯ B C♯ D♯ E♯");
        assert_eq!(scale(-6, Mode::Major), "G♭ A♭ B♭ C♭ D♭ E♭ F");
        assert_eq!(scale(7, Mode::Major), "C♯ D♯ E♯ F♯ G♯ A♯ B♯");
        assert_eq!(scale(-7, Mode::Major), "C♭ D♭ E♭ F♭ G♭ A♭ B♭");
        assert_eq!(scale(-6, Mode::Minor), "E♭ F G♭ A♭ B♭ C♭ D♭");
        assert_eq!(scale(6, Mode::Minor), "D♯ E♯ F♯ G♯ A♯ B C♯");
        assert_eq!(scale(5, Mode::Minor), "G♯ A♯ B C♯ D♯ E F♯");
    }

    #[test]
    fn every_scale_has_seven_letters_and_the_signs_of_its_signature() {
        for key in Key::all() {
            let notes = key.scale().map(|note| Speller::of_key(key).note(note));
            let mut letters = notes.map(Note::letter);
            letters.sort_unstable();
            assert_eq!(letters, ['A', 'B', 'C', 'D', 'E', 'F', 'G'], "{key}");
            let n_sharps: i32 = notes.iter().map(|note| note.n_sharps()).sum();
            assert_eq!(n_sharps, key.sharps(), "{key}");
        }
    }

    #[test]
    fn chords_of_a_key_have_the_notes_of_its_scale() {
        for key in Key::all() {
            let speller = Speller::of_key(key);
            let scale = key.scale().map(|note| speller.note(note));
            for root in key.scale() {
                for quality in ChordQuality::ALL {
                    let chord = Chord::new(root, quality);
                    if chord.pitch_classes().all(|note| key.scale().contains(&note)) {
                        let notes = speller.chord(chord);
                        assert!(notes.iter().all(|note| scale.contains(note)), "{chord:?} {key}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_leading_tone_of_a_minor_key_is_its_raised_seventh() {
        for key in Key::all().filter(|key| key.mode == Mode::Minor) {
            let speller = Speller::of_key(key);
            let leading = speller.note(key.tonic.transposed(-1));
            let tonic = speller.note(key.tonic);
            // Five fifths up: a major seventh, the letter before the tonic's.
            assert_eq!(leading, Note(tonic.0 + 5), "{key}");
        }
        assert_eq!(chord("G#:7", "C# minor"), "G♯ B♯ D♯ F♯");
        assert_eq!(chord("D#:7", "G# minor"), "D♯ F♯♯ A♯ C♯");
        assert_eq!(chord("B:dim7", "C minor"), "B D F A♭");
    }

    #[test]
    fn a_chord_outside_the_key_has_its_usual_name() {
        assert_eq!(chord("C#:dim7", "C major"), "C♯ E G B♭");
        assert_eq!(chord("C#:maj", "C major"), "D♭ F A♭");
        assert_eq!(chord("F#:hdim7", "C major"), "F♯ A C E");
        assert_eq!(chord("Bb:hdim7", "C major"), "B♭ D♭ F♭ A♭");
        assert_eq!(chord("G#:maj", "C major"), "A♭ C E♭");
        assert_eq!(chord("E:7", "C major"), "E G♯ B D");
        assert_eq!(chord("D:7", "Db major"), "D F♯ A C");
        assert_eq!(chord("C:dim7", "C minor"), "C E♭ G♭ A");
        assert_eq!(chord("C:aug", "F major"), "C E G♯");
        assert_eq!(chord("F#:min", "Db major"), "G♭ B♭♭ D♭");
        assert_eq!(chord("D#:7", "C# minor"), "D♯ F♯♯ A♯ C♯");
    }

    #[test]
    fn a_chord_has_its_usual_name_where_no_key_is_known() {
        assert_eq!(chord("Bb:min7", ""), "B♭ D♭ F A♭");
        assert_eq!(chord("B:maj", ""), "B D♯ F♯");
        assert_eq!(chord("Eb:maj", ""), "E♭ G B♭");
        assert_eq!(chord("F#:min", ""), "F♯ A C♯");
    }

    #[test]
    fn a_name_means_the_pitch_class_it_was_made_from_and_has_at_most_two_signs() {
        for key in Key::all() {
            let speller = Speller::of_key(key);
            for root in PitchClass::all() {
                assert_eq!(speller.note(root).pitch_class(), root);
                for quality in ChordQuality::ALL {
                    let chord = Chord::new(root, quality);
                    let notes = speller.chord(chord);
                    let named: Vec<PitchClass> =
                        notes.iter().map(|note| note.pitch_class()).collect();
                    assert!(chord.pitch_classes().eq(named), "{chord:?} in {key}");
                    let most_signs = notes.iter().map(|note| note.n_sharps().abs()).max();
                    assert!(most_signs <= Some(2), "{chord:?} in {key}: {notes:?}");
                }
            }
        }
    }
}

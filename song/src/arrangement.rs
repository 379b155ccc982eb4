//! The demo song's form: sections, their chords, and who plays in them.
//!
//! The chorus walks IV V iii vi, the "royal road" that songs from Tokyo to Stockholm share; verse
//! and break walk I vi ii V. The last bar of the first chorus is the dominant of the new key.

mod bass;
mod drums;
mod keys;
mod lead;

use analysis::ChordQuality::{Dominant7, Major, Major7, Minor7, Sus4};
use analysis::{Bpm, Chord, ChordQuality, Key, Mode, PitchClass};

use crate::score::{Bar, Note, Part, Song};

const BPM: Bpm = Bpm(114.0);
const BEATS_PER_BAR: u8 = 4;

/// What a stretch of the song is for; the parts choose their patterns by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Intro,
    Verse,
    Chorus,
    Break,
    LastChorus,
    Ending,
}

/// One chord a bar: semitones above the tonic, quality.
type Progression = &'static [(i32, ChordQuality)];

const INTRO: Progression = &[(0, Major7), (7, Dominant7)];
const VERSE: Progression = &[
    (0, Major7),
    (9, Minor7),
    (2, Minor7),
    (7, Dominant7),
    (0, Major),
    (9, Minor7),
    (5, Major),
    (7, Dominant7),
];
const CHORUS: Progression = &[
    (5, Major7),
    (7, Dominant7),
    (4, Minor7),
    (9, Minor7),
    (2, Minor7),
    (7, Dominant7),
    (0, Major7),
    (0, Major7),
];
/// The chorus with the dominant of the key a minor third up as its last bar.
const CHORUS_INTO_LIFT: Progression = &[
    (5, Major7),
    (7, Dominant7),
    (4, Minor7),
    (9, Minor7),
    (2, Minor7),
    (7, Dominant7),
    (0, Major7),
    (10, Dominant7),
];
const BREAK: Progression = &[(0, Major7), (9, Minor7), (2, Minor7), (7, Dominant7)];
const LAST_CHORUS: Progression =
    &[(5, Major7), (7, Dominant7), (4, Minor7), (9, Minor7), (2, Minor7), (7, Sus4)];
const ENDING: Progression = &[(0, Major), (0, Major7)];

/// Semitones from C to the tonic before the lift (D) and after it (F).
const HOME: i32 = 2;
const LIFTED: i32 = 5;

const FORM: [(Section, i32, Progression); 7] = [
    (Section::Intro, HOME, INTRO),
    (Section::Verse, HOME, VERSE),
    (Section::Chorus, HOME, CHORUS_INTO_LIFT),
    (Section::Chorus, LIFTED, CHORUS),
    (Section::Break, LIFTED, BREAK),
    (Section::LastChorus, LIFTED, LAST_CHORUS),
    (Section::Ending, LIFTED, ENDING),
];

/// Writes the demo song.
pub(crate) fn demo() -> Song {
    let mut pen = Pen::default();
    let mut bars = Vec::new();
    let mut voicing = keys::Voicing::default();
    for (section, tonic, progression) in FORM {
        let key = Key::new(PitchClass::new(tonic), Mode::Major);
        for (bar_idx, &(step, quality)) in progression.iter().enumerate() {
            let chord = Chord::new(key.tonic.transposed(step), quality);
            pen.bar_idx = bars.len();
            let place = Place { section, bar_idx, n_bars: progression.len(), key, chord };
            drums::write(&mut pen, place);
            bass::write(&mut pen, place);
            keys::write(&mut pen, place, &mut voicing);
            lead::write(&mut pen, place);
            bars.push(Bar { key, chord });
        }
    }
    let mut notes = pen.notes;
    notes.sort_by(|a, b| a.start_beats.total_cmp(&b.start_beats));
    Song { title: "Royal Road", bpm: BPM, beats_per_bar: BEATS_PER_BAR, bars, notes }
}

/// Where in the song a bar stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    section: Section,
    /// Counted from the start of the section.
    bar_idx: usize,
    /// Bars of the section.
    n_bars: usize,
    key: Key,
    chord: Chord,
}

impl Place {
    fn is_first_bar(self) -> bool {
        self.bar_idx == 0
    }

    fn is_last_bar(self) -> bool {
        self.bar_idx + 1 == self.n_bars
    }

    /// The very last bar of the song: one hit that rings out.
    fn is_last_chord(self) -> bool {
        self.section == Section::Ending && self.is_last_bar()
    }
}

/// Writes notes into the current bar. Places and lengths are in eighths.
#[derive(Debug, Default)]
struct Pen {
    notes: Vec<Note>,
    /// Counted from the start of the song.
    bar_idx: usize,
}

impl Pen {
    fn write(&mut self, part: Part, at_eighths: f64, len_eighths: f64, pitch: i32, velocity: f32) {
        let bar_beats = self.bar_idx as f64 * f64::from(BEATS_PER_BAR);
        self.notes.push(Note {
            part,
            start_beats: bar_beats + at_eighths / 2.0,
            len_beats: len_eighths / 2.0,
            pitch,
            velocity,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_lowest_note_on_every_downbeat() {
        let song = demo();
        for (bar_idx, bar) in song.bars.iter().enumerate() {
            let downbeat = bar_idx as f64 * f64::from(BEATS_PER_BAR);
            let pitched = [Part::Bass, Part::Keys, Part::Pluck, Part::Lead];
            let lowest = song
                .notes
                .iter()
                .filter(|note| note.start_beats == downbeat && pitched.contains(&note.part))
                .map(|note| note.pitch)
                .min();
            assert_eq!(lowest.map(PitchClass::new), Some(bar.chord.root), "bar {bar_idx}");
        }
    }

    #[test]
    fn the_keys_play_exactly_the_notes_of_the_chord() {
        let song = demo();
        for note in song.notes.iter().filter(|note| note.part == Part::Keys) {
            let bar = song.bars[(note.start_beats / f64::from(BEATS_PER_BAR)) as usize];
            let pitch_class = PitchClass::new(note.pitch);
            assert!(bar.chord.pitch_classes().any(|p| p == pitch_class), "{note:?} in {bar:?}");
        }
        for (bar_idx, bar) in song.bars.iter().enumerate() {
            let downbeat = bar_idx as f64 * f64::from(BEATS_PER_BAR);
            for pitch_class in bar.chord.pitch_classes() {
                assert!(song.notes.iter().any(|note| note.part == Part::Keys
                    && note.start_beats == downbeat
                    && PitchClass::new(note.pitch) == pitch_class));
            }
        }
    }

    #[test]
    fn every_bar_but_the_last_has_a_backbeat() {
        let song = demo();
        for bar_idx in 0..song.bars.len() - 1 {
            for beat in [1.0, 3.0] {
                let at = bar_idx as f64 * f64::from(BEATS_PER_BAR) + beat;
                assert!(
                    song.notes.iter().any(|note| note.start_beats == at
                        && matches!(note.part, Part::Snare | Part::Clap))
                );
            }
        }
    }

    #[test]
    fn the_melody_keeps_to_the_key() {
        let song = demo();
        for note in song.notes.iter().filter(|note| note.part == Part::Lead) {
            let bar = song.bars[(note.start_beats / f64::from(BEATS_PER_BAR)) as usize];
            assert!(bar.key.scale().contains(&PitchClass::new(note.pitch)));
        }
    }
}

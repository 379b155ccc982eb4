//! [`Song`]: bars with their chords and keys, and the notes every part plays. Times are in beats.

use analysis::{Bpm, Chord, Key, Seconds};

/// A song as written down: everything the renderer plays and the truth states.
#[derive(Clone, Debug, PartialEq)]
pub struct Song {
    pub(crate) title: &'static str,
    pub(crate) bpm: Bpm,
    pub(crate) beats_per_bar: u8,
    pub(crate) bars: Vec<Bar>,
    /// In the order of their starts.
    pub(crate) notes: Vec<Note>,
}

/// One bar: a chord on its downbeat that lasts to the next bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bar {
    pub(crate) key: Key,
    pub(crate) chord: Chord,
}

/// Who plays a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Kick,
    Snare,
    Clap,
    ClosedHat,
    OpenHat,
    Crash,
    Bass,
    Keys,
    Pluck,
    Lead,
}

/// One note. Drums ignore the pitch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Note {
    pub(crate) part: Part,
    /// Beats from the start of the song.
    pub(crate) start_beats: f64,
    pub(crate) len_beats: f64,
    /// MIDI note number, 69 is A4 = 440 Hz.
    pub(crate) pitch: i32,
    /// 0 to 1.
    pub(crate) velocity: f32,
}

impl Song {
    /// The title.
    pub fn title(&self) -> &'static str {
        self.title
    }

    /// The tempo, the same throughout.
    pub fn bpm(&self) -> Bpm {
        self.bpm
    }

    /// How long it lasts, the last chord's ring included.
    pub fn length(&self) -> Seconds {
        self.bar_start(self.bars.len())
    }

    /// Where a beat, counted from the start of the song, falls.
    pub(crate) fn time_of(&self, beats: f64) -> Seconds {
        Seconds(beats * 60.0 / f64::from(self.bpm.0))
    }

    /// Where the `bar_idx`-th bar begins.
    pub(crate) fn bar_start(&self, bar_idx: usize) -> Seconds {
        self.time_of(bar_idx as f64 * f64::from(self.beats_per_bar))
    }
}

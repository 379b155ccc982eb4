//! [`HeldNotes`]: what MIDI says about the harmony.

use super::chroma::Chroma;
use crate::live::NoteEvent;

/// A note counts this much more than the loudest pitch class heard: it is known, not guessed.
const NOTE_WEIGHT: f32 = 3.0;

/// The notes held now and those struck since the last frame.
#[derive(Clone, Debug)]
pub(crate) struct HeldNotes {
    held: [bool; 128],
    struck: [bool; 128],
}

impl HeldNotes {
    pub(crate) fn new() -> Self {
        Self { held: [false; 128], struck: [false; 128] }
    }

    pub(crate) fn push(&mut self, event: NoteEvent) {
        match event {
            NoteEvent::On(note) => {
                if let (Some(held), Some(struck)) =
                    (self.held.get_mut(usize::from(note)), self.struck.get_mut(usize::from(note)))
                {
                    (*held, *struck) = (true, true);
                }
            }
            NoteEvent::Off(note) => {
                if let Some(held) = self.held.get_mut(usize::from(note)) {
                    *held = false;
                }
            }
            NoteEvent::AllOff => self.held = [false; 128],
        }
    }

    /// Adds the notes sounding in this frame to what was heard; true where there are any. Notes
    /// shorter than a frame count in it.
    pub(crate) fn blend(&self, full: &mut Chroma, bass: &mut Chroma) -> bool {
        let mut notes = Chroma::default();
        let mut lowest = None;
        for note in 0..128 {
            if self.held[note] || self.struck[note] {
                notes.0[note % 12] += 1.0;
                lowest = lowest.or(Some(note % 12));
            }
        }
        let Some(lowest) = lowest else {
            return false;
        };
        let loudest = |chroma: &Chroma| chroma.0.iter().fold(1.0, |max: f32, &x| max.max(x));
        full.add(&notes, NOTE_WEIGHT * loudest(full));
        bass.0[lowest] += NOTE_WEIGHT * loudest(bass);
        true
    }

    /// The frame is over: from here on only notes that are held count.
    pub(crate) fn frame_over(&mut self) {
        self.struck = [false; 128];
    }

    pub(crate) fn reset(&mut self) {
        *self = Self::new();
    }
}

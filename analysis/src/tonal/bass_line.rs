//! [`BassLine`]: the bass notes of a file as the tonal network hears them, to tell inversions.

use crate::features::PITCH_FPS;
use crate::learned::{N_BASSES, TonalReading};
use crate::music::{Chord, PitchClass};
use crate::units::Seconds;

/// Mean posterior from which another note of the chord than its root is called its bass: more
/// likely than all others together.
const MIN_SHARE: f32 = 0.5;

/// Posteriors of the bass, 5 frames a second, in 255ths; empty without a network.
#[derive(Clone, Debug, Default)]
pub(super) struct BassLine {
    frames: Vec<[u8; N_BASSES]>,
}

impl BassLine {
    pub(super) fn push(&mut self, reading: &TonalReading) {
        self.frames.push(reading.bass.map(|log| (log.exp() * 255.0).round() as u8));
    }

    /// The bass under `chord` from `start` to `end`, where it is a note of the chord but not its
    /// root.
    pub(super) fn inversion(
        &self,
        chord: Chord,
        start: Seconds,
        end: Seconds,
    ) -> Option<PitchClass> {
        let frame =
            |at: Seconds| ((at.0 * PITCH_FPS as f64).ceil() as usize).min(self.frames.len());
        let frames = self.frames.get(frame(start)..frame(end))?;
        let mean = |class: PitchClass| {
            let sum: f32 = frames.iter().map(|frame| f32::from(frame[class.index()])).sum();
            sum / (255.0 * frames.len().max(1) as f32)
        };
        chord.pitch_classes().skip(1).find(|&class| mean(class) > MIN_SHARE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learned::{N_CHORDS, N_KEY_INPUTS};
    use crate::music::ChordQuality;

    /// Two seconds in which the bass is surely `class`.
    fn line(class: usize) -> BassLine {
        let mut line = BassLine::default();
        let mut bass = [-6.0; N_BASSES];
        bass[class] = 0.8_f32.ln();
        for _ in 0..2 * PITCH_FPS {
            line.push(&TonalReading {
                chords: [0.0; N_CHORDS],
                bass,
                for_key: [0.0; N_KEY_INPUTS],
            });
        }
        line
    }

    #[test]
    fn only_a_note_of_the_chord_makes_an_inversion() {
        let chord = Chord::new(PitchClass::new(5), ChordQuality::Minor);
        let bass = |class: usize, start: f64, end: f64| {
            line(class).inversion(chord, Seconds(start), Seconds(end)).map(PitchClass::index)
        };
        assert_eq!(bass(8, 0.0, 2.0), Some(8));
        assert_eq!(bass(0, 0.3, 0.9), Some(0));
        // The root, a note of another chord, none, a stretch of no frame, one beyond the end.
        for (class, start, end) in
            [(5, 0.0, 2.0), (9, 0.0, 2.0), (12, 0.0, 2.0), (8, 0.05, 0.15), (8, 3.0, 4.0)]
        {
            assert_eq!(bass(class, start, end), None);
        }
    }
}

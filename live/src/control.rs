//! [`Control`]: what the user sets, on its way to the worker.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use analysis::{Bpm, Hertz, TempoRange};
use crossbeam::queue::ArrayQueue;
use library::{Pin, References};

/// No MIDI note.
const NO_NOTE: u32 = u32::MAX;

/// Sets what the worker does. May be cloned and used from any thread; nothing here waits. The
/// worker looks once per wake.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

/// The settings as the worker reads them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) reference_a4: Option<Hertz>,
    pub(crate) tempo_range: TempoRange,
    pub(crate) learned: bool,
    pub(crate) held: bool,
    /// The MIDI note that taps the tempo.
    pub(crate) tap_note: Option<u8>,
    /// Counts the calls of [`Control::reset`].
    pub(crate) n_resets: u32,
}

/// A library to compare with.
pub(crate) struct LibraryChange {
    /// Its number, from 1 on.
    pub(crate) number: u32,
    pub(crate) references: Option<Arc<References>>,
}

/// Every setting is a value of its own: no two of them must change together.
struct Shared {
    /// Bits of an `f64` in hertz; 0 where the pitch is to be estimated.
    reference_a4: AtomicU64,
    /// Bits of two `f32` in BPM: the slow end above, the fast end below.
    tempo_range: AtomicU64,
    learned: AtomicBool,
    held: AtomicBool,
    /// [`NO_NOTE`] where there is none.
    tap_note: AtomicU32,
    n_resets: AtomicU32,
    /// Counts the calls of [`Control::use_library`].
    n_libraries: AtomicU32,
    /// The newest library, until the worker fetches it.
    library: ArrayQueue<LibraryChange>,
    /// The newest target, until the worker fetches it.
    target: ArrayQueue<Option<Pin>>,
}

impl Control {
    pub(crate) fn new() -> Self {
        let control = Self {
            shared: Arc::new(Shared {
                reference_a4: AtomicU64::new(0),
                tempo_range: AtomicU64::new(0),
                learned: AtomicBool::new(true),
                held: AtomicBool::new(false),
                tap_note: AtomicU32::new(NO_NOTE),
                n_resets: AtomicU32::new(0),
                n_libraries: AtomicU32::new(0),
                library: ArrayQueue::new(1),
                target: ArrayQueue::new(1),
            }),
        };
        control.set_tempo_range(TempoRange::default());
        control
    }

    /// The A4 the players tuned to; `None` estimates it from what is heard. A pitch that can't be
    /// used leaves the analysis as it is. Realtime-safe.
    pub fn set_reference_a4(&self, a4: Option<Hertz>) {
        let bits = a4.map_or(0, |a4| a4.0.to_bits());
        self.shared.reference_a4.store(bits, Ordering::Relaxed);
    }

    /// The tempo range. A range that can't be used leaves the analysis as it is. Realtime-safe.
    pub fn set_tempo_range(&self, range: TempoRange) {
        let bits = u64::from(range.min.0.to_bits()) << 32 | u64::from(range.max.0.to_bits());
        self.shared.tempo_range.store(bits, Ordering::Relaxed);
    }

    /// Whether trained networks are heard beside the rest, which is the default. Decided anew with
    /// each stream: to be set before the first sound. Realtime-safe.
    pub fn set_learned(&self, learned: bool) {
        self.shared.learned.store(learned, Ordering::Relaxed);
    }

    /// Holds what is shown of key, tuning, tempo, meter, references, scenes and suggestion, or
    /// lets go again. The beat, the chords, the chroma and the levels go on. What was not known
    /// when the hold began is held from the moment it is. Realtime-safe.
    pub fn set_held(&self, held: bool) {
        self.shared.held.store(held, Ordering::Relaxed);
    }

    /// The MIDI note, 0 to 127, that taps the tempo in place of being heard as music. Realtime-safe.
    pub fn set_tap_note(&self, note: Option<u8>) {
        self.shared.tap_note.store(note.map_or(NO_NOTE, u32::from), Ordering::Relaxed);
    }

    /// Forgets everything heard, what is held included. Realtime-safe.
    pub fn reset(&self) {
        self.shared.n_resets.fetch_add(1, Ordering::Relaxed);
    }

    /// The library to compare with; `None` compares with nothing. The newest call wins. Returns
    /// the number of this library: [`Snapshot::library`](advice::Snapshot) where the references
    /// shown are of it. Not for the audio thread: it may free the library set before.
    pub fn use_library(&self, references: Option<Arc<References>>) -> u32 {
        let number = self.shared.n_libraries.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        drop(self.shared.library.force_push(LibraryChange { number, references }));
        number
    }

    /// What the user writes towards, `None` for nothing; it stays through resets and is looked for
    /// in every library used from now on. The newest call wins. Not for the audio thread: it may
    /// free the target set before.
    pub fn set_target(&self, pin: Option<Pin>) {
        self.shared.target.force_push(pin);
    }

    pub(crate) fn settings(&self) -> Settings {
        let a4_bits = self.shared.reference_a4.load(Ordering::Relaxed);
        let range_bits = self.shared.tempo_range.load(Ordering::Relaxed);
        Settings {
            reference_a4: (a4_bits != 0).then(|| Hertz(f64::from_bits(a4_bits))),
            tempo_range: TempoRange {
                min: Bpm(f32::from_bits((range_bits >> 32) as u32)),
                max: Bpm(f32::from_bits(range_bits as u32)),
            },
            learned: self.shared.learned.load(Ordering::Relaxed),
            held: self.shared.held.load(Ordering::Relaxed),
            tap_note: u8::try_from(self.shared.tap_note.load(Ordering::Relaxed)).ok(),
            n_resets: self.shared.n_resets.load(Ordering::Relaxed),
        }
    }

    /// The target set since the last call, if any.
    pub(crate) fn take_target(&self) -> Option<Option<Pin>> {
        self.shared.target.pop()
    }

    /// The library set since the last call, if any.
    pub(crate) fn take_library(&self) -> Option<LibraryChange> {
        self.shared.library.pop()
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").field("settings", &self.settings()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_arrive_as_they_were_set() {
        let control = Control::new();
        assert_eq!(control.settings().tempo_range, TempoRange::default());
        assert_eq!(control.settings().reference_a4, None);
        let range = TempoRange { min: Bpm(70.0), max: Bpm(180.5) };
        let other = control.clone();
        other.set_tempo_range(range);
        other.set_reference_a4(Some(Hertz(432.1)));
        other.set_learned(false);
        other.set_held(true);
        other.set_tap_note(Some(36));
        other.reset();
        let expected = Settings {
            reference_a4: Some(Hertz(432.1)),
            tempo_range: range,
            learned: false,
            held: true,
            tap_note: Some(36),
            n_resets: 1,
        };
        assert_eq!(control.settings(), expected);
    }

    #[test]
    fn the_newest_target_wins() {
        let control = Control::new();
        assert_eq!(control.take_target(), None);
        control.set_target(Some(Pin::of_scene("study")));
        control.set_target(None);
        assert_eq!(control.take_target(), Some(None));
        assert_eq!(control.take_target(), None);
    }

    #[test]
    fn the_newest_library_wins() {
        let control = Control::new();
        assert!(control.take_library().is_none());
        control.use_library(None);
        let newest = control.use_library(None);
        assert_eq!(control.take_library().map(|change| change.number), Some(newest));
        assert!(control.take_library().is_none());
    }
}

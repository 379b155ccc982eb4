//! [`JamboreeParams`]: what the host may set, and what a project remembers.
//!
//! The ids are part of every saved project and every automation lane: they never change, and a
//! removed one is never used again.

use std::sync::Arc;

use analysis::{Bpm, Hertz, TempoRange};
use nice_plug::prelude::*;

use crate::heard::Heard;
use crate::library_choice::LibraryChoice;
use crate::state::{EditorSize, Persisted, Schema};
use crate::target_choice::TargetChoice;

/// Lowest and highest reference pitch offered, in hertz: baroque pitch to a semitone above 440.
pub(crate) const A4_RANGE_HZ: (f32, f32) = (415.0, 466.0);
/// Slowest tempo that can be chosen as the lower end, in BPM, and the fastest.
pub(crate) const TEMPO_MIN_RANGE_BPM: (i32, i32) = (20, 200);
/// Slowest tempo that can be chosen as the upper end, in BPM, and the fastest.
pub(crate) const TEMPO_MAX_RANGE_BPM: (i32, i32) = (40, 400);

/// No MIDI note taps the tempo.
pub(crate) const NO_TAP_NOTE: i32 = -1;

/// Parameters and persisted fields of one instance. Shared by audio thread, editor and host; every
/// parameter is an atomic, every field has its own lock that the audio thread never takes.
#[derive(Params)]
pub struct JamboreeParams {
    /// Whether the tuning is estimated from what is heard; `a4` counts only where this is off.
    #[id = "auto_tuning"]
    pub auto_tuning: BoolParam,
    /// The A4 the players tuned to, in hertz.
    #[id = "a4"]
    pub a4: FloatParam,
    /// Slow end of the tempo range, in BPM.
    #[id = "tempo_min"]
    pub tempo_min: IntParam,
    /// Fast end of the tempo range, in BPM; less than an octave above the slow end counts as an
    /// octave.
    #[id = "tempo_max"]
    pub tempo_max: IntParam,
    /// Whether the values shown are held.
    #[id = "hold"]
    pub hold: BoolParam,
    /// A momentary button: each change from off to on forgets everything heard.
    #[id = "reset"]
    pub reset: BoolParam,
    /// The host's bypass: audio passes in any case; while on, Jamboree does not listen.
    #[id = "bypass"]
    pub bypass: BoolParam,
    /// The MIDI note that taps the tempo, below 0 for none.
    #[id = "tap_note"]
    pub tap_note: IntParam,

    /// Version of the persisted fields; says what became of the state last loaded.
    #[persist = "schema"]
    pub schema: Schema,
    /// Folder of the reference library in use.
    #[persist = "library"]
    pub library: LibraryChoice,
    /// What is written towards: a scene or a reference.
    #[persist = "target"]
    pub target: TargetChoice,
    /// Language of the panel as a tag ("en", "zh-Hans"); written by the editor.
    #[persist = "language"]
    pub language: Persisted<Option<String>>,
    /// How the panel writes notes, chords and keys, as a tag ("english", "german", "solfege",
    /// "numbered"); none goes with the language. Written by the editor.
    #[persist = "notation"]
    pub notation: Persisted<Option<String>>,
    /// The code the panel shows beside the key, as a tag ("camelot", "open-key"); written by the
    /// editor.
    #[persist = "key_code"]
    pub key_code: Persisted<Option<String>>,
    /// What was heard, for humans and other programs to read.
    #[persist = "last_heard"]
    pub heard: Heard,
    /// Size of the panel in points; written by the editor.
    #[persist = "editor_size"]
    pub editor_size: Persisted<EditorSize>,
}

impl JamboreeParams {
    pub(crate) fn new(heard: Heard, library: LibraryChoice, target: TargetChoice) -> Self {
        let range = TempoRange::default();
        Self {
            auto_tuning: BoolParam::new("Auto Tuning", true),
            a4: FloatParam::new(
                "A4",
                440.0,
                FloatRange::Linear { min: A4_RANGE_HZ.0, max: A4_RANGE_HZ.1 },
            )
            .with_step_size(0.1)
            .with_unit(" Hz"),
            tempo_min: IntParam::new(
                "Slowest Tempo",
                range.min.0.round() as i32,
                IntRange::Linear { min: TEMPO_MIN_RANGE_BPM.0, max: TEMPO_MIN_RANGE_BPM.1 },
            )
            .with_unit(" BPM"),
            tempo_max: IntParam::new(
                "Fastest Tempo",
                range.max.0.round() as i32,
                IntRange::Linear { min: TEMPO_MAX_RANGE_BPM.0, max: TEMPO_MAX_RANGE_BPM.1 },
            )
            .with_unit(" BPM"),
            hold: BoolParam::new("Hold", false),
            reset: BoolParam::new("Reset", false),
            bypass: BoolParam::new("Bypass", false).make_bypass(),
            tap_note: IntParam::new(
                "Tap Note",
                NO_TAP_NOTE,
                IntRange::Linear { min: NO_TAP_NOTE, max: 127 },
            )
            .with_value_to_string(Arc::new(tap_note_name))
            .with_string_to_value(Arc::new(tap_note_of_name)),
            schema: Schema::default(),
            library,
            target,
            language: Persisted::default(),
            notation: Persisted::default(),
            key_code: Persisted::default(),
            heard,
            editor_size: Persisted::default(),
        }
    }

    /// The reference pitch set, `None` for automatic. Realtime-safe.
    pub fn reference_a4(&self) -> Option<Hertz> {
        reference_a4(self.auto_tuning.value(), self.a4.value())
    }

    /// The MIDI note that taps the tempo. Realtime-safe.
    pub fn tap_note(&self) -> Option<u8> {
        u8::try_from(self.tap_note.value()).ok()
    }

    /// The tempo range set, always valid. Realtime-safe.
    pub fn tempo_range(&self) -> TempoRange {
        tempo_range(self.tempo_min.value(), self.tempo_max.value())
    }
}

/// "Off", or the number of the note: hosts do not agree on how octaves are counted.
fn tap_note_name(note: i32) -> String {
    u8::try_from(note).map_or_else(|_| "Off".to_owned(), |note| note.to_string())
}

fn tap_note_of_name(name: &str) -> Option<i32> {
    if name.trim().eq_ignore_ascii_case("off") {
        return Some(NO_TAP_NOTE);
    }
    name.trim().parse().ok().filter(|note| (NO_TAP_NOTE..=127).contains(note))
}

fn reference_a4(auto_tuning: bool, a4_hz: f32) -> Option<Hertz> {
    let a4_hz = a4_hz.clamp(A4_RANGE_HZ.0, A4_RANGE_HZ.1);
    (!auto_tuning).then_some(Hertz(f64::from(a4_hz)))
}

fn tempo_range(min_bpm: i32, max_bpm: i32) -> TempoRange {
    let min_bpm = min_bpm.clamp(TEMPO_MIN_RANGE_BPM.0, TEMPO_MIN_RANGE_BPM.1);
    let max_bpm = max_bpm.clamp(2 * min_bpm, TEMPO_MAX_RANGE_BPM.1);
    TempoRange { min: Bpm(min_bpm as f32), max: Bpm(max_bpm as f32) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use analysis::AnalysisConfig;

    fn params() -> JamboreeParams {
        let session = live::session();
        let repaint = crate::repaint::Repaint::default();
        let library = LibraryChoice::new(session.control.clone(), repaint);
        let target = TargetChoice::new(session.control);
        JamboreeParams::new(Heard::new(session.snapshots), library, target)
    }

    #[test]
    fn the_defaults_are_the_analysis_own() {
        let mut config = AnalysisConfig::at_rate(48_000);
        config.reference_a4 = params().reference_a4();
        config.tempo_range = params().tempo_range();
        assert_eq!(config, AnalysisConfig::at_rate(48_000));
    }

    #[test]
    fn every_setting_gives_a_usable_configuration() {
        let mut config = AnalysisConfig::at_rate(48_000);
        for min_bpm in [i32::MIN, 20, 55, 200, i32::MAX] {
            for max_bpm in [i32::MIN, 40, 215, 400, i32::MAX] {
                for a4_hz in [f32::NEG_INFINITY, 415.0, 440.0, 466.0, f32::INFINITY] {
                    config.reference_a4 = reference_a4(false, a4_hz);
                    config.tempo_range = tempo_range(min_bpm, max_bpm);
                    assert_eq!(config.check(), Ok(()));
                }
            }
        }
    }

    #[test]
    fn the_tap_note_reads_as_it_is_written() {
        for note in [NO_TAP_NOTE, 0, 60, 127] {
            assert_eq!(tap_note_of_name(&tap_note_name(note)), Some(note));
        }
        for nonsense in ["", "C3", "128", "-2"] {
            assert_eq!(tap_note_of_name(nonsense), None, "{nonsense}");
        }
        assert_eq!(params().tap_note(), None);
    }

    #[test]
    fn ids_never_change() {
        let params = params();
        let ids: Vec<String> = params.param_map().into_iter().map(|(id, ..)| id).collect();
        assert_eq!(
            ids,
            ["auto_tuning", "a4", "tempo_min", "tempo_max", "hold", "reset", "bypass", "tap_note"]
        );
        let fields: Vec<String> = params.serialize_fields().into_keys().collect();
        assert_eq!(
            fields,
            [
                "editor_size",
                "key_code",
                "language",
                "last_heard",
                "library",
                "notation",
                "schema",
                "target"
            ]
        );
    }
}

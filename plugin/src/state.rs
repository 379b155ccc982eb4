//! What a project remembers besides the parameters, and what becomes of states from elsewhere.
//!
//! The state is readable JSON, written by nice-plug: `version`, `params` by id, `fields` by key.
//! Every field carries its own meaning; [`SCHEMA`] grows when a meaning changes.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use library::Pin;
use nice_plug::params::persist::PersistentField;
use nice_plug::plugin::{ParamValue, PluginState};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::params::{A4_RANGE_HZ, NO_TAP_NOTE, TEMPO_MAX_RANGE_BPM, TEMPO_MIN_RANGE_BPM};

/// Version of the persisted fields.
pub const SCHEMA: u32 = 1;

/// The fields that hold a text or nothing.
const TEXT_FIELDS: [&str; 4] = ["library", "language", "notation", "key_code"];

/// The parameters, by id.
const PARAMETERS: [&str; 8] =
    ["auto_tuning", "a4", "tempo_min", "tempo_max", "hold", "reset", "bypass", "tap_note"];

/// What was heard, as the state keeps it.
pub type LastHeard = live::Summary;

/// A value that is part of the state. Behind a lock that worker, editor and host take for moments;
/// the audio thread never does.
#[derive(Debug, Default)]
pub struct Persisted<T>(Mutex<T>);

impl<T: Clone> Persisted<T> {
    /// A copy of the value.
    pub fn get(&self) -> T {
        self.lock().clone()
    }

    /// Replaces the value.
    pub fn replace(&self, value: T) {
        *self.lock() = value;
    }
}

impl<T> Persisted<T> {
    fn lock(&self) -> MutexGuard<'_, T> {
        // A value is replaced whole, so a panic elsewhere cannot leave half of one behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a, T: Serialize + Deserialize<'a> + Send> PersistentField<'a, T> for Persisted<T> {
    fn set(&self, new_value: T) {
        *self.lock() = new_value;
    }

    fn map<F: Fn(&T) -> R, R>(&self, f: F) -> R {
        f(&self.lock())
    }
}

/// Size of the panel in points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditorSize {
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl EditorSize {
    /// The size of a first start.
    pub const DEFAULT: Self = Self { width: 1100.0, height: 720.0 };
    /// The smallest size offered to the host.
    pub const MIN: Self = Self { width: 480.0, height: 360.0 };
    const MAX: Self = Self { width: 8192.0, height: 8192.0 };

    /// This size within what can be shown; the default where it is no size at all.
    pub fn usable(self) -> Self {
        let within = |value: f32, default: f32, min: f32, max: f32| {
            if value.is_finite() { value.clamp(min, max) } else { default }
        };
        Self {
            width: within(self.width, Self::DEFAULT.width, Self::MIN.width, Self::MAX.width),
            height: within(self.height, Self::DEFAULT.height, Self::MIN.height, Self::MAX.height),
        }
    }
}

impl Default for EditorSize {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What became of the state last loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateHealth {
    /// None was loaded, or it was understood in full.
    Good,
    /// A newer Jamboree saved it: what this version knows was taken.
    Newer,
    /// Parts of it could not be read: they have their default values.
    Damaged,
}

/// The persisted schema version. Saves [`SCHEMA`]; remembers what it was loaded from.
#[derive(Debug)]
pub struct Schema {
    loaded: AtomicU32,
}

impl Schema {
    /// [`repair`] writes this version where parts of a state could not be read.
    const DAMAGED: u32 = 0;

    /// What became of the state last loaded.
    pub fn health(&self) -> StateHealth {
        match self.loaded.load(Ordering::Relaxed) {
            Self::DAMAGED => StateHealth::Damaged,
            loaded if loaded > SCHEMA => StateHealth::Newer,
            _ => StateHealth::Good,
        }
    }
}

impl Default for Schema {
    fn default() -> Self {
        Self { loaded: AtomicU32::new(SCHEMA) }
    }
}

impl PersistentField<'_, u32> for Schema {
    fn set(&self, new_value: u32) {
        self.loaded.store(new_value, Ordering::Relaxed);
    }

    fn map<F: Fn(&u32) -> R, R>(&self, f: F) -> R {
        f(&SCHEMA)
    }
}

/// Makes a state that someone saved, perhaps another version, perhaps damaged, one that can be
/// loaded whole: values of the wrong type are dropped, values out of range brought into it, and
/// what is missing gets its default, so that loading a state never leaves a setting of the state
/// before.
pub(crate) fn repair(state: &mut PluginState) {
    let mut damaged = false;
    state.params.retain(|id, value| {
        let known = parameter_default(id);
        let fits = known.as_ref().is_some_and(|default| same_kind(default, value));
        damaged |= known.is_some() && !fits;
        fits
    });
    for id in PARAMETERS {
        if let Some(default) = parameter_default(id) {
            let value = state.params.entry(id.to_owned()).or_insert(default);
            bring_into_range(id, value);
        }
    }

    for key in TEXT_FIELDS {
        damaged |= !field_reads::<Option<String>>(state, key);
    }
    damaged |= !field_reads::<Option<LastHeard>>(state, "last_heard");
    damaged |= !field_reads::<Option<Pin>>(state, "target");
    damaged |= !field_reads::<EditorSize>(state, "editor_size");
    damaged |= !field_reads::<u32>(state, "schema");
    for key in TEXT_FIELDS.into_iter().chain(["last_heard", "target"]) {
        state.fields.entry(key.to_owned()).or_insert_with(|| "null".to_owned());
    }
    state.fields.entry("schema".to_owned()).or_insert_with(|| SCHEMA.to_string());
    if let Ok(size) = serde_json::to_string(&EditorSize::DEFAULT) {
        state.fields.entry("editor_size".to_owned()).or_insert(size);
    }
    if damaged {
        state.fields.insert("schema".to_owned(), Schema::DAMAGED.to_string());
    }
}

fn parameter_default(id: &str) -> Option<ParamValue> {
    let range = analysis::TempoRange::default();
    Some(match id {
        "auto_tuning" => ParamValue::Bool(true),
        "a4" => ParamValue::F32(440.0),
        "tempo_min" => ParamValue::I32(range.min.0.round() as i32),
        "tempo_max" => ParamValue::I32(range.max.0.round() as i32),
        "hold" | "reset" | "bypass" => ParamValue::Bool(false),
        "tap_note" => ParamValue::I32(NO_TAP_NOTE),
        _ => return None,
    })
}

fn same_kind(a: &ParamValue, b: &ParamValue) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

fn bring_into_range(id: &str, value: &mut ParamValue) {
    match (id, value) {
        ("a4", ParamValue::F32(hz)) => {
            *hz = if hz.is_nan() { 440.0 } else { hz.clamp(A4_RANGE_HZ.0, A4_RANGE_HZ.1) };
        }
        ("tap_note", ParamValue::I32(note)) => *note = (*note).clamp(NO_TAP_NOTE, 127),
        ("tempo_min", ParamValue::I32(bpm)) => {
            *bpm = (*bpm).clamp(TEMPO_MIN_RANGE_BPM.0, TEMPO_MIN_RANGE_BPM.1);
        }
        ("tempo_max", ParamValue::I32(bpm)) => {
            *bpm = (*bpm).clamp(TEMPO_MAX_RANGE_BPM.0, TEMPO_MAX_RANGE_BPM.1);
        }
        // A momentary button is never loaded pressed.
        ("reset", ParamValue::Bool(on)) => *on = false,
        _ => {}
    }
}

/// Whether the field is absent or holds a `T`; one that does not is removed.
fn field_reads<T: DeserializeOwned>(state: &mut PluginState, key: &str) -> bool {
    let reads = state.fields.get(key).is_none_or(|text| serde_json::from_str::<T>(text).is_ok());
    if !reads {
        state.fields.remove(key);
    }
    reads
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(json: &str) -> PluginState {
        let mut state: PluginState = serde_json::from_str(json).unwrap();
        repair(&mut state);
        state
    }

    fn health(state: &PluginState) -> StateHealth {
        let schema = Schema::default();
        schema.set(serde_json::from_str(&state.fields["schema"]).unwrap());
        schema.health()
    }

    fn size(state: &PluginState) -> EditorSize {
        serde_json::from_str(&state.fields["editor_size"]).unwrap()
    }

    #[test]
    fn a_damaged_language_and_size_get_their_defaults() {
        let state =
            state(r#"{"params":{},"fields":{"language":"[7]","editor_size":"{\"width\":"}}"#);
        assert_eq!(state.fields["language"], "null");
        assert_eq!(size(&state), EditorSize::DEFAULT);
        assert_eq!(health(&state), StateHealth::Damaged);
    }

    #[test]
    fn an_empty_state_becomes_the_defaults() {
        let state = state(r#"{"params":{},"fields":{}}"#);
        assert_eq!(state.params.len(), PARAMETERS.len());
        assert!(matches!(state.params["a4"], ParamValue::F32(440.0)));
        for key in ["library", "language", "notation", "key_code", "last_heard", "target"] {
            assert_eq!(state.fields[key], "null");
        }
        assert_eq!(size(&state), EditorSize::DEFAULT);
        assert_eq!(health(&state), StateHealth::Good);
    }

    #[test]
    fn a_state_from_before_notations_keeps_its_language_and_has_none() {
        let state = state(r#"{"params":{},"fields":{"schema":"1","language":"\"zh-Hans\""}}"#);
        assert_eq!(state.fields["language"], "\"zh-Hans\"");
        assert_eq!(state.fields["notation"], "null");
        assert_eq!(health(&state), StateHealth::Good);
    }

    #[test]
    fn a_target_is_kept_one_from_elsewhere_is_dropped_and_a_state_from_before_has_none() {
        let pins = [
            Pin::of_scene("night drive"),
            Pin::Reference {
                content: "ab".repeat(32),
                file: "/music/曲.flac".to_owned(),
                title: "曲".to_owned(),
            },
        ];
        for pin in pins {
            let field = serde_json::to_string(&Some(&pin)).unwrap();
            let saved = serde_json::json!({"params": {}, "fields": {"target": field}});
            let state = state(&saved.to_string());
            let kept: Option<Pin> = serde_json::from_str(&state.fields["target"]).unwrap();
            assert_eq!((kept, health(&state)), (Some(pin), StateHealth::Good));
        }
        let before = state(r#"{"params":{},"fields":{"schema":"1","library":"\"/lib\""}}"#);
        assert_eq!(before.fields["target"], "null");
        assert_eq!(health(&before), StateHealth::Good);
        for broken in [r#""{\"scene\":7}""#, r#""{\"planet\":{}}""#, r#""[""#] {
            let json = format!(r#"{{"params":{{}},"fields":{{"target":{broken}}}}}"#);
            let state = state(&json);
            assert_eq!(state.fields["target"], "null", "{broken}");
            assert_eq!(health(&state), StateHealth::Damaged, "{broken}");
        }
    }

    #[test]
    fn what_cannot_be_read_gets_its_default_and_is_reported() {
        let state = state(
            r#"{"params":{"a4":{"bool":true},"hold":{"bool":true}},
                "fields":{"library":"[1,2]","language":"\"zh-Hans\""}}"#,
        );
        assert!(matches!(state.params["a4"], ParamValue::F32(440.0)));
        assert!(matches!(state.params["hold"], ParamValue::Bool(true)));
        assert_eq!(state.fields["library"], "null");
        assert_eq!(state.fields["language"], "\"zh-Hans\"");
        assert_eq!(health(&state), StateHealth::Damaged);
    }

    #[test]
    fn a_newer_state_gives_what_is_known_and_is_reported() {
        let state = state(
            r#"{"version":"9.0.0","params":{"hold":{"bool":true},"warp":{"f32":1.0}},
                "fields":{"schema":"2","warp_core":"{}"}}"#,
        );
        assert!(matches!(state.params["hold"], ParamValue::Bool(true)));
        assert!(!state.params.contains_key("warp"));
        assert_eq!(health(&state), StateHealth::Newer);
    }

    #[test]
    fn values_out_of_range_are_brought_into_it() {
        let state = state(
            r#"{"params":{"a4":{"f32":1e30},"tempo_min":{"i32":-5},"tempo_max":{"i32":100000},
                "reset":{"bool":true}},"fields":{}}"#,
        );
        assert!(matches!(state.params["a4"], ParamValue::F32(466.0)));
        assert!(matches!(state.params["tempo_min"], ParamValue::I32(20)));
        assert!(matches!(state.params["tempo_max"], ParamValue::I32(400)));
        assert!(matches!(state.params["reset"], ParamValue::Bool(false)));
    }

    #[test]
    fn a_size_is_always_usable() {
        assert_eq!(
            EditorSize { width: f32::NAN, height: 1.0 }.usable(),
            EditorSize { width: 1100.0, height: 360.0 }
        );
    }
}

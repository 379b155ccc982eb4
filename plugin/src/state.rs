//! What a project remembers besides the parameters, and what becomes of states from elsewhere.
//!
//! The state is readable JSON, written by nice-plug: `version`, `params` by id, `fields` by key.
//! Every field carries its own meaning; [`SCHEMA`] grows when a meaning changes.

mod editor_size;
mod persisted;
mod schema;

use library::Pin;
use nice_plug::plugin::{ParamValue, PluginState};
use serde::de::DeserializeOwned;

pub use editor_size::EditorSize;
pub use persisted::Persisted;
pub use schema::{SCHEMA, Schema, StateHealth};

use crate::params::{A4_RANGE_HZ, NO_TAP_NOTE, TEMPO_MAX_RANGE_BPM, TEMPO_MIN_RANGE_BPM};

/// The fields that hold a text or nothing.
const TEXT_FIELDS: [&str; 4] = ["library", "language", "notation", "key_code"];

/// The parameters, by id.
const PARAMETERS: [&str; 8] =
    ["auto_tuning", "a4", "tempo_min", "tempo_max", "hold", "reset", "bypass", "tap_note"];

/// What was heard, as the state keeps it.
pub type LastHeard = live::Summary;

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
mod tests;

use nice_plug::params::persist::PersistentField as _;

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
    let state = state(r#"{"params":{},"fields":{"language":"[7]","editor_size":"{\"width\":"}}"#);
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

//! The built CLAP plugin in a real host: what it promises, what it hears, what it survives.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

use std::thread;
use std::time::{Duration, Instant};

use clack_host::prelude::EventBuffer;
use serde_json::Value;
use tests::clap_host::{Library, Plugin, note_off, note_on};
use tests::music::{awkward, demo_song, sine};
use tests::processes::in_children;
use tests::{bundles, music};

const BUFFER_LENS: [usize; 7] = [1, 64, 3, 512, 4096, 37, 1024];

fn library() -> Option<Library> {
    bundles::clap().map(|path| Library::load(&path).unwrap())
}

/// Plays `channels` offline from start to end and hands back what the state says was heard.
fn hear_offline(plugin: &mut Plugin, sample_rate: u32, channels: &[Vec<f32>]) -> Value {
    plugin.set_offline(true).unwrap();
    let mut processor = plugin.activate(sample_rate, 4096, channels.len()).unwrap();
    processor.play(channels, &BUFFER_LENS).unwrap();
    plugin.deactivate(processor);
    plugin.last_heard().unwrap()
}

fn bpm(heard: &Value) -> f64 {
    heard["bpm"].as_f64().unwrap_or_else(|| panic!("no tempo in {heard}"))
}

#[test]
fn ids_and_parameters_never_change() {
    let Some(library) = library() else { return };
    let descriptors = library.descriptors();
    assert_eq!(descriptors.len(), 1);
    assert_eq!(descriptors[0].id, "org.jamboree.jamboree");
    assert_eq!(descriptors[0].name, "Jamboree");
    assert_eq!(descriptors[0].features, ["audio-effect", "analyzer", "utility", "stereo", "mono"]);
    let mut plugin = library.instance().unwrap();
    let parameters = plugin.parameters().unwrap();
    let golden: Vec<(u32, &str)> =
        parameters.iter().map(|parameter| (parameter.id, parameter.name.as_str())).collect();
    // The ids are hashes of the names in the state ("auto_tuning", "a4"…): projects and automation
    // lanes refer to them.
    assert_eq!(
        golden,
        [
            (937_667_397, "Auto Tuning"),
            (3_059, "A4"),
            (1_984_431_918, "Slowest Tempo"),
            (1_984_431_680, "Fastest Tempo"),
            (3_208_383, "Hold"),
            (108_404_047, "Reset"),
            (773_352_680, "Bypass"),
            (1_641_150_222, "Tap Note"),
        ]
    );
    let bypasses: Vec<&str> = parameters
        .iter()
        .filter(|parameter| parameter.is_bypass)
        .map(|parameter| parameter.name.as_str())
        .collect();
    assert_eq!(bypasses, ["Bypass"]);
    assert_eq!(plugin.value("A4").unwrap().1, "440.0 Hz");
    assert_eq!(plugin.value("Slowest Tempo").unwrap().1, "55 BPM");
    assert_eq!(plugin.note_ports().unwrap(), (1, 0));
    assert_eq!(plugin.latency().unwrap(), 0);
}

#[test]
fn sound_passes_bit_by_bit() {
    let Some(library) = library() else { return };
    for (n_channels, sample_rates) in
        [(2, &[44_100, 48_000, 96_000, 192_000][..]), (1, &[8_000, 44_100, 48_000][..])]
    {
        let mut plugin = library.instance().unwrap();
        assert_eq!(plugin.select_layout(n_channels as u32).unwrap(), [2, 1]);
        let channels: Vec<Vec<f32>> = (0..n_channels).map(|_| awkward(20_011)).collect();
        for &sample_rate in sample_rates {
            let mut processor = plugin.activate(sample_rate, 4096, n_channels).unwrap();
            processor.play(&channels, &BUFFER_LENS).unwrap();
            plugin.deactivate(processor);
            assert_eq!(plugin.latency().unwrap(), 0);
        }
    }
}

#[test]
fn sound_passes_while_bypassed_and_nothing_is_heard() {
    let Some(library) = library() else { return };
    let mut plugin = library.instance().unwrap();
    plugin.set("Bypass", 1.0).unwrap();
    assert_eq!(hear_offline(&mut plugin, 48_000, &demo_song(48_000, 15.0)), Value::Null);
}

#[test]
fn the_demo_song_is_heard() {
    let Some(library) = library() else { return };
    let truth = song::demo().truth();
    let first = truth.keys.first().unwrap();
    for (sample_rate, seconds, key) in [
        (48_000, first.end.0 - 2.0, first.key),
        (44_100, truth.length.0, truth.keys.last().unwrap().key),
    ] {
        let mut plugin = library.instance().unwrap();
        let heard = hear_offline(&mut plugin, sample_rate, &demo_song(sample_rate, seconds));
        assert_eq!(heard["key"], key.to_string(), "{heard}");
        assert!((bpm(&heard) / f64::from(truth.bpm.0) - 1.0).abs() < 0.02, "{heard}");
        assert!(heard["chords"].as_array().is_some_and(|chords| chords.len() >= 4), "{heard}");
        assert!((heard["seconds"].as_f64().unwrap() - seconds).abs() < 1.0, "{heard}");
        assert_eq!(heard["lost_samples"], 0, "an offline render loses nothing");
    }
}

#[test]
fn mono_is_heard_like_stereo() {
    let Some(library) = library() else { return };
    let truth = song::demo().truth();
    let [left, right] = demo_song(48_000, 30.0);
    let mono = left.iter().zip(&right).map(|(left, right)| 0.5 * (left + right)).collect();
    let mut plugin = library.instance().unwrap();
    plugin.select_layout(1).unwrap();
    let heard = hear_offline(&mut plugin, 48_000, &[mono]);
    assert_eq!(heard["key"], truth.keys[0].key.to_string(), "{heard}");
    assert!((bpm(&heard) / f64::from(truth.bpm.0) - 1.0).abs() < 0.02, "{heard}");
}

#[test]
fn stop_start_reset_and_a_new_rate_work_in_any_order() {
    let Some(library) = library() else { return };
    let mut plugin = library.instance().unwrap();
    for (round, sample_rate) in [48_000, 44_100, 192_000, 8_000, 48_000].into_iter().enumerate() {
        plugin.set_offline(round % 2 == 0).unwrap();
        let song = demo_song(sample_rate, 1.0);
        let mut processor = plugin.activate(sample_rate, 4096, 2).unwrap();
        processor.play(&song, &[256]).unwrap();
        processor.reset();
        processor.set_tempo(Some(114.0));
        processor.play(&song, &[1024, 1]).unwrap();
        processor = processor.restart().unwrap();
        processor.set_tempo(None);
        processor.play(&song, &[64]).unwrap();
        plugin.deactivate(processor);
        // Activated and not played.
        let processor = plugin.activate(sample_rate, 64, 2).unwrap();
        plugin.deactivate(processor);
    }
    let song = demo_song(48_000, 20.0);
    let heard = hear_offline(&mut plugin, 48_000, &song);
    assert_eq!(heard["key"], song::demo().truth().keys[0].key.to_string(), "{heard}");
}

#[test]
fn offline_is_taken_up_while_active() {
    let Some(library) = library() else { return };
    let mut plugin = library.instance().unwrap();
    let processor = plugin.activate(48_000, 512, 2).unwrap();
    plugin.set_offline(true).unwrap();
    assert_eq!(plugin.n_restarts_asked(), 1, "the mode is taken up by activating again");
    plugin.deactivate(processor);
}

#[test]
fn the_state_carries_settings_and_what_was_heard() {
    let Some(library) = library() else { return };
    let mut plugin = library.instance().unwrap();
    let [left, right] = demo_song(48_000, 20.0);
    plugin.set_offline(true).unwrap();
    let mut processor = plugin.activate(48_000, 4096, 2).unwrap();
    let mut events = EventBuffer::new();
    for (name, value) in [("Hold", 1.0), ("Auto Tuning", 0.0)] {
        events.push(&plugin.set_event(name, 0, value).unwrap());
    }
    // Parameters travel normalised: half of the way from 415 to 466 Hz.
    let range = plugin.parameter("A4").unwrap().range;
    let a4 = 0.5 * (range.0 + range.1);
    events.push(&plugin.set_event("A4", 5, a4).unwrap());
    processor.process(&[&left[..64], &right[..64]], &events).unwrap();
    processor.play(&[left[64..].to_vec(), right[64..].to_vec()], &BUFFER_LENS).unwrap();
    plugin.deactivate(processor);
    let saved = plugin.state().unwrap();
    let json = plugin.state_json().unwrap();
    assert_eq!(json["fields"]["schema"], 1);
    assert_eq!(json["params"]["hold"]["bool"], true);
    assert_eq!(json["params"]["auto_tuning"]["bool"], false);
    assert!((json["params"]["a4"]["f32"].as_f64().unwrap() - 440.5).abs() < 0.06, "{json}");
    assert_eq!(json["params"]["tempo_min"]["i32"], 55);
    assert_eq!(json["fields"]["library"], Value::Null);
    assert!(json["fields"]["last_heard"]["key"].is_string(), "{json}");

    let mut other = library.instance().unwrap();
    assert!(other.load_state(&saved).unwrap());
    assert_eq!(other.state_json().unwrap(), json, "a state goes round unchanged");
    // Restored while active, as hosts do when presets are browsed.
    let mut processor = other.activate(48_000, 4096, 2).unwrap();
    assert!(other.load_state(&saved).unwrap());
    processor.play(&[left[..4096].to_vec(), right[..4096].to_vec()], &[512]).unwrap();
    other.deactivate(processor);
    assert_eq!(other.state_json().unwrap(), json, "silence after loading forgets nothing");
}

#[test]
fn a_state_from_elsewhere_does_no_harm() {
    let Some(library) = library() else { return };
    let mut plugin = library.instance().unwrap();
    let before = plugin.state_json().unwrap();
    for garbage in ["", "{", "null", "[]", "{\"params\":7,\"fields\":{}}", "\u{0}\u{1}\u{2}"] {
        assert!(!plugin.load_state_text(garbage).unwrap(), "{garbage:?} is no state");
        assert_eq!(plugin.state_json().unwrap(), before, "{garbage:?}");
    }
    assert!(!plugin.load_state(&[]).unwrap());
    assert!(!plugin.load_state(&u64::MAX.to_le_bytes()).unwrap());
    let noise: Vec<u8> = awkward(512).iter().flat_map(|sample| sample.to_le_bytes()).collect();
    assert!(!plugin.load_state(&noise).unwrap());

    for (state, a4) in [
        // Older: only what it knew. Newer: more than this version knows. Damaged: wrong types.
        (r#"{"params":{"a4":{"f32":432.0}},"fields":{}}"#, 432.0),
        (
            r#"{"version":"9.9.9","params":{"a4":{"f32":432.0},"warp":{"f32":1.0}},
                "fields":{"schema":"99","warp":"{\"a\":1}","last_heard":"{\"key\":\"C major\",\"mood\":1}"}}"#,
            432.0,
        ),
        (
            r#"{"params":{"a4":{"string":"loud"},"tempo_min":{"i32":100000}},
                "fields":{"last_heard":"7","library":"[]","editor_size":"{\"width\":-1}"}}"#,
            440.0,
        ),
    ] {
        assert!(plugin.load_state_text(state).unwrap(), "{state}");
        let json = plugin.state_json().unwrap();
        assert!((json["params"]["a4"]["f32"].as_f64().unwrap() - a4).abs() < 0.06, "{json}");
        assert_eq!(json["fields"]["schema"], 1, "what is saved has this version's form");
        let mut processor = plugin.activate(48_000, 512, 2).unwrap();
        processor.play(&demo_song(48_000, 0.5), &[512]).unwrap();
        plugin.deactivate(processor);
    }
}

#[test]
fn notes_alone_give_a_key_and_chords() {
    let Some(library) = library() else { return };
    let mut plugin = library.instance().unwrap();
    plugin.set_offline(true).unwrap();
    let mut processor = plugin.activate(48_000, 48_000, 2).unwrap();
    let silence = vec![0.0; 48_000];
    // C F G C, one chord a second, in different octaves, begun inside the buffer.
    let chords: [[u16; 3]; 4] = [[60, 64, 67], [53, 57, 60], [55, 59, 62], [48, 64, 67]];
    for chord in chords.iter().cycle().take(16) {
        let mut events = EventBuffer::new();
        for key in chord {
            events.push(&note_on(100, *key));
        }
        for key in chord {
            events.push(&note_off(47_000, *key));
        }
        processor.process(&[&silence, &silence], &events).unwrap();
    }
    plugin.deactivate(processor);
    let heard = plugin.last_heard().unwrap();
    assert_eq!(heard["key"], "C major", "{heard}");
    let heard_chords: Vec<&str> =
        heard["chords"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    for chord in ["C:maj", "F:maj", "G:maj"] {
        assert!(heard_chords.contains(&chord), "{heard}");
    }
}

#[test]
fn many_instances_hear_their_own_music() {
    let Some(library) = library() else { return };
    let song = demo_song(48_000, 20.0);
    let truth = song::demo().truth();
    let mut plugins: Vec<Plugin> = (0..16).map(|_| library.instance().unwrap()).collect();
    let processors: Vec<_> = plugins
        .iter_mut()
        .map(|plugin| {
            plugin.set_offline(true).unwrap();
            plugin.activate(48_000, 512, 2).unwrap()
        })
        .collect();
    let silence: music::Stereo = [vec![0.0; 480_000], vec![0.0; 480_000]];
    let processors: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = processors
            .into_iter()
            .enumerate()
            .map(|(idx, mut processor)| {
                let channels = if idx % 4 == 0 { &song } else { &silence };
                scope.spawn(move || {
                    processor.play(channels, &[512]).unwrap();
                    processor
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for (idx, (plugin, processor)) in plugins.iter_mut().zip(processors).enumerate() {
        plugin.deactivate(processor);
        let heard = plugin.last_heard().unwrap();
        if idx % 4 == 0 {
            assert_eq!(heard["key"], truth.keys[0].key.to_string(), "instance {idx}: {heard}");
        } else {
            assert_eq!(heard, Value::Null, "instance {idx} heard silence");
        }
    }
}

#[test]
fn a_fresh_reference_library_is_read_beside_the_sound() {
    let Some(library) = library() else { return };
    let mut plugin = library.instance().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none");
    let target = serde_json::json!({
        "reference": { "content": "ab".repeat(32), "file": "/music/Neon Coast.flac", "title": "Neon Coast" },
    });
    let state = serde_json::json!({
        "params": {},
        "fields": {
            "library": serde_json::to_string(&path).unwrap(),
            "target": target.to_string(),
        },
    });
    let start = Instant::now();
    assert!(plugin.load_state_text(&state.to_string()).unwrap());
    assert!(start.elapsed() < Duration::from_secs(1), "loading a state does not wait for files");
    let mut processor = plugin.activate(48_000, 512, 2).unwrap();
    let tone = sine(220.0, 48_000, 48_000);
    processor.play(&[tone.clone(), tone], &[512]).unwrap();
    plugin.deactivate(processor);
    let saved = plugin.state_json().unwrap();
    assert_eq!(
        saved["fields"]["library"].as_str().unwrap(),
        path.to_string_lossy(),
        "a library that is not there now is kept: the disk may come back"
    );
    assert_eq!(
        saved["fields"]["target"], target,
        "and so is the reference that is written towards"
    );
}

#[test]
fn a_panic_inside_never_reaches_the_host() {
    if bundles::clap().is_none() {
        return;
    }
    in_children(
        "a_panic_inside_never_reaches_the_host",
        &[
            &[("JAMBOREE_TEST_PANIC", "process")],
            &[("JAMBOREE_TEST_PANIC", "activate")],
            &[("JAMBOREE_TEST_PANIC", "reset")],
            &[("JAMBOREE_TEST_PANIC", "load")],
        ],
        || {
            let library = library().unwrap();
            let mut plugin = library.instance().unwrap();
            let state = r#"{"params":{},"fields":{"library":"\"/nowhere\""}}"#;
            assert!(plugin.load_state_text(state).unwrap());
            for _ in 0..2 {
                let mut processor = plugin.activate(48_000, 4096, 2).unwrap();
                // Every buffer, that of the panic included, comes out as it went in.
                processor.play(&[awkward(10_000), awkward(10_000)], &BUFFER_LENS).unwrap();
                processor.reset();
                plugin.deactivate(processor);
            }
            let saved = plugin.state().unwrap();
            assert!(plugin.load_state(&saved).unwrap());
        },
    );
}

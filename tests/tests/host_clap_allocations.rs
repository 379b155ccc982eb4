//! The plugin's audio thread under an allocation detector, in a real host.
//!
//! The detector is nice-plug's: a debug build with the feature `assert-process-allocs` ends the
//! process at the first allocation inside `process` or `reset`. The bundle that the other tests
//! load has no detector; `cargo xtask test` builds one that has.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that can't go on fails")]

use clack_host::prelude::EventBuffer;
use tests::bundles;
use tests::clap_host::{Library, Plugin, note_off, note_on};
use tests::music::{awkward, demo_song};
use tests::processes::{child_status, is_child};

const TEST: &str = "the_audio_thread_allocates_nothing";

#[test]
fn the_audio_thread_allocates_nothing() {
    if is_child() {
        return play_everything();
    }
    if bundles::detector().is_none() {
        return;
    }
    assert!(child_status(TEST, &[]).success(), "the audio thread allocates");
    // A panic allocates its message: proof that the detector is awake.
    let caught = child_status(TEST, &[("JAMBOREE_TEST_PANIC", "process")]);
    assert!(!caught.success(), "the detector sleeps");
}

fn play_everything() {
    let library = Library::load(&bundles::detector().unwrap()).unwrap();
    for n_channels in [2, 1] {
        let mut plugin = library.instance().unwrap();
        plugin.select_layout(n_channels as u32).unwrap();
        for sample_rate in [44_100, 192_000] {
            play(&mut plugin, sample_rate, n_channels);
        }
    }
}

/// Far more than the queue holds, so that it is full as well; parameters, notes, a reset and a
/// transport between.
fn play(plugin: &mut Plugin, sample_rate: u32, n_channels: usize) {
    let mut processor = plugin.activate(sample_rate, 4096, n_channels).unwrap();
    let song = demo_song(sample_rate, 20.0);
    processor.set_tempo(Some(114.0));
    processor.play(&song[..n_channels], &[512, 64, 1, 4096]).unwrap();
    let sound = vec![awkward(512); n_channels];
    let buffer: Vec<&[f32]> = sound.iter().map(Vec::as_slice).collect();
    for (name, value) in
        [("Reset", 1.0), ("Hold", 1.0), ("Auto Tuning", 0.0), ("Bypass", 1.0), ("Bypass", 0.0)]
    {
        let mut events = EventBuffer::new();
        for key in 0..128 {
            events.push(&note_on(u32::from(key), key));
            events.push(&note_off(256, key));
        }
        events.push(&plugin.set_event(name, 300, value).unwrap());
        events.sort();
        processor.process(&buffer, &events).unwrap();
        processor.reset();
    }
    plugin.deactivate(processor);
}

"""Checks of the built VST3 in pedalboard, a JUCE host that can show the editor.

    python vst3_pedalboard.py CHECK PLUGIN SONG TRUTH

SONG and TRUTH as in vst3_minihost.py. `shows_its_editor` needs a display with a window manager
and an XSETTINGS daemon: on a bare one the host itself ends the process.
"""

import json
import sys
import threading
import time

import numpy as np
import pedalboard

RATE = 48_000


def read_song(path):
    return np.ascontiguousarray(np.fromfile(path, dtype="<f4").reshape(-1, 2).T)


def plays_the_song(path, song, truth):
    plugin = pedalboard.load_plugin(path)
    assert plugin.is_effect and not plugin.is_instrument
    # Names and units as this host makes attributes of them; a wrong one would be taken silently.
    parameters = set(plugin.parameters)
    expected = {"auto_tuning", "a4_hz", "slowest_tempo_bpm", "fastest_tempo_bpm", "hold", "reset", "bypass", "tap_note"}
    assert expected == parameters, parameters
    assert abs(float(plugin.a4_hz) - 440) < 0.06, plugin.a4_hz
    music = read_song(song)[:, : 25 * RATE]
    out = plugin.process(music, RATE, buffer_size=8192, reset=False)
    assert out.tobytes() == music.tobytes(), "sound is changed"
    mono = np.ascontiguousarray(music[:1])
    out = pedalboard.load_plugin(path).process(mono, RATE)
    assert out.tobytes() == mono.tobytes(), "mono is changed"


def state(plugin):
    """The plugin's own JSON inside the preset."""
    preset = plugin.preset_data
    text = preset[preset.index(b'{"version"') :].decode("latin-1")
    return json.JSONDecoder().raw_decode(text)[0]


def heard(plugin):
    return json.loads(state(plugin)["fields"]["last_heard"])


def listen(plugin, music):
    """Plays `music` no faster than the plugin can hear: this host has no offline mode."""
    for start in range(0, music.shape[1], 5 * RATE):
        plugin.process(music[:, start : start + 5 * RATE], RATE, reset=False)
        patience = time.monotonic() + 60
        until = min(start + 5 * RATE, music.shape[1]) / RATE - 0.5
        while not (heard(plugin) or {"seconds": 0})["seconds"] > until:
            assert time.monotonic() < patience, heard(plugin)
            time.sleep(0.05)


def keeps_its_preset(path, song, truth):
    plugin = pedalboard.load_plugin(path)
    plugin.hold = True
    listen(plugin, read_song(song)[:, : 25 * RATE])
    saved = state(plugin)
    assert saved["params"]["hold"] == {"bool": True}, saved
    assert heard(plugin)["key"] == truth["first_key"], saved
    assert heard(plugin)["lost_samples"] == 0, saved
    # The attributes of this host follow a loaded preset only while it runs a message loop, so the
    # plugin is asked.
    other = pedalboard.load_plugin(path)
    assert state(other)["params"]["hold"] == {"bool": False}
    other.preset_data = plugin.preset_data
    assert state(other) == saved, state(other)
    other = pedalboard.load_plugin(path)
    other.raw_state = plugin.raw_state
    assert state(other) == saved, state(other)


def shows_its_editor(path, song, truth):
    plugin = pedalboard.load_plugin(path)
    for _ in range(5):
        close = threading.Event()
        threading.Timer(1.0, close.set).start()
        start = time.monotonic()
        plugin.show_editor(close)
        assert time.monotonic() - start > 0.9, "the editor went away by itself"
    plugin.process(read_song(song)[:, :RATE], RATE, reset=False)


if __name__ == "__main__":
    check, path, song, truth = sys.argv[1:]
    globals()[check](path, song, json.loads(truth))
    print(f"{check}: ok")

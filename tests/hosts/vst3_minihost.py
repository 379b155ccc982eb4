"""Checks of the built VST3 in minihost, a JUCE host without a window.

    python vst3_minihost.py CHECK PLUGIN SONG TRUTH

SONG is the demo song as raw 32-bit floats, left and right interleaved, at 48 kHz; TRUTH says in
JSON what there is to be heard. A check that fails ends with a traceback and exit code 1.
"""

import json
import re
import sys
import time

import minihost
import numpy as np

RATE = 48_000
PARAMETERS = [
    "Auto Tuning",
    "A4",
    "Slowest Tempo",
    "Fastest Tempo",
    "Hold",
    "Reset",
    "Bypass",
    "Tap Note",
]


def read_song(path):
    return np.ascontiguousarray(np.fromfile(path, dtype="<f4").reshape(-1, 2).T)


def noise(n_channels, n_samples):
    rng = np.random.default_rng(1)
    return rng.uniform(-1, 1, (n_channels, n_samples)).astype(np.float32)


def go_offline(plugin, rate=RATE):
    """Renders offline from here on: the host takes that up when it prepares the plugin anew."""
    plugin.non_realtime = True
    plugin.sample_rate = 44_100 if rate != 44_100 else 48_000
    plugin.sample_rate = rate


def play(plugin, sound, block=512, transport_bpm=None):
    """Plays `sound` in blocks; what comes out must be what went in, bit by bit."""
    for start in range(0, sound.shape[1], block):
        part = np.ascontiguousarray(sound[:, start : start + block])
        out = np.full_like(part, np.nan)
        if transport_bpm is not None:
            beats = start / RATE * transport_bpm / 60
            plugin.set_transport(
                transport_bpm, 4, 4, position_samples=start, position_beats=beats, is_playing=True
            )
        plugin.process(part, out)
        assert part.tobytes() == out.tobytes(), f"block at {start} is changed"


def from_juce_base64(text):
    """JUCE's own encoding: the length, a dot, then six bits a character, lowest bits first."""
    alphabet = ".ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+"
    length, _, digits = text.partition(".")
    number = sum(alphabet.index(digit) << (6 * i) for i, digit in enumerate(digits))
    return number.to_bytes(len(digits) * 6 // 8 + 1, "little")[: int(length)]


def state(plugin):
    """The plugin's own JSON inside the host's state."""
    blob = plugin.get_state().decode("latin-1")
    component = re.search("<IComponent>(.*?)</IComponent>", blob).group(1)
    text = json.loads(from_juce_base64(component))
    text["fields"] = {key: json.loads(field) for key, field in text["fields"].items()}
    return text


def heard(plugin, seconds=0):
    """What the state says was heard, once the worker has heard `seconds` of it."""
    patience = time.monotonic() + 60
    while True:
        found = state(plugin)["fields"]["last_heard"]
        if seconds == 0 or (found and found["seconds"] > seconds - 0.5):
            return found
        assert time.monotonic() < patience, found
        time.sleep(0.05)


def check_heard(found, truth, key):
    assert found is not None, "nothing was heard"
    assert found["key"] == truth[key], (found, truth)
    assert abs(found["bpm"] / truth["bpm"] - 1) < 0.02, (found, truth)
    assert found["lost_samples"] == 0, found


def loads(path, song, truth):
    plugin = minihost.Plugin(path, sample_rate=RATE, max_block_size=512)
    names = [plugin.get_param_info(i)["name"] for i in range(plugin.num_params)]
    assert names == PARAMETERS, names
    assert plugin.latency_samples == 0 and plugin.tail_seconds == 0
    assert plugin.accepts_midi and not plugin.produces_midi
    assert (plugin.num_input_channels, plugin.num_output_channels) == (2, 2)
    assert plugin.param_to_text(1, plugin.get_param(1)).startswith("440.0")
    for i in range(plugin.num_params):
        for value in (0.0, 1.0, 0.25):
            plugin.set_param(i, value)
    play(plugin, noise(2, 5000))


def hears_the_song(path, song, truth):
    plugin = minihost.Plugin(path, sample_rate=RATE, max_block_size=512)
    go_offline(plugin)
    music = read_song(song)
    play(plugin, music, transport_bpm=truth["bpm"])
    check_heard(heard(plugin, music.shape[1] / RATE), truth, "last_key")


def compares_with_the_host(path, song, truth):
    """A transport at 100 against music at 103, and against music that keeps to it."""
    music = read_song(song)[:, : 30 * RATE]
    for bpm in (103, 100):
        plugin = minihost.Plugin(path, sample_rate=RATE, max_block_size=512)
        go_offline(plugin)
        # The song played faster or slower, as a tape is.
        at = np.arange(int(music.shape[1] * truth["bpm"] / bpm)) * (bpm / truth["bpm"])
        tape = np.stack([np.interp(at, np.arange(music.shape[1]), part) for part in music])
        tape = tape.astype(np.float32)
        play(plugin, tape, transport_bpm=100)
        found = heard(plugin, tape.shape[1] / RATE)
        assert abs(found["faster_than_host_percent"] - (bpm - 100)) < 0.3, (bpm, found)
        plugin.close()


def keeps_its_state(path, song, truth):
    plugin = minihost.Plugin(path, sample_rate=RATE, max_block_size=4096)
    go_offline(plugin)
    plugin.set_param_by_name("Hold", 1.0)
    play(plugin, read_song(song)[:, : 25 * RATE], block=4096)
    check_heard(heard(plugin, 25), truth, "first_key")
    saved, blob = state(plugin), plugin.get_state()
    assert saved["params"]["hold"] == {"bool": True}, saved
    plugin.close()
    other = minihost.Plugin(path, sample_rate=RATE, max_block_size=512)
    other.set_state(blob)
    assert state(other) == saved, (state(other), saved)
    assert other.get_param_by_name("Hold") == 1.0
    for garbage in (b"", b"\0" * 64, bytes(range(256)) * 8):
        try:
            other.set_state(garbage)
        except Exception:  # noqa: BLE001 - the host may refuse by itself
            pass
    play(other, noise(2, 5000))


def follows_rate_and_block_size(path, song, truth):
    plugin = minihost.Plugin(path, sample_rate=44_100, max_block_size=4096)
    for rate in (44_100, 96_000, 192_000, 8_000, 48_000):
        plugin.sample_rate = rate
        for block in (1, 7, 64, 4096):
            play(plugin, noise(2, min(20 * block, 9000)), block=block)
    plugin.reset()
    go_offline(plugin)
    play(plugin, read_song(song)[:, : 25 * RATE], block=1024)
    check_heard(heard(plugin, 25), truth, "first_key")


def hears_mono(path, song, truth):
    plugin = minihost.Plugin(
        path, sample_rate=RATE, max_block_size=512, in_channels=1, out_channels=1
    )
    assert (plugin.num_input_channels, plugin.num_output_channels) == (1, 1)
    go_offline(plugin)
    mono = np.ascontiguousarray(read_song(song)[:, : 25 * RATE].mean(axis=0, keepdims=True))
    play(plugin, mono.astype(np.float32))
    check_heard(heard(plugin, 25), truth, "first_key")


def hears_notes(path, song, truth):
    plugin = minihost.Plugin(path, sample_rate=RATE, max_block_size=RATE)
    go_offline(plugin)
    silence = np.zeros((2, RATE), dtype=np.float32)
    chords = [(60, 64, 67), (53, 57, 60), (55, 59, 62), (48, 64, 67)]
    for chord in chords * 4:
        out = np.empty_like(silence)
        events = [(100, 0x90, key, 100) for key in chord] + [(47_000, 0x80, key, 0) for key in chord]
        sent = plugin.process_midi(silence, out, events)
        assert sent == [], sent
    found = heard(plugin, 16)
    assert found and found["key"] == "C major", found
    assert {"C:maj", "F:maj", "G:maj"} <= set(found["chords"]), found


def opens_fifty_times(path, song, truth):
    sound = noise(2, 2048)
    for _ in range(50):
        plugin = minihost.Plugin(path, sample_rate=RATE, max_block_size=512)
        play(plugin, sound)
        plugin.close()


def several_at_once(path, song, truth):
    plugins = [minihost.Plugin(path, sample_rate=RATE, max_block_size=512) for _ in range(8)]
    for plugin in plugins:
        go_offline(plugin)
    music = read_song(song)[:, : 25 * RATE]
    play(plugins[3], music)
    play(plugins[5], np.zeros_like(music))
    check_heard(heard(plugins[3], 25), truth, "first_key")
    assert heard(plugins[5]) is None and heard(plugins[0]) is None
    for plugin in plugins:
        plugin.close()


if __name__ == "__main__":
    check, path, song, truth = sys.argv[1:]
    globals()[check](path, song, json.loads(truth))
    print(f"{check}: ok")

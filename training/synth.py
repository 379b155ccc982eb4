"""Soundfont playback in this process: libfluidsynth by ctypes, every font loaded once.

Notes are started and stopped on blocks of 64 samples, the grain at which fluidsynth itself looks at events
(2.7 ms at 24 kHz; a note is moved by at most half of it).
"""

import ctypes
import ctypes.util
import os

import numpy as np

RATE = 24000
BLOCK = 64
CHANNELS = 32
GEN_FINETUNE = 52
FONT_FOLDERS = ("/usr/share/sounds/sf2", "/usr/share/sounds/sf3")
# file, how often it is drawn
PITCHED = (
    ("FluidR3_GM.sf2", 4.0),
    ("MuseScore_General_Lite.sf3", 4.0),
    ("TimGM6mb.sf2", 3.0),
    ("sf_GMbank.sf2", 2.0),
    ("OPL-3_FM_128M.sf2", 0.7),
)
# file, bank, presets, how often it is drawn
DRUMS = (
    ("FluidR3_GM.sf2", 128, (0, 8, 16, 24, 25, 32, 40), 3.0),
    ("MuseScore_General_Lite.sf3", 128, (0, 8, 16, 24, 25, 32, 40), 3.0),
    ("TimGM6mb.sf2", 128, (0,), 2.0),
    ("sf_GMbank.sf2", 128, (0,), 1.0),
    ("Black_Pearl_4_LV2.sf2", 0, (0,), 2.0),
    ("Red_Zeppelin_4_LV2.sf2", 0, (0,), 2.0),
)


def find_font(name):
    for folder in FONT_FOLDERS:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            return path
    return None


class Synth:
    """One fluidsynth with all fonts; renders lists of notes to mono float arrays."""

    def __init__(self):
        lib = ctypes.CDLL(ctypes.util.find_library("fluidsynth") or "libfluidsynth.so.3")
        lib.new_fluid_settings.restype = ctypes.c_void_p
        lib.new_fluid_synth.restype = ctypes.c_void_p
        lib.new_fluid_synth.argtypes = [ctypes.c_void_p]
        lib.fluid_settings_setnum.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_double]
        lib.fluid_settings_setint.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        lib.fluid_synth_sfload.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        four = [ctypes.c_void_p] + [ctypes.c_int] * 4
        lib.fluid_synth_program_select.argtypes = four
        lib.fluid_synth_noteon.argtypes = four[:4]
        lib.fluid_synth_noteoff.argtypes = four[:3]
        lib.fluid_synth_cc.argtypes = four[:4]
        lib.fluid_synth_set_gen.argtypes = four[:3] + [ctypes.c_float]
        lib.fluid_synth_get_sfont_by_id.restype = ctypes.c_void_p
        lib.fluid_synth_get_sfont_by_id.argtypes = four[:2]
        for name in ("fluid_synth_add_sfont", "fluid_synth_remove_sfont"):
            getattr(lib, name).argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        lib.delete_fluid_synth.argtypes = [ctypes.c_void_p]
        lib.fluid_set_log_function.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
        lib.fluid_synth_write_float.argtypes = [
            ctypes.c_void_p, ctypes.c_int,
            ctypes.c_void_p, ctypes.c_int, ctypes.c_int,
            ctypes.c_void_p, ctypes.c_int, ctypes.c_int,
        ]
        for level in range(5):
            lib.fluid_set_log_function(level, None, None)
        settings = lib.new_fluid_settings()
        lib.fluid_settings_setnum(settings, b"synth.sample-rate", float(RATE))
        lib.fluid_settings_setnum(settings, b"synth.gain", 0.4)
        lib.fluid_settings_setint(settings, b"synth.midi-channels", CHANNELS)
        lib.fluid_settings_setint(settings, b"synth.polyphony", 96)
        for name in (b"synth.reverb.active", b"synth.chorus.active", b"synth.threadsafe-api"):
            lib.fluid_settings_setint(settings, name, 0)
        self.lib, self.settings = lib, settings
        self.holder = lib.new_fluid_synth(settings)
        # fonts get the numbers 1, 2, ... in every synthesiser that they are added to in this order
        self.fonts, self.loaded = {}, []
        for name in sorted({entry[0] for entry in PITCHED + DRUMS}):
            path = find_font(name)
            number = lib.fluid_synth_sfload(self.holder, path.encode(), 0) if path else -1
            if number >= 0:
                self.loaded.append(lib.fluid_synth_get_sfont_by_id(self.holder, number))
                self.fonts[name] = len(self.loaded)
        if not self.fonts:
            raise SystemExit("no soundfont found: install fluid-soundfont-gm, musescore-general-soundfont-small, timgm6mb-soundfont")

    def draw_font(self, rng, table):
        table = [entry for entry in table if entry[0] in self.fonts]
        weights = np.array([entry[-1] for entry in table])
        return table[rng.choice(len(table), p=weights / weights.sum())]

    def render(self, notes, voices, seconds, cents=0.0):
        """notes: (start s, end s, voice index, pitch, velocity); voices: (font, bank, preset, level 0..127)."""
        lib = self.lib
        # a fresh synthesiser over the loaded fonts: nothing rings on from what was played before
        synth = lib.new_fluid_synth(self.settings)
        for font in self.loaded:
            lib.fluid_synth_add_sfont(synth, font)
        for channel, (font, bank, preset, level) in enumerate(voices):
            number = self.fonts[font]
            if lib.fluid_synth_program_select(synth, channel, number, bank, preset) != 0:
                lib.fluid_synth_program_select(synth, channel, number, bank, 0)
            lib.fluid_synth_cc(synth, channel, 7, int(level))
            lib.fluid_synth_set_gen(synth, channel, GEN_FINETUNE, float(cents))
        blocks = int(seconds * RATE) // BLOCK
        events = []
        for start, end, voice, pitch, velocity in notes:
            first = max(0, round(start * RATE / BLOCK))
            last = max(first + 2, round(end * RATE / BLOCK))
            if first >= blocks or not 0 <= pitch <= 127:
                continue
            events.append((first, 1, voice, pitch, max(1, min(127, int(velocity)))))
            events.append((min(last, blocks), 0, voice, pitch, 0))
        events.sort()
        left = np.zeros(blocks * BLOCK, np.float32)
        right = np.zeros(blocks * BLOCK, np.float32)
        at = 0
        for block, on, voice, pitch, velocity in events + [(blocks, -1, 0, 0, 0)]:
            if block > at:
                self._write(synth, left, right, at, block)
                at = block
            if on == 1:
                lib.fluid_synth_noteon(synth, voice, pitch, velocity)
            elif on == 0:
                lib.fluid_synth_noteoff(synth, voice, pitch)
        for font in self.loaded:
            lib.fluid_synth_remove_sfont(synth, font)
        lib.delete_fluid_synth(synth)
        return 0.5 * (left + right)

    def _write(self, synth, left, right, first, last):
        offset = first * BLOCK * 4
        count = (last - first) * BLOCK
        self.lib.fluid_synth_write_float(
            synth, count, left.ctypes.data + offset, 0, 1, right.ctypes.data + offset, 0, 1
        )

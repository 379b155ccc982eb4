"""Clips from the accompaniment styles of MMA (Bob van der Poel's Musical MIDI Accompaniment), run as a program.

One MIDI file of a groove over own chords is made for each clip and read back in beats; nothing of MMA is kept.
"""

import collections
import glob
import os
import re
import shutil
import subprocess
import tempfile
import zlib

import mido
import numpy as np

from .arrange import Part, program
from .chords import NAMES, label
from .compose import SECONDS, Score, clear, log_uniform
from .line import Line
from .styles import HORNS, LEADS
from .timing import BeatMap
from .tunes import melody

LIBRARY = "/usr/share/mma/lib/stdlib"
# names of qualities in MMA; its `dim` is a seventh chord
SUFFIXES = {"maj": "", "min": "m", "dim": "dim3", "aug": "aug", "sus2": "sus2", "sus4": "sus4", "7": "7", "maj7": "M7", "min7": "m7", "hdim7": "m7b5", "maj6": "6", "min6": "m6", "dim7": "dim7", "5": "5"}
TEMPOS = (
    (r"viennese|fastwaltz|fastjazz|quickstep|bebop|fastswing|polka|bluegrass", (140, 220)),
    (r"slow|ballad|spiritual|lullaby|hymn|bolero|128|desert", (52, 92)),
    (r"waltz", (80, 180)),
    (r"swing|jazz|bigband|broadway|charleston|dixie|ragtime|foxtrot|showtune|boggie", (92, 200)),
    (r"march|samba|mambo|merengue|ska|twist|jive|zydeco|rhumba|salsa", (92, 190)),
    (r"", (78, 160)),
)
JAZZ = re.compile(r"swing|jazz|bebop|bigband|broadway|evans|bossa|charleston|foxtrot|dixie|strut|showtune")


def find_grooves():
    """[(groove, file, beats per bar)] without introductions, endings and fills."""
    found = []
    for path in sorted(glob.glob(os.path.join(LIBRARY, "*.mma"))):
        name = os.path.basename(path)[:-4]
        if re.search("metronome|none|trance", name):
            continue
        meter, compound, grooves = 4, False, collections.OrderedDict()
        with open(path, errors="replace") as file:
            for line in file:
                words = line.split()
                if len(words) >= 2 and words[0].lower() == "time" and words[1].isdigit():
                    meter = int(words[1])
                elif len(words) >= 2 and words[0].lower() == "timesig":
                    compound = "8" in "".join(words[1:])
                elif len(words) >= 2 and words[0].lower() == "defgroove":
                    grooves[words[1]] = meter, compound
        for groove, (beats, eight) in grooves.items():
            # six eighths over four quarters and the like are left out: their beat is a matter of opinion
            clean = beats in (2, 3, 4) and not (eight and beats != 2)
            if clean and not re.search(r"(Intro|End|Fill|Metronome|-44|Cut|Break|Only)", groove, re.I):
                found.append((groove, name, beats))
    return found


def spell(chord):
    root, quality, bass = chord
    name = NAMES[root] + SUFFIXES[quality]
    return name if bass == root else f"{name}/{NAMES[bass]}"


class Grooves:
    def __init__(self):
        self.all = find_grooves()
        self.files = sorted({name for _, name, _ in self.all})

    @staticmethod
    def installed():
        return shutil.which("mma") is not None and os.path.isdir(LIBRARY)

    def play(self, groove, meter, timeline, bars, seed):
        """Runs mma; {(channel, program): notes}, or None where it refuses."""
        line = Line(timeline)
        rows = ["Tempo 120", f"RndSeed {seed}", f"Groove {groove}"]
        for bar in range(bars):
            cells = []
            for beat in range(bar * meter, (bar + 1) * meter):
                span = line.at(beat)
                cells.append(spell(span[2]) if span[0] == beat or beat == bar * meter else "/")
            rows.append(f"{bar + 1} " + " ".join(cells))
        with tempfile.TemporaryDirectory() as folder:
            source, target = os.path.join(folder, "clip.mma"), os.path.join(folder, "clip.mid")
            with open(source, "w") as file:
                file.write("\n".join(rows) + "\n")
            try:
                done = subprocess.run(["mma", "-f", target, source], capture_output=True, timeout=20, cwd=folder)
            except subprocess.TimeoutExpired:
                return None
            if done.returncode != 0 or not os.path.exists(target):
                return None
            midi = mido.MidiFile(target)
        voices = collections.defaultdict(list)
        for track in midi.tracks:
            now, sounding, programs = 0, {}, {}
            for event in track:
                now += event.time
                if event.type == "program_change":
                    programs[event.channel] = event.program
                elif event.type in ("note_on", "note_off"):
                    begun = sounding.pop((event.channel, event.note), None)
                    if begun and now > begun[0]:
                        notes = voices[(event.channel, programs.get(event.channel, 0))]
                        notes.append((begun[0] / midi.ticks_per_beat, now / midi.ticks_per_beat, event.note, begun[1], 0.0))
                    if event.type == "note_on" and event.velocity > 0:
                        sounding[(event.channel, event.note)] = (now, event.velocity)
        return voices

    def compose(self, rng, harmony):
        while True:
            score = self.attempt(rng, harmony)
            if score is not None:
                return score

    def attempt(self, rng, harmony):
        # first the file, then one of its grooves: files with many are not heard more often; threes a little more
        name = self.files[rng.integers(len(self.files))]
        if rng.random() < 0.15:
            threes = sorted({file for _, file, beats in self.all if beats == 3})
            name = threes[rng.integers(len(threes))]
        options = [entry for entry in self.all if entry[1] == name]
        groove, _, meter = options[rng.integers(len(options))]
        bpm = log_uniform(rng, *next(span for pattern, span in TEMPOS if re.search(pattern, name)))
        mode = "minor" if rng.random() < 0.45 else "major"
        tonic = int(rng.integers(12))
        if "blues" in name or "boggie" in name:
            idiom = str(rng.choice(["blues", "songs"], p=[0.75, 0.25]))
        elif JAZZ.search(name):
            idiom = str(rng.choice(["jazz", "songs", "colour"], p=[0.6, 0.2, 0.2]))
        else:
            idiom = str(rng.choice(["songs", "modal", "colour", "classical", "jazz"], p=[0.5, 0.15, 0.15, 0.1, 0.1]))
        first = float(rng.random() * meter) if rng.random() < 0.7 else 0.0
        bars = int(np.ceil((first + SECONDS * bpm / 60 * 1.12) / meter)) + 1
        timeline = harmony.timeline(rng, idiom, mode, tonic, meter, bars, rich=0.25, slash=0.04)
        voices = self.play(groove, meter, timeline, bars, int(rng.integers(1, 10**6)))
        if not voices or not any(channel != 9 for channel, _ in voices):
            return None
        parts = []
        for (channel, number), notes in sorted(voices.items()):
            parts.append(Part("drums" if channel == 9 else "band", sorted(notes), number, float(rng.uniform(75, 110))))
        # all drum channels are one kit
        drums = [part for part in parts if part.kind == "drums"]
        if len(drums) > 1:
            drums[0].notes = sorted(sum((part.notes for part in drums), []))
            parts = [part for part in parts if part.kind != "drums"] + drums[:1]
        if drums and rng.random() < 0.08:
            parts = [part for part in parts if part.kind != "drums"]
        line = Line(timeline)
        if rng.random() < 0.45:
            low = int(rng.integers(52, 66))
            notes = melody(rng, line, list(range(bars)), meter, 4, tonic, mode, idiom, low, low + 14)
            parts.append(Part("voice" if rng.random() < 0.5 else "band", notes, program(rng, [LEADS, HORNS]), float(rng.uniform(70, 115))))
        lead = float(rng.uniform(0.3, 3.0)) if rng.random() < 0.15 else 0.0
        beat_map = BeatMap(rng, first, bpm, SECONDS, lead, rng.random() < 0.4, False)
        key = f"{NAMES[tonic]} {mode}" if clear(timeline, tonic, list(range(bars)), meter) else None
        chords = [(a, b, label(*chord)) for a, b, chord in timeline]
        held = zlib.crc32(name.encode()) % 12 == 0
        return Score(parts, beat_map, meter, first, lead, key, chords, name, f"mma/{groove}", held, False, False, SECONDS + 1)

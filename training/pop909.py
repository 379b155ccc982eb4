"""Reads the piano arrangements of POP909 (Wang et al., ISMIR 2020, MIT licence) as notes and chords in beats."""

import collections
import io
import zipfile
import zlib

import mido
import numpy as np

from .chords import from_pitches

Piece = collections.namedtuple("Piece", "name held notes chords key beats_per_bar first last downbeat")
KEY_NAMES = {"C": 0, "Db": 1, "C#": 1, "D": 2, "Eb": 3, "D#": 3, "E": 4, "F": 5, "Gb": 6, "F#": 6, "G": 7, "Ab": 8, "G#": 8, "A": 9, "Bb": 10, "A#": 10, "B": 11, "Cb": 11}


def parse_key(text):
    minor = text.endswith("m")
    return KEY_NAMES[text.rstrip("m")], "minor" if minor else "major"


def spans(track, ticks):
    """Notes of a track: (start beat, end beat, pitch, velocity)."""
    now, sounding, notes = 0, {}, []
    for event in track:
        now += event.time
        if event.type in ("note_on", "note_off"):
            begun = sounding.pop(event.note, None)
            if begun and now > begun[0]:
                notes.append((begun[0] / ticks, now / ticks, event.note, begun[1]))
            if event.type == "note_on" and event.velocity > 0:
                sounding[event.note] = (now, event.velocity)
    return sorted(notes)


def chord_spans(notes):
    groups = collections.defaultdict(list)
    for start, end, pitch, _ in notes:
        groups[round(start * 8) / 8].append((end, pitch))
    starts = sorted(groups)
    out = []
    for index, start in enumerate(starts):
        end = max(e for e, _ in groups[start])
        if index + 1 < len(starts):
            end = min(end, starts[index + 1])
        # an unreadable chord keeps its place, so that it can be masked
        out.append((start, round(end * 8) / 8, from_pitches([p for _, p in groups[start]])))
    return out


def find_downbeat(chords, beats_per_bar):
    """Phase of the bar lines from chord changes: the files' own bars often start at another beat.

    Returns the phase, or None where it is not clear."""
    votes = np.zeros(beats_per_bar)
    for start, end, _ in chords:
        if abs(start - round(start)) < 0.01:
            votes[round(start) % beats_per_bar] += min(end - start, beats_per_bar) ** 1.5
    if votes.sum() < 8:
        return None
    order = np.argsort(votes)
    return int(order[-1]) if votes[order[-1]] > 1.6 * votes[order[-2]] else None


class Songs:
    """All songs of the archive; a song is read when it is first asked for."""

    def __init__(self, path):
        # all of it at once: an open archive can't be shared with the processes forked later
        with zipfile.ZipFile(path) as archive:
            self.files = {n: archive.read(n) for n in sorted(archive.namelist()) if n.endswith(".mid")}
        self.names = list(self.files)
        self.read = {}

    @staticmethod
    def is_held(name):
        return zlib.crc32(name.encode()) % 12 == 0

    def song(self, name):
        if name not in self.read:
            if len(self.read) > 200:
                self.read.clear()
            midi = mido.MidiFile(file=io.BytesIO(self.files[name]))
            now, marks = 0, []
            for event in midi.tracks[0]:
                now += event.time
                if event.type in ("key_signature", "time_signature"):
                    marks.append((now / midi.ticks_per_beat, event))
            usable = len(midi.tracks) >= 3
            notes = spans(midi.tracks[1], midi.ticks_per_beat) if usable else []
            chords = chord_spans(spans(midi.tracks[2], midi.ticks_per_beat)) if usable else []
            self.read[name] = (marks, notes, chords)
        return self.read[name]

    def draw(self, rng, beats):
        """A random piece of that many beats with one key and one meter, or None after bad luck."""
        name = self.names[rng.integers(len(self.names))]
        marks, notes, chords = self.song(name)
        if len(chords) < 8:
            return None
        end = max(c[1] for c in chords)
        edges = sorted({0.0, end} | {at for at, _ in marks if 0 < at < end})
        fitting = [(a, b) for a, b in zip(edges, edges[1:]) if b - a > beats + 2]
        if not fitting:
            return None
        low, high = fitting[rng.integers(len(fitting))]
        low = max(low, chords[0][0] - 4)
        if high - low < beats + 1:
            return None
        first = low + rng.random() * (high - low - beats)
        key = meter = None
        for at, event in marks:
            if at <= low + 0.01 or key is None or meter is None:
                if event.type == "key_signature" and (at <= low + 0.01 or key is None):
                    key = parse_key(event.key)
                if event.type == "time_signature" and (at <= low + 0.01 or meter is None):
                    meter = (event.numerator, event.denominator)
        if meter not in ((4, 4), (3, 4)) or key is None:
            return None
        last = first + beats
        near = [c for c in chords if max(low, first - 24) <= c[0] < min(high, last + 24)]
        downbeat = find_downbeat(near, meter[0])
        inside = [(max(a, first), min(b, last), c) for a, b, c in chords if b > first and a < last]
        if downbeat is None or sum(b - a for a, b, c in inside if c) < 0.6 * beats:
            return None
        played = [n for n in notes if first - 4 <= n[0] < last]
        return Piece(name, self.is_held(name), played, inside, key, meter[0], first, last, downbeat)

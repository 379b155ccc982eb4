"""Clips and their features in memory: bytes as they were written, labels per pitch frame, beats as times."""

import json
import pathlib

import numpy as np

from .chords import NAMES

N_BINS = 252
N_BANDS = 64
PITCH_RATE = 5
BAND_RATE = 50
UNKNOWN = -1

# the classes of the chord network, in the order of the weights file
QUALITIES = ("maj", "min", "dim", "aug", "sus2", "sus4", "7", "maj7", "min7", "hdim7", "maj6", "min6")
NO_CHORD = 12 * len(QUALITIES)
NO_BASS = 12
# richer qualities as the class that they are heard as; what is missing here (power chords) is unknown
FOLDED = {"": "maj", "dim7": "dim", "9": "7", "11": "7", "13": "7", "maj9": "maj7", "maj13": "maj7", "min9": "min7", "min11": "min7", "minmaj7": "min"}
STEPS = {"1": 0, "2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "7": 11, "9": 2, "11": 5, "13": 9}
PITCH_CLASSES = {name: place for place, name in enumerate(NAMES)} | {"C#": 1, "D#": 3, "Gb": 6, "G#": 8, "A#": 10}


def parse_chord(label):
    """Harte label (or None) -> (chord class, bass class), each UNKNOWN where the label does not say it."""
    if label is None or label == "X":
        return UNKNOWN, UNKNOWN
    if label == "N":
        return NO_CHORD, NO_BASS
    name, _, bass = label.partition("/")
    name, _, quality = name.partition(":")
    quality = quality.partition("(")[0] if "(" not in quality[:1] else "unknown"
    root = PITCH_CLASSES[name]
    quality = FOLDED.get(quality, quality)
    step = STEPS[bass.lstrip("b#")] + bass.count("#") - bass.count("b") if bass else 0
    chord = 12 * QUALITIES.index(quality) + root if quality in QUALITIES else UNKNOWN
    return chord, (root + step) % 12


def parse_key(key):
    """'C minor' -> 12, None -> UNKNOWN."""
    if key is None:
        return UNKNOWN
    tonic, mode = key.split()
    return PITCH_CLASSES[tonic] + 12 * (mode == "minor")


def tuned(frames, cents):
    """Pitch frames moved by a tuning, linear between bins; floats where the input is bytes."""
    move = cents * 36 / 1200
    whole = int(np.floor(move))
    share = np.float32(move - whole)
    padded = np.pad(frames.astype(np.float32), ((0, 0), (4, 5)))
    low = padded[:, 4 + whole : 4 + whole + N_BINS]
    high = padded[:, 5 + whole : 5 + whole + N_BINS]
    return (1 - share) * low + share * high


class Clips:
    """All clips of one split whose features exist. Arrays are padded with zeros (labels: UNKNOWN) to the longest clip."""

    def __init__(self, clips, features, held, pitch=True, bands=True, limit=None):
        found = []
        if len(clips) != len(features):
            raise SystemExit("each folder of clips needs its folder of features")
        paths = [(path, pathlib.Path(there)) for here, there in zip(clips, features) for path in sorted(pathlib.Path(here).glob("*.json"))]
        for path, there in paths:
            truth = json.loads(path.read_text())
            place = there / path.stem
            if bands and truth["beats"] is None:
                continue
            if (truth["split"] == "held") == held and place.with_suffix(".pitch.u8").exists():
                found.append((truth, place))
        self.truths = [truth for truth, _ in found[:limit]]
        places = [place for _, place in found[:limit]]
        if not places:
            raise SystemExit(f"no {'held-out' if held else 'training'} clips with features in {clips}, {features}")
        if pitch:
            self.pitch, self.pitch_frames = stacked([read_pitch(place) for place in places])
            self.read_harmony()
        if bands:
            self.bands, self.band_frames = stacked([np.fromfile(place.with_suffix(".bands.u8"), np.uint8).reshape(-1, N_BANDS) for place in places])
        self.read_beats()

    def __len__(self):
        return len(self.truths)

    def read_harmony(self):
        n_frames = self.pitch.shape[1]
        self.key = np.array([parse_key(truth["key"]) for truth in self.truths], np.int64)
        self.chord = np.full((len(self), n_frames), UNKNOWN, np.int64)
        self.bass = np.full((len(self), n_frames), UNKNOWN, np.int64)
        for clip, truth in enumerate(self.truths):
            for start, end, label in truth["chords"] or []:
                frames = slice(int(np.ceil(start * PITCH_RATE)), min(int(np.ceil(end * PITCH_RATE)), self.pitch_frames[clip]))
                self.chord[clip, frames], self.bass[clip, frames] = parse_chord(label)

    def read_beats(self):
        """`beats [clips, most beats]` in seconds (far outside where there are fewer) and whether each starts a bar."""
        beats = [np.array(truth["beats"] or [], np.float32).reshape(-1, 2) for truth in self.truths]
        most = max(max(len(b) for b in beats), 1)
        self.beats = np.full((len(self), most), -1e6, np.float32)
        self.downbeats = np.zeros((len(self), most), bool)
        for clip, marks in enumerate(beats):
            self.beats[clip, : len(marks)] = marks[:, 0]
            self.downbeats[clip, : len(marks)] = np.round(marks[:, 1]) == 1


def read_pitch(place):
    frames = np.fromfile(place.with_suffix(".pitch.u8"), np.uint8).reshape(-1, N_BINS)
    cents = json.loads(place.with_suffix(".json").read_text())["cents"]
    return np.round(tuned(frames, cents)).astype(np.uint8)


def stacked(arrays):
    lengths = np.array([len(a) for a in arrays])
    out = np.zeros((len(arrays), lengths.max(), arrays[0].shape[1]), np.uint8)
    for place, array in zip(out, arrays):
        place[: len(array)] = array
    return out, lengths

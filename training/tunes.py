"""Riffs and melodies over a line of chords; notes as in `figures.py`."""

import numpy as np

from .chords import QUALITIES, tones
from .line import place

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "pentamajor": (0, 2, 4, 7, 9), "pentaminor": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10), "dorian": (0, 2, 3, 5, 7, 9, 10), "mixolydian": (0, 2, 4, 5, 7, 9, 10), "harmonic": (0, 2, 3, 5, 7, 8, 11),
}


def riff_motif(rng, meter, steps, mode):
    """One or two bars of (beat, length, semitones above the root)."""
    bars = int(rng.choice([1, 2], p=[0.6, 0.4]))
    total = meter * steps * bars
    grid = 2 if steps == 4 and rng.random() < 0.6 else 1
    fill = rng.uniform(0.35, 0.85)
    on = [s for s in range(0, total, grid) if s == 0 or rng.random() < fill * (1.0 if s % steps == 0 else 0.75)]
    if mode == "minor":
        scale, odds = (0, 0, 3, 5, 6, 7, 10, 12, -2), (5, 4, 2, 2, 0.6, 2, 2, 2, 2)
    else:
        scale, odds = (0, 0, 4, 5, 7, 9, 10, 12, -2), (5, 4, 1.5, 1.5, 2.5, 1.5, 1.5, 2, 1)
    odds = np.array(odds) / sum(odds)
    motif = []
    for index, step in enumerate(on):
        following = on[index + 1] if index + 1 < len(on) else total
        length = (following - step) / steps
        if rng.random() < 0.4:
            length *= 0.55
        motif.append((step / steps, length, 0 if index == 0 else int(scale[rng.choice(len(scale), p=odds)])))
    return bars, motif


def riff_bar(line, motif, bar, meter, near, velocity):
    bars, cells = motif
    offset = (bar % bars) * meter
    out = []
    for at, length, step in cells:
        if offset <= at < offset + meter:
            beat = bar * meter + at - offset
            span = line.at(beat)
            if span:
                root, quality, _ = span[2]
                if step in (3, 4):
                    step = QUALITIES[quality][1] if QUALITIES[quality][1] in (3, 4) else step
                out.append((beat, beat + length * 0.95, place(root, near, near - 6, near + 6) + step, velocity, 0.0))
    return out


def scale_for(rng, mode, idiom):
    if idiom in ("blues", "riff") and rng.random() < 0.75:
        return SCALES[str(rng.choice(["blues", "pentaminor"]))] if mode == "minor" or idiom == "blues" and rng.random() < 0.6 else SCALES["pentamajor"]
    if mode == "major":
        return SCALES[str(rng.choice(["major", "major", "pentamajor", "mixolydian"], p=[0.4, 0.2, 0.35, 0.05]))]
    return SCALES[str(rng.choice(["minor", "pentaminor", "dorian", "harmonic"], p=[0.45, 0.4, 0.05, 0.1]))]


def melody(rng, line, bars, meter, steps, tonic, mode, idiom, low, high):
    """A tune of one or two short rhythms that come back, on the scale, with chord tones on strong beats."""
    scale = scale_for(rng, mode, idiom)
    pool = [p for p in range(low, high + 1) if (p - tonic) % 12 in scale]
    grid = 2 if steps == 4 and rng.random() < 0.7 else 1
    density = rng.uniform(0.25, 0.75)
    span_bars = int(rng.choice([1, 2, 2]))
    rhythms = []
    for _ in range(2):
        total = span_bars * meter * steps
        rhythms.append([s for s in range(0, total, grid) if rng.random() < density * (1.2 if s % steps == 0 else 0.75) * (0.35 if s >= total - steps else 1.0)])
    # a pick-up: the tune begins before its bar
    shift = -float(rng.choice([0, 0, 0.5, 1.0, 1.5])) if steps == 4 else 0.0
    rest, chordal = rng.uniform(0, 0.35), rng.uniform(0.4, 0.9)
    notes, position, memory = [], len(pool) // 2, {}
    for index in range(0, len(bars), span_bars):
        if rng.random() < rest:
            continue
        which = (index // span_bars) % 2 if rng.random() < 0.8 else int(rng.integers(2))
        rhythm = rhythms[which]
        for order, step in enumerate(rhythm):
            beat = bars[index] * meter + step / steps + shift
            following = (rhythm[order + 1] - step) / steps if order + 1 < len(rhythm) else 1.0
            move = memory.setdefault((which, order), int(rng.choice([-2, -1, -1, 0, 1, 1, 2, 3, -3])))
            if rng.random() < 0.15:
                move = int(rng.choice([-2, -1, 0, 1, 2]))
            position = min(max(position + move, 0), len(pool) - 1)
            if position in (0, len(pool) - 1):
                position = len(pool) // 2
            pitch = pool[position]
            found = line.at(beat)
            if found and idiom != "riff" and (beat % 1 == 0 or following >= 1) and rng.random() < chordal:
                members = tones(found[2])
                pitch = min((p for p in range(pitch - 5, pitch + 6)), key=lambda p: (p % 12 not in members, abs(p - pitch)))
            notes.append((beat, beat + min(following, 3.0) * rng.uniform(0.7, 1.0), pitch, 90 + rng.normal(0, 8), 0.0))
    return notes

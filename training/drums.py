"""Drum parts from the tables of a style: changed a little for each clip, with fills, late entries and breaks."""

import numpy as np

from .figures import hits

KICK, RIM, SNARE, CLAP, CLOSED, PEDAL, OPEN, CRASH, RIDE, TAMB, COWBELL, CHINA = 36, 37, 38, 39, 42, 44, 46, 49, 51, 54, 56, 52
HAND = {"c": CLOSED, "o": OPEN, "r": RIDE, "p": PEDAL, "s": 70, "t": TAMB, "h": CRASH, "m": 70, "w": COWBELL, "l": 75}
BACK = {"n": CLAP, "r": RIM, "k": 63, "b": 40}


def lanes(text, table, default):
    """'c:x.x.|o:..x.' -> [(instrument, pattern)]."""
    out = []
    for lane in text.split("|"):
        if not lane:
            continue
        name, colon, pattern = lane.partition(":")
        if not colon:
            out.append((default, lane))
        elif name in table:
            out.append((table[name], pattern))
    return out


def mutate(rng, pattern, steps, chance):
    """Now and then one stroke more or less off the beat."""
    cells = list(pattern)
    for index in range(1, len(cells)):
        if index % steps and rng.random() < chance:
            cells[index] = "." if cells[index] in "xo" else "x" if cells[index] == "." and index % 2 == 0 else cells[index]
    return "".join(cells)


def drum_part(rng, style, bars, meter, steps):
    """[(beat, beat, instrument, velocity, 0)] for the bars."""
    pick = lambda key: str(rng.choice(style[key]))
    kick = mutate(rng, pick("kick"), steps, 0.03)
    back = lanes(pick("snare"), BACK, SNARE)
    hat = lanes(pick("hat"), HAND, CLOSED)
    second = lanes(pick("hat"), HAND, CLOSED) if rng.random() < 0.35 else hat
    turn = int(rng.choice([4, 8])) * (1 if rng.random() < 0.8 else 2)
    other_kick = mutate(rng, kick, steps, 0.08)
    four = ("x" + "." * (steps - 1)) * meter
    extra = (TAMB, mutate(rng, four, steps, 0.05)) if rng.random() < 0.08 else (70, four.replace(".", "x", 1)) if rng.random() < 0.06 else None
    fills, crash, accent = rng.uniform(0, 0.9), rng.uniform(0, 1), rng.uniform(0, 14)
    loudness = {"x": 92, "X": 108, "o": 50}
    hat_level = rng.uniform(0.55, 1.0)
    phase = int(rng.integers(turn))
    notes = []
    for bar in bars:
        place = (bar + phase) % turn
        fill = place == turn - 1 and rng.random() < fills
        cut = bar * meter + meter - float(rng.choice([1, 2, 1, 0.5]) if fill else 0)
        chosen = [(KICK, kick if place % 2 == 0 else other_kick)] + back + (hat if place < turn // 2 or second is hat else second)
        if extra:
            chosen = chosen + [extra]
        for instrument, pattern in chosen:
            level = hat_level if instrument in (CLOSED, OPEN, RIDE, PEDAL, 70) else 1.0
            for beat, mark, _ in hits(pattern, bar, meter, steps):
                if beat < cut or instrument == PEDAL:
                    velocity = loudness.get(mark, 92) * level + rng.normal(0, 5) + (accent if beat % 1 == 0 else 0) * 0.5
                    notes.append((beat, beat + 0.2, instrument, velocity, 0.0))
        if fill:
            notes += fill_notes(rng, cut, bar * meter + meter, steps)
        if place == 0 and any(p.strip(".") for _, p in chosen) and rng.random() < crash:
            notes.append((bar * meter, bar * meter + 1, CRASH if rng.random() < 0.8 else 57, 100, 0.0))
    return notes


def fill_notes(rng, start, end, steps):
    toms = [(38, 48, 45, 41), (38, 38, 38, 38), (48, 47, 43, 41), (38, 36, 38, 36), (50, 48, 45, 43)][rng.integers(5)]
    grid = steps if rng.random() < 0.7 else max(1, steps // 2)
    beats = np.arange(round(start * grid), round(end * grid)) / grid
    kept = [b for b in beats if rng.random() < 0.85]
    return [(b, b + 0.2, toms[min(3, int(4 * (b - start) / max(end - start, 1e-6)))], 88 + rng.normal(0, 8), 0.0) for b in kept]

"""Bass lines, chord figures and pads over a line of chords; everything in beats.

A note is (start beat, end beat, pitch, velocity, delay in seconds).
"""

from .chords import QUALITIES, tones, voicing
from .line import place
from .tunes import riff_bar, riff_motif


def hits(pattern, bar, meter, steps):
    """(beat, character, beat of its end) of the marks of one bar."""
    marks = [i for i, c in enumerate(pattern) if c != "-"]
    for index, step in enumerate(marks):
        last = marks[index + 1] if index + 1 < len(marks) else len(pattern)
        if pattern[step] != ".":
            yield bar * meter + step / steps, pattern[step], bar * meter + last / steps


def split(line, start, end):
    """Cuts a held span where the chord changes."""
    while start < end - 1e-6:
        span = line.at(start)
        if span is None:
            later = [s for s in line.starts if s > start + 1e-6]
            if not later or later[0] >= end:
                return
            start = later[0]
            continue
        yield start, min(end, span[1]), span[2]
        start = span[1]


def bass_line(rng, line, figure, bars, meter, steps, mode):
    low, high = 28, 48
    notes, near = [], float(rng.uniform(32, 40))
    short = rng.uniform(0.45, 1.0)
    motif = riff_motif(rng, meter, steps, mode) if figure in ("riff", "guitar") else None
    for bar in bars:
        if figure == "walk":
            for beat in range(bar * meter, bar * meter + meter):
                span = line.at(beat)
                if span is None:
                    continue
                chord = span[2]
                following = line.at(beat + 1)
                if beat < span[0] + 1 and beat >= span[0]:
                    pitch = place(chord[2], near, low, high)
                elif following and following[2] != chord and rng.random() < 0.7:
                    pitch = place(following[2][2], near, low, high) + int(rng.choice([-1, 1, -2, 2, -5]))
                else:
                    pitch = place(int(rng.choice(tones(chord))), near + rng.choice([-4, 4]), low, high)
                near = pitch
                notes.append((beat, beat + rng.uniform(0.75, 1.0), pitch, 88 + rng.normal(0, 6), 0.0))
                if rng.random() < 0.12:
                    notes.append((beat + (0.5 if steps == 4 else 2 / 3), beat + 0.95, pitch, 62, 0.0))
            continue
        if figure == "boogie":
            for index in range(meter * 2):
                beat = bar * meter + index / 2
                span = line.at(beat)
                if span:
                    third = QUALITIES[span[2][1]][1] if len(QUALITIES[span[2][1]]) > 2 else 7
                    shape = (0, third, 7, 9, 10, 9, 7, third) if meter == 4 else (0, third, 7, 9, 7, third)
                    notes.append((beat, beat + 0.48, place(span[2][0], 33, 28, 40) + shape[index % len(shape)], 90 if index % 2 == 0 else 74, 0.0))
            continue
        if motif is not None:
            notes += riff_bar(line, motif, bar, meter, 33, 90)
            continue
        for start, mark, end in hits(figure, bar, meter, steps):
            for a, b, chord in split(line, start, end):
                root, quality, bass = chord
                intervals = QUALITIES[quality]
                choice = {"R": bass, "5": (root + 7 if 7 in intervals else bass), "3": root + (intervals[1] if len(intervals) > 2 else 7), "8": bass,
                          "7": root + (intervals[3] if len(intervals) > 3 else 9)}[mark if a == start else "R"] % 12
                pitch = place(choice, near, low, high)
                if mark == "8" and pitch < high - 8:
                    pitch += 12
                elif mark == "R":
                    near = 0.6 * pitch + 0.4 * 35
                length = b - a if b - a > 1.01 / steps else (b - a) * short
                notes.append((a, a + length * 0.97, pitch, 92 + rng.normal(0, 6) + (4 if a % meter == 0 else 0), 0.0))
    return notes


def chord_part(rng, line, figure, bars, meter, steps, low, high, rich, power):
    """Chords struck, broken or as power chords."""
    notes, previous, voiced = [], None, {}
    strum = float(rng.choice([0, 0.006, 0.014])) * rng.uniform(0.5, 1.5)
    short = rng.uniform(0.4, 0.95)
    loose = rng.random() < 0.2
    for bar in bars:
        for start, mark, end in hits(figure, bar, meter, steps):
            if loose and rng.random() < 0.1:
                continue
            for a, b, chord in split(line, start, end):
                if chord not in voiced:
                    if power:
                        root = place(chord[0], 43, 40, 51)
                        voiced[chord] = [root, root + 7] + ([root + 12] if rng.random() < 0.7 else [])
                    else:
                        voiced[chord] = voicing(rng, chord, low, high, previous, rich)
                    previous = voiced[chord]
                pitches = voiced[chord]
                length = b - a if mark in "X" or mark.isdigit() else min((b - a), 1 / steps) * short
                velocity = (84 if mark == "X" else 78) + rng.normal(0, 5)
                if mark.isdigit():
                    index = int(mark)
                    chosen = [pitches[index % len(pitches)] + 12 * (index // len(pitches))]
                else:
                    chosen = pitches
                for order, pitch in enumerate(chosen):
                    notes.append((a, a + length * 0.98, pitch, velocity, strum * order))
    return notes


def boogie_part(line, bars, meter):
    """Fifth and sixth over the root, the rhythm guitar of blues and rock and roll."""
    notes = []
    for bar in bars:
        for index in range(meter * 2):
            beat = bar * meter + index / 2
            span = line.at(beat)
            if span:
                root = place(span[2][0], 45, 40, 51)
                for pitch in (root, root + (7, 7, 9, 9)[index % 4]):
                    notes.append((beat, beat + 0.4, pitch, 88 if index % 2 == 0 else 72, 0.0))
    return notes


def pad_part(rng, line, bars, meter, low, high, rich):
    notes, previous = [], None
    first, last = bars[0] * meter, (bars[-1] + 1) * meter
    for start, end, chord in line.timeline:
        if chord is None or end <= first or start >= last:
            continue
        previous = voicing(rng, chord, low, high, previous, rich)
        notes += [(max(start, first), min(end, last) * 1.0, pitch, 70, 0.0) for pitch in previous]
    return notes

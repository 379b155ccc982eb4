"""From beats to seconds: the tempo of a clip as it wanders, the swing, and the hands of the players."""

import numpy as np


class BeatMap:
    """Piecewise linear map of beats (score) to seconds (clip)."""

    def __init__(self, rng, first, bpm, seconds, lead, rigid, loose):
        """first: score beat heard at `lead` seconds; loose: classical rubato."""
        count = int(seconds * bpm / 60 * 1.25) + 8
        period = np.full(count, 60 / bpm)
        if not rigid:
            spread = rng.uniform(0.01, 0.035) if loose else rng.uniform(0.0, 0.014)
            walk = np.zeros(count)
            for index in range(1, count):
                walk[index] = 0.9 * walk[index - 1] + rng.normal(0, spread * 0.5)
            period *= 1 + walk + rng.normal(0, spread * 0.4, count)
            if rng.random() < 0.15:
                turn = rng.uniform(0, 2 * np.pi)
                period *= 1 + rng.uniform(0.02, 0.08) * np.sin(turn + np.arange(count) / count * rng.uniform(2, 6))
        start = np.floor(first)
        self.beats = start + np.arange(count + 1)
        times = np.concatenate([[0], np.cumsum(period)])
        self.times = times - np.interp(first, self.beats, times) + lead
        self.bpm = 60 / float(np.median(period[: max(4, int(seconds * bpm / 60))]))

    def seconds(self, beats):
        return np.interp(beats, self.beats, self.times)

    def beat(self, seconds):
        return np.interp(seconds, self.times, self.beats)


def swing(beats, eighths, sixteenths):
    """Moves the off-beats: `eighths` and `sixteenths` say where the second half lies, .5 straight, .667 triplet."""
    beats = np.asarray(beats, float)
    if sixteenths != 0.5:
        whole = np.floor(beats * 2)
        part = beats * 2 - whole
        part = np.where(part < 0.5, part * 2 * sixteenths, sixteenths + (part - 0.5) * 2 * (1 - sixteenths))
        beats = (whole + part) / 2
    if eighths != 0.5:
        whole = np.floor(beats)
        part = beats - whole
        part = np.where(part < 0.5, part * 2 * eighths, eighths + (part - 0.5) * 2 * (1 - eighths))
        beats = whole + part
    return beats

"""Sounds that no soundfont has: a singing voice that glides, and drum machines."""

import numpy as np
from scipy.signal import lfilter, sosfilt, butter

from .synth import RATE

VOWELS = ((730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240), (490, 1350, 1690))
OPEN_HAT, CLOSED_HAT, KICK, SNARE, CLAP = 46, 42, 36, 38, 39


def saw(frequency):
    """Sawtooth with softened edges (polyBLEP: Valimaki and Huovilainen, IEEE Signal Processing Magazine 24(2), 2007)."""
    step = frequency / RATE
    phase = np.cumsum(step) % 1.0
    wave = 2 * phase - 1
    near = phase < step
    t = phase[near] / step[near]
    wave[near] -= t + t - t * t - 1
    near = phase > 1 - step
    t = (phase[near] - 1) / step[near]
    wave[near] -= t * t + t + t + 1
    return wave


def resonator(signal, centre, width):
    r = np.exp(-np.pi * width / RATE)
    w = 2 * np.pi * centre / RATE
    return lfilter([1 - r], [1, -2 * r * np.cos(w), r * r], signal)


def sing(rng, notes, seconds, cents):
    """notes: (start s, end s, pitch, velocity) of one voice -> mono array."""
    count = int(seconds * RATE)
    block = 48
    frames = count // block
    pitch, level, noise = np.zeros(frames), np.zeros(frames), np.zeros(frames)
    scoop, glide = rng.uniform(0, 1.5), rng.uniform(0.02, 0.09)
    rate, depth, delay = rng.uniform(4.5, 6.5), rng.uniform(0.05, 0.5), rng.uniform(0.15, 0.5)
    breath, burst = rng.uniform(0.0, 0.06), rng.uniform(0, 0.8)
    per = RATE / block
    vowel = np.zeros(frames)
    notes = sorted(notes)
    last, last_end = None, -9.0
    for index, (start, end, note, velocity) in enumerate(notes):
        if index + 1 < len(notes):
            end = min(end, notes[index + 1][0])
        a, b = int(max(0, start) * per), int(min(end, seconds) * per)
        if b - a < 3:
            continue
        t = np.arange(b - a) / per
        came = last if last is not None and start - last_end < 0.25 else note - scoop * rng.random()
        bend = (came - note) * np.exp(-t / glide)
        vibrato = depth * np.clip((t - delay) / 0.3, 0, 1) * np.sin(2 * np.pi * rate * t + rng.uniform(0, 6))
        pitch[a:b] = note + bend + vibrato + rng.normal(0, 0.08)
        envelope = np.minimum(1, t / rng.uniform(0.015, 0.06)) * np.minimum(1, (t[-1] + 1e-3 - t) / 0.05)
        level[a:b] = envelope * (velocity / 100) ** 1.5
        vowel[a:b] = rng.random()
        if rng.random() < burst:
            noise[max(0, a - 8) : min(frames, a + 16)] = rng.uniform(0.05, 0.4)
        last, last_end = note, end
    if not level.any():
        return np.zeros(count, np.float32)
    # the last pitch is kept in the gaps, so that tails do not fall to zero
    held = np.maximum.accumulate(np.where(pitch > 0, np.arange(frames), 0))
    pitch = np.where(pitch[held] > 0, pitch[held], 60)
    stretch = lambda x: np.interp(np.arange(count), np.arange(frames) * block, x)
    source = saw(440 * 2 ** ((stretch(pitch) - 69 + cents / 100) / 12)) * stretch(level)
    source += breath * rng.standard_normal(count) * stretch(level)
    source = lfilter([1], [1, -rng.uniform(0.5, 0.9)], source)
    size = rng.uniform(0.9, 1.25)
    first, second = rng.choice(len(VOWELS), 2, replace=False)
    shades = [sum(g * resonator(source, f * size, w) for f, g, w in zip(VOWELS[v], (1.0, 0.6, 0.35), (90, 110, 160))) for v in (first, second)]
    smooth = stretch(lfilter(np.ones(40) / 40, [1], vowel))
    out = shades[0] * (1 - smooth) + shades[1] * smooth
    hiss = rng.standard_normal(count) * stretch(noise)
    out = out / (np.abs(out).max() + 1e-9) + 0.3 * (hiss - lfilter([0.3], [1, -0.7], hiss))
    return out.astype(np.float32)


def drum_machine(rng):
    """One-shot sounds in the manner of the drum machines of the eighties."""
    def decay(seconds, length):
        t = np.arange(int(length * RATE)) / RATE
        return t, np.exp(-t / seconds)

    kit = {}
    t, e = decay(rng.uniform(0.06, 0.4), 0.8)
    low, drop, fall = rng.uniform(42, 62), rng.uniform(40, 220), rng.uniform(0.01, 0.05)
    kick = np.sin(2 * np.pi * (low * t + drop * fall * (1 - np.exp(-t / fall)))) * e
    kick[:48] += rng.uniform(0, 0.5) * np.linspace(1, 0, 48)
    kit[KICK] = np.tanh(kick * rng.uniform(1, 2.5))
    t, e = decay(rng.uniform(0.05, 0.16), 0.4)
    noise = rng.standard_normal(len(t))
    tone = np.sin(2 * np.pi * rng.uniform(160, 230) * t) * np.exp(-t / 0.06)
    kit[SNARE] = (sosfilt(butter(2, rng.uniform(700, 2500), "high", fs=RATE, output="sos"), noise) * e * rng.uniform(0.5, 1) + tone * rng.uniform(0.2, 0.8)) * 0.8
    high = butter(2, rng.uniform(5000, 8000), "high", fs=RATE, output="sos")
    for name, length in ((CLOSED_HAT, rng.uniform(0.012, 0.04)), (OPEN_HAT, rng.uniform(0.1, 0.25))):
        t, e = decay(length, 0.5)
        kit[name] = sosfilt(high, rng.standard_normal(len(t))) * e * 0.5
    t, e = decay(0.09, 0.3)
    clap = sosfilt(butter(2, (800, 3500), "band", fs=RATE, output="sos"), rng.standard_normal(len(t)))
    saws = np.where(t < 0.03, 1 - (t % 0.01) / 0.01, e)
    kit[CLAP] = clap * saws * 0.9
    for name, pitch in ((41, 90), (43, 110), (45, 130), (47, 150), (48, 170), (50, 200)):
        t, e = decay(0.15, 0.4)
        kit[name] = np.sin(2 * np.pi * (pitch * t + 3 * (1 - np.exp(-t / 0.03)))) * e
    t, e = decay(0.6, 1.2)
    kit[49] = sosfilt(high, rng.standard_normal(len(t))) * e * 0.4
    kit[37] = np.sin(2 * np.pi * rng.uniform(1200, 1900) * np.arange(600) / RATE) * np.exp(-np.arange(600) / 120) * 0.6
    for name, same in ((40, SNARE), (44, CLOSED_HAT), (51, CLOSED_HAT), (70, CLOSED_HAT), (54, OPEN_HAT), (52, 49), (57, 49), (75, 37), (56, 37), (63, 48)):
        kit[name] = kit[same] * 0.7
    return kit


def play_kit(kit, notes, seconds):
    out = np.zeros(int(seconds * RATE) + 2 * RATE, np.float32)
    for start, _, instrument, velocity in notes:
        sound = kit.get(instrument)
        at = round(start * RATE)
        if sound is not None and 0 <= at < int(seconds * RATE):
            out[at : at + len(sound)] += sound * (max(velocity, 1) / 100) ** 1.6
    return out[: int(seconds * RATE)]

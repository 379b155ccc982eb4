"""What happens to music between the players and the record: equaliser, room, compressor, saturation, noise, codec."""

import io

import numpy as np
import soundfile
from scipy.signal import butter, lfilter, oaconvolve, sosfilt

from .synth import RATE


def loudness(x):
    """RMS over the parts that sound."""
    frames = x[: len(x) // 1200 * 1200].reshape(-1, 1200)
    power = (frames.astype(np.float64) ** 2).mean(1)
    heard = power[power > 0.01 * power.max()] if power.max() > 0 else power
    return float(np.sqrt(heard.mean())) if len(heard) else 0.0


def peaking(x, centre, gain_db, q):
    """Second-order peaking filter (R. Bristow-Johnson, "Audio EQ Cookbook")."""
    a = 10 ** (gain_db / 40)
    w = 2 * np.pi * centre / RATE
    alpha = np.sin(w) / (2 * q)
    return lfilter([1 + alpha * a, -2 * np.cos(w), 1 - alpha * a], [1 + alpha / a, -2 * np.cos(w), 1 - alpha / a], x)


def cut(x, frequency, kind, order=2):
    return sosfilt(butter(order, frequency, kind, fs=RATE, output="sos"), x)


def room(rng, x):
    length = rng.uniform(0.1, 1.4)
    t = np.arange(int(length * RATE)) / RATE
    tail = rng.standard_normal(len(t)) * np.exp(-t * 6.9 / length)
    tail = cut(tail, rng.uniform(2000, 8000), "low", 1)
    tail[: int(rng.uniform(0, 0.02) * RATE)] = 0
    wet = oaconvolve(x, tail.astype(np.float32))[: len(x)]
    amount = rng.uniform(0.1, 0.6) * loudness(x) / (loudness(wet) + 1e-9)
    return x + amount * wet


def compress(rng, x):
    size = 96
    blocks = np.abs(x[: len(x) // size * size]).reshape(-1, size).max(1)
    release = rng.uniform(0.9, 0.99)
    envelope = np.maximum(blocks, lfilter([1 - release], [1, -release], blocks))
    threshold = loudness(x) * 10 ** (rng.uniform(-6, 6) / 20)
    ratio = 1 - 1 / rng.uniform(2, 10)
    gain = np.minimum(1, (threshold / (envelope + 1e-9))) ** ratio
    gain = lfilter([0.4], [1, -0.6], gain)
    return x * np.interp(np.arange(len(x)), np.arange(len(gain)) * size + size / 2, gain)


def drive(x, amount):
    """Saturation: `amount` is the level before the curve, relative to a full scale of 1."""
    return np.tanh(x * (amount / (loudness(x) + 1e-9)))


def amplifier(rng, x):
    """A distorted guitar: high gain, then the loudspeaker's band."""
    x = drive(cut(x, rng.uniform(80, 250), "high"), rng.uniform(1.0, 8.0))
    return cut(cut(x, rng.uniform(2800, 5500), "low", 3), 70, "high", 1)


def codec(rng, x):
    """Through a lossy codec and back; the length and the place of the samples stay."""
    name, subtype = ("MP3", "MPEG_LAYER_III") if rng.random() < 0.6 else ("OGG", "VORBIS")
    buffer = io.BytesIO()
    try:
        soundfile.write(buffer, np.clip(x, -1, 1), RATE, format=name, subtype=subtype, compression_level=float(rng.uniform(0.2, 0.8)))
        buffer.seek(0)
        y, _ = soundfile.read(buffer, dtype="float32")
    except (soundfile.LibsndfileError, TypeError, RuntimeError):
        return x
    return np.pad(y, (0, max(0, len(x) - len(y))))[: len(x)]


def pink(rng, count):
    # three first-order sections, within a decibel of 1/f (P. Kellet's filter)
    white = rng.standard_normal(count)
    return lfilter([0.05], [1, -0.997], white) + lfilter([0.1], [1, -0.963], white) + lfilter([0.2], [1, -0.57], white)


def master(rng, x, clean=False):
    """The chain on the mix; returns samples within -1..1."""
    x = x / (loudness(x) + 1e-9) * 0.1
    if not clean:
        if rng.random() < 0.6:
            for _ in range(rng.integers(1, 4)):
                x = peaking(x, float(np.exp(rng.uniform(np.log(60), np.log(9000)))), rng.uniform(-10, 10), rng.uniform(0.4, 2))
        if rng.random() < 0.4:
            x = room(rng, x)
        if rng.random() < 0.5:
            x = compress(rng, x)
        if rng.random() < 0.45:
            x = drive(x, np.exp(rng.uniform(np.log(0.15), np.log(1.2))))
        if rng.random() < 0.25:
            x = cut(x, rng.uniform(3000, 9500), "low", int(rng.integers(1, 5)))
        if rng.random() < 0.2:
            x = cut(x, rng.uniform(40, 250), "high", int(rng.integers(1, 3)))
        x = x / (loudness(x) + 1e-9) * 0.1
        if rng.random() < 0.4:
            noise = rng.standard_normal(len(x)) if rng.random() < 0.4 else pink(rng, len(x))
            x = x + noise / np.sqrt((noise**2).mean()) * 0.1 * 10 ** (rng.uniform(-45, -18) / 20)
        x = x * 10 ** (rng.uniform(-14, 6) / 20)
        if rng.random() < 0.15:
            x = codec(rng, x)
    return np.clip(x, -1, 1)

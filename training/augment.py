"""Training batches: random crops of clips, varied as recordings vary, all clips of a batch at once."""

import numpy as np
import torch

from .beat_net import BANDS_PER_PITCH, DELAY, pitch_classes
from .dataset import BAND_RATE, N_BANDS, N_BINS, NO_BASS, NO_CHORD, UNKNOWN

TWENTY_DB = 0.25  # of the pitch frames' scale of four decades
# one chord that goes on and on is its own key: how often, and the modes of the chords it may be (major and minor triads and sevenths)
VAMPS = 0.04
VAMP_MODES = {0: 0, 1: 1, 6: 0, 7: 0, 8: 1}


def bumps(rng, n_clips, n_bins, size):
    """Smooth random curves `[n_clips, n_bins]`: a few cosines, standard deviation about `size`."""
    x = np.linspace(0, 1, n_bins, dtype=np.float32)
    curve = np.zeros((n_clips, n_bins), np.float32)
    for order in range(1, 6):
        phase, height = rng.uniform(0, 2 * np.pi, (n_clips, 1)), rng.normal(0, 1, (n_clips, 1))
        curve += (height * np.cos(np.pi * order * x + phase) / order**0.5).astype(np.float32)
    return curve * np.float32(size / 1.1)


def tonal_batch(clips, rng, picked, n_frames):
    """Crops of `n_frames`: x `[B, n_frames, 252]`, key `[B]`, chord and bass `[B, n_frames]`."""
    n = len(picked)
    start = (rng.random(n) * (np.maximum(clips.pitch_frames[picked] - n_frames, 0) + 1)).astype(np.int64)
    frames = np.minimum(start[:, None] + np.arange(n_frames), clips.pitch.shape[1] - 1)
    rows = picked[:, None]
    x = clips.pitch[rows, frames]
    key, chord, bass = clips.key[picked].copy(), clips.chord[rows, frames].copy(), clips.bass[rows, frames].copy()
    for clip in np.flatnonzero(rng.random(n) < VAMPS):
        vamp(rng, clip, x, key, chord, bass)

    # transposed by whole semitones, and a little out of tune: what the tuning's estimate leaves
    semitones = rng.integers(-6, 6, n)
    move = -3 * semitones[:, None] + np.arange(N_BINS)
    share = np.where(rng.random(n) < 0.5, rng.uniform(0, 0.4, n), 0).astype(np.float32)[:, None, None]
    wide = np.zeros((n, n_frames, N_BINS + 40), np.uint8)
    wide[:, :, 20 : 20 + N_BINS] = x
    batch, time = np.arange(n)[:, None, None], np.arange(n_frames)[None, :, None]
    low = wide[batch, time, 20 + move[:, None]].astype(np.float32)
    high = wide[batch, time, 20 + (move + rng.choice((-1, 1), (n, 1)))[:, None]]
    x = (low + share * (high - low)) / np.float32(255)
    key = np.where(key == UNKNOWN, UNKNOWN, (key + semitones) % 12 + 12 * (key >= 12))
    turned = (chord + semitones[:, None]) % 12 + 12 * (chord // 12)
    chord = np.where((chord == UNKNOWN) | (chord == NO_CHORD), chord, turned)
    bass = np.where((bass == UNKNOWN) | (bass == NO_BASS), bass, (bass + semitones[:, None]) % 12)

    # equaliser and level where there is sound; then what lies below a floor drowns in it
    change = bumps(rng, n, N_BINS, 0.35 * TWENTY_DB)[:, None] * (rng.random((n, 1, 1)) < 0.8) + rng.normal(0, 0.12 * TWENTY_DB, (n, 1, 1)).astype(np.float32)
    x = np.where(x > 0, np.clip(x + change.astype(np.float32), 0, 1), 0)
    floor = np.where(rng.random((n, 1)) < 0.4, rng.uniform(0.2, 0.65, (n, 1)), 0) + bumps(rng, n, N_BINS, 0.03)
    floor = np.where(floor > 0.03, floor, 0).astype(np.float32)[:, None]
    noisy = floor * rng.random((n, n_frames, N_BINS), np.float32) ** np.float32(0.2)
    x = np.maximum(x, noisy)
    # bins that are missing, and a start in silence
    x *= rng.random((n, 1, N_BINS), np.float32) >= np.where(rng.random((n, 1, 1)) < 0.4, 0.08, 0.0)
    silent = np.where(rng.random(n) < 0.08, rng.integers(1, 16, n), 0)
    quiet = np.arange(n_frames) < silent[:, None]
    x[quiet] = 0
    chord[quiet], bass[quiet] = NO_CHORD, NO_BASS
    return torch.from_numpy(x), torch.from_numpy(key), torch.from_numpy(chord), torch.from_numpy(bass)


def vamp(rng, clip, x, key, chord, bass):
    """Lets one of the clip's chords go on for all of it, in place."""
    frame = int(rng.integers(len(chord[clip])))
    quality, root = divmod(int(chord[clip, frame]), 12)
    if quality not in VAMP_MODES:
        return
    changes = np.flatnonzero(np.diff(chord[clip], prepend=UNKNOWN, append=UNKNOWN))
    start, end = changes[changes <= frame].max(initial=0), changes[changes > frame].min(initial=len(chord[clip]))
    again = start + np.arange(len(chord[clip])) % (end - start)
    x[clip], chord[clip], bass[clip] = x[clip, again], chord[clip, again], bass[clip, again]
    key[clip] = root + 12 * VAMP_MODES[quality]


def beat_batch(clips, rng, picked, n_frames, causal):
    """Crops of `n_frames` band frames: bands `[B, n, 64]`, pitch classes `[B, T, 12, 2]` (None if causal), targets `[B, n, 2]`."""
    n = len(picked)
    # time goes `pace` times as fast
    pace = rng.uniform(0.92, 1.08, (n, 1)).astype(np.float32)
    room = np.maximum(clips.band_frames[picked] - 1 - n_frames * pace[:, 0], 0)
    start = (rng.random(n, np.float32) * room).astype(np.float32)[:, None]
    bands = between(clips.bands, picked, start + pace * np.arange(n_frames, dtype=np.float32))
    bands = varied_bands(rng, bands)
    classes = None
    if not causal:
        n_pitch = (n_frames - 1) // BANDS_PER_PITCH + 2
        position = start / BANDS_PER_PITCH + pace * np.arange(n_pitch, dtype=np.float32)
        classes = varied_classes(rng, between(clips.classes, picked, position)).reshape(n, n_pitch, 12, 2)
    target = beat_targets((clips.beats[picked] * BAND_RATE - start) / pace, clips.downbeats[picked], n_frames, causal)
    return bands, classes, target


def between(frames, picked, position):
    """Bytes `[clips, T, C]` at fractional `position [B, N]`, linear -> float `[B, N, C]` in 0..1."""
    low = np.minimum(position.astype(np.int64), frames.shape[1] - 2)
    share = torch.from_numpy((position - low).astype(np.float32))[:, :, None]
    rows = picked[:, None]
    a, b = torch.from_numpy(frames[rows, low]).float(), torch.from_numpy(frames[rows, low + 1]).float()
    return torch.lerp(a, b, share.clamp(max=1)) / 255


def varied_bands(rng, bands):
    """Gains by band and over time, noise and a pitch shift, on the magnitudes: bands hold log10(1 + 1000 x) / 3."""
    n, n_frames, _ = bands.shape
    roll = rng.integers(-3, 4, n)
    source = np.clip(np.arange(N_BANDS) + roll[:, None], 0, N_BANDS - 1)
    bands = torch.gather(bands, 2, torch.from_numpy(source)[:, None].expand(-1, n_frames, -1))
    # decibels: a tilt, smooth bumps, a level; a band of up to 12 missing in some
    decibels = rng.normal(0, 5, (n, 1)) * np.linspace(-1, 1, N_BANDS) + bumps(rng, n, N_BANDS, 3) + rng.normal(-1, 3, (n, 1))
    first, width = rng.integers(0, N_BANDS, (n, 1)), rng.integers(2, 13, (n, 1)) * (rng.random((n, 1)) < 0.35)
    place = np.arange(N_BANDS)
    decibels = np.where((place >= first) & (place < first + width), -80, decibels)
    gain = torch.from_numpy((10 ** (decibels / 20)).astype(np.float32))[:, None]
    # some start in silence, at once or rising; some fade
    begin = np.where(rng.random((n, 1)) < 0.2, rng.uniform(0, 0.4 * n_frames, (n, 1)), -1e3)
    rise = np.where(rng.random((n, 1)) < 0.5, 1, rng.uniform(25, 200, (n, 1)))
    over_time = torch.from_numpy(np.clip((np.arange(n_frames) - begin) / rise, 0, 1).astype(np.float32))[:, :, None]
    magnitude = (torch.exp(bands * (3 * np.log(10))) - 1) * gain * over_time
    noise = 10 ** rng.uniform(-0.5, 1.3, (n, 1)) * (rng.random((n, 1)) < 0.3) * np.linspace(1, rng.uniform(0.2, 3, n), N_BANDS).T
    magnitude += torch.from_numpy(noise.astype(np.float32))[:, None] * torch.rand(n, n_frames, N_BANDS)
    return (torch.log1p(magnitude) / (3 * np.log(10))).clamp(max=1)


def varied_classes(rng, classes):
    """Level and noise of the pitch classes; in a tenth they are missing."""
    n = len(classes)
    level = torch.from_numpy(rng.normal(0, 0.04, (n, 1, 1)).astype(np.float32))
    there = torch.from_numpy((rng.random((n, 1, 1)) >= 0.1).astype(np.float32))
    return (classes + level * (classes > 0) + 0.02 * torch.randn(classes.shape)).clamp(0, 1) * there


def beat_targets(frames, downbeats, n_frames, causal):
    """1 at the frame of a beat (`frames [B, beats]`, fractional), 0.5 beside it; the same for downbeats: `[B, n_frames, 2]`."""
    target = np.zeros((len(frames), n_frames, 2), np.float32)
    place = np.round(frames).astype(np.int64) + (DELAY if causal else 0)
    for shift, value in ((-1, 0.5), (1, 0.5), (0, 1.0)):
        clip, beat = np.nonzero((place + shift >= 0) & (place + shift < n_frames))
        at = place[clip, beat] + shift
        target[clip, at, 0] = np.maximum(target[clip, at, 0], value)
        target[clip, at, 1] = np.maximum(target[clip, at, 1], value * downbeats[clip, beat])
    return torch.from_numpy(target)


def folded_classes(pitch):
    """Pitch bytes `[clips, T, 252]` -> class bytes `[clips, T, 24]`."""
    return np.concatenate([pitch_classes(torch.from_numpy(part).float()).flatten(2).byte().numpy() for part in np.array_split(pitch, max(len(pitch) // 64, 1))])

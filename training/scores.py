"""Scores on held-out clips, for watching a training; the real measure is the project's evaluation of whole decoders."""

import numpy as np
import torch
import torch.nn.functional as F

from .augment import beat_targets
from .beat_net import DELAY, loss_of
from .dataset import BAND_RATE, NO_CHORD, UNKNOWN

# triad of each quality for major/minor accuracy, None where mir_eval leaves the chord out
TRIAD = np.array([0, 1, -1, -1, -1, -1, 0, 0, 1, -1, 0, 1])
SEVENTHS = (0, 1, 6, 7, 8)  # maj, min, 7, maj7, min7
WITHIN = 0.07
BATCH = 32


@torch.no_grad()
def tonal(net, clips):
    """Key and frame-wise chord accuracies."""
    net.eval()
    keys, right, asked = [], np.zeros(4), np.zeros(4)
    for first in range(0, len(clips), BATCH):
        part = slice(first, first + BATCH)
        n_frames = torch.from_numpy(clips.pitch_frames[part])[:, None]
        there = torch.arange(clips.pitch.shape[1]) < n_frames
        chord, bass, key = net(torch.from_numpy(clips.pitch[part]).float() / 255, there / n_frames)
        keys.append(key.argmax(1).numpy())
        for place, (ok, of) in enumerate(chord_counts(chord.argmax(2).numpy(), bass.argmax(2).numpy(), clips.chord[part], clips.bass[part])):
            right[place] += ok
            asked[place] += of
    points = key_points(np.concatenate(keys), clips.key)
    exact = np.mean(points == 1) if len(points) else np.nan
    majmin, sevenths, classes, bass = right / np.maximum(asked, 1)
    return f"  key {exact:.3f} exact, {points.mean():.3f} weighted; chords {majmin:.3f} majmin, {sevenths:.3f} sevenths, {classes:.3f} of all; bass {bass:.3f}"


def chord_counts(chord, bass, true_chord, true_bass):
    def triads(labels):
        kind = np.append(TRIAD, -1)[np.minimum(labels // 12, 12)]
        return np.where(labels == NO_CHORD, NO_CHORD, np.where(kind < 0, -1, 12 * kind + labels % 12))

    known = true_chord != UNKNOWN
    true_triad = triads(np.maximum(true_chord, 0))
    asked = known & (true_triad >= 0)
    yield np.sum(asked & (triads(chord) == true_triad)), asked.sum()
    asked = known & (np.isin(true_chord // 12, SEVENTHS) | (true_chord == NO_CHORD))
    yield np.sum(asked & (chord == true_chord)), asked.sum()
    yield np.sum(known & (chord == true_chord)), known.sum()
    asked = true_bass != UNKNOWN
    yield np.sum(asked & (bass == true_bass)), asked.sum()


def key_points(found, truth):
    """MIREX points: 1 right, .5 a fifth above, .3 relative, .2 parallel."""
    found, truth = found[truth != UNKNOWN], truth[truth != UNKNOWN]
    move, same = (found - truth) % 12, found // 12 == truth // 12
    relative = np.where(truth < 12, 9, 3)
    return np.select([same & (move == 0), same & (move == 7), ~same & (move == relative), ~same & (move == 0)], [1.0, 0.5, 0.3, 0.2], 0.0)


@torch.no_grad()
def beats(net, clips, causal):
    """Loss and F of peaks against truth (70 ms), beats and downbeats."""
    net.eval()
    loss, f_values = np.zeros(2), []
    for first in range(0, len(clips), BATCH):
        part = slice(first, first + BATCH)
        bands = torch.from_numpy(clips.bands[part]).float() / 255
        classes = None if causal else torch.from_numpy(clips.classes[part]).float().unflatten(2, (12, 2)) / 255
        logits = net(bands, classes)
        target = beat_targets(clips.beats[part] * BAND_RATE, clips.downbeats[part], bands.shape[1], causal)
        loss += loss_of(logits, target).numpy() * len(bands)
        peaks = find_peaks(logits)
        for clip in range(len(bands)):
            row = first + clip
            real = clips.beats[row] >= 0
            for output, wanted in ((0, real), (1, real & clips.downbeats[row])):
                times = (np.nonzero(peaks[clip, :, output])[0] - (DELAY if causal else 0)) / BAND_RATE
                if wanted.any():
                    f_values.append((output, f_measure(times, clips.beats[row][wanted])))
    loss /= len(clips)
    f = [np.mean([value for which, value in f_values if which == output]) for output in (0, 1)]
    return f"  held-out loss {loss[0]:.4f} beat, {loss[1]:.4f} downbeat; peaks F {f[0]:.3f} beat, {f[1]:.3f} downbeat"


def find_peaks(logits, half=6):
    """Largest within `half` frames and more likely than not (the positive weight of the loss already lifts them)."""
    largest = F.max_pool1d(logits.transpose(1, 2), 2 * half + 1, 1, half).transpose(1, 2)
    return ((logits == largest) & (logits > 0)).numpy()


def f_measure(found, truth):
    if len(found) == 0:
        return 0.0
    near = np.abs(found[:, None] - truth[None, :])
    # peaks and beats are farther apart than the window, so nearest pairs are a matching
    hits = np.sum(near.min(0) <= WITHIN)
    return 2 * hits / (len(found) + len(truth))

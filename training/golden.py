"""Expected outputs for testing the plugin's own arithmetic: `NAME_golden.json` beside the weights.

Inputs are bytes of a linear congruential generator (`random_bytes`), so that they need not be stored.
"""

import json
import pathlib

import numpy as np
import torch

from .beat_net import pitch_classes
from .dataset import N_BANDS, N_BINS, tuned

SEED = 12345
CENTS = 13.0


def random_bytes(seed, n_frames, width):
    """`state = state * 1664525 + 1013904223 (mod 2^32)`, then its top 8 bits; row by row."""
    state, out = seed, np.empty(n_frames * width, np.uint8)
    for place in range(len(out)):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[place] = state >> 24
    return out.reshape(n_frames, width)


def tuned_input(n_frames, seed):
    return torch.from_numpy(tuned(random_bytes(seed, n_frames, N_BINS), CENTS) / np.float32(255))[None]


def rounded(tensor):
    return [round(float(value), 6) for value in tensor.flatten()]


@torch.no_grad()
def write_tonal(path, net, n_frames=40):
    x = tuned_input(n_frames, SEED)
    chord, bass, key = net(x)
    _, _, root = net.heads(net.features(x)[1])
    window = torch.zeros(1, n_frames)
    window[:, 10:20] = 0.1
    frames = [0, 1, 5, 20, n_frames - 1]
    golden = {
        "input": {"pitch": {"seed": SEED, "frames": n_frames, "cents": CENTS}},
        "frames": frames,
        "root": [rounded(root[0, frame]) for frame in frames],
        "chord_posterior": [rounded(torch.softmax(chord[0, frame], 0)) for frame in frames],
        "bass_posterior": [rounded(torch.softmax(bass[0, frame], 0)) for frame in frames],
        "key_logits": rounded(key[0]),
        "key_logits_of_frames_10_to_19": rounded(net(x, window)[2][0]),
    }
    save(path, golden)


@torch.no_grad()
def write_beats(path, net, n_frames=1300):
    bands = random_bytes(SEED, n_frames, N_BANDS)
    golden = {"input": {"bands": {"seed": SEED, "frames": n_frames}}}
    classes = None
    if not net.causal:
        # two pitch frames fewer than the bands last: the harmony is held at the end
        n_pitch = n_frames // 10 - 2
        classes = pitch_classes(tuned_input(n_pitch, SEED + 1))
        golden["input"]["pitch"] = {"seed": SEED + 1, "frames": n_pitch, "cents": CENTS}
    logits = net(torch.from_numpy(bands)[None].float() / 255, classes)[0]
    frames = [*range(0, n_frames, 61), n_frames - 1]
    golden |= {"frames": frames, "logits": [rounded(logits[frame]) for frame in frames]}
    save(path, golden)


def save(path, golden):
    path = pathlib.Path(path)
    place = path.with_name(f"{path.stem}_golden.json")
    place.write_text(json.dumps(golden, separators=(",", ":")).replace('],"', '],\n"') + "\n")

"""The network that hears keys and chords. MODELS.md tells every step; names and shapes here are those of the weights file."""

import torch
from torch import nn

from .layers import Circle, Conv, Dense

N_BINS = 252
N_QUALITIES = 12
N_CHORDS = 12 * N_QUALITIES + 1
CONTEXT = 6  # frames of context on each side


class Key(nn.Module):
    """Mean over time `[B, 12, 100]` -> logits `[B, 24]`."""

    def __init__(self, inputs, dropout):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.hidden = Circle(inputs, 32)
        self.out = Circle(32, 2, norm=False, gain=0.3)

    def forward(self, mean):
        y = self.out(torch.relu(self.hidden(self.drop(mean))))
        return y.transpose(1, 2).flatten(1)


class TonalNet(nn.Module):
    """Tuned pitch frames `[B, T, 252]` in 0..1 -> chord logits `[B, T, 145]`, bass logits `[B, T, 13]`, key logits `[B, 24]`."""

    def __init__(self, dropout=0.1, key_dropout=0.4):
        super().__init__()
        self.front = Conv(3, 7, 1, 16, pad=((1, 1), 3), stride=3)
        self.local = Conv(3, 3, 16, 24, pad=((1, 1), 1))
        self.octave = Conv(1, 3, 24, 24, pad=((0, 0), 12), dilation=12)
        self.fold = Dense(7, 24, 48)
        self.circle = Circle(48, 40)
        self.time = Conv(9, 1, 40, 40, pad=((4, 4), 0))
        self.root = Circle(40, 16, norm=False, gain=0.3)
        self.key = Key(48 + 40 + N_QUALITIES, key_dropout)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, pool=None):
        """`pool [B, T]`: weights of the frames for the key, each row summing to 1 (default: all alike)."""
        features, h = self.features(x)
        chord, bass, _ = self.heads(h)
        posterior = torch.softmax(chord, 2)[:, :, :-1].unflatten(2, (N_QUALITIES, 12)).transpose(2, 3)
        z = torch.cat([features, h, posterior], 3)
        mean = z.mean(1) if pool is None else torch.einsum("bt,btpk->bpk", pool, z)
        return chord, bass, self.key(mean)

    def features(self, x):
        """The states of MODELS.md's steps 4 and 6: `[B, T, 12, 48]` and `[B, T, 12, 40]`."""
        n_clips, n_frames = x.shape[:2]
        x = torch.relu(self.front(x.unsqueeze(3)))
        x = torch.relu(self.local(x))
        x = x + torch.relu(self.octave(x))
        # [B, T, 7 octaves, 12, 24] -> [B, T, 12, 7, 24]
        x = x.view(n_clips, n_frames, 7, 12, -1).transpose(2, 3).flatten(3)
        x = torch.relu(self.fold(x))
        h = torch.relu(self.circle(x))
        return x, h + torch.relu(self.time(h))

    def heads(self, h):
        """Chord and bass logits and the root features they come from, `[B, T, 12, 16]`."""
        r = self.root(self.drop(h))
        nothing = r.sum(2)
        chord = torch.cat([r[..., :N_QUALITIES].transpose(2, 3).flatten(2), nothing[..., 13:14]], 2)
        bass = torch.cat([r[..., 12], nothing[..., 14:15]], 2)
        return chord, bass, r

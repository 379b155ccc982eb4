"""The network that hears beats and bar starts. MODELS.md tells every step; names and shapes here are those of the weights file."""

import torch
import torch.nn.functional as F
from torch import nn

from .layers import Conv, Dense, Dilated

N_BANDS = 64
CHANNELS = 40
N_BLOCKS = 9
POSITIVE = torch.tensor([3.0, 5.0])  # weight of a beat and a downbeat in the loss, against frames without
DELAY = 3  # frames by which the live network tells of a beat late
BANDS_PER_PITCH = 10  # band frames per pitch frame


def pitch_classes(tuned):
    """Tuned pitch frames `[.., 252]` -> `[.., 12, 2]`: each class's largest bin of all octaves, and of those below C4."""
    padded = F.pad(tuned, (1, 0))[..., :-1]  # the semitone's three bins are 3s-1, 3s, 3s+1
    octaves = padded.unflatten(-1, (7, 12, 3)).amax(-1)
    return torch.stack([octaves.amax(-2), octaves[..., :3, :].amax(-2)], -1)


def hold_between(q, n_frames):
    """`[B, T, C]` at 5 frames a second -> `[B, n_frames, C]` at 50, linear between frames, held after the last."""
    position = torch.arange(n_frames)
    last = q.shape[1] - 1
    before = (position // BANDS_PER_PITCH).clamp(max=last)
    after = (before + 1).clamp(max=last)
    share = ((position % BANDS_PER_PITCH) / BANDS_PER_PITCH)[:, None]
    return q[:, before] * (1 - share) + q[:, after] * share


class Block(nn.Module):
    """Residual: dilated convolution, relu, mix."""

    def __init__(self, dilation, causal, dropout):
        super().__init__()
        self.conv = Dilated(5, CHANNELS, CHANNELS, dilation=dilation, causal=causal)
        self.mix = Dense(CHANNELS, CHANNELS, norm=False, gain=0.5)
        self.dropout = dropout

    def forward(self, x):
        v = torch.relu(self.conv(x))
        if self.training and self.dropout > 0:
            # whole channels of a clip
            keep = torch.rand(v.shape[0], 1, v.shape[2]) >= self.dropout
            v = v * (keep / (1 - self.dropout))
        return x + self.mix(v)


class BeatNet(nn.Module):
    """Bands `[B, N, 64]` and (whole files) pitch classes `[B, T, 12, 2]`, both in 0..1 -> logits `[B, N, 2]` of beat and downbeat."""

    def __init__(self, causal=False, dropout=0.1):
        super().__init__()
        self.causal = causal
        time = (2, 0) if causal else (1, 1)
        self.front1 = Conv(3, 5, 1, 8, pad=(time, 2), stride=2)
        self.front2 = Conv(3, 5, 8, 16, pad=(time, 2), stride=3)
        self.harmony = None if causal else HarmonyFront()
        self.join = Dense(11 * 16 + (0 if causal else 24), CHANNELS)
        for block in range(N_BLOCKS):
            setattr(self, f"block{block}", Block(2**block, causal, dropout))
        self.out = Dense(CHANNELS, 2, norm=False, gain=0.3)
        with torch.no_grad():
            self.out.b[:] = torch.tensor([-2.0, -3.0])  # beats are rare

    def forward(self, bands, classes=None):
        x = torch.relu(self.front1(bands.unsqueeze(3)))
        x = torch.relu(self.front2(x)).flatten(2)
        if not self.causal:
            x = torch.cat([x, hold_between(self.harmony(classes), x.shape[1])], 2)
        x = torch.relu(self.join(x))
        for block in range(N_BLOCKS):
            x = getattr(self, f"block{block}")(x)
        return self.out(torch.relu(x))


class HarmonyFront(Conv):
    """Pitch classes `[B, T, 12, 2]` -> `[B, T, 24]`: how the harmony moves, whatever its key."""

    def __init__(self):
        super().__init__(5, 12, 2, 24, pad=((2, 2), 0))

    def forward(self, x):
        doubled = torch.cat([x, x[:, :, :11]], 2)
        return torch.relu(super().forward(doubled)).mean(2)


def loss_of(logits, target):
    """Binary cross-entropies of beat and downbeat `[2]`, means over frames."""
    return F.binary_cross_entropy_with_logits(logits, target, pos_weight=POSITIVE, reduction="none").mean((0, 1))

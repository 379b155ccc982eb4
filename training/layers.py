"""Layers of both networks, channels last, with weights in the layout in which they are exported.

Each is a linear map to `w.shape[-1]` channels, then batch normalisation (or a plain bias). `fold` turns the normalisation into weight and
bias and rounds both to half floats, as the weights file holds them.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

EPSILON = 1e-5
MOMENTUM = 0.05


class Layer(nn.Module):
    """Weight `[.., inputs, outputs]` and what follows it; subclasses say how the weight is applied."""

    def __init__(self, *shape, norm=True, gain=1.0):
        super().__init__()
        self.w = nn.Parameter(torch.randn(*shape) * gain * math.sqrt(2 / math.prod(shape[:-1])))
        self.norm = nn.BatchNorm1d(shape[-1], eps=EPSILON, momentum=MOMENTUM) if norm else None
        self.b = None if norm else nn.Parameter(torch.zeros(shape[-1]))

    def finish(self, x):
        """`x [.., outputs]`, contiguous."""
        if self.norm is None:
            return x + self.b
        return self.norm(x.reshape(-1, x.shape[-1])).view(x.shape)

    @torch.no_grad()
    def fold(self):
        w, b = self.w, self.b
        if self.norm is not None:
            scale = self.norm.weight / torch.sqrt(self.norm.running_var + EPSILON)
            w, b = w * scale, self.norm.bias - self.norm.running_mean * scale
        self.w, self.b, self.norm = nn.Parameter(w.half().float()), nn.Parameter(b.half().float()), None


class Dense(Layer):
    """`x [.., I]` -> `[.., O]`; weight `[I, O]` or with `I` in parts."""

    def forward(self, x):
        return self.finish(x @ self.w.reshape(-1, self.w.shape[-1]))


class Conv(Layer):
    """`x [B, T, P, I]` -> `[B, T', P', O]`; weight `[time, pitch, I, O]`. `pad` is (before, after) in time and both sides in pitch."""

    def __init__(self, *shape, pad=((0, 0), 0), stride=1, dilation=1, **options):
        super().__init__(*shape, **options)
        self.pad, self.stride, self.dilation = pad, stride, dilation

    def forward(self, x):
        (before, after), pitch = self.pad
        x, time = x.permute(0, 3, 1, 2), before
        if before != after:
            x, time = F.pad(x, (0, 0, before, after)), 0
        x = F.conv2d(
            x.contiguous(memory_format=torch.channels_last), self.w.permute(3, 2, 0, 1), padding=(time, pitch), stride=(1, self.stride), dilation=(1, self.dilation)
        )
        return self.finish(x.permute(0, 2, 3, 1).contiguous())


class Dilated(Layer):
    """`x [B, T, I]` -> `[B, T, O]`; weight `[taps, I, O]`, taps `dilation` frames apart, in the middle of or (causal) before the frame."""

    def __init__(self, *shape, dilation=1, causal=False, **options):
        super().__init__(*shape, **options)
        reach = (shape[0] - 1) * dilation
        self.pad = (reach, 0) if causal else (reach // 2, reach // 2)
        self.dilation = dilation

    def forward(self, x):
        n_frames, taps = x.shape[1], self.w.shape[0]
        x = F.pad(x, (0, 0, *self.pad))
        # the taps side by side make one matrix product of it, which on a CPU beats a dilated convolution
        x = torch.cat([x[:, tap * self.dilation : tap * self.dilation + n_frames] for tap in range(taps)], 2)
        return self.finish(x @ self.w.reshape(-1, self.w.shape[-1]))


class Circle(Layer):
    """`x [.., 12, I]` -> `[.., 12, O]`: `out[p] = sum over j of x[(p + j) mod 12] w[j]`, over all twelve pitch classes; weight `[12, I, O]`."""

    def __init__(self, inputs, outputs, **options):
        super().__init__(12, inputs, outputs, **options)
        classes = torch.arange(12)
        self.register_buffer("turn", (classes[:, None] - classes[None, :]) % 12, persistent=False)

    def forward(self, x):
        inputs, outputs = self.w.shape[1:]
        # [input class, I, output class, O]: one dense matrix, no copies of the input
        matrix = self.w[self.turn].permute(0, 2, 1, 3).reshape(12 * inputs, 12 * outputs)
        return self.finish((x.reshape(*x.shape[:-2], 12 * inputs) @ matrix).view(*x.shape[:-1], outputs))


def fold_all(net):
    for layer in net.modules():
        if isinstance(layer, Layer):
            layer.fold()
    return net.eval()


def tensors(net):
    """Name -> tensor of a folded network, in order."""
    found = {}
    for name, layer in net.named_modules():
        if isinstance(layer, Layer):
            found[f"{name}.w"], found[f"{name}.b"] = layer.w.detach(), layer.b.detach()
    return found

"""Trains the key and chord network."""

import numpy as np
import torch.nn.functional as F

from . import augment, export, golden, scores
from .dataset import UNKNOWN, Clips
from .layers import fold_all
from .loop import Loop, add_common, batches, forward, start
from .tonal_net import TonalNet

CHORD_SHARE = 0.7
BASS_SHARE = 0.2
OWN_TIMES = 2  # own progressions are as varied as songs, and nearer to what has no triads: riffs, blues, vamps
MAX_HELD = 400


def add_arguments(parser):
    add_common(parser, batch=32)
    parser.add_argument("--shortest", type=int, default=30, help="shortest crop, frames of 0.2 s")
    parser.add_argument("--longest", type=int, default=80)


def losses(outputs, key, chord, bass):
    """Cross-entropies of key, chord and bass; what is not known counts nothing."""
    chord_logits, bass_logits, key_logits = outputs
    return (
        masked(key_logits, key, label_smoothing=0.05),
        masked(chord_logits.flatten(0, 1), chord.flatten()),
        masked(bass_logits.flatten(0, 1), bass.flatten()),
    )


def masked(logits, target, **options):
    total = F.cross_entropy(logits, target, ignore_index=UNKNOWN, reduction="sum", **options)
    return total / (target != UNKNOWN).sum().clamp(min=1)


def main(args):
    rng = start(args)
    train = Clips(args.clips, args.features, held=False, bands=False)
    held = Clips(args.clips, args.features, held=True, bands=False, limit=MAX_HELD)
    net = TonalNet()
    loop = Loop(net, args)
    print(f"{len(train)} clips, {len(held)} held out, {sum(p.numel() for p in net.parameters())} parameters", flush=True)
    rows = np.repeat(np.arange(len(train)), [OWN_TIMES if truth["source"].startswith("generated") else 1 for truth in train.truths])
    for places in batches(len(rows), args.batch, rng):
        if not loop.running():
            break
        picked = rows[places]
        x, *truth = augment.tonal_batch(train, rng, picked, int(rng.integers(args.shortest, args.longest + 1)))
        key, chord, bass = losses(forward(net, args, x), *truth)
        loop.advance(key + CHORD_SHARE * chord + BASS_SHARE * bass, (key.item(), chord.item(), bass.item()))
        if loop.due():
            print(scores.tonal(loop.averaged(), held), flush=True)
    loop.report()
    loop.save()
    net = fold_all(loop.averaged())
    print("as exported:", scores.tonal(net, held), flush=True)
    export.write(args.out, net)
    golden.write_tonal(args.out, net)

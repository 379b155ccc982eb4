"""Trains a beat network: for whole files, or (--causal) for live use."""

from . import augment, export, golden, scores
from .beat_net import BeatNet, loss_of
from .dataset import Clips
from .layers import fold_all
from .loop import Loop, add_common, batches, forward, start

MAX_HELD = 300


def add_arguments(parser):
    add_common(parser, batch=8)
    parser.add_argument("--causal", action="store_true", help="the live network: sees no future, answers 3 frames late")
    parser.add_argument("--shortest", type=int, default=600, help="shortest crop, frames of 0.02 s")
    parser.add_argument("--longest", type=int, default=1150)


def read(args, held, limit=None):
    clips = Clips(args.clips, args.features, held=held, pitch=not args.causal, limit=limit)
    if not args.causal:
        clips.classes = augment.folded_classes(clips.pitch)
        del clips.pitch
    return clips


def main(args):
    rng = start(args)
    train, held = read(args, False), read(args, True, MAX_HELD)
    net = BeatNet(causal=args.causal)
    loop = Loop(net, args)
    print(f"{len(train)} clips, {len(held)} held out, {sum(p.numel() for p in net.parameters())} parameters", flush=True)
    for picked in batches(len(train), args.batch, rng):
        if not loop.running():
            break
        bands, classes, target = augment.beat_batch(train, rng, picked, int(rng.integers(args.shortest, args.longest + 1)), args.causal)
        beat, downbeat = loss_of(forward(net, args, bands, classes), target)
        loop.advance(beat + downbeat, (beat.item(), downbeat.item()))
        if loop.due():
            print(scores.beats(loop.averaged(), held, args.causal), flush=True)
    loop.report()
    loop.save()
    net = fold_all(loop.averaged())
    print("as exported:", scores.beats(net, held, args.causal), flush=True)
    export.write(args.out, net)
    golden.write_beats(args.out, net)

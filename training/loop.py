"""What both trainings share: options, the clock and learning rate, checkpoints."""

import ctypes
import pathlib
import time

import numpy as np
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

PEAK_RATE = 3e-3
LAST_SHARE = 0.02
WARM_UP = 60
# of the weights over steps, which is what is scored and exported: steadier than the weights of any one step
# (B. Polyak and A. Juditsky, "Acceleration of stochastic approximation by averaging", SIAM J. Control Optim. 1992)
KEPT_A_STEP = 0.999


def add_common(parser, batch):
    parser.add_argument("--clips", required=True, nargs="+", help="folders of rendered clips (their .json)")
    parser.add_argument("--features", required=True, nargs="+", help="folders of what `cargo xtask features` wrote of them, in the same order")
    parser.add_argument("--out", required=True, help="weights file to write; NAME_golden.json and NAME.ckpt lie beside it")
    parser.add_argument("--steps", type=int, help="length of the training; the same seed then gives the same weights")
    parser.add_argument("--minutes", type=float, help="length of the training by the clock, in place of or beside --steps")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=batch)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--bf16", action="store_true", help="forward pass in bfloat16: 1.7 times as fast for the tonal network where the processor has it")
    parser.add_argument("--check", type=float, default=4.0, help="minutes between checkpoints and scores")
    parser.add_argument("--resume", action="store_true", help="go on from NAME.ckpt")


class Loop:
    """AdamW, its rate (warm-up, cosine over steps or minutes), the running mean of the weights, and checkpoints."""

    def __init__(self, net, args):
        if not args.steps and not args.minutes:
            raise SystemExit("--steps or --minutes is needed")
        self.net, self.args, self.step, self.before = net, args, 0, 0.0
        self.file = pathlib.Path(args.out).with_suffix(".ckpt")
        flat = [p for p in net.parameters() if p.dim() < 2]
        deep = [p for p in net.parameters() if p.dim() >= 2]
        self.mean = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(KEPT_A_STEP), use_buffers=True)
        self.optimizer = torch.optim.AdamW([{"params": deep, "weight_decay": 1e-2}, {"params": flat, "weight_decay": 0.0}], lr=PEAK_RATE)
        if args.resume:
            saved = torch.load(self.file, weights_only=True)
            net.load_state_dict(saved["net"])
            # weights from before there was a mean begin one
            self.mean.load_state_dict(saved["mean"]) if "mean" in saved else self.mean.update_parameters(net)
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step, self.before = saved["step"], saved["seconds"]
        self.begin = self.checked = time.monotonic()
        self.losses = []

    def seconds(self):
        return self.before + time.monotonic() - self.begin

    def progress(self):
        by_steps = self.step / self.args.steps if self.args.steps else 0.0
        by_clock = self.seconds() / (60 * self.args.minutes) if self.args.minutes else 0.0
        return max(by_steps, by_clock)

    def running(self):
        return self.progress() < 1

    def advance(self, loss, parts):
        """One step down the loss; `parts` are numbers to report."""
        cosine = 0.5 + 0.5 * np.cos(np.pi * min(self.progress(), 1))
        rate = float(PEAK_RATE * min(1, (self.step + 1) / WARM_UP) * (LAST_SHARE + (1 - LAST_SHARE) * cosine))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        self.mean.update_parameters(self.net)
        self.step += 1
        self.losses.append(parts)

    def averaged(self):
        """The network with the running mean of its weights: to score, and at the end to export."""
        return self.mean.module

    def due(self):
        """Whether a checkpoint is due; writes it and says how far the training is."""
        if time.monotonic() - self.checked < 60 * self.args.check:
            return False
        self.save()
        self.report()
        return True

    def save(self):
        fresh = self.file.with_suffix(".new")
        torch.save({"net": self.net.state_dict(), "mean": self.mean.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step, "seconds": self.seconds()}, fresh)
        fresh.replace(self.file)  # never half a checkpoint
        self.checked = time.monotonic()

    def report(self):
        mean = np.mean(self.losses, 0) if self.losses else []
        text = " ".join(f"{value:.4f}" for value in mean)
        print(f"step {self.step}, {self.seconds() / 60:.1f} min, {100 * self.progress():.0f} %: training loss {text}", flush=True)
        self.losses = []


def batches(n_clips, size, rng):
    """Endless batches of clip numbers, each clip once an epoch."""
    while True:
        order = rng.permutation(n_clips)
        if n_clips < size:
            order = np.resize(order, size)
        for start in range(0, len(order) - size + 1, size):
            yield order[start : start + size]


def forward(net, args, *inputs):
    """The network in training mode; float outputs whatever it computes in."""
    net.train()
    with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
        outputs = net(*inputs)
    return tuple(part.float() for part in outputs) if isinstance(outputs, tuple) else outputs.float()


def keep_memory():
    """Large blocks are used again instead of going back to the system after every step (glibc): a tenth faster."""
    try:
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(-3, 1 << 30)  # M_MMAP_THRESHOLD
        library.mallopt(-1, (1 << 31) - 1)  # M_TRIM_THRESHOLD
    except (OSError, AttributeError):
        pass


def start(args):
    """Threads and seeds; the generator of the batches."""
    keep_memory()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    pathlib.Path(args.out).parent.mkdir(parents=True, exist_ok=True)
    return np.random.default_rng(args.seed + (1 << 20 if args.resume else 0))

"""Renders clips with exact truth: NNNNN.wav (24 kHz mono, 24 s) and NNNNN.json for each."""

import json
import multiprocessing
import os
import time

import numpy as np
import soundfile

from . import effects, tones
from .compose import SECONDS, compose
from .grooves import Grooves
from .harmony import Harmony
from .pop909 import Songs
from .synth import DRUMS, PITCHED, RATE, Synth
from .timing import swing

# of twenty clips these are grooves of mma; of the others this share are re-arranged songs, the rest own progressions
GROOVES = (3, 10, 17)
SONGS = 0.6


def add_arguments(parser):
    parser.add_argument("--material", required=True, help="pop909.zip")
    parser.add_argument("--out", required=True, help="folder for the clips")
    parser.add_argument("--clips", type=int, required=True)
    parser.add_argument("--first", type=int, default=0, help="number of the first clip")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--part", choices=("all", "scores", "grooves"), default="all", help="only the clips with or without mma")
    parser.add_argument("--dry", action="store_true", help="no effects and exact players, to check the truth")
    parser.add_argument("--force", action="store_true", help="render clips anew that are there already")


def perform(rng, score, part, dry):
    """Beats to seconds: swing, tempo, and the hands of the player."""
    if not part.notes:
        return []
    starts = np.array([n[0] for n in part.notes], float)
    ends = np.array([n[1] for n in part.notes], float)
    starts, ends = (score.map.seconds(swing(x, part.eighths, part.sixteenths)) for x in (starts, ends))
    delay = np.array([n[4] for n in part.notes])
    if not dry:
        if part.kind == "drums":
            spread = 0.0 if score.rigid else rng.uniform(0, 0.009) * 0.6
            offset = 0.0
        else:
            spread = rng.uniform(0.0, 0.004) if score.rigid else rng.uniform(0.002, 0.02) * 0.6
            offset = 0.0 if score.rigid else rng.normal(0, 0.006)
        if part.kind == "voice":
            spread, offset = 0.02, rng.normal(0, 0.01)
        jitter = rng.normal(0, spread, len(starts)) + offset + delay
        starts, ends = starts + jitter, ends + jitter
    out = []
    begin = max(0.0, score.lead - 0.3)
    for start, end, note in zip(starts, ends, part.notes):
        if end < 0.02 or start > min(SECONDS, score.stop - 0.02) or start < 0 and end < 0.25 or start < begin - 0.05 and score.lead > 0:
            continue
        # a note cut by the beginning sounds on from there, unless it is a stroke
        if start < 0 and part.kind == "drums":
            continue
        out.append((max(start, 0.0), max(min(end, score.stop), start + 0.03), int(note[2]), float(np.clip(note[3], 20, 127))))
    return out


def mix(rng, synth, score, cents, dry):
    """All stems, balanced against each other."""
    stems = {"band": [], "drive": [], "voice": [], "drums": []}
    fonts = [synth.draw_font(rng, PITCHED)[0] for _ in range(2)]
    for part in score.parts:
        stems[part.kind].append((part, perform(rng, score, part, dry)))
    total = np.zeros(int(SECONDS * RATE), np.float32)
    balance = {"band": 0.0, "drive": rng.normal(-1, 3), "voice": rng.normal(1, 4), "drums": rng.normal(-1, 4.5)}
    machine = rng.random() < (0.6 if score.style in ("hiphop", "trap", "house", "disco") else 0.15)
    for kind in ("band", "drive", "voice", "drums"):
        played = [(p, n) for p, n in stems[kind] if n]
        if not played:
            continue
        if kind == "voice":
            x = tones.sing(rng, played[0][1], SECONDS, cents)
        elif kind == "drums" and machine:
            x = tones.play_kit(tones.drum_machine(rng), played[0][1], SECONDS)
        else:
            if kind == "drums":
                font, bank, presets, _ = synth.draw_font(rng, DRUMS)
                voices = [(font, bank, int(presets[rng.integers(len(presets))]), 110)]
            else:
                voices = [(fonts[int(rng.random() < 0.3)], 0, p.program, min(127, p.level)) for p, _ in played]
            notes = [(a, b, voice, pitch, v) for voice, (_, ns) in enumerate(played) for a, b, pitch, v in ns]
            x = synth.render(notes, voices, SECONDS, 0.0 if kind == "drums" else cents)
            if kind == "drive" and not dry:
                x = effects.amplifier(rng, x)
            if kind == "drums" and not dry and rng.random() < 0.3:
                x = effects.drive(x, rng.uniform(0.2, 1.0))
        size = effects.loudness(x)
        if size > 0:
            total += (x / size * 10 ** (balance[kind] / 20)).astype(np.float32)
    return total


def truth(score, cents, seed):
    beats = []
    number = int(np.ceil(score.first - 1e-6))
    while True:
        at = float(score.map.seconds(number))
        if at >= min(SECONDS, score.stop) - 0.02:
            break
        beats.append([round(at, 4), int(number % score.meter) + 1])
        number += 1
    chords = [[0.0, round(score.lead, 4), "N"]] if score.lead > 0 else []
    for start, end, name in score.chords:
        a = max(float(score.map.seconds(start)), score.lead)
        b = min(float(score.map.seconds(end)), SECONDS, score.stop)
        if b - a < 0.02:
            continue
        if chords and a - chords[-1][1] > 0.02:
            chords.append([chords[-1][1], round(a, 4), None])
        if chords and chords[-1][2] == name:
            chords[-1][1] = round(b, 4)
        else:
            chords.append([round(a, 4), round(b, 4), name])
    if chords and chords[0][0] > 0.02:
        chords.insert(0, [0.0, chords[0][0], None])
    if chords and chords[-1][1] < SECONDS - 0.02:
        chords.append([chords[-1][1], SECONDS, "N" if score.stop < SECONDS else None])
    return {
        "key": score.key, "beats": beats, "beats_per_bar": score.meter, "bpm": round(score.map.bpm, 2), "chords": chords,
        "tuning_cents": round(cents, 2), "style": score.style, "source": score.source, "split": "held" if score.held else "train", "seed": seed,
    }


def clip(number, options, synth, songs, harmony, grooves):
    """One clip; depends on nothing but the seed and its number."""
    rng = np.random.default_rng([options.seed, number])
    score = None
    while score is None:
        if grooves and number % 20 in GROOVES:
            score = grooves.compose(rng, harmony)
        else:
            score = compose(rng, songs, harmony, own=rng.random() >= SONGS)
    cents = float(rng.uniform(-50, 50)) if rng.random() < 0.4 else float(rng.normal(0, 6))
    x = mix(rng, synth, score, cents, options.dry)
    x = effects.master(rng, x, clean=options.dry)
    name = os.path.join(options.out, f"{number:05d}")
    soundfile.write(f"{name}.wav", x.astype(np.float32), RATE, subtype="PCM_16")
    with open(f"{name}.json", "w") as file:
        json.dump(truth(score, cents, options.seed), file)


STATE = {}


def work(number):
    clip(number, **STATE)


def main(options):
    os.makedirs(options.out, exist_ok=True)
    wanted = range(options.first, options.first + options.clips)
    if options.part != "all":
        wanted = [n for n in wanted if (n % 20 in GROOVES) == (options.part == "grooves")]
    todo = [n for n in wanted if options.force or not os.path.exists(os.path.join(options.out, f"{n:05d}.json"))]
    # loaded once, shared by the workers that are forked from here
    STATE.update(options=options, synth=Synth(), songs=Songs(options.material), harmony=Harmony(), grooves=Grooves() if Grooves.installed() else None)
    began = time.time()
    if options.jobs <= 1:
        for number in todo:
            work(number)
    else:
        with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
            for done, _ in enumerate(pool.imap_unordered(work, todo, chunksize=4), 1):
                if done % 200 == 0:
                    print(f"{done} of {len(todo)} clips, {done * SECONDS / (time.time() - began):.0f} x real time", flush=True)
    spent = time.time() - began
    print(f"{len(todo)} clips in {spent:.0f} s, {len(todo) * SECONDS / max(spent, 1e-3):.0f} x real time")

"""One clip as a score: style, chords, parts; from a piece of POP909 or from own progressions."""

import dataclasses

import numpy as np

from .arrange import arrange
from .chords import NAMES
from .line import Line
from .styles import STYLES
from .timing import BeatMap

SECONDS = 24.0


@dataclasses.dataclass
class Score:
    parts: list
    map: BeatMap
    meter: int
    first: float
    lead: float
    key: str
    chords: list
    style: str
    source: str
    held: bool
    rigid: bool
    loose: bool
    stop: float  # seconds; the music ends there


def draw_style(rng, meter=None):
    names = [n for n in STYLES if meter is None or STYLES[n].get("meter", 4) == meter]
    weights = np.array([STYLES[n]["weight"] for n in names])
    return names[rng.choice(len(names), p=weights / weights.sum())]


def log_uniform(rng, low, high):
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def compose(rng, songs, harmony, own):
    """A Score, or None where the drawn piece does not serve."""
    piece = None
    if own:
        # threes are drawn more often than they are played, so that the meter can be learned
        name = draw_style(rng, 3) if rng.random() < 0.17 else draw_style(rng)
    else:
        name = draw_style(rng, 3 if rng.random() < 0.04 else 4)
    style = STYLES[name]
    meter, steps = style.get("meter", 4), style.get("steps", 4)
    bpm = log_uniform(rng, *style["bpm"])
    beats = SECONDS * bpm / 60 * 1.12 + meter
    if not own:
        for _ in range(12):
            piece = songs.draw(rng, beats)
            if piece and piece.beats_per_bar == meter:
                break
            # few songs in three: any meter will do then
            if piece and _ >= 6:
                name = draw_style(rng, piece.beats_per_bar)
                style = STYLES[name]
                meter, steps = style.get("meter", 4), style.get("steps", 4)
                bpm = log_uniform(rng, *style["bpm"])
                if SECONDS * bpm / 60 * 1.12 + meter <= beats + 0.01:
                    break
            piece = None
        if piece is None:
            return None
    rich, slash = style.get("rich", 0.1), style.get("slash", 0.12)
    idioms, odds = list(style["idiom"]), np.array(list(style["idiom"].values()), float)
    idiom = idioms[rng.choice(len(idioms), p=odds / odds.sum())]
    if own and rng.random() < 0.16:
        idiom = "colour"
    if own and rng.random() < 0.08:
        idiom = "drift"
    lead = float(rng.uniform(0.3, 3.0)) if rng.random() < 0.15 else 0.0
    stop = float(rng.uniform(15, 23)) if rng.random() < 0.05 else SECONDS + 1
    if piece:
        shift = int(rng.integers(-6, 7))
        origin = piece.downbeat + meter * np.floor((piece.first - piece.downbeat) / meter)
        move = lambda c: None if c is None else ((c[0] + shift) % 12, c[1], (c[2] + shift) % 12)
        timeline = [(a - origin, b - origin, move(c)) for a, b, c in piece.chords]
        tonic, mode = (piece.key[0] + shift) % 12, piece.key[1]
        first, last = piece.first - origin, piece.last - origin
        source, held, idiom = piece.name.removesuffix(".mid"), piece.held, "songs"
    else:
        mode = "minor" if rng.random() < style["minor"] else "major"
        tonic = int(rng.integers(12))
        first = float(rng.random() * meter) if rng.random() < 0.8 else 0.0
        last = first + beats
        timeline = harmony.timeline(rng, idiom, mode, tonic, meter, int(np.ceil(last / meter)), rich, slash)
        if name in ("rock", "pop", "funk", "bossa", "latin", "disco", "halftime", "swing") and rng.random() < 0.2:
            timeline = push(rng, timeline, meter)
        source, held = "generated", bool(rng.random() < 0.08)
    if lead and rng.random() < 0.8:
        first = float(np.ceil(first / meter) * meter)
    bars = list(range(int(first // meter), int(np.ceil(last / meter))))
    line = Line(timeline)
    eighths = float(rng.uniform(*style["swing8"])) if "swing8" in style else 0.5
    sixteenths = float(rng.uniform(*style["swing16"])) if "swing16" in style and rng.random() < 0.5 else 0.5
    if meter == 4 and rng.random() < 0.5 and "swing8" in style and bpm > 150:
        eighths = 0.5 + (eighths - 0.5) * 0.6
    parts, truth = arrange(rng, style, name, line, bars, meter, steps, tonic, mode, idiom, piece, origin if piece else 0, shift if piece else 0)
    for part in parts:
        part.eighths, part.sixteenths = (0.667, 0.5) if steps == 3 and part.eighths < 0 else (eighths, sixteenths)
    rigid = rng.random() < style["rigid"]
    loose = style.get("loose", False)
    beat_map = BeatMap(rng, first, bpm, SECONDS, lead, rigid, loose)
    key = f"{NAMES[tonic]} {mode}"
    if idiom == "drift" or not any(part.kind != "drums" for part in parts) or own and not clear(timeline, tonic, bars, meter):
        key = None
    return Score(parts, beat_map, meter, first, lead, key, truth, name, source, held, rigid, loose, stop)


def clear(timeline, tonic, bars, meter):
    """Whether the tonic chord sounds enough for the key to be more than an intention."""
    total = len(bars) * meter
    home = sum(b - a for a, b, c in timeline if c and c[0] == tonic)
    present = {c[0] for _, _, c in timeline if c}
    return home >= 0.1 * total or ((tonic + 7) % 12 in present and home > 0) or len(present) > 3 and home >= 0.06 * total


def push(rng, timeline, meter):
    """Chords that come half a beat before the bar."""
    out = []
    for index, (a, b, chord) in enumerate(timeline):
        early = index > 0 and a % meter == 0 and b - a >= 1 and rng.random() < 0.8
        if early and out and out[-1][1] - out[-1][0] > 1:
            a -= 0.5
            out[-1] = (out[-1][0], a, out[-1][2])
        out.append((a, b, chord))
    return out

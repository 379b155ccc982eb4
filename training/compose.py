"""One clip as a score: style, chords, parts; from a piece of POP909 or from own progressions."""

import dataclasses

import numpy as np

from . import figures
from .chords import NAMES, label
from .drums import drum_part
from .figures import Line
from .styles import BASS, DRIVE, HORNS, LEADS, PAD, PIANO, STRINGS, STYLES, UPRIGHT
from .timing import BeatMap, swing

SECONDS = 24.0


@dataclasses.dataclass
class Part:
    """Notes of one player in beats, with the sound it wants."""

    kind: str  # "drums", "band", "drive" or "voice"
    notes: list
    program: int = 0
    level: float = 100.0
    eighths: float = 0.5
    sixteenths: float = 0.5


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


def program(rng, table):
    group = table[rng.integers(len(table))]
    return int(group[rng.integers(len(group))]) if isinstance(group, (list, tuple)) else int(group)


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


def arrange(rng, style, name, line, bars, meter, steps, tonic, mode, idiom, piece, origin, shift):
    """The players and the chords as they really sound."""
    parts = []
    level = lambda low, high: float(rng.uniform(low, high))
    chord_program = program(rng, style["chords"])
    figure = str(rng.choice(style["comp"]))
    bass_figure = str(rng.choice(style["bass"]))
    score = bool(piece) and rng.random() < (0.6 if name not in ("metal", "punk") else 0.3)
    power = chord_program in (29, 30) and rng.random() < style.get("power", 0.35)
    riffing = figure == "riff"
    playing = score is False or rng.random() < 0.6
    pad = rng.random() < (0.28 if name not in ("metal", "punk", "funk", "swing", "country", "classical", "classical3") else 0.1)
    full = score or pad
    if playing:
        if riffing or figure == "boogie" and any(c and c[1] in ("min", "min7", "dim", "hdim7") for _, _, c in line.timeline):
            motif = figures.riff_motif(rng, meter, steps, mode)
            notes = [n for bar in bars for n in figures.riff_bar(line, motif, bar, meter, 43, 92)]
            if chord_program in (29, 30) and rng.random() < 0.6:
                notes += [(a, b, p + 7, v, d) for a, b, p, v, d in notes]
            riffing = True
        elif figure == "boogie":
            notes = figures.boogie_part(line, bars, meter)
        else:
            low = int(rng.integers(48, 58))
            notes = figures.chord_part(rng, line, figure, bars, meter, steps, low, low + 19, style.get("rich", 0.1) * 0.8, power)
        parts.append(Part("drive" if chord_program in (29, 30) and rng.random() < 0.75 else "band", notes, chord_program, level(70, 110)))
    if playing and not power and not riffing and rng.random() < 0.2:
        other = str(rng.choice([f for f in style["comp"] if f not in ("riff", "boogie")]))
        low = int(rng.integers(52, 62))
        parts.append(Part("band", figures.chord_part(rng, line, other, bars, meter, steps, low, low + 19, 0.1, False), program(rng, style["chords"]), level(50, 90)))
        full = True
    if pad:
        low = int(rng.integers(48, 60))
        parts.append(Part("band", figures.pad_part(rng, line, bars, meter, low, low + 19, style.get("rich", 0.1)), program(rng, [PAD, STRINGS, [16, 52]]), level(35, 80)))
    if score:
        notes = [(a - origin, b - origin, p + shift, v, 0.0) for a, b, p, v in piece.notes]
        part = Part("band", notes, program(rng, [PIANO, PIANO, PIANO, [4, 5, 24, 25, 6, 46, 11]]), level(70, 110))
        part.eighths = -1.0
        parts.append(part)
    low_end = rng.random() < (0.55 if score else 0.92)
    if low_end:
        if bass_figure == "guitar":
            bass_figure = "riff" if riffing else str(rng.choice(["R-R-R-R-R-R-R-R-", "R-------R-------"]))
        if riffing and parts and rng.random() < 0.7:
            notes = [(a, b, p - 12, v, d) for a, b, p, v, d in parts[0].notes if True]
            lowest = {}
            for n in notes:
                lowest[n[0]] = min(lowest.get(n[0], n), n, key=lambda m: m[2])
            notes = list(lowest.values())
        else:
            notes = figures.bass_line(rng, line, bass_figure, bars, meter, steps, mode)
        parts.append(Part("band", notes, program(rng, style["low"] if rng.random() < 0.85 else [BASS, UPRIGHT]), level(75, 120)))
    lead = rng.random()
    if lead < 0.82:
        sung = lead < 0.42
        low = int(rng.integers(50, 64))
        if piece and (not score or rng.random() < 0.5):
            notes = skyline(piece, origin, shift)
        else:
            notes = figures.melody(rng, line, bars, meter, steps, tonic, mode, idiom, low, low + int(rng.integers(9, 17)))
        drop = 12 * int(rng.integers(-1, 2)) if piece and rng.random() < 0.4 else 0
        notes = [(a, b, p + drop, v, d) for a, b, p, v, d in notes]
        part = Part("voice" if sung else "band", notes, program(rng, [LEADS, LEADS, HORNS, DRIVE]), level(70, 120))
        part.eighths = -1.0 if piece else 0.5
        parts.append(part)
    if rng.random() >= style["drumless"]:
        drums = drum_part(rng, style, bars, meter, steps)
        # some players wait, some pause
        if rng.random() < 0.15:
            entry = (bars[0] + int(rng.integers(1, 5))) * meter
            drums = [n for n in drums if n[0] >= entry]
        if rng.random() < 0.12:
            pause = bars[rng.integers(len(bars))] * meter + float(rng.choice([0, 0, meter / 2]))
            size = float(rng.choice([1, 2, 0.5])) * meter
            drums = [n for n in drums if not pause <= n[0] < pause + size]
        parts.append(Part("drums", drums))
        # drums alone: for the first bars, now and then for the whole clip
        if drums and rng.random() < 0.08:
            solo = 10**6 if rng.random() < 0.25 else (bars[0] + int(rng.integers(1, 5))) * meter
            for part in parts[:-1]:
                part.notes = [n for n in part.notes if n[0] >= solo]
            parts = [part for part in parts if part.notes]
            line = Line([(a, min(b, solo), "N") for a, b, c in line.timeline if a < solo] + [(max(a, solo), b, c) for a, b, c in line.timeline if b > solo])
    if rng.random() < 0.08 and len(parts) > 2:
        pause = bars[rng.integers(len(bars))] * meter + meter / 2
        victim = parts[rng.integers(len(parts))]
        victim.notes = [n for n in victim.notes if not pause <= n[0] < pause + meter * 1.5]
    truth = [(a, b, sounding(c, power and playing and not full, riffing and not full, low_end or score)) for a, b, c in line.timeline]
    return parts, truth


def sounding(chord, power, riff, bassed):
    """What an annotator would write: None (masked) where only a riff tells the harmony."""
    if chord == "N":
        return "N"
    if chord is None or riff and chord[1] != "5":
        return None
    root, quality, bass = chord
    if power and quality in ("maj", "min", "sus4", "sus2", "7", "min7"):
        quality, bass = "5", root if bass not in (root, (root + 7) % 12) else bass
    return label(root, quality, bass if bassed else root)


def skyline(piece, origin, shift):
    """The highest notes of the piano score: its tune, more or less."""
    notes = []
    for a, b, pitch, velocity in sorted(piece.notes, key=lambda n: (round(n[0] * 8), -n[2])):
        if pitch < 57:
            continue
        if notes and (a < notes[-1][0] + 0.1 or a < notes[-1][1] - 0.3 and pitch < notes[-1][2]):
            continue
        if notes and notes[-1][1] > a:
            notes[-1] = (notes[-1][0], a, *notes[-1][2:])
        notes.append((a, min(b, a + 4), pitch, velocity, 0.0))
    return [(a - origin, b - origin, p + shift, v, d) for a, b, p, v, d in notes if b > a]

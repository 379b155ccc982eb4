"""The players of a clip: who plays, what and how loud, over a line of chords."""

import dataclasses

from . import figures, tunes
from .chords import label
from .drums import drum_part
from .line import Line
from .styles import BASS, DRIVE, HORNS, LEADS, PAD, PIANO, STRINGS, UPRIGHT


@dataclasses.dataclass
class Part:
    """Notes of one player in beats, with the sound it wants."""

    kind: str  # "drums", "band", "drive" or "voice"
    notes: list
    program: int = 0
    level: float = 100.0
    eighths: float = 0.5
    sixteenths: float = 0.5


def program(rng, table):
    group = table[rng.integers(len(table))]
    return int(group[rng.integers(len(group))]) if isinstance(group, (list, tuple)) else int(group)


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
            motif = tunes.riff_motif(rng, meter, steps, mode)
            notes = [n for bar in bars for n in tunes.riff_bar(line, motif, bar, meter, 43, 92)]
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
            notes = tunes.melody(rng, line, bars, meter, steps, tonic, mode, idiom, low, low + int(rng.integers(9, 17)))
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

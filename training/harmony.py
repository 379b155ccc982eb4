"""Own chord progressions: sampled by scale degree from counted bigrams, and by the idioms of jazz, blues, modes, riffs.

The counts are the tables of this project (McGill Billboard: Burgoyne, Wild and Fujinaga, ISMIR 2011, CC0; POP909: Wang et al.,
ISMIR 2020, MIT) in advice/data/harmony: what followed each chord, the chord before it reduced to a triad.
"""

import json
import os

import numpy as np

from .chords import QUALITIES, parse_degree

TABLES = os.path.join(os.path.dirname(__file__), "..", "advice", "data", "harmony")
# bars of an idiom: chords of a bar parted by blanks, bars by |
BLUES = (
    "I7|I7|I7|I7|IV7|IV7|I7|I7|V7|IV7|I7|V7", "I7|IV7|I7|I7|IV7|IV7|I7|I7|V7|IV7|I7|I7", "I7|IV7|I7|I7|IV7|#IVo7|I7|VI7|IIm7|V7|I7 VI7|IIm7 V7",
    "I|I|I|I7|IV|IV|I|I|V|IV|I|V7", "I6|I6|I6|I7|IV6|IV6|I6|I6|V7|V7|I6|V7", "I7|V7|IV7|IV7|I7|V7|I7|V7", "I7|I7|IV7|IV7",
)
MINOR_BLUES = ("Im7|IVm7|Im7|Im7|IVm7|IVm7|Im7|Im7|bVI7|V7|Im7|V7", "Im|Im|Im|Im|IVm|IVm|Im|Im|V7|IVm|Im|V7", "Im7|Im7|IV7|IV7", "Im6|Im6|IVm6|IVm6|Im6|Im6|V7|V7")
JAZZ = (
    "IIm7|V7|Imaj7|Imaj7", "IIm7 V7|Imaj7 VIm7", "Imaj7|VI7|IIm7|V7", "IIIm7 VI7|IIm7 V7", "I6 VIm7|IIm7 V7", "Imaj7|IVmaj7|IIIm7 VI7|IIm7 V7", "Imaj7|#Io7|IIm7|V7",
    "IVmaj7|IVm6|IIIm7|VI7", "Imaj7|bIIImaj7|bVImaj7|bII7", "II7|II7|IIm7|V7", "Imaj7 I7|IVmaj7 bVII7|Imaj7 VI7|IIm7 V7", "#IVh7 VII7|IIIm7 VI7|IIm7 V7|I6|", "III7|VI7|II7|V7",
    "IIm7|bII7|Imaj7|I6", "Vsus V7|I6", "Imaj7|IIm7|IIIm7|bIIIo7", "VIIh7 III7|VIm7 II7|IIm7 V7|Imaj7", "I6|I+|IIm7|V7",
)
MINOR_JAZZ = (
    "IIh7|V7|Im6|Im6", "IIh7 V7|Im7", "Im6|IIh7 V7", "IVm7|bVII7|bIIImaj7|bVImaj7", "IIh7|V7|Im7|Im6", "Im7|IVm7|bVI7|V7", "Im7|VIh7|IIh7|V7", "bVImaj7|V7|Im6|Im6",
    "Im7|IV7|Im7|IV7", "Im|V+|Im7|IV7", "Im|IIh7|V7|Im", "Im6|bII7|Im6|V7", "Im|VIIo7|Im6|V7",
)
MODAL = {
    "major": ("I|bVII|IV|I", "I|bVII|I|bVII", "I|IV|bVII|IV", "I|II|I|II", "I|bIII|IV|I", "I7|IV|I7|bVII", "Imaj7|II|Imaj7|II", "I|I|bVII|IV", "I|bVI|bVII|I", "I|Vm|IV|I", "I bVII|IV I"),
    "minor": ("Im|IV|Im|IV", "Im7|IV7|Im7|IV7", "Im|bII|Im|bII", "Im|bVII|bVI|bVII", "Im|bVII|bVI|V", "Im|bVII|IV|IV", "Im7|IIm7|Im7|IIm7", "Im|Vm|Im|Vm", "Im bII|bIII bII", "Im|bIII|bVII|IV",
              "Im|bVI|bIII|bVII", "Im|bVI|IVm|V", "Im|Im|bVI|bVII", "Im7|Vm7|Im7|IVm7", "Im|bVI|bII|V7"),
}
RIFF = {
    "major": ("I5|I5|IV5|V5", "I5 IV5|I5 bVII5", "I5|bVII5|IV5|I5", "I5|IV5|V5|IV5", "I5 V5|IV5 V5"),
    "minor": ("I5|I5|bIII5|IV5", "I5|bVI5|bVII5|I5", "I5 bIII5|IV5 I5", "I5|I5|bII5|I5", "I5|bVI5|bIII5|bVII5", "I5|I5|I5|bVII5", "I5 I5|bIII5 bII5", "I5|bVII5|bVI5|bVII5", "I5|#IV5|I5|bII5",
              "I5 bVII5|I5 bIII5", "I5|bIII5|bVII5|IV5"),
}
COLOUR = {
    "major": ("I|I+|I6|I7|IV|IVm6|I|V7", "I|#Io7|IIm7|V7", "Isus|I|Isus|I", "Isus2|I|IVsus2|Vsus", "IV|#IVo7|I|VI7|IIm|V7", "I|Imaj7|I7|IV|IVm|I|V|V", "I|III+|VIm|II7|IIm|V+", "IIm|IVm6|I|VI+",
              "Vsus|V|I|I6", "I|VIIh7|VIm|V", "I6|IV6|IIm6|V7", "I|IIo7|IIm|V7", "I|bVI+|IV6|V"),
    "minor": ("Im|V+|Im7|Im6", "Im|bVI+|Im7|IV7", "Im|IIo|V7|Im", "Im|VIIo|Im|V7", "Isus|Im|Isus|Im", "IVm6|V7|Im|Im", "Isus2|bVIsus2|bVII|bVIIsus", "Im|IIh7|V7|Im6", "Im|bIII+|bVI|V", "Im6|IVm6|V7|Im6",
              "Im|#IVo7|V7|Im"),
}
CLASSICAL = {
    "major": ("I|V7|I|V7", "I|IV|V7|I", "I IV|I V7|VIm IIm|V7 I", "I|IIm|V7|I", "I|VIm|IV|V", "I VI7|IIm V7|I II7|V", "I V|VIm IIIm|IV I|IV V7", "I|VIIo|I|IIm|V|V7|I|I"),
    "minor": ("Im|V7|Im|V7", "Im|IVm|V7|Im", "Im bVII|bIII bVI|IIo V|Im", "Im|IIo|V7|Im", "Im V7|Im IVm|Im V7|Im", "Im|bVI|IVm|V", "Im|VIIo7|Im|V7", "Im IVm|bVII bIII|bVI IIo|V7 Im"),
}


def triad(token):
    """'V7' -> 'V', 'VIm7' -> 'VIm': the names by which the tables are asked."""
    for ending in ("maj7", "sus", "7", "5"):
        if token.endswith(ending):
            return token.removesuffix(ending)
    return token


class Harmony:
    def __init__(self):
        self.tables = {"major": [], "minor": []}
        for name, weight in (("billboard.json", 0.6), ("pop909.json", 0.4)):
            with open(os.path.join(TABLES, name)) as file:
                modes = json.load(file)["modes"]
            for mode in self.tables:
                rows = {}
                for before, found in modes[mode].items():
                    moves = {token: count for token, count in found["next"] if parse_degree(token) and token != before}
                    if " " not in before and moves:
                        rows[before] = (found["n"], moves)
                self.tables[mode].append((weight, rows))

    def walk(self, rng, mode, count):
        """A phrase of `count` chords from the bigrams; begins at home more often than not."""
        weights = np.array([w for w, _ in self.tables[mode]])
        rows = self.tables[mode][rng.choice(len(weights), p=weights / weights.sum())][1]
        home = "I" if mode == "major" else "Im"
        # flattened counts: the commonest moves must not be all that is heard
        draw = lambda counts: str(rng.choice(list(counts), p=(odds := np.array(list(counts.values()), float) ** 0.75) / odds.sum()))
        token = home if rng.random() < 0.65 else draw({name: n for name, (n, _) in rows.items()})
        phrase = [token]
        while len(phrase) < count:
            token = draw((rows.get(triad(token)) or rows[home])[1])
            phrase.append(token)
        return phrase

    def bars(self, rng, idiom, mode):
        """One phrase: a list of bars, each a list of degree tokens."""
        pick = lambda table: [bar.split() for bar in table[rng.integers(len(table))].strip("|").split("|")]
        if idiom == "blues":
            return pick(BLUES if mode == "major" else MINOR_BLUES)
        if idiom == "jazz":
            table = JAZZ if mode == "major" else MINOR_JAZZ
            return pick(table) + pick(table) + (pick(table) if rng.random() < 0.5 else [])
        if idiom in ("modal", "riff", "colour", "classical"):
            table = {"modal": MODAL, "riff": RIFF, "colour": COLOUR, "classical": CLASSICAL}[idiom][mode]
            return pick(table) + (pick(table) if rng.random() < 0.4 else [])
        if idiom == "vamp":
            home = rng.choice(["I", "I7", "Imaj7", "I6", "Isus", "I"] if mode == "major" else ["Im", "Im7", "Im7", "I5", "Im6", "Im"])
            other = {"major": ["bVII", "IV", "IIm7"], "minor": ["bVII", "IV", "bVI"]}[mode]
            return [[home]] * 4 if rng.random() < 0.6 else [[home]] * 3 + [[home, str(rng.choice(other))]]
        if idiom == "drift":
            names = [q for q in QUALITIES if q != "5"]
            return [[(int(rng.integers(12)), str(rng.choice(names)))] for _ in range(8)]
        per_bar = rng.choice([1, 2, 0.5], p=[0.6, 0.28, 0.12])
        length = int(rng.choice([4, 8], p=[0.6, 0.4]))
        tokens = self.walk(rng, mode, max(2, int(length * per_bar)))
        if per_bar == 2:
            return [tokens[i : i + 2] for i in range(0, len(tokens), 2)]
        return [[t] for t in tokens for _ in range(int(1 / per_bar))]

    def timeline(self, rng, idiom, mode, tonic, beats_per_bar, bars, rich=0.0, slash=0.12):
        """[(start beat, end beat, chord)] for that many bars: a phrase repeated, now and then a second one."""
        phrases = [self.bars(rng, idiom, mode)]
        if rng.random() < (0.4 if idiom not in ("vamp", "blues") else 0.1):
            phrases.append(self.bars(rng, idiom, mode))
        skew = rng.random() < 0.15
        order, now = [], 0
        while now < bars:
            phrase = phrases[0] if rng.random() < 0.6 or len(phrases) == 1 else phrases[1]
            order += phrase
            now += len(phrase)
        out, memory = [], {}
        for number, bar in enumerate(order[:bars]):
            start = number * beats_per_bar
            cuts = [start + round(i * beats_per_bar / len(bar)) for i in range(len(bar) + 1)]
            if skew and len(bar) == 2 and beats_per_bar == 4:
                cuts[1] += 1
            for token, a, b in zip(bar, cuts, cuts[1:]):
                # a chord of the loop is decided once, so that repeats sound as repeats
                if token not in memory or rng.random() < 0.05:
                    memory[token] = self.colour(rng, token, tonic, rich, slash)
                chord = memory[token]
                if out and out[-1][2] == chord and out[-1][1] == a:
                    out[-1] = (out[-1][0], b, chord)
                else:
                    out.append((a, b, chord))
        return out

    @staticmethod
    def colour(rng, token, tonic, rich, slash):
        step, quality = parse_degree(token) if isinstance(token, str) else token
        if rng.random() < rich:
            if quality == "maj":
                if step in (0, 5):
                    quality = str(rng.choice(["maj7", "maj6", "maj7", "sus2"]))
                elif step == 7:
                    quality = str(rng.choice(["7", "sus4"]))
            elif quality == "min":
                quality = str(rng.choice(["min7", "min7", "min7", "min6"]))
        root = (tonic + step) % 12
        bass = root
        if quality != "5" and rng.random() < slash:
            intervals = QUALITIES[quality]
            bass = (root + intervals[rng.choice([1, 1, 2, len(intervals) - 1])]) % 12
        return root, quality, bass

"""Chord qualities, labels in Harte's syntax and voicings.

Labels after C. Harte et al., "Symbolic Representation of Musical Chords", ISMIR 2005.
A chord is (root pitch class, quality, bass pitch class); root None means no chord.
"""

NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
# intervals above the root; the first twelve are the classes of the chord network, the rest fold or are masked there
QUALITIES = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "hdim7": (0, 3, 6, 10),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "dim7": (0, 3, 6, 9),
    "5": (0, 7),
}
# what players add without changing the name of the chord
TENSIONS = {"7": (14, 21), "maj7": (14,), "min7": (14, 17), "maj": (14,), "min": (14,), "maj6": (14,), "min6": (14,)}
DEGREES = ("1", "b2", "2", "b3", "3", "4", "b5", "5", "#5", "6", "b7", "7")
ROMAN = {"I": 0, "#I": 1, "bII": 1, "II": 2, "bIII": 3, "III": 4, "IV": 5, "#IV": 6, "V": 7, "bVI": 8, "VI": 9, "bVII": 10, "VII": 11}
SUFFIX = {
    "": "maj", "m": "min", "7": "7", "maj7": "maj7", "m7": "min7", "sus": "sus4", "5": "5", "o": "dim", "h7": "hdim7",
    "+": "aug", "sus2": "sus2", "6": "maj6", "m6": "min6", "o7": "dim7",
}


def label(root, quality, bass):
    if root is None:
        return "N"
    name = f"{NAMES[root % 12]}:{quality}"
    distance = (bass - root) % 12
    return name if distance == 0 else f"{name}/{DEGREES[distance]}"


def parse_degree(token):
    """'bVIIm7' -> (10, 'min7'): semitones above the tonic and quality."""
    for size in (4, 3, 2, 1):
        if token[:size] in ROMAN and token[size:] in SUFFIX:
            return ROMAN[token[:size]], SUFFIX[token[size:]]
    return None


def from_pitches(pitches):
    """Held notes of a chord track -> chord, or None where no known quality fits."""
    bass = min(pitches) % 12
    classes = frozenset(p % 12 for p in pitches)
    # the bass is tried as root first: C-E-G-A over C is C6, over A it is Am7
    for root in [bass] + sorted(classes - {bass}):
        found = frozenset((c - root) % 12 for c in classes)
        for quality, intervals in QUALITIES.items():
            if found == frozenset(intervals):
                return root, quality, bass
    return None


def tones(chord):
    root, quality, _ = chord
    return [(root + step) % 12 for step in QUALITIES[quality]]


def voicing(rng, chord, low, high, previous=None, rich=0.0, size=None):
    """Pitches of the chord between low and high; near the previous voicing when there is one."""
    root, quality, _ = chord
    classes = [(root + step) % 12 for step in QUALITIES[quality]]
    if rng.random() < rich and quality in TENSIONS:
        classes.append((root + rng.choice(TENSIONS[quality])) % 12)
    if size and len(classes) > size:
        # the fifth is what is left out first
        classes = [c for c in classes if c != (root + 7) % 12][:size]
    centre = sum(previous) / len(previous) if previous else (low + high) / 2 + rng.normal(0, 2)
    centre = min(max(centre, low + 5), high - 5)
    pitches = []
    for c in classes:
        near = round((centre - c) / 12) * 12 + c
        near += 12 * int(rng.integers(-1, 2)) if rng.random() < 0.12 else 0
        while near < low:
            near += 12
        while near > high:
            near -= 12
        pitches.append(int(near))
    return sorted(set(pitches))

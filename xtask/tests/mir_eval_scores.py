"""Scores pairs of truth and statement with mir_eval, for the test of `eval` beside this file.

    python mir_eval_scores.py < PAIRS.json > FIGURES.json

PAIRS is a list, one object a recording, each field [truth, stated]:
    key                 names such as "Eb major"; null where none was stated
    beats, downbeats    seconds
    chords              [start, end, Harte label], gaps allowed in what was stated
FIGURES has the names and meanings of `cargo xtask eval --json`: means over recordings, except for
chords, where seconds right over all recordings are divided by seconds scored.
"""

import json
import sys
import warnings

import mir_eval
import numpy as np


def labelled(segments, start, end):
    """Intervals and labels that cover start to end; what is missing is no chord."""
    bounds, labels = [start], []
    for begins, ends, label in segments:
        begins, ends = max(begins, start), min(ends, end)
        if begins > bounds[-1]:
            bounds.append(begins)
            labels.append("N")
        if ends > bounds[-1]:
            bounds.append(ends)
            labels.append(label)
    if end > bounds[-1]:
        bounds.append(end)
        labels.append("N")
    return np.column_stack([bounds[:-1], bounds[1:]]), labels


def recall(pairs, compare):
    right = scored = 0.0
    for truth, stated in pairs:
        start, end = truth[0][0], truth[-1][1]
        intervals, true_labels, stated_labels = mir_eval.util.merge_labeled_intervals(
            *labelled(truth, start, end), *labelled(stated, start, end)
        )
        verdicts = compare(true_labels, stated_labels)
        seconds = np.diff(intervals)[:, 0]
        scored += seconds[verdicts >= 0].sum()
        right += seconds[verdicts > 0].sum()
    return right / scored


def main():
    warnings.simplefilter("ignore")  # mir_eval warns where nothing was stated
    recordings = json.load(sys.stdin)
    column = lambda name: [recording[name] for recording in recordings]
    beats = [(np.array(t), np.array(s)) for t, s in column("beats")]
    downbeats = [(np.array(t), np.array(s)) for t, s in column("downbeats")]
    continuity = [mir_eval.beat.continuity(truth, stated) for truth, stated in beats]
    figures = {
        "key_mirex": np.mean(
            [mir_eval.key.weighted_score(t, s) if s else 0.0 for t, s in column("key")]
        ),
        "beat_F": np.mean([mir_eval.beat.f_measure(t, s) for t, s in beats]),
        "CMLt": np.mean([total for _, total, _, _ in continuity]),
        "AMLt": np.mean([total for _, _, _, total in continuity]),
        "downbeat_F": np.mean([mir_eval.beat.f_measure(t, s) for t, s in downbeats]),
        "chord_majmin": recall(column("chords"), mir_eval.chord.majmin),
        "chord_sevenths": recall(column("chords"), mir_eval.chord.sevenths),
    }
    json.dump({name: float(figure) for name, figure in figures.items()}, sys.stdout)


main()

"""Mean and axes of styles (analysis/models/style.bin), from the embeddings of a broad population.

    cargo run -p library --example embeddings -- FOLDER... > embeddings.jsonl
    python -m training.style embeddings.jsonl

The population of the weights shipped: game music of the Debian packages named in the project's NOTICE, 28 pieces
of generated mood music and 3 metal songs, half a minute of each; nothing that matching is scored on.
The axes are the principal ones of the centred embeddings, none of them stretched.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np

N_STYLE = 48
TARGET = Path(__file__).parent.parent / "analysis" / "models" / "style.bin"


def tensor(name: str, values: np.ndarray) -> bytes:
    dims = b"".join(struct.pack("<I", n) for n in values.shape)
    head = struct.pack("B", len(name)) + name.encode() + struct.pack("B", values.ndim)
    return head + dims + values.astype("<f2").tobytes()


def main(path: str) -> None:
    with open(path) as lines:
        rows = [json.loads(line)["embedding"] for line in lines]
    embeddings = np.array([row for row in rows if row])
    mean = embeddings.mean(axis=0)
    centred = embeddings - mean
    values, axes = np.linalg.eigh(centred.T @ centred)
    strongest = np.argsort(-values, kind="stable")[:N_STYLE]
    axes = axes[:, strongest]
    # The sign of an axis is free; its largest component is positive.
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(N_STYLE)])
    kept = values[strongest].sum() / values.sum()
    TARGET.write_bytes(
        b"JAMNET01" + struct.pack("<I", 2) + tensor("mean", mean) + tensor("axes", axes)
    )
    print(f"{len(embeddings)} pieces; {kept:.1%} of what they differ by is kept")


if __name__ == "__main__":
    main(sys.argv[1])

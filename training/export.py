"""Writes a folded network as the plugin reads it; MODELS.md describes the file."""

import math
import struct

from .layers import tensors

MAGIC = b"JAMNET01"


def write(path, net):
    """Dimensions of one (the unused side of a convolution) are left out."""
    found = {name: tensor.squeeze() for name, tensor in tensors(net).items()}
    with open(path, "wb") as file:
        file.write(MAGIC + struct.pack("<I", len(found)))
        for name, tensor in found.items():
            file.write(struct.pack("<B", len(name)) + name.encode("ascii"))
            file.write(struct.pack(f"<B{tensor.dim()}I", tensor.dim(), *tensor.shape))
            file.write(tensor.contiguous().numpy().astype("<f2").tobytes())
    count = sum(math.prod(tensor.shape) for tensor in found.values())
    print(f"{path}: {len(found)} tensors, {count} values, {2 * count / 1000:.0f} kB")

"""Writes the weights of a trained checkpoint.h5 in bfloat16, beside the config.yaml that goes into it.

    python3 Tools/bundled/export.py \\
        assay/checkpoints/general/default/bundled/best/checkpoint.h5 Packages/Jobs/Sources/CBundled/data

The same weights and settings give the same bytes. A new file of HDF5 1.10's layout: its metadata has checksums.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import h5py
import numpy

def bfloat16_type() -> h5py.h5t.TypeFloatID:
    """Sign at bit 15, eight bits of exponent from bit 7, seven of mantissa from bit 0, bias 127."""
    kind = h5py.h5t.IEEE_F32LE.copy()
    kind.set_fields(15, 7, 8, 0, 7)
    kind.set_size(2)
    kind.set_ebias(127)
    return kind


def rounded_to_bfloat16(values: numpy.ndarray) -> numpy.ndarray:
    """The upper halves of finite float32 values, rounded to nearest even."""
    bits = values.astype("<f4").view("<u4")
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")


def read(path: str) -> tuple[dict, dict]:
    """The parameters of a checkpoint and the names of their axes, by path."""
    weights, axes = {}, {}

    def visit(name: str, node) -> None:
        if isinstance(node, h5py.Dataset):
            weights[name] = node[()]
            axes[name] = node.attrs.get("axes")

    with h5py.File(path) as file:
        file["params"].visititems(visit)
    return weights, axes


def main() -> None:
    folder = Path(sys.argv[2])
    weights, axes = read(sys.argv[1])
    kind = bfloat16_type()
    timeless = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    timeless.set_obj_track_times(False)
    with h5py.File(folder / "checkpoint.h5", "w", libver=("v110", "v110")) as file:
        file.attrs["format"] = numpy.bytes_("assay-checkpoint")
        file.attrs["version"] = 1
        file.attrs["config"] = numpy.bytes_((folder / "config.yaml").read_bytes())
        for path in sorted(weights):
            bits = rounded_to_bfloat16(weights[path])
            group = file.require_group("params/" + path.rpartition("/")[0])
            space = h5py.h5s.create_simple(bits.shape)
            stored = h5py.h5d.create(group.id, path.rpartition("/")[2].encode(), kind, space, timeless)
            stored.write(h5py.h5s.ALL, h5py.h5s.ALL, bits, mtype=kind)
            attributes = h5py.Dataset(stored).attrs
            attributes["sha256"] = numpy.bytes_(hashlib.sha256(bits.tobytes()).hexdigest())
            if axes[path] is not None:
                attributes["axes"] = numpy.array(axes[path], "S")


if __name__ == "__main__":
    main()

"""Writes the HDF5 files of this folder: python make_fixtures.py (h5py 3.16, numpy 2.4)."""

import hashlib
import pathlib
import zlib

import h5py
import numpy

HERE = pathlib.Path(__file__).parent
SMALL = numpy.arange(6, dtype="<f4").reshape(2, 3)


def bfloat16():
    """The HDF5 type: sign 15, exponent 7..14, mantissa 0..6, bias 127."""
    kind = h5py.h5t.IEEE_F32LE.copy()
    kind.set_fields(15, 7, 8, 0, 7)
    kind.set_precision(16)
    kind.set_size(2)
    kind.set_ebias(127)
    return h5py.Datatype(kind)


def create(name, libver="earliest", **attributes):
    file = h5py.File(HERE / name, "w", libver=libver)
    for key, value in ({"format": "assay-checkpoint", "version": 1} | attributes).items():
        if value is not None:
            file.attrs[key] = value
    return file


def tensor(file, path, array, **options):
    dataset = file.create_dataset(path, data=array, **options)
    dataset.attrs["sha256"] = hashlib.sha256(numpy.ascontiguousarray(array).tobytes()).hexdigest()
    return dataset


def contents(file):
    """The same numbers in every layout that h5py writes."""
    tensor(file, "params/wte", SMALL).attrs["axes"] = ["vocab", "n_embd"]
    tensor(file, "params/blocks_0/kernel", SMALL * 2, chunks=(1, 2), compression="gzip", shuffle=True, fletcher32=True)
    tensor(file, "params/blocks_0/bias", numpy.arange(3, dtype="<f8"))
    tensor(file, "params/half", SMALL.astype("<f2"))
    file.create_dataset("params/big_endian", data=SMALL.astype(">f4"))
    file.create_dataset("params/bfloat16", (2, 3), dtype=bfloat16())[...] = SMALL
    tensor(file, "state/step", numpy.int64(401))
    file["other/people"] = ["text", "that", "is", "ignored"]


with create("h5py_earliest.h5", config="job: gpt/evaluate\n") as file:
    contents(file)
    file.attrs["flag"] = True
    file.attrs["nothing"] = h5py.Empty("f")
with create("h5py_v110.h5", ("v110", "v110"), config="job: gpt/evaluate\n") as file:
    contents(file)

with create("no_format.h5", format=None) as file:
    tensor(file, "params/wte", SMALL)
with create("other_format.h5", format="something-else") as file:
    tensor(file, "params/wte", SMALL)
with create("no_version.h5", version=None) as file:
    tensor(file, "params/wte", SMALL)
with create("version_2.h5", version=2) as file:
    tensor(file, "params/wte", SMALL)
with create("text_version.h5", version="1") as file:
    tensor(file, "params/wte", SMALL)
NEW = ("v110", "v110")
with create("external_link.h5", NEW) as file:
    file.create_group("params")["wte"] = h5py.ExternalLink("elsewhere.h5", "/params/wte")
with create("external_data.h5", NEW) as file:
    file.create_dataset("params/wte", (2, 3), "<f4", external=[("/etc/hostname", 0, 24)])
with create("never_written.h5", NEW) as file:
    file.create_dataset("params/wte", (2, 3), "<f4")
with create("bomb.h5") as file:
    bomb = file.create_dataset("params/wte", (10**6, 10**6), "<f4", chunks=(1, 100), compression="gzip")
    bomb[0, :100] = 0
with create("filter.h5", NEW) as file:
    file.create_dataset("params/wte", data=SMALL, chunks=(2, 3), compression="lzf")
for name, libver in (("short_chunk.h5", "earliest"), ("short_chunk_v110.h5", NEW)):
    with create(name, libver) as file:  # the chunk inflates to 8 bytes instead of 24
        short = file.create_dataset("params/wte", (2, 3), "<f4", chunks=(2, 3), compression="gzip")
        short.id.write_direct_chunk((0, 0), zlib.compress(bytes(8)))
with create("int8.h5") as file:
    tensor(file, "params/wte", SMALL.astype("i1"))

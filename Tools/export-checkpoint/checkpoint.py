"""Writes a checkpoint directory of format version 1 (Packages/Jobs/Sources/Checkpoints/FORMAT.md), whole or not at all."""

import hashlib
import json
import math
import os
import pathlib
import shutil

import numpy

from failure import Failure, needed


def write(*, root, identity, suffix, replace, parameters, axes, dtype, config, steps, score):
    """Returns the directory."""
    h5py = needed("h5py", "writing a checkpoint")
    run = pathlib.Path(root, "checkpoints")
    for role, name in {
        "--project": identity["project"] or "general", "--group": identity["group"] or "default",
        "--name": identity["name"],
    }.items():
        run /= plain(role, name)
    if suffix.split("/")[0] == "latest":
        raise Failure("--suffix cannot begin with 'latest', which is the file that names the newest")
    place = run.joinpath(*[plain("--suffix", part) for part in suffix.split("/")])
    if place.exists() and not replace:
        raise Failure(f"there is a checkpoint '{place}' already; --replace replaces it")
    if place.exists() and not set(os.listdir(place)) <= FILES:
        raise Failure(f"'{place}' holds more than a checkpoint and is not replaced")
    partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
    try:
        partial.mkdir(parents=True)
        write_file(h5py, partial / "checkpoint.h5", parameters, axes, dtype, config)
        text(partial / "config.yaml", config)
        score = score if score is not None and math.isfinite(score) else None
        text(partial / "config.json", json.dumps({"score": score, "steps": steps}, indent=2) + "\n")
        text(partial / "job.json", json.dumps(identity, indent=2, sort_keys=True) + "\n")
        if place.exists():
            old = place.with_name(f".{place.name}.{os.getpid()}.old.partial")
            place.rename(old)
            partial.rename(place)
            shutil.rmtree(old)
        else:
            partial.rename(place)
        synchronize(place.parent)
        text(run / ".latest.partial", suffix)
        (run / ".latest.partial").replace(run / "latest")
    except OSError as error:
        raise Failure(f"cannot write checkpoint '{place}': {error.strerror or error}") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return place


FILES = {"checkpoint.h5", "config.yaml", "config.json", "job.json"}


def write_file(h5py, path, parameters, axes, dtype, config):
    # From HDF5 1.10 on, all metadata has checksums.
    with h5py.File(path, "w", libver=("v110", "v110")) as file:
        file.attrs["format"] = numpy.bytes_("assay-checkpoint")  # bytes: text of fixed length
        file.attrs["version"] = 1
        file.attrs["config"] = numpy.bytes_(config.encode())
        for name in sorted(parameters):
            bits, kind = encoded(parameters[name], dtype)
            data = create(h5py, file, f"params/{name}", bits, kind)
            data.attrs["sha256"] = numpy.bytes_(hashlib.sha256(bits.tobytes()).hexdigest())
            if (names := axes(name)) is not None and len(names) == bits.ndim:
                data.attrs["axes"] = numpy.array(names, dtype="S")
    synchronize(path)


def encoded(array, dtype):
    """The array as it is stored, little-endian, and its element type; bfloat16 as its bits."""
    if dtype is None:
        dtype = array.dtype.name if array.dtype.name in ("bfloat16", "float16") else "float32"
    if dtype == "bfloat16":
        return bfloat16_bits(numpy.ascontiguousarray(array, "<f4")), dtype
    return numpy.ascontiguousarray(array, {"float32": "<f4", "float16": "<f2"}[dtype]), dtype


def bfloat16_bits(array):
    """The upper halves of float32, rounded to nearest, ties to even; NaN stays NaN."""
    bits = array.view("<u4")
    rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
    return numpy.where(numpy.isnan(array), bits >> 16 | 0x40, rounded).astype("<u2")


def create(h5py, file, name, bits, kind):
    if kind != "bfloat16":
        return file.create_dataset(name, data=bits)
    stored = h5py.h5t.IEEE_F32LE.copy()
    stored.set_fields(15, 7, 8, 0, 7)  # sign, exponent's place and width, mantissa's place and width
    stored.set_precision(16)
    stored.set_size(2)
    stored.set_ebias(127)
    data = file.create_dataset(name, bits.shape, h5py.Datatype(stored))
    data.id.write(h5py.h5s.ALL, h5py.h5s.ALL, bits, mtype=stored)  # the bits as they are, no conversion
    return data


def plain(option, name):
    if not name or name.startswith(".") or "/" in name or "\0" in name:
        raise Failure(f"{option} '{name}' cannot name a directory: expected a name without '/' that begins with no '.'")
    return name


def text(path, content):
    path.write_text(content, encoding="utf-8")
    synchronize(path)


def synchronize(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Writes every kind of dataset and group that h5py writes and we read, and those that are refused.

python make_kinds.py [FOLDER] (h5py 3.16 with HDF5 2.0, numpy 2.4): kinds_<libver>.h5 with the values that
`KindsTests.swift` expects, many_<libver>.h5 with indices of several levels, committed and user_block by version of the
superblock, and refused_<kind>.h5. Without a folder
kinds and refused beside this file.
"""

import pathlib
import sys

import h5py
import numpy

HERE = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent


def numbers(*shape, dtype="<f4"):
    """0, 1, 2, … modulo 97, which every type holds."""
    return (numpy.arange(numpy.prod(shape, dtype=int)) % 97).reshape(shape).astype(dtype)


def create(name, libver, **options):
    file = h5py.File(HERE / name, "w", libver=libver, **options)
    file.attrs["format"] = "assay-checkpoint"
    file.attrs["version"] = 1
    return file


def types(params):
    for kind in ("f2", "f4", "f8", "i8", "i4", "u2", "u1"):
        for order in "<>":
            if kind != "u1" or order == "<":
                name = ("little/" if order == "<" else "big/") + kind
                params[f"types/{name}"] = numbers(3, 4, dtype=order + kind)
                params.create_dataset(
                    f"types/chunked_{name}", data=numbers(3, 4, dtype=order + kind), chunks=(2, 3), compression=4
                )


def shapes(params):
    params["shapes/scalar"] = numpy.float32(5)
    params["shapes/one"] = numbers(1)
    params["shapes/empty"] = numbers(0, 4)
    params["shapes/four"] = numbers(2, 3, 4, 5)


def layouts(params):
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_layout(h5py.h5d.COMPACT)
    space = h5py.h5s.create_simple((6, 5))
    group = params.require_group("layouts")
    compact = h5py.h5d.create(group.id, b"compact", h5py.h5t.IEEE_F32LE, space, properties)
    h5py.Dataset(compact)[...] = numbers(6, 5)
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_chunk((4, 2))
    properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    early = h5py.h5d.create(group.id, b"implicit", h5py.h5t.IEEE_F32LE, space, properties)
    h5py.Dataset(early)[...] = numbers(6, 5)
    for name, options in {
        "single": dict(chunks=(6, 5)),
        "single_filtered": dict(chunks=(6, 5), compression=9, shuffle=True, fletcher32=True),
        "fixed": dict(chunks=(4, 2)),
        "fixed_filtered": dict(chunks=(4, 2), compression=1),
        "bounded": dict(chunks=(4, 2), maxshape=(60, 50)),
        "growing_rows": dict(chunks=(1, 2), maxshape=(None, 5)),
        "growing_columns": dict(chunks=(4, 2), maxshape=(6, None), fletcher32=True),
        "growing_bounded": dict(chunks=(4, 2), maxshape=(40, None)),
        "growing_both": dict(chunks=(4, 2), maxshape=(None, None)),
        "growing_both_filtered": dict(chunks=(1, 1), maxshape=(None, None), shuffle=True, compression=3),
    }.items():
        group.create_dataset(name, data=numbers(6, 5), **options)
    filled = group.create_dataset("filled", (6, 5), "<f4", chunks=(2, 5), fillvalue=7)
    filled[2:4] = 1
    skipped = group.create_dataset("skipped", (2, 3), "<f4", chunks=(2, 3), compression=1, shuffle=True)
    skipped.id.write_direct_chunk((0, 0), numbers(2, 3).tobytes(), 0b11)


def groups(params):
    for index in range(12):
        params[f"groups/many/name_{index:03}"] = numpy.uint8([index])
    deep = params.require_group("groups/" + "/".join("abcdefgh"))
    deep["bottom"] = numbers(2)
    tracked = params["groups"].create_group("tracked", track_order=True)
    for index in range(12):
        tracked[f"t{index}"] = numpy.uint8([index])
    params["groups/twice"] = params["groups/many/name_007"]  # a hard link


def attributes(params):
    variable = params.create_dataset("attributes/variable", data=numbers(2, 3))
    variable.attrs["axes"] = ["vocab", "ä"]
    fixed = params.create_dataset("attributes/fixed", data=numbers(2, 3))
    fixed.attrs["axes"] = numpy.array([b"vocab", b"n_embd"])
    dense = params.create_dataset("attributes/dense", data=numbers(2, 3), track_order=True)
    for index in range(20):
        dense.attrs[f"other_{index}"] = list(range(index))
    dense.attrs["axes"] = ["vocab", "n_embd"]
    dense.attrs["flag"] = True
    dense.attrs["nothing"] = h5py.Empty("f4")
    dense.attrs["record"] = numpy.zeros(2, dtype=[("a", "f4"), ("b", "i2")])


def kinds(name, libver):
    with create(name, libver) as file:
        file.attrs["config"] = "job: gpt/evaluate\n"
        params = file.create_group("params")
        for part in (types, shapes, layouts, groups, attributes):
            part(params)


def many(params):
    for index in range(900):
        params[f"group/name_{index:03}"] = numpy.uint8([index % 97])
    for name, options in {
        "fixed": dict(chunks=(1,)),
        "growing": dict(chunks=(1,), maxshape=(None,), fletcher32=True),
        "both": dict(chunks=(1, 1), maxshape=(None, None)),
        "both_filtered": dict(chunks=(1, 1), maxshape=(None, None), shuffle=True, compression=1),
    }.items():
        shape = (20000,) if len(options["chunks"]) == 1 else (60, 50)
        params.create_dataset(name, data=numbers(*shape, dtype="u2"), **options)


def refused(name, body, **attributes):
    with create(f"refused_{name}.h5", "latest") as file:
        body(file.create_group("params"))


def virtual(params):
    layout = h5py.VirtualLayout((2, 3), "<f4")
    layout[...] = h5py.VirtualSource("elsewhere.h5", "x", (2, 3))
    params.create_virtual_dataset("wte", layout)


def committed(params):
    params["type"] = numpy.dtype("<f4")
    params.create_dataset("wte", data=numbers(2, 3), dtype=params["type"])
    params["text"] = h5py.string_dtype()
    params["wte"].attrs.create("axes", ["vocab", "n_embd"], dtype=params["text"])


def soft(params):
    params["x"] = numbers(2)
    params["wte"] = h5py.SoftLink("/params/x")


def scale_offset(params):
    params.create_dataset("wte", data=numbers(4, 4, dtype="i4"), chunks=(4, 4), scaleoffset=0)


def compound(params):
    params["wte"] = numpy.zeros(2, dtype=[("a", "f4"), ("b", "i2")])


def boolean(params):
    params["wte"] = numpy.array([True, False])


def text(params):
    params["wte"] = ["some", "text"]


def complex_number(params):
    params["wte"] = numpy.zeros(2, dtype="c8")


def array(params):
    params.create_dataset("wte", (2,), dtype=numpy.dtype(("f4", (3,))))[...] = numpy.zeros((2, 3))


def empty(params):
    params["wte"] = h5py.Empty("f4")


def reference(params):
    params["x"] = numbers(2)
    params.create_dataset("wte", data=[params["x"].ref], dtype=h5py.ref_dtype)


for libver, name in (("earliest", "earliest"), (("v110", "v110"), "v110"), ("latest", "latest")):
    kinds(f"kinds_{name}.h5", libver)
    if len(sys.argv) > 1:
        with create(f"many_{name}.h5", libver) as file:
            file.attrs["config"] = "# " + "x" * (60000 if libver == "earliest" else 200000)
            many(file.create_group("params"))
for libver, version in (("earliest", 0), ("latest", 3)):
    with create(f"committed_{version}.h5", libver) as file:
        committed(file.create_group("params"))
    with create(f"user_block_{version}.h5", libver, userblock_size=1024) as file:
        file["params/wte"] = numbers(2, 3)
for body in (
    virtual, soft, scale_offset, compound, boolean, text, complex_number, array, empty, reference,
):
    refused(body.__name__, body)

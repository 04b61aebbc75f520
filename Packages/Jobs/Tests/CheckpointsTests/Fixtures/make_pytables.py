"""Writes every kind of array that PyTables writes and we read: python make_pytables.py FILE (PyTables 3.11)."""

import sys

import numpy
import tables


def numbers(*shape, dtype="<f4"):
    """0, 1, 2, … modulo 97, which every type holds."""
    return (numpy.arange(numpy.prod(shape, dtype=int)) % 97).reshape(shape).astype(dtype)


with tables.open_file(sys.argv[1], "w", title="of PyTables") as file:
    file.root._v_attrs.format = "assay-checkpoint"
    file.root._v_attrs.version = 1
    file.root._v_attrs.config = "job: gpt/evaluate\n"
    params = file.create_group("/", "params")
    for kind in ("f2", "f4", "f8", "i8", "i4", "u2", "u1"):
        for order in "<>":
            file.create_array(params, f"array_{'little' if order == '<' else 'big'}_{kind}", numbers(6, 5, dtype=order + kind))
        filters = tables.Filters(complevel=4, complib="zlib", shuffle=True, fletcher32=True)
        file.create_carray(params, f"carray_{kind}", obj=numbers(6, 5, dtype=kind), chunkshape=(4, 2), filters=filters)
    for name, shape in (("earray_rows", (0, 5)), ("earray_columns", (6, 0))):
        array = file.create_earray(params, name, tables.Float32Atom(), shape, chunkshape=(4, 2))
        for part in numpy.array_split(numbers(6, 5), 2, axis=shape.index(0)):
            array.append(part)
    file.create_array(file.create_group(params, "deep"), "inner", numbers(6, 5))
    file.create_hard_link(params, "twice", params.deep.inner)
    params.twice._v_attrs.note = {"pickled": 1}
    params.twice._v_attrs.axes = numpy.array([b"vocab", b"n_embd"])

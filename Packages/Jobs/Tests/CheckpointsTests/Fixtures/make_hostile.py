"""Makes the files of `hostile` from the fixtures beside it: python make_hostile.py. Each leads a trusting reader astray.

Checksums are right, so that only a look at addresses, sizes and counts finds the fault.
"""

import pathlib
import struct

HERE = pathlib.Path(__file__).parent
(HERE / "hostile").mkdir(exist_ok=True)
WORD = 0xFFFFFFFF


def rotate(word, count):
    return (word << count | word >> (32 - count)) & WORD


def lookup3(data):
    """Bob Jenkins 2006, lookup3.c, hashlittle."""
    a = b = c = (0xDEADBEEF + len(data)) & WORD
    at = 0
    while len(data) - at > 12:
        x, y, z = struct.unpack_from("<3I", data, at)
        a, b, c = (a + x) & WORD, (b + y) & WORD, (c + z) & WORD
        for count in (4, 6, 8, 16, 19, 4):
            a = ((a - c) & WORD) ^ rotate(c, count)
            c = (c + b) & WORD
            a, b, c = b, c, a
        at += 12
    if at == len(data):
        return c
    x, y, z = struct.unpack("<3I", data[at:].ljust(12, b"\0"))
    a, b, c = (a + x) & WORD, (b + y) & WORD, (c + z) & WORD
    for count in (14, 11, 25, 16, 4, 14, 24):
        c = ((c ^ b) - rotate(b, count)) & WORD
        a, b, c = b, c, a
    return b


def hostile(name, source, changes, blocks=()):
    """Puts bytes at offsets, and makes the checksums of blocks right, which end at the given offsets."""
    data = bytearray((HERE / source).read_bytes())
    for offset, new in changes:
        data[offset : offset + len(new)] = new
    for start, end in blocks:
        data[end : end + 4] = struct.pack("<I", lookup3(bytes(data[start:end])))
    (HERE / "hostile" / f"{name}.h5").write_bytes(data)


def block_end(data, start):
    """Where the checksum of the block is that begins here."""
    return next(
        end
        for end in range(start + 8, len(data) - 3)
        if lookup3(data[start:end]) == struct.unpack_from("<I", data, end)[0]
    )


def address(number):
    return struct.pack("<Q", number)


OLD, NEW = "h5py_earliest.h5", "h5py_v110.h5"
old, new = ((HERE / name).read_bytes() for name in (OLD, NEW))
tree = old.index(b"TREE")
hostile("tree_cycle", OLD, [(tree + 5, b"\1"), (tree + 32, address(tree))])
hostile("tree_wide", OLD, [(tree + 6, b"\xff\xff")])
heap = old.index(b"HEAP")
hostile("heap_beyond", OLD, [(heap + 8, address(2**62))])
hostile("heap_far", OLD, [(heap + 24, address(2**63 - 8))])
symbols = old.index(b"SNOD")
hostile("name_beyond", OLD, [(symbols + 8, address(2**40))])
hostile("object_far", OLD, [(symbols + 16, address(2**64 - 2))])
collection = old.index(b"GCOL")
hostile("collection_huge", OLD, [(collection + 8, address(2**63 - 1))])
hostile("collection_endless", OLD, [(collection + 24, address(0))])

# Link Info of the root's first group: message 2, version 0, flags 0, a heap and a tree that are not there.
info = new.index(b"\0\0" + b"\xff" * 16)
header = new.rindex(b"OHDR", 0, info)
end = block_end(new, header)
for name, heap_at, tree_at in (
    ("links_beyond", 2**40, 2**40),
    ("links_half", 2**40, 2**64 - 1),
    ("links_in_header", header, header),
):
    hostile(name, NEW, [(info + 2, address(heap_at) + address(tree_at))], [(header, end)])
hostile("header_huge", NEW, [(header + 6, b"\xff")], [(header, end)])

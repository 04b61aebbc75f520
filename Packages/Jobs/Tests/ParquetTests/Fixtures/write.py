"""Writes Parquet files of all kinds, and beside each the rows that pyarrow reads from it, as JSON lines.

usage: write.py FOLDER [ROWS]

What templates cannot hold is written as `str()` makes it: dates, times, decimals, bytes, whole numbers of more than 63 bits.
Files of polars and DuckDB are written where these are installed.
"""

import datetime
import decimal
import json
import os
import random
import sys

import numpy
import pyarrow as pa
import pyarrow.parquet as pq

folder = sys.argv[1]
rows = range(int(sys.argv[2]) if len(sys.argv) > 2 else 6)
random.seed(7)
os.makedirs(folder, exist_ok=True)


def maybe(value):
    return None if random.random() < 0.25 else value


def column(make, kind=None):
    return pa.array([make(row) for row in rows], kind)


def some(upper):
    return range(random.randrange(upper))


def decimals(digits, scale):
    kind = pa.decimal256(digits, scale) if digits > 38 else pa.decimal128(digits, scale)
    with decimal.localcontext() as context:
        context.prec = 80
        choices = [0, -1, 10**digits - 1, -random.randrange(10**digits), random.randrange(1000)]
        return column(lambda row: maybe(decimal.Decimal(random.choice(choices)).scaleb(-scale)), kind)


def day(row):
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=random.randrange(-700_000, 2_900_000))


def flat():
    words = ["", "a", "é", "hello world", "naïve 🦙", "x" * 30, "line\nbreak"]
    columns = {
        "text": column(lambda row: maybe(random.choice(words))),
        "unique": column(lambda row: f"row {row} " + "ab" * random.randrange(5)),
        "large": column(lambda row: maybe(f"{row % 7}"), pa.large_string()),
        "required": column(lambda row: row, pa.int32()),
        "sorted": column(lambda row: 1000 + row),
        "single": column(lambda row: maybe(random.choice([0.5, 1e10, -2.25, float("inf")])), pa.float32()),
        "double": column(lambda row: random.gauss(0, 1)),
        "half": column(lambda row: numpy.float16(random.gauss(0, 1)), pa.float16()),
        "flag": column(lambda row: maybe(random.random() < 0.5)),
        "empty": pa.array([None] * len(rows), pa.string()),
        "bytes": column(lambda row: maybe(random.choice([b"it's", b'"a"', b"'\"\\\n", b"\x00\xff"]))),
        "fixed": column(lambda row: maybe(bytes([row % 256] * 3)), pa.binary(3)),
        "date": column(lambda row: maybe(day(row)), pa.date32()),
        "time_ms": column(lambda row: random.randrange(86_400_000), pa.time32("ms")),
        "time_us": column(lambda row: random.randrange(86_400_000_000), pa.time64("us")),
        "category": column(lambda row: maybe(random.choice("pq"))).dictionary_encode(),
        "decimal32": decimals(9, 2),
        "decimal64": decimals(18, 18),
        "decimal128": decimals(38, 10),
        "decimal256": decimals(76, 20),
    }
    for kind in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]:
        limits = numpy.iinfo(kind)
        choices = [int(limits.min), int(limits.max), 0, 1]
        columns[kind] = column(lambda row: maybe(random.choice(choices)), getattr(pa, kind)())
    for unit, size in {"ms": 10**3, "us": 10**6, "ns": 10**9}.items():
        instant = lambda row: maybe(random.randrange(-(10**9), 4 * 10**9) * size + random.randrange(1000))
        columns[f"clock_{unit}"] = column(instant, pa.timestamp(unit))
        columns[f"instant_{unit}"] = column(instant, pa.timestamp(unit, "UTC"))
    return columns


def nested():
    inner = pa.struct([("c", pa.string()), ("d", pa.list_(pa.int64()))])
    answer = pa.struct([("text", pa.string()), ("labels", pa.list_(pa.int64()))])
    return {
        "list": column(lambda row: maybe([maybe(i) for i in some(4)]), pa.list_(pa.int64())),
        "lists": column(
            lambda row: maybe([maybe([maybe("z") for _ in some(3)]) for _ in some(3)]), pa.list_(pa.list_(pa.string()))
        ),
        "record": column(
            lambda row: maybe({"a": maybe(row), "b": maybe({"c": maybe("x"), "d": [row]})}),
            pa.struct([("a", pa.int32()), ("b", inner)]),
        ),
        "records": column(
            lambda row: maybe([maybe({"text": maybe("t"), "labels": maybe([maybe(j) for j in some(3)])}) for _ in some(3)]),
            pa.list_(answer),
        ),
        "choices": column(lambda row: {"text": ["a", "b"][: row % 3], "label": list(range(row % 3))}),
        "map": column(
            lambda row: maybe([(f"k{j}", maybe([j])) for j in some(3)]), pa.map_(pa.string(), pa.list_(pa.int64()))
        ),
        "pair": column(lambda row: [row % 100, 1], pa.list_(pa.int8(), 2)),
    }


def plain(value):
    """What a template gets."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, numpy.generic):
        return float(value)
    if value is None or isinstance(value, (bool, float, str)) or isinstance(value, int) and value < 2**63:
        return value
    return str(value)


def describe(name):
    with open(f"{folder}/{name}.jsonl", "w") as file:
        for row in pq.read_table(f"{folder}/{name}.parquet").to_pylist():
            file.write(json.dumps(plain(row), ensure_ascii=False) + "\n")


def write(name, columns, **options):
    fields = [pa.field(key, array.type, nullable=key != "required") for key, array in columns.items()]
    table = pa.table(list(columns.values()), schema=pa.schema(fields))
    pq.write_table(table, f"{folder}/{name}.parquet", **{"store_schema": False, "write_batch_size": 3, **options})
    describe(name)


def with_pyarrow():
    codecs = ["none", "snappy", "gzip", "brotli", "zstd", "lz4"]
    for index, codec in enumerate(codecs):
        version = "1.0" if index % 2 else "2.0"
        options = {"compression": codec, "data_page_version": version, "use_dictionary": index % 3 > 0}
        write(f"flat_{codec}", flat(), write_page_checksum=index % 2 == 0, **options)
        write(f"nested_{codec}", nested(), row_group_size=4, data_page_size=40, **options)
    columns = flat()
    encodings = {
        "DELTA_BINARY_PACKED": ["int8", "int32", "int64", "uint32", "uint64", "sorted", "date", "clock_us"],
        "DELTA_LENGTH_BYTE_ARRAY": ["text", "unique", "bytes"],
        "DELTA_BYTE_ARRAY": ["text", "unique", "bytes", "fixed", "decimal128"],
        "BYTE_STREAM_SPLIT": ["int32", "int64", "single", "double", "fixed", "half"],
        "RLE": ["flag"],
    }
    for encoding, names in encodings.items():
        chosen = {name: columns[name] for name in names}
        options = {"use_dictionary": False, "column_encoding": dict.fromkeys(names, encoding)}
        write(encoding.lower(), chosen, data_page_version="2.0", data_page_size=100, **options)
    write("int96", {name: columns[name] for name in ["clock_us", "clock_ns"]}, use_deprecated_int96_timestamps=True)
    write("older_lists", nested(), use_compliant_nested_type=False)
    write("no_rows", {name: array.slice(0, 0) for name, array in columns.items()})


def with_others():
    names = ["text", "unique", "int64", "uint64", "double", "flag", "bytes", "date", "clock_us", "decimal128"]
    table = pa.table({name: array for name, array in {**flat(), **nested()}.items() if name in names})
    lists = pa.table({name: array for name, array in nested().items() if name not in ("map", "pair")})
    table = pa.table({**dict(zip(table.column_names, table.columns)), **dict(zip(lists.column_names, lists.columns))})
    try:
        import polars

        polars.from_arrow(table).write_parquet(f"{folder}/polars.parquet", compression="zstd")
        describe("polars")
    except ImportError:
        pass
    try:
        import duckdb

        connection = duckdb.connect()
        connection.register("rows", table)
        columns = "*, 'a'::ENUM('a', 'b') AS chosen, {'x': [{'y': 'z'}]} AS made"
        for version in ["V1", "V2"]:
            path = f"{folder}/duckdb_{version.lower()}.parquet"
            connection.execute(f"COPY (SELECT {columns} FROM rows) TO '{path}' (PARQUET_VERSION {version})")
            describe(f"duckdb_{version.lower()}")
    except ImportError:
        pass


with_pyarrow()
with_others()

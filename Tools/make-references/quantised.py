"""Blocks of every quantised format with random bits, and their values: quantised.py FOLDER

Writes blocks.gguf and blocks.safetensors, which has the same names and what the package `gguf` (a port of ggml's
reference) widens each tensor to; and arrays.npz, with arrays.safetensors beside it.
"""

import sys
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import save_file

FORMATS = (
    "Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL IQ4_XS MXFP4 NVFP4 TQ1_0 TQ2_0 "
    "IQ1_S IQ1_M IQ2_XXS IQ2_XS IQ2_S IQ3_XXS IQ3_S"
).split()
PLAIN = dict(F32=np.float32, F16=np.float16)
ROWS, WIDTH = 3, 512


def blocks(kind, random):
    """Rows of random blocks whose half-precision scales happen to be finite."""
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    rows = []
    while len(rows) < ROWS:
        row = random.integers(0, 256, (1, WIDTH // elements * size), dtype=np.uint8)
        with np.errstate(all="ignore"):
            if np.isfinite(gguf.quants.dequantize(row, kind)).all():
                rows.append(row)
    return np.concatenate(rows)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(4)
    writer = gguf.GGUFWriter(folder / "blocks.gguf", "llama")
    writer.add_string("test.text", "naïve ▁text")
    writer.add_float32("test.number", 0.25)
    writer.add_bool("test.bool", True)
    writer.add_array("test.texts", ["a", "▁b", ""])
    writer.add_array("test.integers", [1, -2, 3])
    expected = {}
    for name in FORMATS:
        kind = getattr(gguf.GGMLQuantizationType, name)
        data = blocks(kind, random)
        writer.add_tensor(name, data, raw_dtype=kind)
        expected[name] = gguf.quants.dequantize(data, kind).reshape(ROWS, WIDTH)
    for name, dtype in PLAIN.items():
        data = random.standard_normal((2, 3, 5)).astype(dtype)
        writer.add_tensor(name, data)
        expected[name] = data.astype(np.float32)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    save_file(expected, folder / "blocks.safetensors")

    arrays = dict(
        single=np.float32(7), vector=np.arange(5, dtype=np.float64), matrix=random.standard_normal((3, 4), dtype=np.float32),
        half=random.standard_normal((2, 2, 2)).astype(np.float16),
    )
    np.savez(folder / "arrays.npz", **arrays)
    np.savez_compressed(folder / "compressed.npz", matrix=arrays["matrix"])
    save_file({k: np.asarray(v, dtype=np.float32) for k, v in arrays.items()}, folder / "arrays.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

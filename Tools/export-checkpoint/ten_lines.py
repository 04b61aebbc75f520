"""A checkpoint for Assay with h5py and nothing else: python ten_lines.py DIRECTORY"""
import hashlib, os, sys, h5py, numpy as np

os.makedirs(sys.argv[1])
config = "job: gpt/evaluate\narchitecture: {n_layers: 0, n_embd: 4, n_head: 1, vocab_size: 259, block_size: 64, bias: false}\n"
weights = {"wte": np.random.randn(259, 4).astype("<f4"), "ln_f/weight": np.ones(4, "<f4")}
with h5py.File(f"{sys.argv[1]}/checkpoint.h5", "w", libver=("v110", "v110")) as file:
    file.attrs.update({"format": "assay-checkpoint", "version": 1, "config": config})
    for path, array in weights.items():
        data = file.create_dataset(f"params/{path}", data=array)
        data.attrs["sha256"] = hashlib.sha256(array.tobytes()).hexdigest()
open(f"{sys.argv[1]}/config.yaml", "w").write(config)

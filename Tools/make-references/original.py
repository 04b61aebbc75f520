"""Backbones as the original system ran them, from its HDF5 fixtures: original.py FIXTURES FOLDER

Rewrites qwen_gqa_f32.h5 and llama_gqa_bf16act.h5 as folders that a backbone is opened from, with their inputs and
logits in expected.safetensors.
"""

import json
import sys
from pathlib import Path

import h5py
import numpy as np
from safetensors.numpy import save_file

CASES = dict(qwen_gqa_f32="qwen2", llama_gqa_bf16act="llama")


def main(fixtures, folder):
    for name, model_type in CASES.items():
        with h5py.File(fixtures / f"{name}.h5") as file:
            ours = json.loads(file.attrs["config_json"])["architecture"]
            config = dict(
                model_type=model_type,
                vocab_size=ours["vocab_size"],
                hidden_size=ours["n_embd"],
                num_hidden_layers=ours["n_layers"],
                num_attention_heads=ours["n_head"],
                num_key_value_heads=ours["n_kv_head"],
                intermediate_size=ours["intermediate_size"],
                max_position_embeddings=ours["block_size"],
                rms_norm_eps=ours["rms_norm_eps"],
                rope_theta=ours["rope_theta"],
                tie_word_embeddings="lm_head.weight" not in file["hf"],
            )
            if model_type == "qwen2":
                config |= {k: ours[k] for k in ("use_sliding_window", "sliding_window", "max_window_layers")}
            target = folder / name
            target.mkdir(parents=True, exist_ok=True)
            (target / "config.json").write_text(json.dumps(config, indent=1) + "\n")
            save_file({k: np.asarray(v) for k, v in file["hf"].items()}, target / "model.safetensors")
            kept = ["tokens", "logits", "padded_tokens", "padding_mask", "logits_padded", "logits_strict"]
            save_file({k: np.asarray(file[k]) for k in kept if k in file}, target / "expected.safetensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""Every setting of every dense architecture changed by itself: settings_walk.py OUT [CASE…]

OUT gets a folder for each change of a case of dense.py: config.json with one key changed or left out, the weights as they
were, and expected.json with `ids` and, unless `transformers` refuses the change, `logProbabilities` in float64. With
ASSAY_WALK=OUT the tests of backbones open all of them, and print which were right, refused, or accepted and wrong.
"""

import copy
import json
import os
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file

import dense

# Bookkeeping that no model reads, and what the files themselves decide.
SKIPPED = {"architectures", "model_type", "transformers_version", "dtype", "tie_word_embeddings", "id2label", "label2id"}


def changes(value):
    """Other values of a setting."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value * 2, 0]
    if isinstance(value, float):
        return [value * 2, value + 1]
    if isinstance(value, str):
        return ["gelu", "relu"] if value in ("silu", "relu2", "gelu_new", "gelu_pytorch_tanh", "xielu") else []
    if value is None:
        return [2, 0.5, True]
    if isinstance(value, list):
        return [value[::-1]] if len(value) > 1 else []
    if isinstance(value, dict):
        return [{**value, key: other} for key, own in value.items() for other in changes(own)]
    return []


def expected(folder, weights, ids):
    """Log-probabilities, or None where transformers refuses the settings or the weights."""
    try:
        config = transformers.AutoConfig.from_pretrained(folder)
        config._attn_implementation = "eager"
        model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
        missing, unexpected = model.load_state_dict(weights, strict=False)
        tied = {"lm_head.weight"} if config.tie_word_embeddings else set()
        if set(missing) - tied or unexpected:
            return None
        model.tie_weights()
        found = dense.log_probabilities(model, torch.tensor([ids])).tolist()
        return [round(x, 9) for x in found] if all(x == x for x in found) else None
    except Exception:
        return None


def walk(case, root):
    source = root / case
    dense.write(case, source)
    settings = json.loads((source / "config.json").read_text())
    ids = json.loads((source / "expected.json").read_text())["ids"]
    weights = {k: v.float() for k, v in load_file(source / "model.safetensors").items()}
    variants = [(key, "absent", {k: v for k, v in settings.items() if k != key}) for key in settings]
    for key, value in settings.items():
        for number, other in enumerate(changes(value)):
            variants.append((key, number, {**copy.deepcopy(settings), key: other}))
    for key, number, changed in variants:
        if key in SKIPPED:
            continue
        folder = root / f"{case}__{key}__{number}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(changed))
        if not (folder / "model.safetensors").exists():
            os.link(source / "model.safetensors", folder / "model.safetensors")
        result = dict(ids=ids, value=changed.get(key))
        found = expected(folder, weights, ids)
        if found is not None:
            result["logProbabilities"] = found
        (folder / "expected.json").write_text(json.dumps(result))


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    kinds = {kind: case for case, (kind, _) in reversed(dense.CASES.items())}
    for case in sys.argv[2:] or kinds.values():
        walk(case, Path(sys.argv[1]))
        print(case, flush=True)

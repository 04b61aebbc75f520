"""Walks over every setting of every fixture, one at a time: walk.py FIXTURES OUT.json [NAME …]

For each setting that the fixture's `config.json` or its configuration class has: the setting gone, and other values of its
kind. OUT holds the change and the log-probabilities of `transformers` in float64 at one position, or that it does not load
(`fails`). `SettingsWalkTests` asks of each case that it is right or refused, and never accepted and wrong; it is run with
ASSAY_WALK=OUT.json, since the file is large.
"""

import json
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors import safe_open
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

POSITION = 69
SKIPPED = {"architectures", "model_type", "transformers_version", "dtype", "torch_dtype", "quantization_config", "vocab_size"}


def others(key, value):
    """Further values of a setting."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value * 2, max(value - 1, 0)]
    if isinstance(value, float):
        return [value * 1.7 + 0.1, 0.0]
    if isinstance(value, str):
        return ["gelu"] if key.endswith(("act", "activation")) else [value + "x"]
    if value is None:
        return [True, 2, 0.5]
    if isinstance(value, list):
        return [value[::-1], value[:1], []]
    if key == "rope_parameters":
        base = value if "rope_theta" in value else {}
        return [
            dict(base, rope_theta=777.0), dict(base, rope_type="linear", factor=3.0), dict(base, partial_rotary_factor=0.5),
            dict(rope_type="yarn", rope_theta=500.0, factor=4.0, original_max_position_embeddings=24, mscale=0.9, mscale_all_dim=0.8),
        ]  # fmt: skip
    return []


def cases(source):
    config = json.loads((source / "config.json").read_text())
    known = {**CONFIG_MAPPING[config["model_type"]]().to_dict(), **config}
    for key, value in sorted(known.items()):
        if key in SKIPPED:
            continue
        if key in config:
            yield key, "gone", {name: setting for name, setting in config.items() if name != key}
        for other in others(key, value):
            yield key, json.dumps(other), dict(config, **{key: other})


def ask(source, config, ids):
    with tempfile.TemporaryDirectory() as target:
        Path(target, "model.safetensors").symlink_to((source / "model.safetensors").resolve())
        Path(target, "config.json").write_text(json.dumps(config))
        model, loading = transformers.AutoModelForCausalLM.from_pretrained(
            target, dtype=torch.float64, attn_implementation="eager", experts_implementation="eager", output_loading_info=True
        )
        bad = [key for key in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs") if loading.get(key)]
        assert not bad, f"{bad[0]}: {list(loading[bad[0]])[:2]}"
        with torch.no_grad():
            row = model.eval()(ids).logits[0, POSITION].log_softmax(-1)
        assert row.isfinite().all(), "not finite"
        return [round(x, 7) for x in row.tolist()]


def main(fixtures, out, names):
    lines = []
    for source in sorted(path for path in fixtures.iterdir() if not names or path.name in names):
        with safe_open(source / "expected.safetensors", "pt") as file:
            ids = file.get_tensor("ids").long()[None]
        failed = count = 0
        for key, change, config in cases(source):
            case = dict(model=source.name, key=key, change=change, config=config)
            try:
                case["log_probabilities"] = ask(source, config, ids)
            except Exception as error:  # whatever it is, the model does not load
                case["fails"] = f"{type(error).__name__}: {error}".split("\n")[0][:100]
                failed += 1
            count += 1
            lines.append(json.dumps(case))
        print(f"{source.name}: {count} cases, {failed} that transformers does not load", flush=True)
    out.write_text(f'{{"position": {POSITION}, "cases": [\n' + ",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

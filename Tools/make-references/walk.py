"""Walks over every setting of every fixture, one at a time: walk.py OUT.json FIXTURES … [-only NAME …]

FIXTURES are folders that backbones.py, dense.py and mixtures.py made. For each setting that a fixture's `config.json` or its
configuration class has, and for each field of settings that are objects: the setting gone, and other values of its kind. OUT
holds the change and the log-probabilities of `transformers` in float64 at one position, or that it does not load (`fails`).
`SettingsWalkTests` asks of each case that it is right or refused, and never accepted and wrong; it is run with
ASSAY_WALK=OUT.json, since the file is large.
"""

import json
import multiprocessing
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors import safe_open
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

POSITION = 69
# What files are, and bookkeeping that no model reads.
SKIPPED = {
    "architectures", "model_type", "transformers_version", "dtype", "torch_dtype", "quantization_config", "vocab_size",
    "id2label", "label2id", "_name_or_path", "vision_config", "audio_config",
}  # fmt: skip
# Without these transformers makes a model as large as a released one, which no file of a fixture fits.
SIZES = {
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
    "num_experts", "moe_intermediate_size", "shared_expert_intermediate_size", "linear_key_head_dim", "linear_value_head_dim",
    "linear_num_key_heads", "linear_num_value_heads",
}  # fmt: skip


def others(key, value):
    """Further values of a setting."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return list(dict.fromkeys([value + 1, value * 2, max(value - 1, 0), 0]))
    if isinstance(value, float):
        return [value * 1.7 + 0.1, 0.0]
    if isinstance(value, str):
        return ["gelu", "relu"] if key.endswith(("act", "activation", "activation_function")) else [value + "x"]
    if value is None:
        return [True, 2, 0.5]
    if isinstance(value, list):
        return [value[::-1], value[:1], []]
    return []


def changes(key, value):
    """Further values of a setting, and of each of its fields where it is an object."""
    found = others(key, value)
    if not isinstance(value, dict):
        return found
    for name, own in value.items():
        found.append({field: setting for field, setting in value.items() if field != name})
        found += [value | {name: other} for other in changes(name, own)]
    if "rope_theta" in value:
        found.append(value | dict(rope_type="linear", factor=3.0))
        found.append(value | dict(partial_rotary_factor=0.5))
        found.append(dict(
            rope_type="yarn", rope_theta=500.0, factor=4.0, original_max_position_embeddings=24, mscale=0.9, mscale_all_dim=0.8
        ))  # fmt: skip
    return found


def cases(source):
    config = json.loads((source / "config.json").read_text())
    inner = config.get("text_config", config)
    known = CONFIG_MAPPING[inner["model_type"]]().to_dict() | inner if inner["model_type"] in CONFIG_MAPPING else inner
    for key, value in sorted(known.items()):
        if key in SKIPPED:
            continue
        variants = [(json.dumps(other), inner | {key: other}) for other in changes(key, value)]
        if key in inner and key not in SIZES:
            variants.append(("gone", {name: setting for name, setting in inner.items() if name != key}))
        for change, changed in variants:
            yield key, change, config | {"text_config": changed} if "text_config" in config else changed


def ask(source, config, ids):
    with tempfile.TemporaryDirectory() as target:
        for file in source.glob("*.safetensors*"):
            Path(target, file.name).symlink_to(file.resolve())
        Path(target, "config.json").write_text(json.dumps(config))
        kind = transformers.AutoModelForImageTextToText if "text_config" in config else transformers.AutoModelForCausalLM
        options = {} if "text_config" in config else dict(experts_implementation="eager")
        model, loading = kind.from_pretrained(
            target, dtype=torch.float64, attn_implementation="eager", output_loading_info=True, **options
        )
        bad = [key for key in ("missing_keys", "unexpected_keys", "mismatched_keys", "error_msgs") if loading.get(key)]
        assert not bad, f"{bad[0]}: {list(loading[bad[0]])[:2]}"
        with torch.no_grad():
            row = model.eval()(ids).logits[0, POSITION].log_softmax(-1)
        assert row.isfinite().all(), "not finite"
        return [round(x, 7) for x in row.tolist()]


def ids_of(source):
    if (source / "expected.json").exists():
        return torch.tensor([json.loads((source / "expected.json").read_text())["ids"]])
    with safe_open(source / "expected.safetensors", "pt") as file:
        return file.get_tensor("ids").long()[None]


def walk(source):
    torch.set_num_threads(1)
    ids, lines = ids_of(source), []
    for key, change, config in cases(source):
        case = dict(model=f"{source.parent.name}/{source.name}", key=key, change=change, config=config)
        try:
            case["log_probabilities"] = ask(source, config, ids)
        except Exception as error:  # whatever it is, the model does not load
            case["fails"] = f"{type(error).__name__}: {error}".split("\n")[0][:100]
        lines.append(json.dumps(case))
    return lines


def main(out, folders, names):
    sources = [path for folder in folders for path in sorted(folder.iterdir()) if not names or path.name in names]
    with multiprocessing.Pool(2) as pool, out.open("w") as file:
        file.write(f'{{"position": {POSITION}, "cases": [\n')
        separator = ""
        for source, lines in zip(sources, pool.imap(walk, sources)):
            file.write(separator + ",\n".join(lines))
            separator = ",\n"
            failed = sum('"fails": ' in line for line in lines)
            print(f"{source.name}: {len(lines)} cases, {failed} that transformers does not load", flush=True)
        file.write("\n]}\n")


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    place = sys.argv.index("-only") if "-only" in sys.argv else len(sys.argv)
    main(Path(sys.argv[1]), [Path(folder) for folder in sys.argv[2:place]], sys.argv[place + 1 :])

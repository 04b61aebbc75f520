"""What transformers makes of changed settings: settings.py FIXTURES OUT.json

FIXTURES are the models that backbones.py made. Each case changes the `config.json` of one and keeps its weights; OUT holds
the change and the log-probabilities of `transformers` in float64 at three positions, or that `transformers` fails. Cases
that Assay refuses on purpose have `refused` and no numbers.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors import safe_open

POSITIONS = [5, 40, 69]
GONE = None  # a setting that is removed
YARN = dict(rope_type="yarn", factor=4.0, original_max_position_embeddings=24)
LINEAR = dict(rope_type="linear", factor=4.0)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0)
NULL = "null"

# (model, name, settings that change; GONE removes one, NULL makes it null)
CASES = [
    ("llama", "both-yarn", dict(rope_scaling=YARN)),
    ("llama", "both-linear-and-theta", dict(rope_scaling=LINEAR, rope_theta=500.0)),
    ("llama", "empty-scaling", dict(rope_scaling={})),
    ("llama", "scaling-holds-theta", dict(rope_scaling=LINEAR | dict(rope_theta=700.0), rope_theta=500.0)),
    ("llama", "theta-beside-parameters", dict(rope_theta=500.0)),
    ("llama", "theta-for-parameters", dict(rope_theta=500.0, rope_parameters=dict(rope_type="default"))),
    ("llama", "no-rope", dict(rope_parameters=GONE)),
    ("llama", "type-linear", dict(rope_parameters=GONE, rope_theta=500.0, rope_scaling=dict(type="linear", factor=3.0))),
    ("llama", "default-with-factor", dict(rope_parameters=dict(rope_type="default", factor=3.0, beta_fast=4))),
    ("llama", "linear-with-others", dict(rope_parameters=LINEAR | dict(beta_fast=2, mscale=3.0))),
    ("llama", "dynamic", dict(rope_parameters=dict(rope_type="dynamic", factor=4.0))),
    ("llama", "dynamic-original", dict(rope_parameters=dict(rope_type="dynamic", factor=4.0, original_max_position_embeddings=24))),
    ("llama", "llama3-no-original", dict(rope_parameters=LLAMA3)),
    ("llama", "llama3-original-beside", dict(rope_parameters=LLAMA3 | dict(original_max_position_embeddings=90), original_max_position_embeddings=24)),
    ("llama", "yarn-factor-null", dict(rope_parameters=YARN | dict(factor=None))),
    ("llama", "yarn-no-original", dict(rope_parameters=dict(rope_type="yarn", factor=4.0))),
    ("llama", "partial-beside", dict(partial_rotary_factor=0.5)),
    ("llama", "partial-inside", dict(rope_parameters=dict(rope_type="default", partial_rotary_factor=0.5))),
    ("llama", "partial-linear", dict(rope_parameters=LINEAR | dict(partial_rotary_factor=0.5))),
    ("llama", "no-epsilon", dict(rms_norm_eps=GONE)),
    ("llama", "no-length", dict(max_position_embeddings=GONE)),
    ("llama", "no-activation", dict(hidden_act=GONE)),
    ("llama", "no-head-width", dict(head_dim=GONE)),
    ("llama", "null-head-width", dict(head_dim=NULL)),
    ("llama", "gelu_python", dict(hidden_act="gelu_python")),
    ("llama", "gelu_accurate", dict(hidden_act="gelu_accurate")),
    ("llama", "gelu_python_tanh", dict(hidden_act="gelu_python_tanh")),
    ("llama", "gelu_fast", dict(hidden_act="gelu_fast")),
    ("llama", "window", dict(sliding_window=8)),
    ("llama", "window-of-qwen", dict(sliding_window=8, use_sliding_window=True, max_window_layers=0)),
    ("llama", "old-length", dict(max_sequence_length=2048)),
    ("llama", "bookkeeping", dict(rope_interleaved=False, is_llama_config=True, unsloth_version="1", torch_dtype="bfloat16", pruned_heads={}, is_causal=True, _attn_implementation_autoset=True, num_labels=3)),
    ("mistral-window", "no-window", dict(sliding_window=GONE)),
    ("mistral-window", "null-window", dict(sliding_window=NULL)),
    ("mistral-window", "window-3", dict(sliding_window=3)),
    ("mistral-window", "all-slide", dict(layer_types=["sliding_attention"] * 2)),
    ("mistral-window", "both-yarn", dict(rope_parameters=dict(rope_type="default", rope_theta=100.0), rope_scaling=YARN)),
    ("mistral-window", "no-epsilon", dict(rms_norm_eps=GONE, max_position_embeddings=GONE)),
    ("qwen2-window-tied", "no-types", dict(layer_types=GONE)),
    ("qwen2-window-tied", "no-types-no-first", dict(layer_types=GONE, max_window_layers=GONE)),
    ("qwen2-window-tied", "no-use", dict(layer_types=GONE, use_sliding_window=GONE)),
    ("qwen2-window-tied", "null-window", dict(layer_types=GONE, sliding_window=NULL)),
    ("qwen2-window-tied", "no-window", dict(layer_types=GONE, sliding_window=GONE)),
    ("qwen2-window-tied", "first-0", dict(layer_types=GONE, max_window_layers=0)),
    ("qwen2-window-tied", "no-bias-setting", dict(attention_bias=False, use_mrope=False)),
    ("qwen2-window-tied", "types-without-use", dict(use_sliding_window=False)),
    ("qwen2-window-tied", "scaling-beside", dict(rope_scaling=YARN, rope_theta=1e6)),
    ("qwen3", "no-epsilon", dict(rms_norm_eps=GONE)),
    ("qwen3", "slides", dict(layer_types=GONE, use_sliding_window=True, sliding_window=8, max_window_layers=1)),
    ("qwen3", "no-rope", dict(rope_parameters=GONE)),
    ("gemma3", "no-rope", dict(rope_parameters=GONE)),
    ("gemma3", "theta", dict(rope_parameters=GONE, rope_theta=300.0)),
    ("gemma3", "local-theta", dict(rope_parameters=GONE, rope_local_base_freq=300.0)),
    ("gemma3", "scaling", dict(rope_parameters=GONE, rope_scaling=dict(rope_type="linear", factor=8.0))),
    ("gemma3", "scaling-beside", dict(rope_scaling=dict(rope_type="linear", factor=8.0))),
    ("gemma3", "no-local", dict(rope_parameters=dict(full_attention=LINEAR | dict(rope_theta=300.0)))),
    ("gemma3", "no-global", dict(rope_parameters=dict(sliding_attention=dict(rope_type="default", rope_theta=300.0)))),
    ("gemma3", "no-window", dict(sliding_window=GONE)),
    ("gemma3", "no-window-no-types", dict(sliding_window=GONE, layer_types=GONE)),
    ("gemma3", "pattern-2", dict(layer_types=GONE, sliding_window_pattern=2)),
    ("gemma3", "written-pattern-2", dict(layer_types=GONE, _sliding_window_pattern=2)),
    ("gemma3", "no-types", dict(layer_types=GONE)),
    ("gemma3", "no-scalar", dict(query_pre_attn_scalar=GONE)),
    ("gemma3", "no-epsilon", dict(rms_norm_eps=GONE, max_position_embeddings=GONE, hidden_activation=GONE)),
    ("gemma3", "partial", dict(partial_rotary_factor=0.5, rope_parameters=GONE)),
    ("neox", "no-part", dict(rotary_pct=GONE)),
    ("neox", "no-base", dict(rotary_emb_base=GONE)),
    ("neox", "theta", dict(rotary_emb_base=GONE, rope_theta=500.0)),
    ("neox", "theta-and-base", dict(rotary_emb_base=500.0, rope_theta=300.0)),
    ("neox", "partial-beside", dict(rotary_pct=GONE, partial_rotary_factor=1.0)),
    ("neox", "parameters-win", dict(rope_parameters=dict(rope_type="default", rope_theta=50.0, partial_rotary_factor=1.0))),
    ("neox", "parameters-without-part", dict(rope_parameters=dict(rope_type="default", rope_theta=50.0))),
    ("neox", "linear", dict(rope_scaling=dict(type="linear", factor=2.0))),
    ("neox", "no-epsilon", dict(layer_norm_eps=GONE, max_position_embeddings=GONE)),
    ("gpt2", "no-epsilon", dict(layer_norm_epsilon=GONE)),
    ("gpt2", "old-length", dict(n_ctx=1024, n_special=0, predict_special_tokens=True)),
    ("gpt2", "by-layer", dict(scale_attn_by_inverse_layer_idx=True, scale_attn_weights=False)),
]

# Taken by transformers, or by no one, and refused here because the outputs would differ or nobody can know.
REFUSED = [
    ("llama", "both-ways", dict(is_causal=False)),
    ("llama", "both-ways-null", dict(is_causal=NULL)),
    ("gemma3", "both-ways", dict(is_causal=False)),
    ("gemma3", "bidirectional", dict(use_bidirectional_attention=True)),
    ("gemma3", "flat", dict(rope_parameters=dict(rope_type="default", rope_theta=300.0))),
    ("gemma3", "flat-linear", dict(rope_parameters=LINEAR)),
    ("gemma3", "null-window", dict(sliding_window=NULL)),
    ("gemma3", "scaling-type", dict(rope_parameters=GONE, rope_scaling=dict(type="linear", factor=8.0))),
    ("gemma3", "softcap", dict(final_logit_softcapping=30.0)),
    ("llama", "unknown-false", dict(use_post_norm=False)),
    ("llama", "interleaved", dict(rope_interleaved=True)),
    ("llama", "logit-scale", dict(logit_scale=0.5)),
    ("llama", "heterogeneous", dict(per_layer_config={"0": dict(rms_norm_eps=0.1)})),
    ("llama", "slides", dict(layer_types=["sliding_attention"] * 2, sliding_window=8)),
    ("mistral-window", "mixed", dict(layer_types=["full_attention", "sliding_attention"])),
    ("mistral-window", "biases", dict(attention_bias=True)),
    ("neox", "grouped", dict(num_key_value_heads=2)),
    ("llama", "mish", dict(hidden_act="mish")),
    ("llama", "mrope", dict(rope_parameters=dict(rope_type="mrope"))),
]


def changed(config, changes):
    config = dict(config)
    for key, value in changes.items():
        if value is GONE:
            config.pop(key, None)
        else:
            config[key] = None if value == NULL else value
    return config


def log_probabilities(folder, ids):
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager")
    with torch.no_grad():
        return model.eval()(ids).logits[0, POSITIONS].log_softmax(-1).double()


def main(fixtures, out):
    cases = []
    for model, name, changes in CASES + REFUSED:
        source = fixtures / model
        config = changed(json.loads((source / "config.json").read_text()), changes)
        case = dict(model=model, name=name, set={k: config[k] for k in changes if k in config}, gone=[k for k in changes if k not in config])
        cases.append(case)
        if (model, name, changes) in REFUSED:
            case["refused"] = True
            continue
        with tempfile.TemporaryDirectory() as target:
            for file in source.glob("*.safetensors"):
                if file.name != "expected.safetensors":
                    shutil.copy(file, target)
            Path(target, "config.json").write_text(json.dumps(config))
            with safe_open(source / "expected.safetensors", "pt") as file:
                ids = file.get_tensor("ids").long()[None]
            try:
                case["log_probabilities"] = [round(x, 7) for x in log_probabilities(target, ids).flatten().tolist()]
            except Exception as error:  # whatever it is, the model does not load
                case["fails"] = f"{type(error).__name__}: {error}".split("\n")[0][:80]
                print(model, name, case["fails"])
    lines = ",\n".join(json.dumps(case) for case in cases)
    out.write_text(f'{{"positions": {json.dumps(POSITIONS)}, "cases": [\n{lines}\n]}}\n')
    print(len(cases), "cases,", sum("fails" in case for case in cases), "that transformers refuses")


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    main(Path(sys.argv[1]), Path(sys.argv[2]))

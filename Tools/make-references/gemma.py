"""Small random models whose late layers share keys and values, and what transformers says of them: gemma.py FOLDER [NAME …]

Files as mixtures.py makes them, with log-probabilities in float64, of sequences beyond two pages of 64 positions.
"""

import json
import sys
from pathlib import Path

import gguf
import hybrids
import mixtures
import numpy as np
import torch
from safetensors.torch import load_file
from transformers import AutoConfig

POSITIONS = [0, 1, 2, 13, 31, 63, 64, 65, 100, 127, 128, 139]
COMMON = dict(
    vocab_size=40, hidden_size=16, num_hidden_layers=6, num_attention_heads=4, num_key_value_heads=2, intermediate_size=12,
    head_dim=6, max_position_embeddings=200, sliding_window=11, bos_token_id=1, eos_token_id=2, pad_token_id=0,
    vocab_size_per_layer_input=40, hidden_size_per_layer_input=5,
)  # fmt: skip
PAIRS = ["sliding_attention", "full_attention"]
ROTARY = dict(
    sliding_attention=dict(rope_type="default", rope_theta=100.0),
    full_attention=dict(rope_type="proportional", rope_theta=500.0, partial_rotary_factor=0.5),
)
EXPERTS = dict(enable_moe_block=True, num_experts=8, top_k_experts=3, moe_intermediate_size=8)

# As in mixtures.py; "hub": settings of the Hub's files that stand for `per_layer_config`.
CASES = {
    "gemma4-shared": (
        "gemma4_text",
        dict(
            layer_types=PAIRS * 3, global_head_dim=12, num_kv_shared_layers=3, use_double_wide_mlp=True, final_logit_softcapping=5.0,
            rope_parameters=ROTARY, vocab_size_per_layer_input=44,
        ),
        dict(gguf=True),
    ),
    "gemma4-experts": (
        "gemma4_text",
        EXPERTS
        | dict(
            layer_types=PAIRS * 2, num_hidden_layers=4, global_head_dim=8, num_global_key_value_heads=1, attention_k_eq_v=True,
            hidden_size_per_layer_input=0, attention_bias=True, tie_word_embeddings=False, rms_norm_eps=1e-3,
            hidden_activation="silu",
        ),
        {},
    ),
    "gemma4-all": (
        "gemma4_text",
        EXPERTS
        | dict(
            layer_types=["sliding_attention", "full_attention", "full_attention", "sliding_attention", "full_attention"],
            num_hidden_layers=5, global_head_dim=8, num_global_key_value_heads=4, attention_k_eq_v=True, num_kv_shared_layers=2,
            rope_parameters=dict(
                sliding_attention=dict(rope_type="linear", rope_theta=100.0, factor=3.0),
                full_attention=dict(rope_type="proportional", rope_theta=500.0, partial_rotary_factor=0.3, factor=2.0),
            ),
        ),
        {},
    ),
    "gemma4-mixed": (
        "gemma4_text",
        EXPERTS
        | dict(
            layer_types=PAIRS * 2, num_hidden_layers=4, global_head_dim=8, num_global_key_value_heads=1, attention_k_eq_v=True,
            num_kv_shared_layers=1, rope_parameters=ROTARY,
        ),
        dict(gguf=True),
    ),
    "gemma4": (
        "gemma4",
        dict(
            text_config=COMMON | dict(layer_types=PAIRS * 3, global_head_dim=12, num_kv_shared_layers=2,
                                      use_bidirectional_attention="vision"),
            vision_config=None, audio_config=None,
        ),
        dict(made="Gemma4ForConditionalGeneration", hub=dict(global_head_dim=12, num_global_key_value_heads=None)),
    ),
    "gemma3n": (
        "gemma3n_text",
        dict(
            layer_types=PAIRS * 3, num_kv_shared_layers=2, intermediate_size=[12, 8, 20, 12, 16, 12],
            activation_sparsity_pattern=[0.6, 0.0, 0.3, 0.8, 0.5, 0.0], altup_num_inputs=3, altup_active_idx=1, laurel_rank=5,
            final_logit_softcapping=5.0, vocab_size_per_layer_input=36,
            rope_parameters=dict(
                sliding_attention=dict(rope_type="default", rope_theta=100.0),
                full_attention=dict(rope_type="linear", rope_theta=500.0, factor=2.0),
            ),
        ),
        {},
    ),
    "gemma3n-plain": (
        "gemma3n_text",
        dict(
            num_hidden_layers=5, num_kv_shared_layers=0, altup_num_inputs=2, altup_correct_scale=False, laurel_rank=7,
            attention_bias=True, tie_word_embeddings=False, rms_norm_eps=1e-3, hidden_activation="silu",
        ),
        {},
    ),
    "gemma3n-four": (
        "gemma3n_text",
        dict(
            layer_types=PAIRS * 3, num_kv_shared_layers=2, activation_sparsity_pattern=[0.6, 0.3, 0.8, 0.0, 0.0, 0.0], laurel_rank=5,
        ),
        dict(gguf=True),
    ),
    "gemma3n-whole": (
        "gemma3n_text",
        dict(num_hidden_layers=4, layer_types=PAIRS * 2, num_kv_shared_layers=1, laurel_rank=4),
        dict(whole="gemma3n"),
    ),
}  # fmt: skip


def all_in_float64():
    """Lets models that ask for float32 have float64: norms and angles, which attention without a scale makes large."""
    torch.float = torch.float64
    torch.Tensor.float = torch.Tensor.double


def respell(path, settings):
    config = json.loads(path.read_text())
    del config["text_config"]["per_layer_config"]
    config["text_config"] |= settings
    path.write_text(json.dumps(config, indent=1) + "\n")


def write_gguf(folder, path):
    """What llama.cpp's converter makes of the folder; matrices stay bfloat16, which is exact here."""
    config = AutoConfig.from_pretrained(folder)
    name = config.model_type.removesuffix("_text")
    layers, shared = config.num_hidden_layers, config.num_kv_shared_layers
    slides = [kind == "sliding_attention" for kind in config.layer_types]
    full = config.per_layer_config[slides.index(False)] if name == "gemma4" else config
    own = config.per_layer_config[slides.index(True)] if name == "gemma4" else config
    writer = gguf.GGUFWriter(path, name)
    writer.add_block_count(layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_key_length(full.head_dim)
    writer.add_value_length(full.head_dim)
    writer.add_sliding_window(config.sliding_window)
    writer.add_sliding_window_pattern(slides)
    writer.add_shared_kv_layers(shared)
    writer.add_embedding_length_per_layer_input(config.hidden_size_per_layer_input)
    writer.add_rope_freq_base(config.rope_parameters["full_attention"]["rope_theta"])
    writer.add_rope_freq_base_swa(config.rope_parameters["sliding_attention"]["rope_theta"])
    writer.add_token_list([f"t{i}" for i in range(config.vocab_size)])
    if config.final_logit_softcapping:
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if name == "gemma4":
        writer.add_key_length_swa(own.head_dim)
        writer.add_value_length_swa(own.head_dim)
        heads = [full, own]
        if full.num_key_value_heads == own.num_key_value_heads:
            writer.add_head_count_kv(own.num_key_value_heads)
        else:
            writer.add_head_count_kv([heads[kind].num_key_value_heads for kind in slides])
        width = config.intermediate_size
        doubled = config.use_double_wide_mlp
        writer.add_feed_forward_length([width] * (layers - shared) + [2 * width] * shared if doubled else width)
        writer.add_rope_dimension_count(full.head_dim)
        writer.add_rope_dimension_count_swa(own.head_dim)
        if config.enable_moe_block:
            writer.add_expert_count(config.num_experts)
            writer.add_expert_used_count(config.top_k_experts)
            writer.add_expert_feed_forward_length(config.moe_intermediate_size)
        turning = int(full.head_dim * config.rope_parameters["full_attention"]["partial_rotary_factor"] / 2)
        factors = [1.0] * turning + [1e30] * (full.head_dim // 2 - turning)
        writer.add_tensor("rope_freqs.weight", np.array(factors, np.float32))
    else:
        writer.add_head_count_kv(config.num_key_value_heads)
        writer.add_feed_forward_length(config.intermediate_size)
        writer.add_altup_active_idx(config.altup_active_idx)
        writer.add_altup_num_inputs(config.altup_num_inputs)
        normal = torch.distributions.normal.Normal(0, 1)
        writer.add_activation_sparsity_scale([normal.icdf(torch.tensor(s)).item() for s in config.activation_sparsity_pattern])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[name.upper()], layers)
    state = load_file(folder / "model.safetensors")
    for kind in ("altup_projections", "altup_unembed_projections"):
        parts = [state.pop(f"model.{kind}.{i}.weight") for i in range(3) if f"model.{kind}.{i}.weight" in state]
        if parts:
            state[f"model.{kind}.weight"] = torch.stack(parts)
    for key, tensor in state.items():
        if key == "lm_head.weight":
            continue
        layer = key.split(".")[2]
        values = tensor.to(torch.float32).numpy()
        if key.endswith("router.scale"):
            found = f"blk.{layer}.ffn_gate_inp.scale"
        elif key.endswith("per_expert_scale"):
            found = f"blk.{layer}.ffn_down_exps.scale"
        elif key.endswith("altup.correct_output_scale"):
            found = f"blk.{layer}.altup_correct_scale.weight"
        else:
            found = f"{names.get_name(key.removesuffix('.weight'))}.weight"
        if name == "gemma3n" and key.endswith("embed_tokens_per_layer.weight"):
            values = np.pad(values, ((0, config.vocab_size - values.shape[0]), (0, 0)))
        mixtures.add(writer, found, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def initial(path, values):
    """Factors about 1."""
    ones = path.endswith(("layer_scalar", "router.scale", "per_expert_scale"))
    return 1 + values / 2 if ones else values


if __name__ == "__main__":
    all_in_float64()
    for case in sys.argv[2:] or CASES:
        model_type, settings, options = CASES[case]
        common = {} if "text_config" in settings else COMMON
        made = {key: value for key, value in options.items() if key != "gguf"} | dict(double=True)
        mixtures.make(case, Path(sys.argv[1]), (model_type, settings, made), common, POSITIONS, initial)
        if "gguf" in options:
            write_gguf(Path(sys.argv[1]) / case, Path(sys.argv[1]) / case / f"{case}.gguf")
        if "hub" in options:
            respell(Path(sys.argv[1]) / case / "config.json", options["hub"])
        if "whole" in options:
            hybrids.wrap(Path(sys.argv[1]) / case, options["whole"])

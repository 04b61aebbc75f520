"""Small random models whose late layers share keys and values, and what transformers says of them: gemma.py FOLDER [NAME …]

Files as mixtures.py makes them, with log-probabilities in float64, of sequences beyond two pages of 64 positions.
"""

import json
import sys
from pathlib import Path

import hybrids
import mixtures
import torch

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
        {},
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
        {},
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
        {},
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


def initial(path, values):
    """Factors about 1."""
    ones = path.endswith(("layer_scalar", "router.scale", "per_expert_scale"))
    return 1 + values / 2 if ones else values


if __name__ == "__main__":
    all_in_float64()
    for case in sys.argv[2:] or CASES:
        model_type, settings, options = CASES[case]
        common = {} if "text_config" in settings else COMMON
        made = options | dict(double=True)
        mixtures.make(case, Path(sys.argv[1]), (model_type, settings, made), common, POSITIONS, initial)
        if "hub" in options:
            respell(Path(sys.argv[1]) / case / "config.json", options["hub"])
        if "whole" in options:
            hybrids.wrap(Path(sys.argv[1]) / case, options["whole"])

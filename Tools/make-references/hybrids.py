"""Small random models with recurrent layers, and what transformers says of them: hybrids.py FOLDER [NAME …]

Files as mixtures.py makes them, of sequences beyond two pages of 64 positions, with states that last for tens of them.
"""

import json
import sys
from pathlib import Path

import mixtures
import torch
from safetensors.torch import load_file, save_file

POSITIONS = [0, 1, 2, 13, 31, 63, 64, 65, 100, 127, 128, 139]
COMMON = dict(vocab_size=40, hidden_size=16, num_hidden_layers=3, bos_token_id=1, eos_token_id=2, pad_token_id=None)
MAMBA = dict(state_size=6, num_hidden_layers=2)
HEADS = dict(mamba_n_heads=4, mamba_n_groups=1, mamba_d_state=6, mamba_chunk_size=16)
DELTA = dict(linear_num_key_heads=2, linear_num_value_heads=4, linear_key_head_dim=6, linear_value_head_dim=5)
ATTENTION = dict(num_attention_heads=4, num_key_value_heads=2, intermediate_size=12, max_position_embeddings=200)

# As in mixtures.py. A seed is one with which float32 is within a fifth of the bound of float64 in transformers itself: some
# random models divide by a length near zero, and then neither is exact.
CASES = {
    "mamba": ("mamba", MAMBA, {}),
    "mamba-odd": (
        "mamba",
        MAMBA
        | dict(
            expand=3, conv_kernel=3, use_bias=True, use_conv_bias=False, hidden_act="gelu", time_step_rank=5, state_size=3,
            tie_word_embeddings=False, layer_norm_epsilon=1e-3, hidden_size=22,
        ),
        {},
    ),
    "falcon_mamba": ("falcon_mamba", MAMBA | dict(mixer_rms_eps=1e-3), {}),
    "lfm2": (
        "lfm2",
        ATTENTION
        | dict(
            layer_types=["conv", "full_attention", "conv"], block_multiple_of=6, conv_L_cache=3,
            rope_parameters=dict(rope_type="default", rope_theta=500.0),
        ),
        {},
    ),
    "lfm2-odd": (
        "lfm2",
        ATTENTION
        | dict(
            layer_types=["full_attention", "conv", "full_attention"], block_auto_adjust_ff_dim=False, conv_L_cache=5,
            conv_bias=True, tie_word_embeddings=False, norm_eps=1e-3,
        ),
        {},
    ),
    "lfm2_moe": (
        "lfm2_moe",
        ATTENTION
        | dict(
            layer_types=["conv", "full_attention", "conv"], num_dense_layers=1, num_experts=4, num_experts_per_tok=2,
            moe_intermediate_size=8, routed_scaling_factor=1.3,
        ),
        {},
    ),
    "mamba2": ("mamba2", dict(num_heads=4, head_dim=8, n_groups=2, state_size=6, chunk_size=16), {}),
    "mamba2-odd": (
        "mamba2",
        dict(
            num_heads=3, head_dim=16, n_groups=1, state_size=5, expand=3, conv_kernel=3, use_bias=True, use_conv_bias=False,
            hidden_act="gelu", chunk_size=32, time_step_limit=[0.3, 0.9], layer_norm_epsilon=1e-3, tie_word_embeddings=True,
        ),
        {},
    ),
    "bamba": ("bamba", ATTENTION | HEADS | dict(attn_layer_indices=[1], mamba_n_groups=2), {}),
    "bamba-odd": (
        "bamba",
        ATTENTION
        | HEADS
        | dict(
            attn_layer_indices=[0, 2], mamba_proj_bias=True, mamba_conv_bias=False, attention_bias=True, mlp_bias=True,
            tie_word_embeddings=True, rms_norm_eps=1e-3,
        ),
        {},
    ),
    "granitemoehybrid": (
        "granitemoehybrid",
        ATTENTION
        | HEADS
        | dict(
            layer_types=["linear_attention", "full_attention", "linear_attention"], num_local_experts=4, num_experts_per_tok=2,
            shared_intermediate_size=20, embedding_multiplier=3.0, attention_multiplier=0.4, residual_multiplier=0.6,
            logits_scaling=1.7,
        ),
        {},
    ),
    "granitemoehybrid-dense": (
        "granitemoehybrid",
        ATTENTION
        | HEADS
        | dict(
            layer_types=["full_attention", "linear_attention", "linear_attention"], num_local_experts=0, mamba_n_groups=4,
            shared_intermediate_size=20, position_embedding_type="rope", attention_bias=True, tie_word_embeddings=True,
        ),
        {},
    ),
    "jamba": (
        "jamba",
        ATTENTION
        | dict(
            mamba_d_state=5, attn_layer_period=3, attn_layer_offset=1, num_experts=4, num_experts_per_tok=2, mamba_dt_rank=3,
        ),
        {},
    ),
    "jamba-odd": (
        "jamba",
        ATTENTION
        | dict(
            mamba_d_state=3, mamba_expand=3, mamba_d_conv=3, attn_layer_period=2, attn_layer_offset=0, num_experts=1,
            mamba_conv_bias=False, mamba_proj_bias=True, tie_word_embeddings=True, hidden_act="gelu", rms_norm_eps=1e-3,
        ),
        {"seed": 1},
    ),
    "falcon_h1": (
        "falcon_h1",
        ATTENTION
        | HEADS
        | dict(
            mamba_d_ssm=24, mamba_n_heads=4, embedding_multiplier=2.0, lm_head_multiplier=0.7, key_multiplier=0.6,
            attention_out_multiplier=0.9, attention_in_multiplier=1.2, ssm_in_multiplier=1.1, ssm_out_multiplier=0.8,
            ssm_multipliers=[0.9, 1.1, 0.8, 1.2, 0.7], mlp_multipliers=[0.8, 1.3], num_hidden_layers=2,
        ),
        {},
    ),
    "falcon_h1-norm": (
        "falcon_h1",
        ATTENTION
        | HEADS
        | dict(
            mamba_d_ssm=None, mamba_rms_norm=True, mamba_norm_before_gate=False, mamba_n_groups=2, projectors_bias=True,
            attention_bias=True, mlp_bias=True, mamba_proj_bias=True, tie_word_embeddings=True, num_hidden_layers=2,
        ),
        {},
    ),
    "falcon_h1-before": (
        "falcon_h1",
        ATTENTION | HEADS | dict(mamba_d_ssm=24, mamba_n_heads=4, mamba_rms_norm=True, mamba_n_groups=2, num_hidden_layers=1),
        {},
    ),
    "nemotron_h": (
        "nemotron_h",
        ATTENTION
        | dict(
            layers_block_type=["linear_attention", "mlp", "full_attention", "linear_attention", "mlp"], head_dim=6,
            num_hidden_layers=5, mamba_num_heads=4, mamba_head_dim=6, n_groups=2, ssm_state_size=5, chunk_size=16,
            time_step_min=0.4,
        ),
        {},
    ),
    "qwen3_next": (
        "qwen3_next",
        ATTENTION
        | DELTA
        | dict(
            layer_types=["linear_attention", "full_attention", "linear_attention"], num_experts=4, num_experts_per_tok=2,
            moe_intermediate_size=8, shared_expert_intermediate_size=12, head_dim=8, mlp_only_layers=[0],
        ),
        {"seed": 7},
    ),
    "qwen3_next-odd": (
        "qwen3_next",
        ATTENTION
        | DELTA
        | dict(
            layer_types=["full_attention", "linear_attention", "linear_attention"], num_experts=0, head_dim=12,
            linear_conv_kernel_dim=3, linear_num_value_heads=2, attention_bias=True, tie_word_embeddings=True,
            rope_parameters=dict(rope_type="default", rope_theta=500.0, partial_rotary_factor=0.5), rms_norm_eps=1e-3,
        ),
        {},
    ),
    "qwen3_next-all": (
        "qwen3_next",
        ATTENTION
        | DELTA
        | dict(
            layer_types=["linear_attention", "full_attention", "linear_attention"], num_experts=4, num_experts_per_tok=2,
            moe_intermediate_size=8, shared_expert_intermediate_size=12, head_dim=8,
        ),
        {},
    ),
    "qwen3_5_text": (
        "qwen3_5_text",
        ATTENTION | DELTA | dict(layer_types=["linear_attention", "full_attention", "linear_attention"], head_dim=8),
        {},
    ),
    "qwen3_5": (
        "qwen3_5_text",
        ATTENTION | DELTA | dict(layer_types=["full_attention", "linear_attention", "linear_attention"], head_dim=8),
        dict(whole=True),
    ),
    "qwen3_5_moe_text": (
        "qwen3_5_moe_text",
        ATTENTION
        | DELTA
        | dict(
            layer_types=["linear_attention", "linear_attention", "full_attention"], num_experts=4, num_experts_per_tok=2,
            moe_intermediate_size=8, shared_expert_intermediate_size=12, head_dim=8,
        ),
        {},
    ),
    "qwen3_5_moe": (
        "qwen3_5_moe_text",
        ATTENTION
        | DELTA
        | dict(
            layer_types=["linear_attention", "full_attention", "linear_attention"], num_experts=4, num_experts_per_tok=2,
            moe_intermediate_size=8, shared_expert_intermediate_size=12, head_dim=8,
        ),
        dict(whole=True),
    ),
}  # fmt: skip


def wrap(folder, name):
    """Makes files of a text model those of the model of several kinds of input that holds it, as the Hub has them."""
    text = json.loads((folder / "config.json").read_text())
    whole = dict(model_type=name, text_config=text, vision_config={}, tie_word_embeddings=text["tie_word_embeddings"])
    (folder / "config.json").write_text(json.dumps(whole, indent=1) + "\n")
    state = {
        key.replace("model.", "model.language_model.", 1): value for key, value in load_file(folder / "model.safetensors").items()
    }
    extra = {"mtp.fc.weight": torch.zeros(2, 2), "model.visual.patch_embed.proj.weight": torch.zeros(2, 2)}
    save_file(state | extra, folder / "model.safetensors", metadata=dict(format="pt"))


def initial(path, values):
    return values - 3 if path.endswith("A_log") else values


if __name__ == "__main__":
    for case in sys.argv[2:] or CASES:
        model_type, settings, options = CASES[case]
        mixtures.make(case, Path(sys.argv[1]), (model_type, settings, options), COMMON, POSITIONS, initial)
        if CASES[case][2].get("whole"):
            wrap(Path(sys.argv[1]) / case, case)

"""Small random models with recurrent layers, and what transformers says of them: hybrids.py FOLDER [NAME …]

Files as mixtures.py makes them, of sequences beyond two pages of 64 positions, with states that last for tens of them.
"""

import sys
from pathlib import Path

import mixtures

POSITIONS = [0, 1, 2, 13, 31, 63, 64, 65, 100, 127, 128, 139]
COMMON = dict(vocab_size=40, hidden_size=16, num_hidden_layers=3, bos_token_id=1, eos_token_id=2, pad_token_id=None)
MAMBA = dict(state_size=6, num_hidden_layers=2)
ATTENTION = dict(num_attention_heads=4, num_key_value_heads=2, intermediate_size=12, max_position_embeddings=200)

# As in mixtures.py.
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
}  # fmt: skip


def initial(path, values):
    return values - 3 if path.endswith("A_log") else values


if __name__ == "__main__":
    for case in sys.argv[2:] or CASES:
        mixtures.make(case, Path(sys.argv[1]), CASES[case], COMMON, POSITIONS, initial)

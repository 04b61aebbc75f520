"""Small random mixtures of experts, and what transformers says of them: mixtures.py FOLDER [NAME …]

For each case: FOLDER/NAME/ with config.json and model.safetensors as `save_pretrained` writes them, and expected.safetensors
with `ids` [T], `positions` [P] and `logprobs` [P, V] in float32 on the weights as the file holds them. Cases that llama.cpp
knows are also written as NAME.gguf, with its names, layouts and metadata.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

POSITIONS = [0, 1, 5, 13, 31, 63, 64, 69]  # beyond one page of 64 keys
COMMON = dict(
    vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
    intermediate_size=12, max_position_embeddings=96, bos_token_id=1, eos_token_id=2, pad_token_id=None,
)
LATENT = dict(
    num_key_value_heads=4, n_routed_experts=8, num_experts_per_tok=3, moe_intermediate_size=8, kv_lora_rank=10,
    qk_nope_head_dim=6, qk_rope_head_dim=4, first_k_dense_replace=1, intermediate_size=20,
)  # fmt: skip
YARN = dict(
    rope_type="yarn", rope_theta=500.0, factor=4.0, original_max_position_embeddings=24, mscale=0.8, mscale_all_dim=0.7
)

# name: (model_type, settings, {"type": of the file, "gguf": how llama.cpp calls the architecture, "named": the model_type of
# the file, "made": the class that makes it})
CASES = {
    "mixtral": ("mixtral", dict(num_local_experts=4, num_experts_per_tok=2), dict(gguf="llama")),
    "mixtral-window": (
        "mixtral",
        dict(num_local_experts=8, num_experts_per_tok=3, sliding_window=9, tie_word_embeddings=True, head_dim=6, rms_norm_eps=1e-3),
        {},
    ),
    "qwen3_moe": (
        "qwen3_moe",
        dict(num_experts=8, num_experts_per_tok=3, moe_intermediate_size=8, head_dim=8, norm_topk_prob=True),
        dict(gguf="qwen3moe"),
    ),
    "qwen3_moe-mixed": (
        "qwen3_moe",
        dict(
            num_experts=4, num_experts_per_tok=2, moe_intermediate_size=8, num_hidden_layers=3, decoder_sparse_step=2,
            attention_bias=True, use_sliding_window=True, sliding_window=11,
        ),
        {},
    ),
    "qwen2_moe": (
        "qwen2_moe",
        dict(num_experts=8, num_experts_per_tok=3, moe_intermediate_size=8, shared_expert_intermediate_size=12),
        dict(gguf="qwen2moe"),
    ),
    "qwen2_moe-window": (
        "qwen2_moe",
        dict(
            num_experts=4, num_experts_per_tok=2, moe_intermediate_size=8, shared_expert_intermediate_size=12,
            use_sliding_window=True, sliding_window=7, max_window_layers=1, norm_topk_prob=True, qkv_bias=False,
            mlp_only_layers=[1],
        ),
        {},
    ),
    "olmoe": ("olmoe", dict(num_experts=8, num_experts_per_tok=3), dict(gguf="olmoe")),
    "olmoe-bias": ("olmoe", dict(num_experts=4, num_experts_per_tok=1, attention_bias=True, norm_topk_prob=True), {}),
    "granitemoe": (
        "granitemoe",
        dict(
            num_local_experts=4, num_experts_per_tok=3, embedding_multiplier=3.0, attention_multiplier=0.4,
            residual_multiplier=0.6, logits_scaling=1.7, tie_word_embeddings=True,
        ),
        dict(gguf="granitemoe"),
    ),
    "phimoe": ("phimoe", dict(num_local_experts=8, num_experts_per_tok=2, attention_bias=True, router_jitter_noise=0.4), {}),
    "gpt_oss": (
        "gpt_oss",
        dict(
            num_local_experts=4, num_experts_per_tok=2, head_dim=8, sliding_window=9, swiglu_limit=1.5, swiglu_alpha=1.3,
            rope_parameters=YARN | dict(truncate=False, mscale=None, mscale_all_dim=None),
        ),
        {},
    ),
    "gpt_oss-plain": (
        "gpt_oss",
        dict(
            num_local_experts=4, num_experts_per_tok=3, head_dim=8, sliding_window=11,
            rope_parameters=dict(rope_type="default", rope_theta=500.0),
        ),
        dict(gguf="gpt-oss"),
    ),
    "gpt_oss-mxfp4": (
        "gpt_oss",
        dict(num_local_experts=4, num_experts_per_tok=2, head_dim=8, hidden_size=32, intermediate_size=32, sliding_window=20),
        dict(mxfp4=True),
    ),
    "deepseek_v2": (
        "deepseek_v2",
        LATENT
        | dict(
            q_lora_rank=12, v_head_dim=6, n_group=4, topk_group=2, topk_method="group_limited_greedy", attention_bias=True,
            mlp_bias=True, routed_scaling_factor=1.6, rope_parameters=YARN, n_shared_experts=2,
        ),
        {},
    ),
    "deepseek_v2-lite": ("deepseek_v2", LATENT | dict(q_lora_rank=None, v_head_dim=12), {}),
    "deepseek_v3": (
        "deepseek_v3",
        LATENT | dict(q_lora_rank=12, v_head_dim=6, n_group=4, topk_group=2, rope_parameters=YARN),
        {},
    ),
    "deepseek_v3-plain": (
        "deepseek_v3",
        LATENT
        | dict(
            q_lora_rank=None, v_head_dim=14, n_group=1, topk_group=1, norm_topk_prob=False, rope_interleave=False,
            attention_bias=True,
        ),
        {},
    ),
    "kimi_k2": (
        "deepseek_v3",
        LATENT | dict(q_lora_rank=12, v_head_dim=6, n_group=1, topk_group=1, num_experts_per_tok=2, rope_parameters=YARN),
        dict(named="kimi_k2"),
    ),
    "mistral4": (
        "mistral4",
        LATENT
        | dict(
            q_lora_rank=12, v_head_dim=6, n_group=4, topk_group=2, n_shared_experts=2, routed_scaling_factor=1.3,
            rope_parameters=YARN | dict(llama_4_scaling_beta=0.3),
        ),
        dict(made="Mistral4ForCausalLM"),
    ),
    "llama4_text": (
        "llama4_text",
        dict(
            num_local_experts=4, head_dim=8, intermediate_size_mlp=20, num_hidden_layers=4, attention_chunk_size=20,
            floor_scale=6, attn_scale=0.3, interleave_moe_layer_step=2, no_rope_layer_interval=3,
        ),
        {},
    ),
    "llama4_text-three": (
        "llama4_text",
        dict(
            num_local_experts=4, num_experts_per_tok=3, head_dim=6, intermediate_size_mlp=20, use_qk_norm=False,
            attn_temperature_tuning=False, attention_bias=True, attention_chunk_size=64, tie_word_embeddings=True,
        ),
        {},
    ),
    "glm4_moe": (
        "glm4_moe",
        dict(
            n_routed_experts=8, num_experts_per_tok=3, moe_intermediate_size=8, head_dim=8, use_qk_norm=True, n_group=2,
            topk_group=1, attention_bias=True, routed_scaling_factor=1.4, first_k_dense_replace=1, n_shared_experts=2,
        ),
        dict(gguf="glm4moe"),
    ),
    "ernie4_5_moe": (
        "ernie4_5_moe",
        dict(moe_num_experts=8, moe_k=3, moe_intermediate_size=8, use_bias=True, moe_num_shared_experts=2),
        {},
    ),
    "ernie4_5_moe-bare": (
        "ernie4_5_moe",
        dict(
            moe_num_experts=4, moe_k=2, moe_intermediate_size=8, moe_num_shared_experts=0, num_hidden_layers=3,
            moe_layer_start_index=0, moe_layer_end_index=1, moe_layer_interval=2, tie_word_embeddings=False,
        ),
        {},
    ),
    "dots1": (
        "dots1",
        dict(
            n_routed_experts=8, num_experts_per_tok=3, moe_intermediate_size=8, n_shared_experts=2, n_group=2, topk_group=1,
            first_k_dense_replace=1, head_dim=8, sliding_window=9, max_window_layers=1, routed_scaling_factor=1.3,
        ),
        {},
    ),
    "minimax_m2": ("minimax_m2", dict(num_local_experts=8, num_experts_per_tok=3, head_dim=8, rotary_dim=4), {}),
    "hunyuan_v1_moe": ("hunyuan_v1_moe", dict(num_experts=4, moe_topk=2, head_dim=8, attention_bias=True), {}),
}  # fmt: skip


def make(name, folder, case=None, common=COMMON, positions=POSITIONS, initial=None):
    """Makes one case; `initial` changes what parameters are by their paths."""
    model_type, settings, options = case or CASES[name]
    config = CONFIG_MAPPING[model_type](**(common | settings))
    dtype = getattr(torch, options.get("type", "bfloat16"))
    if "made" in options:  # a class that transformers does not find by its configuration
        model = getattr(transformers, options["made"])._from_config(config, attn_implementation="eager").float().eval()
    else:
        model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    generator = torch.Generator().manual_seed(sum(map(ord, name)) + options.get("seed", 0))
    with torch.no_grad():
        for path, tensor in model.state_dict().items():
            if not tensor.is_floating_point():
                continue
            values = torch.randn(tensor.shape, generator=generator)
            values = 1 + 0.2 * values if "norm" in path and path.endswith("weight") else 0.35 * values
            if initial:
                values = initial(path, values)
            if options.get("mxfp4") and path.endswith(("gate_up_proj", "down_proj")):
                values = four_bits(values)
            tensor.copy_(values.to(dtype).float())
    ids = torch.randint(0, config.get_text_config().vocab_size, (1, positions[-1] + 1), generator=generator)
    with torch.no_grad():
        if options.get("double"):
            model.double().set_experts_implementation("eager")
        logits = model(ids, use_cache=False).logits
        logprobs = torch.log_softmax(logits[0, positions], -1).to(torch.float32)
    target = folder / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    save(model, dtype, target, options)
    expected = dict(ids=ids[0].to(torch.int32), positions=torch.tensor(positions, dtype=torch.int32), logprobs=logprobs.contiguous())
    save_file(expected, target / "expected.safetensors")
    if options.get("gguf"):
        write_gguf(options["gguf"], config, target, target / f"{name}.gguf")
    size = sum(file.stat().st_size for file in target.iterdir())
    print(f"{name}: log-probabilities {logprobs.std():.2f}, {size} bytes")


def save(model, dtype, target, options):
    """As `save_pretrained`, which names the experts as files of the Hub do."""
    with tempfile.TemporaryDirectory() as scratch:
        model.to(dtype).save_pretrained(scratch)
        config = json.loads((Path(scratch) / "config.json").read_text())
        config["model_type"] = options.get("named", config["model_type"])
        with safe_open(Path(scratch) / "model.safetensors", "pt") as file:
            state = {key: file.get_tensor(key) for key in file.keys()}
    if options.get("mxfp4"):
        config["quantization_config"] = dict(quant_method="mxfp4", modules_to_not_convert=["lm_head"])
        for key in [key for key in state if key.endswith(("gate_up_proj", "down_proj"))]:
            blocks, scales = packed(state.pop(key).float().transpose(1, 2))
            state |= {f"{key}_blocks": blocks, f"{key}_scales": scales}
    (target / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    save_file({key: value.contiguous() for key, value in state.items()}, target / "model.safetensors", metadata=dict(format="pt"))


NUMBERS = torch.tensor([0, 0.5, 1, 1.5, 2, 3, 4, 6])


def four_bits(values):
    """Numbers that blocks of four bits hold exactly, in blocks along the inner axis, which is the middle one."""
    experts, inner, outputs = values.shape
    scales = 2.0 ** torch.randint(-5, -1, (experts, inner // 32, 1, outputs), generator=torch.Generator().manual_seed(7))
    blocks = values.reshape(experts, inner // 32, 32, outputs) / 0.35 * 3
    nearest = NUMBERS[(blocks.abs().unsqueeze(-1) - NUMBERS).abs().argmin(-1)] * blocks.sign()
    # The largest is in every block, so that its scale can be found again.
    nearest[:, :, 0] = 6
    return (nearest * scales).reshape(values.shape)


def packed(values):
    """[experts, outputs, inner] to blocks and scales."""
    blocks = values.reshape(*values.shape[:2], -1, 32)
    scales = torch.log2(blocks.abs().amax(-1) / 6).round()
    codes = ((blocks / 2 ** scales.unsqueeze(-1)).abs().unsqueeze(-1) - NUMBERS).abs().argmin(-1)
    codes = codes + 8 * (blocks < 0)
    return (codes[..., ::2] + 16 * codes[..., 1::2]).to(torch.uint8), (scales + 127).to(torch.uint8)


def write_gguf(name, config, folder, path):
    """What llama.cpp's convert_hf_to_gguf.py makes of the folder; matrices stay bfloat16, which is exact here."""
    writer = gguf.GGUFWriter(path, name)
    heads, keys = config.num_attention_heads, config.num_key_value_heads
    width = getattr(config, "head_dim", None) or config.hidden_size // heads
    experts = next(getattr(config, key) for key in ("n_routed_experts", "num_experts", "num_local_experts") if hasattr(config, key))
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(keys)
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    fraction = config.rope_parameters.get("partial_rotary_factor") or 1
    writer.add_rope_dimension_count(int(width * fraction))
    writer.add_expert_count(experts)
    writer.add_expert_used_count(config.num_experts_per_tok)
    writer.add_token_list([f"t{i}" for i in range(config.vocab_size)])
    if name in ("qwen2moe", "qwen3moe"):
        writer.add_expert_feed_forward_length(config.moe_intermediate_size)
    if name == "qwen2moe":
        writer.add_expert_shared_feed_forward_length(config.shared_expert_intermediate_size)
    if name == "gpt-oss":
        writer.add_expert_feed_forward_length(config.intermediate_size)
        writer.add_sliding_window(config.sliding_window)
    if name == "glm4moe":
        writer.add_expert_feed_forward_length(config.moe_intermediate_size)
        writer.add_expert_shared_count(config.n_shared_experts)
        writer.add_leading_dense_block_count(config.first_k_dense_replace)
        writer.add_expert_gating_func(gguf.ExpertGatingFuncType.SIGMOID)
        writer.add_expert_weights_scale(config.routed_scaling_factor)
        writer.add_expert_weights_norm(config.norm_topk_prob)
        writer.add_expert_group_count(config.n_group)
        writer.add_expert_group_used_count(config.topk_group)
    if name == "granitemoe":
        writer.add_attention_scale(config.attention_multiplier)
        writer.add_embedding_scale(config.embedding_multiplier)
        writer.add_residual_scale(config.residual_multiplier)
        writer.add_logit_scale(config.logits_scaling)
    with safe_open(folder / "model.safetensors", "pt") as file:
        state = {key: file.get_tensor(key).float().numpy() for key in file.keys()}
    for key, values in stacked(state, config, experts).items():
        if name in ("llama", "granitemoe") and key.endswith(("q_proj.weight", "k_proj.weight")):
            count = heads if "q_proj" in key else keys
            values = values.reshape(count, 2, -1, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)
        add(writer, gguf_name(key, name, config.num_hidden_layers), values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def stacked(state, config, experts):
    """Experts of one kind as one tensor, gate and up apart."""
    result = {}
    for key, values in state.items():
        if ".experts.gate_up_proj" in key:
            kinds = ("gate_proj", "up_proj")
            ending = "bias" if key.endswith("bias") else "weight"
            for kind, part in zip(kinds, (values[..., ::2], values[..., 1::2])):
                own = key.split("gate_up_proj")[0] + f"{kind}.{ending}"
                result[own] = part if ending == "bias" else part.swapaxes(1, 2)
        elif ".experts.down_proj" in key:
            ending = "bias" if key.endswith("bias") else "weight"
            own = key.split("down_proj")[0] + f"down_proj.{ending}"
            result[own] = values if ending == "bias" else values.swapaxes(1, 2)
        elif ".experts." in key:
            before, after = key.split(".experts.")
            kind = after.split(".", 1)[1]
            if f"{before}.experts.{kind}" not in result:
                all_experts = [state[f"{before}.experts.{index}.{kind}"] for index in range(experts)]
                result[f"{before}.experts.{kind}"] = np.stack(all_experts)
        elif key.endswith("input_linear.weight"):
            gate, up = np.split(values, 2, axis=1)
            result[key.replace("input_linear", "experts.gate_proj")] = gate
            result[key.replace("input_linear", "experts.up_proj")] = up
        elif key.endswith("output_linear.weight"):
            result[key.replace("output_linear", "experts.down_proj")] = values
        elif key.endswith("shared_expert_gate.weight"):
            result[key] = values[0]
        else:
            result[key] = values
    return result


def gguf_name(key, architecture, layers):
    stem, ending = key.rsplit(".", 1)
    kinds = {"gate_proj": "gate", "w1": "gate", "up_proj": "up", "w3": "up", "down_proj": "down", "w2": "down"}
    if ".experts." in key:
        return f"blk.{stem.split('.')[2]}.ffn_{kinds[stem.rsplit('.', 1)[1]]}_exps.{ending}"
    if key.endswith("e_score_correction_bias"):
        return f"blk.{key.split('.')[2]}.exp_probs_b.bias"
    if key.endswith("sinks"):
        return f"blk.{key.split('.')[2]}.attn_sinks.weight"
    kind = {"granitemoe": "GRANITE_MOE", "gpt-oss": "GPT_OSS", "glm4moe": "GLM4_MOE"}.get(architecture, architecture.upper())
    return f"{gguf.get_tensor_name_map(gguf.MODEL_ARCH[kind], layers).get_name(stem)}.{ending}"


def add(writer, name, values):
    values = np.ascontiguousarray(values)
    if values.ndim < 2:
        writer.add_tensor(name, values)
        return
    bits = torch.from_numpy(values).to(torch.bfloat16).view(torch.uint16).numpy()
    writer.add_tensor(name, bits.view(np.uint8), raw_dtype=gguf.GGMLQuantizationType.BF16)


if __name__ == "__main__":
    for case in sys.argv[2:] or CASES:
        make(case, Path(sys.argv[1]))

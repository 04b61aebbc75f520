"""Small random models of every architecture, and their logits: backbones.py FOLDER

For each case: FOLDER/NAME/ with config.json, weights as the case says, and expected.safetensors with `ids` [T],
`positions` [P] and `logits` [P, V] of `transformers` in float32 on the weights as the file holds them. Cases that
llama.cpp knows are also written as NAME.gguf, with its names, layouts and metadata.
"""

import json
import shutil
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import save_file

TOKENS = 70  # beyond one page of 64 keys
POSITIONS = [0, 1, 5, 13, 31, 63, 64, 69]
COMMON = dict(vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=96)
GATED = COMMON | dict(intermediate_size=24, num_key_value_heads=2, pad_token_id=None, bos_token_id=1, eos_token_id=2)
DEFAULT = dict(rope_type="default", rope_theta=10000.0)

# name: (class, settings, {"type": of the file, "old": spelling of transformers 4, "shards": n, "gguf": bool, …})
CASES = {
    "llama": ("Llama", GATED | dict(rope_parameters=DEFAULT), dict(gguf=True)),
    "llama-biases-llama3": (
        "Llama",
        GATED
        | dict(
            attention_bias=True,
            mlp_bias=True,
            tie_word_embeddings=True,
            head_dim=6,
            rope_parameters=dict(
                rope_type="llama3",
                rope_theta=500.0,
                factor=8.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=24,
            ),
        ),
        dict(old=True, type="float32"),
    ),
    "llama3": (
        "Llama",
        GATED
        | dict(
            tie_word_embeddings=True,
            rope_parameters=dict(
                rope_type="llama3",
                rope_theta=500.0,
                factor=8.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=24,
            ),
        ),
        dict(gguf=True),
    ),
    "llama-linear-shards": (
        "Llama",
        GATED | dict(rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=4.0)),
        dict(old=True, type="float16", shards=3),
    ),
    "llama-yarn": (
        "Llama",
        GATED
        | dict(
            rope_parameters=dict(
                rope_type="yarn", rope_theta=1000.0, factor=4.0, original_max_position_embeddings=24
            )
        ),
        dict(gguf=True),
    ),
    "llama-dynamic": (
        "Llama",
        GATED | dict(rope_parameters=dict(rope_type="dynamic", rope_theta=10000.0, factor=2.0)),
        dict(),
    ),
    "mistral-window": (
        "Mistral",
        GATED | dict(sliding_window=7, head_dim=8, rope_parameters=DEFAULT),
        dict(old=True),
    ),
    "qwen2": (
        "Qwen2",
        GATED | dict(rope_parameters=dict(rope_type="default", rope_theta=1e6)),
        dict(gguf=True, old=True),
    ),
    "qwen2-window-tied": (
        "Qwen2",
        GATED
        | dict(
            use_sliding_window=True,
            sliding_window=9,
            max_window_layers=1,
            tie_word_embeddings=True,
            rope_parameters=DEFAULT,
        ),
        dict(),
    ),
    "qwen3": (
        "Qwen3",
        GATED | dict(head_dim=10, tie_word_embeddings=True, rope_parameters=dict(rope_type="default", rope_theta=1e6)),
        dict(gguf=True),
    ),
    "qwen3-biases": (
        "Qwen3",
        GATED | dict(head_dim=4, attention_bias=True, rope_parameters=DEFAULT),
        dict(old=True),
    ),
    "gemma3": (
        "Gemma3",
        GATED
        | dict(
            num_hidden_layers=3,
            head_dim=6,
            query_pre_attn_scalar=9,
            sliding_window=8,
            layer_types=["sliding_attention", "full_attention", "sliding_attention"],
            tie_word_embeddings=True,
            rope_parameters=dict(
                sliding_attention=dict(rope_type="default", rope_theta=100.0),
                full_attention=dict(rope_type="linear", rope_theta=10000.0, factor=4.0),
            ),
        ),
        dict(),
    ),
    "gemma3-pattern": (
        "Gemma3",
        GATED
        | dict(
            num_hidden_layers=6,
            head_dim=8,
            query_pre_attn_scalar=8,
            sliding_window=8,
            layer_types=["sliding_attention"] * 5 + ["full_attention"],
            tie_word_embeddings=True,
            rope_parameters=dict(
                sliding_attention=dict(rope_type="default", rope_theta=10000.0),
                full_attention=dict(rope_type="default", rope_theta=1e6),
            ),
        ),
        dict(old=True, gguf=True),
    ),
    "gpt2": (
        "GPT2",
        dict(vocab_size=40, n_embd=16, n_layer=2, n_head=4, n_positions=96),
        dict(gguf=True),
    ),
    "gpt2-scaled-bare": (
        "GPT2",
        dict(
            vocab_size=40,
            n_embd=16,
            n_layer=2,
            n_head=2,
            n_positions=96,
            n_inner=20,
            layer_norm_epsilon=1e-3,
            scale_attn_by_inverse_layer_idx=True,
            activation_function="gelu",
        ),
        dict(bare=True),
    ),
    "neox": (
        "GPTNeoX",
        COMMON
        | dict(
            intermediate_size=24,
            rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.5),
        ),
        dict(gguf=True, old=True),
    ),
    "neox-sequential-tied": (
        "GPTNeoX",
        COMMON
        | dict(
            num_attention_heads=2,
            intermediate_size=24,
            use_parallel_residual=False,
            attention_bias=False,
            tie_word_embeddings=True,
            hidden_act="gelu_new",
            rope_parameters=dict(rope_type="default", rope_theta=500.0, partial_rotary_factor=0.25),
        ),
        dict(),
    ),
}


def make(name, folder):
    architecture, settings, options = CASES[name]
    dtype = getattr(torch, options.get("type", "bfloat16"))
    config_type = "Gemma3Text" if architecture == "Gemma3" else architecture
    config = getattr(transformers, f"{config_type}Config")(**settings)
    config._attn_implementation = "eager"
    head = {"GPT2": "GPT2LMHeadModel"}.get(architecture, f"{architecture}ForCausalLM")
    model = getattr(transformers, head)(config).float().eval()
    generator = torch.Generator().manual_seed(sum(map(ord, name)))
    with torch.no_grad():
        for path, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            is_gain = "norm" in path and path.endswith("weight") or "ln_" in path and path.endswith("weight")
            base = 0.0 if architecture == "Gemma3" else 1.0
            values = base + 0.2 * values if is_gain else 0.35 * values
            parameter.copy_(values.to(dtype).float())
    ids = torch.randint(0, settings["vocab_size"], (1, TOKENS), generator=generator)
    with torch.no_grad():
        logits = model(ids).logits[0, POSITIONS]

    target = folder / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    save_weights(model, dtype, target, options)
    saved = config_json(config, architecture, options)
    (target / "config.json").write_text(json.dumps(saved, indent=1) + "\n")
    save_file(
        dict(ids=ids[0].to(torch.int32), positions=torch.tensor(POSITIONS, dtype=torch.int32), logits=logits.contiguous()),
        target / "expected.safetensors",
    )
    check(head, model, target, ids, logits, options)
    if options.get("gguf"):
        write_gguf(architecture, config, model, target / f"{name}.gguf")
    print(f"{name}: logits {logits.std():.2f}, {sum(p.numel() for p in model.parameters())} parameters")


def save_weights(model, dtype, target, options):
    tied = set(getattr(model, "all_tied_weights_keys", None) or {})
    state = {k: v.to(dtype).contiguous() for k, v in model.state_dict().items() if k not in tied}
    if options.get("old"):  # transformers 5 renamed the head of GPT-NeoX, and still reads the old name
        is_neox = "gpt_neox.embed_in.weight" in state
        state = {"embed_out.weight" if is_neox and k == "lm_head.weight" else k: v for k, v in state.items()}
    if options.get("bare"):
        state = {k.removeprefix("transformer."): v for k, v in state.items()}
    shards = options.get("shards", 1)
    if shards == 1:
        save_file(state, target / "model.safetensors", metadata=dict(format="pt"))
        return
    names = sorted(state)
    weight_map = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05}-of-{shards:05}.safetensors"
        part = {k: state[k] for k in names[shard::shards]}
        save_file(part, target / file, metadata=dict(format="pt"))
        weight_map |= {k: file for k in part}
    index = dict(metadata=dict(total_size=sum(v.nbytes for v in state.values())), weight_map=weight_map)
    (target / "model.safetensors.index.json").write_text(json.dumps(index, indent=1) + "\n")


def config_json(config, architecture, options):
    saved = json.loads(config.to_json_string(use_diff=False))
    saved.pop("_attn_implementation", None)
    saved["architectures"] = ["GPT2LMHeadModel" if architecture == "GPT2" else f"{architecture}ForCausalLM"]
    if not options.get("old"):
        return saved
    rope = saved.pop("rope_parameters")
    if architecture == "Gemma3":
        saved["rope_local_base_freq"] = rope["sliding_attention"]["rope_theta"]
        saved["sliding_window_pattern"] = 6
        saved.pop("layer_types")
        rope = rope["full_attention"]
    saved.pop("layer_types", None)
    theta, partial = rope.pop("rope_theta"), rope.pop("partial_rotary_factor", None)
    if architecture == "GPTNeoX":
        saved["rotary_emb_base"], saved["rotary_pct"] = theta, partial
    else:
        saved["rope_theta"] = theta
    saved["rope_scaling"] = None if rope.get("rope_type") == "default" else rope
    saved["torch_dtype"] = saved.pop("dtype", None)
    return saved


def check(head, model, target, ids, logits, options):
    """The folder must be one that transformers itself reads as the same model."""
    again = getattr(transformers, head).from_pretrained(target, dtype=torch.float32, attn_implementation="eager")
    with torch.no_grad():
        difference = (again.eval()(ids).logits[0, POSITIONS] - logits).abs().max()
    assert difference == 0, f"{target.name}: read back, logits differ by {difference}"


def write_gguf(architecture, config, model, path):
    """What llama.cpp's convert_hf_to_gguf.py makes of the model; matrices stay bfloat16, which is exact here."""
    name = dict(Llama="llama", Qwen2="qwen2", Qwen3="qwen3", Gemma3="gemma3", GPT2="gpt2", GPTNeoX="gptneox")[architecture]
    writer = gguf.GGUFWriter(path, name)
    heads, layers = config.num_attention_heads, config.num_hidden_layers
    keys = getattr(config, "num_key_value_heads", heads)
    head_width = getattr(config, "head_dim", None) or config.hidden_size // heads
    writer.add_block_count(layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(getattr(config, "intermediate_size", None) or 4 * config.hidden_size)
    writer.add_head_count(heads)
    writer.add_token_list([f"t{i}" for i in range(config.vocab_size)])
    factors = None
    if architecture in ("GPT2", "GPTNeoX"):
        writer.add_layer_norm_eps(getattr(config, "layer_norm_epsilon", None) or config.layer_norm_eps)
    else:
        writer.add_head_count_kv(keys)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        writer.add_key_length(head_width)
        writer.add_value_length(head_width)
    if architecture == "GPTNeoX":
        rope = config.rope_parameters
        writer.add_rope_dimension_count(int(rope["partial_rotary_factor"] * head_width))
        writer.add_parallel_residual(config.use_parallel_residual)
    elif architecture == "Gemma3":
        writer.add_sliding_window(config.sliding_window)
        writer.add_rope_freq_base(config.rope_parameters["full_attention"]["rope_theta"])
    elif architecture != "GPT2":
        rope = config.rope_parameters
        writer.add_rope_freq_base(rope["rope_theta"])
        if rope["rope_type"] == "yarn":
            writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
            writer.add_rope_scaling_factor(rope["factor"])
            writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
        if rope["rope_type"] == "llama3":
            factors = llama3_factors(rope, head_width)
    names = gguf.get_tensor_name_map(getattr(gguf.MODEL_ARCH, name.upper()), layers)
    if factors is not None:
        writer.add_tensor("rope_freqs.weight", factors)
    tied = set(getattr(model, "all_tied_weights_keys", None) or {})
    for key, tensor in model.state_dict().items():
        if key in tied:
            continue
        stem, ending = key.rsplit(".", 1)
        values = tensor.float().numpy()
        if architecture == "Llama" and stem.endswith(("q_proj", "k_proj")):
            count = heads if stem.endswith("q_proj") else keys
            values = values.reshape(count, 2, -1, *values.shape[1:]).swapaxes(1, 2).reshape(values.shape)
        if architecture == "GPT2" and values.ndim == 2 and "wte" not in key and "wpe" not in key:
            values = values.T
        if architecture == "GPTNeoX" and "query_key_value" in stem:
            parts = values.reshape(heads, 3, head_width, *values.shape[1:])
            values = np.concatenate([parts[:, i].reshape(-1, *values.shape[1:]) for i in range(3)])
        if architecture == "Gemma3" and stem.endswith("norm"):
            values = values + 1
        new = f"{names.get_name(stem)}.{ending}"
        values = np.ascontiguousarray(values)
        if values.ndim == 2:
            packed = torch.from_numpy(values).to(torch.bfloat16).view(torch.uint16).numpy()
            writer.add_tensor(new, packed.view(np.uint8), raw_dtype=gguf.GGMLQuantizationType.BF16)
        else:
            writer.add_tensor(new, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def llama3_factors(rope, width):
    """By how much each frequency is divided, as convert_hf_to_gguf.py writes it."""
    low = rope["original_max_position_embeddings"] / rope["low_freq_factor"]
    high = rope["original_max_position_embeddings"] / rope["high_freq_factor"]
    factors = []
    for frequency in 1.0 / rope["rope_theta"] ** (np.arange(0, width, 2) / width):
        length = 2 * np.pi / frequency
        if length < high:
            factors.append(1.0)
        elif length > low:
            factors.append(rope["factor"])
        else:
            span = rope["high_freq_factor"] - rope["low_freq_factor"]
            smooth = (rope["original_max_position_embeddings"] / length - rope["low_freq_factor"]) / span
            factors.append(1 / ((1 - smooth) / rope["factor"] + smooth))
    return np.array(factors, dtype=np.float32)


if __name__ == "__main__":
    for case in sys.argv[2:] or CASES:
        make(case, Path(sys.argv[1]))

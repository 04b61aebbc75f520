"""Small random dense decoders, one folder a case: dense.py FOLDER [CASE…]

Each gets config.json and model.safetensors as `save_pretrained` writes them, in bfloat16, and expected.json with `ids` [T]
and `logProbabilities` [T - 1]: of each id after the first, given those before it, of `transformers` in float64 on the
weights as the files hold them. Sizes are odd where the architecture allows it; windows are shorter than the ids.
"""

import copy
import json
import shutil
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import load_file, save_file

LENGTH = 70
SIZES = dict(
    vocab_size=40, hidden_size=24, intermediate_size=28, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=96, pad_token_id=None, bos_token_id=1, eos_token_id=2,
)  # fmt: skip
GPT = dict(
    vocab_size=40, n_embd=24, n_layer=2, n_head=4, n_positions=96, bos_token_id=1, eos_token_id=2, n_inner=28,
)  # fmt: skip
ROTARY = dict(rope_type="default", rope_theta=5000.0)
SLIDING = ["sliding_attention", "full_attention"]
YARN = dict(
    rope_type="yarn", rope_theta=500.0, factor=4.0, original_max_position_embeddings=24, mscale=0.8, mscale_all_dim=0.7
)
VISION = dict(
    hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=16, patch_size=8,
    vision_output_dim=16, projector_input_dim=16, projector_output_dim=16,
)  # fmt: skip


def llama(kind, **settings):
    return kind, {**SIZES, **settings}


def part(kind, tie_word_embeddings=True, **settings):
    """The text model of a model of several kinds of input."""
    text = {**SIZES, "tie_word_embeddings": tie_word_embeddings, **settings}
    return kind, dict(text_config=text, vision_config=dict(VISION), tie_word_embeddings=tie_word_embeddings)


def rotary(**fields):
    return dict(rope_parameters={**ROTARY, **fields})


# By name: the model type and its settings.
CASES = {
    "gemma": llama("gemma", head_dim=10, **rotary()),
    "gemma-untied": llama("gemma", head_dim=6, tie_word_embeddings=False, attention_bias=True, hidden_act="gelu"),
    "gemma2": llama("gemma2", head_dim=8, sliding_window=16, query_pre_attn_scalar=10, attn_logit_softcapping=3.0,
                    final_logit_softcapping=4.0, **rotary()),
    "gemma2-head": llama("gemma2", head_dim=8, sliding_window=16, query_pre_attn_scalar=8, attn_logit_softcapping=3.0,
                         final_logit_softcapping=4.0, **rotary()),
    "gemma2-uncapped": llama("gemma2", head_dim=6, sliding_window=9, layer_types=SLIDING[::-1],
                             attn_logit_softcapping=None, final_logit_softcapping=None, tie_word_embeddings=False),
    "vaultgemma": llama("vaultgemma", head_dim=8, sliding_window=16, query_pre_attn_scalar=10, **rotary()),
    "phi3": llama("phi3", sliding_window=20, **rotary(partial_rotary_factor=0.75)),
    "phi3-long": llama("phi3", max_position_embeddings=384, original_max_position_embeddings=96, tie_word_embeddings=True,
                       **rotary(rope_type="longrope", short_factor=[1.1, 1.4, 2.0], long_factor=[2.0, 3.0, 9.0])),
    "phi": llama("phi", **rotary(partial_rotary_factor=0.75)),
    "phi-normed": llama("phi", qk_layernorm=True, hidden_size=32),
    "smollm3": llama("smollm3", num_hidden_layers=4, **rotary()),
    "smollm3-window": llama("smollm3", no_rope_layers=[0, 1], use_sliding_window=True, sliding_window=16,
                            layer_types=SLIDING, attention_bias=True, mlp_bias=True, tie_word_embeddings=False),
    "olmo": llama("olmo", clip_qkv=1.0, **rotary()),
    "olmo-tied": llama("olmo", attention_bias=True, tie_word_embeddings=True),
    "olmo2": llama("olmo2", **rotary()),
    "olmo3": llama("olmo3", sliding_window=16, layer_types=SLIDING, rope_parameters=dict(
        full_attention=dict(rope_type="yarn", rope_theta=5000.0, factor=2.0, original_max_position_embeddings=48),
        sliding_attention=dict(rope_type="default", rope_theta=5000.0))),
    "granite": llama("granite", embedding_multiplier=3.0, logits_scaling=2.5, residual_multiplier=0.4,
                     attention_multiplier=0.3, attention_bias=True, mlp_bias=True, **rotary()),
    "hyperclovax": llama("hyperclovax", embedding_multiplier=2.0, logits_scaling=0.5, residual_multiplier=0.7, head_dim=8,
                         **rotary()),
    "glm": llama("glm", head_dim=8, **rotary(partial_rotary_factor=0.5)),
    "glm4": llama("glm4", head_dim=8, attention_bias=False, tie_word_embeddings=True,
                  **rotary(partial_rotary_factor=0.75)),
    "ministral3": llama("ministral3", head_dim=8, rope_parameters=dict(
        rope_type="yarn", rope_theta=5000.0, factor=4.0, original_max_position_embeddings=24, beta_fast=32.0,
        beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.3)),
    "ministral": llama("ministral", head_dim=8, sliding_window=16, layer_types=SLIDING, **rotary()),
    "cohere": llama("cohere", logit_scale=0.3, **rotary()),
    "cohere-normed": llama("cohere", use_qk_norm=True, attention_bias=True, tie_word_embeddings=False),
    "cohere2": llama("cohere2", logit_scale=0.3, sliding_window=16, layer_types=SLIDING, **rotary()),
    "cohere2-four": llama("cohere2", logit_scale=0.3, sliding_window=16, num_hidden_layers=5, **rotary()),
    "stablelm": llama("stablelm", use_qkv_bias=True, **rotary(partial_rotary_factor=0.75)),
    "stablelm-parallel": llama("stablelm", use_parallel_residual=True, tie_word_embeddings=True, hidden_size=32),
    "starcoder2": llama("starcoder2", sliding_window=16, **rotary()),
    "starcoder2-bare": llama("starcoder2", use_bias=False, tie_word_embeddings=False),
    "gpt_bigcode": ("gpt_bigcode", dict(GPT)),
    "gpt_bigcode-heads": ("gpt_bigcode", {**GPT, "multi_query": False, "scale_attn_weights": False,
                                          "tie_word_embeddings": False, "activation_function": "gelu"}),
    "gptj": ("gptj", {**GPT, "rotary_dim": 4}),
    "gptj-tied": ("gptj", {**GPT, "rotary_dim": 6, "tie_word_embeddings": True, "n_inner": None}),
    "codegen": ("codegen", {**GPT, "rotary_dim": 4}),
    "gpt_neo": ("gpt_neo", dict(vocab_size=40, hidden_size=24, num_layers=3, num_heads=4, max_position_embeddings=96,
                                attention_types=[[["local", "global"], 1], [["local"], 1]], window_size=16,
                                intermediate_size=28, bos_token_id=1, eos_token_id=2)),
    "opt": ("opt", dict(vocab_size=40, hidden_size=24, ffn_dim=28, num_hidden_layers=2, num_attention_heads=4,
                        max_position_embeddings=96, word_embed_proj_dim=24, pad_token_id=3, bos_token_id=1,
                        eos_token_id=2)),
    "opt-bare": ("opt", dict(vocab_size=40, hidden_size=24, ffn_dim=28, num_hidden_layers=2, num_attention_heads=4,
                             max_position_embeddings=96, word_embed_proj_dim=24, enable_bias=False,
                             layer_norm_elementwise_affine=False, activation_function="gelu",
                             tie_word_embeddings=False, pad_token_id=3)),
    "bloom": ("bloom", dict(vocab_size=40, hidden_size=24, n_layer=2, n_head=4)),
    "bloom-six": ("bloom", dict(vocab_size=40, hidden_size=24, n_layer=2, n_head=6,
                                apply_residual_connection_post_layernorm=True, tie_word_embeddings=False)),
    "mpt": ("mpt", dict(vocab_size=40, d_model=24, n_layers=2, n_heads=6, max_seq_len=96)),
    "mpt-clipped": ("mpt", dict(vocab_size=40, d_model=24, n_layers=2, n_heads=4, max_seq_len=96,
                                attn_config=dict(clip_qkv=1.0, softmax_scale=0.6))),
    "falcon": ("falcon", dict(vocab_size=40, hidden_size=24, num_hidden_layers=2, num_attention_heads=4,
                              max_position_embeddings=96, **rotary())),
    "falcon-new": ("falcon", dict(vocab_size=40, hidden_size=24, num_hidden_layers=2, num_attention_heads=4, num_kv_heads=2,
                                  new_decoder_architecture=True, ffn_hidden_size=28, tie_word_embeddings=False)),
    "falcon-shared": ("falcon", dict(vocab_size=40, hidden_size=24, num_hidden_layers=2, num_attention_heads=4,
                                     num_kv_heads=2, new_decoder_architecture=True, num_ln_in_parallel_attn=1)),
    "falcon-norms": ("falcon", dict(vocab_size=40, hidden_size=24, num_hidden_layers=2, num_attention_heads=4,
                                    num_kv_heads=2, new_decoder_architecture=True)),
    "exaone4": llama("exaone4", sliding_window=16, layer_types=SLIDING, **rotary()),
    "exaone4-global": llama("exaone4", sliding_window=None, layer_types=["full_attention"] * 2,
                            tie_word_embeddings=True),
    "nemotron": llama("nemotron", **rotary(partial_rotary_factor=0.75)),
    "nemotron-biases": llama("nemotron", attention_bias=True, mlp_bias=True, head_dim=8, tie_word_embeddings=True),
    "ernie4_5": llama("ernie4_5", head_dim=8, **rotary()),
    "ernie4_5-biases": llama("ernie4_5", head_dim=6, use_bias=True, tie_word_embeddings=False),
    "hunyuan": llama("hunyuan_v1_dense", head_dim=8, attention_bias=True,
                     **rotary(rope_type="dynamic", alpha=50.0, factor=1.0)),
    "seed_oss": llama("seed_oss", head_dim=8, attention_out_bias=True, mlp_bias=True, **rotary()),
    "arcee": llama("arcee", head_dim=8, **rotary()),
    "arcee-biases": llama("arcee", attention_bias=True, mlp_bias=True, tie_word_embeddings=True),
    "apertus": llama("apertus", **rotary()),
    "helium": llama("helium", head_dim=6, attention_bias=True, mlp_bias=True, **rotary()),
    "cwm": llama("cwm", head_dim=8, sliding_window=16, layer_types=SLIDING[::-1], rope_parameters=dict(
        rope_type="llama3", rope_theta=5000.0, factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=32)),
    "jais2": llama("jais2", head_dim=8, **rotary()),
    "persimmon": llama("persimmon", num_key_value_heads=4, **rotary(partial_rotary_factor=0.75)),
    "internlm3": llama("internlm3", head_dim=8, qkv_bias=True, bias=True, **rotary()),
    "internlm2": llama("internlm2", bias=True, rope_theta=5000.0, rope_scaling=None, rms_norm_eps=1e-6),
    "minicpm": llama("minicpm", scale_emb=3.0, scale_depth=0.7, dim_model_base=10, rope_theta=5000.0,
                     rms_norm_eps=1e-6),
    "minicpm3": llama("minicpm3", num_key_value_heads=4, q_lora_rank=12, kv_lora_rank=10, qk_nope_head_dim=6,
                      qk_rope_head_dim=4, v_head_dim=8, scale_emb=3.0, scale_depth=0.7, dim_model_base=10,
                      attention_bias=True, **rotary()),
    "minicpm3-plain": llama("minicpm3", num_key_value_heads=4, q_lora_rank=None, kv_lora_rank=10, qk_nope_head_dim=2,
                            qk_rope_head_dim=6, scale_depth=None, dim_model_base=None, mlp_bias=True,
                            tie_word_embeddings=False, rope_parameters=YARN),
    "youtu": llama("youtu", num_key_value_heads=4, q_lora_rank=12, kv_lora_rank=10, qk_nope_head_dim=6,
                   qk_rope_head_dim=4, v_head_dim=8, rope_parameters=YARN),
    "xglm": ("xglm", dict(vocab_size=40, d_model=24, ffn_dim=28, num_layers=2, attention_heads=4,
                          max_position_embeddings=96, pad_token_id=7)),
    "xglm-untied": ("xglm", dict(vocab_size=40, d_model=28, ffn_dim=36, num_layers=2, attention_heads=4,
                                 max_position_embeddings=96, scale_embedding=False, activation_function="relu",
                                 tie_word_embeddings=False)),
    "gemma3": part("gemma3", head_dim=8, sliding_window=16, layer_types=SLIDING, query_pre_attn_scalar=10),
    "mistral3": part("mistral3", model_type="mistral", head_dim=8, sliding_window=16, tie_word_embeddings=False, **rotary()),
    "mistral3-third": part("mistral3", model_type="ministral3", head_dim=8, rope_parameters=dict(
        rope_type="yarn", rope_theta=5000.0, factor=4.0, original_max_position_embeddings=24, beta_fast=32.0,
        beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.3)),
    "llama4": part("llama4", head_dim=8, num_local_experts=2, intermediate_size_mlp=20, attention_chunk_size=20,
                   tie_word_embeddings=False),
}  # fmt: skip


# Those that are written as GGUF files too, where the command line says `-gguf`.
GGUF_CASES = {
    "gemma", "phi3", "phi", "smollm3", "olmo", "olmo2", "granite", "glm4", "cohere",
    "stablelm", "stablelm-parallel", "starcoder2", "gpt_bigcode", "bloom", "exaone4-global", "nemotron", "nemotron-biases",
    "ernie4_5", "hunyuan", "seed_oss", "arcee", "arcee-biases", "cohere2-four", "internlm2", "gemma2-head",
}  # fmt: skip


def randomize(model, seed):
    """Numbers that bfloat16 holds: gains about 1, or about 0 where they are added to 1; the rest about 0."""
    generator = torch.Generator().manual_seed(seed)
    around_zero = model.config.model_type in ("gemma", "gemma2", "gemma3", "vaultgemma", "nemotron")
    with torch.no_grad():
        for path, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            is_gain = path.endswith("weight") and ("norm" in path or ".ln_" in path or "ln_f" in path)
            values = (0 if around_zero else 1) + 0.2 * values if is_gain else 0.35 * values
            parameter.copy_(values.to(torch.bfloat16).float())
    return generator


def log_probabilities(model, ids):
    # Of a Llama 4 with images, this transformers answers texts by the text model alone; XGLM makes masks of the default type.
    model = model.language_model if model.config.model_type == "llama4" else model
    torch.set_default_dtype(torch.float64)
    with torch.no_grad():
        logits = model.double()(ids).logits[0]
    torch.set_default_dtype(torch.float32)
    return logits.log_softmax(-1)[:-1].gather(-1, ids[0, 1:, None])[:, 0]


def build(kind, settings, seed=2):
    kind, settings = STAND_INS[kind][0](settings) if kind in STAND_INS else (kind, settings)
    config = transformers.AutoConfig.for_model(kind, **json.loads(json.dumps(settings)))
    config._attn_implementation = "eager"
    whole = "text_config" in settings
    classes = transformers.AutoModelForImageTextToText if whole else transformers.AutoModelForCausalLM
    model = classes.from_config(config, attn_implementation="eager").float().eval()
    generator = randomize(model, seed)
    size = settings["text_config" if whole else "vocab_size"]
    ids = torch.randint(0, size["vocab_size"] if whole else size, (1, LENGTH), generator=generator)
    return model, ids


def internlm2(settings):
    """Llama without biases inside the feed-forward half."""
    own = {name: value for name, value in settings.items() if name not in ("bias", "rope_theta", "rope_scaling")}
    return "llama", own | dict(attention_bias=settings["bias"], rope_parameters=dict(ROTARY, rope_theta=settings["rope_theta"]))


def internlm2_names(state, settings):
    names = {
        "model.embed_tokens": "model.tok_embeddings", "lm_head": "output", "self_attn.o_proj": "attention.wo",
        "input_layernorm": "attention_norm", "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "feed_forward.w1",
        "mlp.up_proj": "feed_forward.w3", "mlp.down_proj": "feed_forward.w2",
    }  # fmt: skip
    keys = settings["num_key_value_heads"]
    found = {}
    for name, tensor in state.items():
        if ".self_attn.q_proj." in name:
            parts = [state[name.replace("q_proj", f"{kind}_proj")] for kind in "qkv"]
            grouped = [part.reshape(keys, -1, *part.shape[1:]) for part in parts]
            found[name.replace("self_attn.q_proj", "attention.wqkv")] = torch.cat(grouped, 1).flatten(0, 1)
        elif not (".k_proj." in name or ".v_proj." in name):
            for own, other in names.items():
                name = name.replace(own, other)
            found[name] = tensor
    return found


def minicpm(settings):
    """Granite, which has the same multipliers under other names."""
    width, layers = settings["hidden_size"], settings["num_hidden_layers"]
    own = {name: value for name, value in settings.items() if name not in ("scale_emb", "scale_depth", "dim_model_base", "rope_theta")}
    return "granite", own | dict(
        embedding_multiplier=settings["scale_emb"], residual_multiplier=settings["scale_depth"] / layers**0.5,
        logits_scaling=width / settings["dim_model_base"], attention_multiplier=(width // settings["num_attention_heads"]) ** -0.5,
        tie_word_embeddings=True, rope_parameters=dict(ROTARY, rope_theta=settings["rope_theta"]),
    )  # fmt: skip


# What this transformers does not have: a model of another kind that computes the same, and the names of its tensors.
STAND_INS = {"internlm2": (internlm2, internlm2_names), "minicpm": (minicpm, lambda state, settings: state)}


# By model type: the architecture of GGUF files, and what llama.cpp's converter does to tensors: `permute` queries and keys so
# that elements that turn together are neighbours, add `one` to gains, `sort` fused projections by queries, keys, values.
GGUF = {
    "gemma": ("gemma", {"one"}), "gemma2": ("gemma2", {"one"}), "phi3": ("phi3", set()), "phi": ("phi2", set()),
    "smollm3": ("smollm3", {"permute"}), "olmo": ("olmo", {"permute"}), "olmo2": ("olmo2", set()),
    "granite": ("granite", {"permute"}), "glm4": ("glm4", set()), "cohere": ("command-r", set()),
    "cohere2": ("cohere2", set()), "internlm2": ("internlm2", {"permute"}),
    "stablelm": ("stablelm", set()), "starcoder2": ("starcoder2", set()),
    "gpt_bigcode": ("starcoder", set()), "bloom": ("bloom", {"sort"}), "exaone4": ("exaone4", set()),
    "nemotron": ("nemotron", {"one"}), "ernie4_5": ("ernie4_5", set()), "hunyuan_v1_dense": ("hunyuan-dense", set()),
    "seed_oss": ("seed_oss", set()), "arcee": ("arcee", {"permute"}),
}  # fmt: skip


def write_gguf(name, folder):
    """model.gguf as llama.cpp's converter would write it: its names by gguf-py, its metadata and changes of tensors."""
    kind, settings = CASES[name]
    architecture, changes = GGUF[kind]
    model, _ = build(kind, settings)
    config, heads = model.config, model.config.num_attention_heads
    key_heads = getattr(config, "num_key_value_heads", None) or heads
    width = getattr(config, "head_dim", None) or config.hidden_size // heads
    writer = gguf.GGUFWriter(folder / "model.gguf", architecture)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(getattr(config, "max_position_embeddings", None) or 96)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(
        getattr(config, "intermediate_size", None) or getattr(config, "n_inner", None) or 4 * config.hidden_size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(key_heads)
    for setting in ("rms_norm_eps", "layer_norm_eps", "norm_eps", "norm_epsilon", "layer_norm_epsilon"):
        if getattr(config, setting, None) is not None:
            add = writer.add_layer_norm_rms_eps if setting == "rms_norm_eps" else writer.add_layer_norm_eps
            add(getattr(config, setting))
    if kind == "olmo":
        writer.add_layer_norm_eps(1e-5)
        if config.clip_qkv:
            writer.add_clamp_kqv(config.clip_qkv)
    rope = getattr(config, "rope_parameters", None)
    if rope and kind not in ("bloom", "gpt_bigcode"):
        base = rope["rope_theta"]
        if rope.get("alpha"):
            base *= rope["alpha"] ** (width / (width - 2))
        writer.add_rope_freq_base(base)
        writer.add_rope_dimension_count(int(width * rope.get("partial_rotary_factor", 1.0)))
    if width * heads != config.hidden_size:
        writer.add_key_length(width)
        writer.add_value_length(width)
    if kind in ("cohere2", "gemma2", "phi3", "starcoder2") and config.sliding_window:
        writer.add_sliding_window(config.sliding_window)
    if kind == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if kind in ("cohere", "cohere2"):
        writer.add_logit_scale(config.logit_scale)
    if kind == "granite":
        writer.add_attention_scale(config.attention_multiplier)
        writer.add_embedding_scale(config.embedding_multiplier)
        writer.add_residual_scale(config.residual_multiplier)
        writer.add_logit_scale(config.logits_scaling)
    if kind == "stablelm":
        writer.add_parallel_residual(config.use_parallel_residual)
    writer.add_token_list([f"t{i}" for i in range(config.vocab_size)])
    member = {v: k for k, v in gguf.MODEL_ARCH_NAMES.items()}[architecture]
    names = gguf.get_tensor_name_map(member, config.num_hidden_layers)
    tied = getattr(config, "tie_word_embeddings", False)
    for key, tensor in model.state_dict().items():
        stem, ending = key.rsplit(".", 1)
        if stem == "lm_head" and tied and ending == "weight" or ending not in ("weight", "bias"):
            continue
        tensor = tensor.float()
        if "one" in changes and "norm" in stem and ending == "weight":
            tensor = tensor + 1
        if "permute" in changes and stem.endswith(("q_proj", "k_proj")):
            count = heads if stem.endswith("q_proj") else key_heads
            tensor = tensor.reshape(count, 2, width // 2, *tensor.shape[1:]).swapaxes(1, 2).reshape(tensor.shape)
        if "sort" in changes and stem.endswith("query_key_value"):
            tensor = tensor.reshape(heads, 3, width, *tensor.shape[1:]).swapaxes(0, 1).reshape(tensor.shape)
        found = names.get_name(stem) or names.get_name(stem.removeprefix("transformer."))
        writer.add_tensor(f"{found}.{ending}", np.ascontiguousarray(tensor.detach().numpy()))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write(name, folder):
    kind, settings = CASES[name]
    model, ids = build(kind, settings)
    shutil.rmtree(folder, ignore_errors=True)
    copy.deepcopy(model).to(torch.bfloat16).save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if kind in STAND_INS:
        state = load_file(folder / "model.safetensors")
        save_file(STAND_INS[kind][1](state, settings), folder / "model.safetensors", metadata=dict(format="pt"))
        (folder / "config.json").write_text(json.dumps(dict(model_type=kind, **settings), indent=2) + "\n")
    expected = dict(ids=ids[0].tolist(), logProbabilities=[round(x, 9) for x in log_probabilities(model, ids).tolist()])
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    if "-gguf" in sys.argv and name in GGUF_CASES:
        write_gguf(name, folder)


if __name__ == "__main__":
    root = Path(sys.argv[1])
    for case in [argument for argument in sys.argv[2:] if argument[0] != "-"] or CASES:
        try:
            write(case, root / case)
        except Exception as error:
            print(case, type(error).__name__, str(error)[:300])

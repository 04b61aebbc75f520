"""What llama.cpp's own converter makes of small random models: converted.py LLAMA_CPP OUT FIXTURES … [-only NAME …]

LLAMA_CPP is a checkout of llama.cpp, FIXTURES are folders that the scripts beside this one made. Each model becomes
OUT/FIXTURES/NAME.gguf, in float32, by `convert_hf_to_gguf.py`; its vocabulary, which fixtures do not have, is t0, t1, …
OUT/FIXTURES/NAME.json has the settings of that model: those of the fixture but for what such files do not hold.
`ConvertedTests` asks of each file that it is the model of its folder under those settings. It asks so of the files that are
committed, and of those of OUT where it is run with ASSAY_CONVERTED=OUT. Where OUT is a tokenizer.json, its vocabulary is written
beside it as that of a Gemma 4.
"""

import json
import logging
import sys
import tempfile
from pathlib import Path

import torch


def vocabulary(model):
    """Words of no tokenizer, one for each row of the embedding."""
    count = model.hparams["vocab_size"]
    model.gguf_writer.add_tokenizer_model("gpt2")
    model.gguf_writer.add_tokenizer_pre("default")
    model.gguf_writer.add_token_list([f"t{i}" for i in range(count)])
    model.gguf_writer.add_token_types([1] * count)
    model.gguf_writer.add_token_merges(["t 0"])  # llama.cpp wants one


def as_held(config):
    """Changes settings that GGUF files do not hold to what llama.cpp takes for granted."""
    kind, rotary = config["model_type"], config.get("rope_parameters") or {}
    layers = config.get("num_hidden_layers", 0)
    if kind in ("mistral", "mixtral", "starcoder2", "dots1"):
        config["sliding_window"] = None
    if kind == "dots1":
        config["layer_types"] = ["full_attention"] * layers
    if kind == "cohere2":
        config["layer_types"] = [PAIR[(layer + 1) % 4 == 0] for layer in range(layers)]
    if kind in ("gemma2", "gemma3_text"):
        config["query_pre_attn_scalar"] = config["head_dim"]
    if kind == "mpt":
        config["attn_config"]["softmax_scale"] = None
    if kind == "bloom":
        config["apply_residual_connection_post_layernorm"] = False
    if kind == "lfm2_moe":
        config["routed_scaling_factor"] = 1.0
    if kind == "falcon_mamba":
        config["mixer_rms_eps"] = config["layer_norm_epsilon"]
    if kind in ("qwen2", "qwen3", "smollm3"):
        config |= dict(use_sliding_window=False, layer_types=None)
    if kind == "smollm3":
        config["no_rope_layers"] = [int((layer + 1) % 4 > 0) for layer in range(layers)]
    if kind in ("gemma", "gemma2", "stablelm", "falcon") and rotary:
        rotary["rope_theta"] = 10000.0
    if kind == "gemma3_text":
        config["layer_types"] = [PAIR[(layer + 1) % 6 == 0] for layer in range(layers)]
    if kind == "gemma4_text" and rotary:
        for own in rotary.values():
            own.pop("factor", None)
        rotary["sliding_attention"]["rope_type"] = "default"
    if kind == "gpt_oss":
        config |= dict(swiglu_limit=7.0, swiglu_alpha=1.702)
        rotary["truncate"] = True
    if kind == "olmoe":
        config["norm_topk_prob"] = False
    if kind == "nemotron_h":
        config["time_step_min"] = 1e-9
    if kind == "llama4_text":
        config |= dict(attention_chunk_size=8192, floor_scale=8192, attn_scale=0.1, no_rope_layers=None, use_qk_norm=True)
        config |= dict(layer_types=None, no_rope_layer_interval=4, attn_temperature_tuning=True)
    if kind == "granitemoehybrid":
        config["position_embedding_type"] = "nope"
    if kind == "falcon_h1":
        config["mamba_norm_before_gate"] = False


def as_published(config):
    """Spells settings as files of the Hub have them, where the converter reads what this transformers does not write."""
    kind = config["model_type"]
    heads, width = config.get("num_attention_heads"), config.get("hidden_size")
    rotary = config.get("rope_parameters") or {}
    for name in ("rope_theta", "partial_rotary_factor"):
        if name in rotary:
            config[name] = rotary[name]
    if kind == "falcon_h1":
        inner = config["mamba_d_ssm"] or config["mamba_expand"] * width
        config |= dict(head_dim=width // heads, mamba_d_ssm=inner, mamba_d_head=inner // config["mamba_n_heads"])
    if kind in ("bamba", "granitemoehybrid"):
        config["mamba_d_head"] = config["mamba_expand"] * width // config["mamba_n_heads"]
    if kind == "bamba":
        config["attn_rotary_emb"] = width // heads // 2
    if kind == "granitemoehybrid":
        names = dict(linear_attention="mamba", full_attention="attention")
        config["layer_types"] = [names[kind] for kind in config["layer_types"]]
    if kind == "nemotron_h":
        signs = dict(linear_attention="M", mlp="-", full_attention="*")
        pattern = "".join(signs[kind] for kind in config.pop("layers_block_type"))
        config |= dict(hybrid_override_pattern=pattern, mamba_d_head=config["mamba_head_dim"])
        config |= dict(num_hidden_layers=len(pattern), norm_eps=config["layer_norm_epsilon"])
        for name in ("num_experts_per_tok", "n_routed_experts", "n_group", "topk_group"):
            del config[name]
    if kind in ("cohere2", "gpt_neox"):
        config["rotary_pct"] = rotary.get("partial_rotary_factor", 0.25 if kind == "gpt_neox" else 1)
        config["rotary_emb_base"] = rotary.get("rope_theta", 10000)
    if "rope_type" in rotary:
        rotary["type"] = rotary["rope_type"]
    if kind == "falcon" and not config["new_decoder_architecture"]:
        config["num_kv_heads"] = 1
    if kind == "gpt2":
        config["n_ctx"] = config["n_positions"]
    if kind in CLASSES:
        config["architectures"] = [CLASSES[kind]]


# What files of the Hub call models that this transformers names otherwise or does not have.
CLASSES = dict(internlm2="InternLM2ForCausalLM", minicpm="MiniCPMForCausalLM", phimoe="PhiMoEForCausalLM", mpt="MPTForCausalLM")
# Models with biases, widths or heads that files of their architecture do not hold.
NOT_HELD = {
    "bamba", "bamba-odd", "gemma-untied", "gemma4-experts", "gpt2-scaled-bare", "gpt_bigcode", "gpt_bigcode-heads", "falcon-new",
    "jamba-odd", "mamba2-odd", "nemotron-biases", "olmo-tied", "phi", "qwen3-biases",
}  # fmt: skip
PAIR = ["sliding_attention", "full_attention"]


def convert(conversion, gguf, folder, path):
    with tempfile.TemporaryDirectory() as target:
        copy = Path(target)
        for file in folder.glob("*.safetensors*"):
            (copy / file.name).symlink_to(file.resolve())
        config = json.loads((folder / "config.json").read_text())
        text = config.get("text_config", config)
        as_held(text)
        path.with_suffix(".json").write_text(json.dumps(config))
        as_published(text)
        (copy / "config.json").write_text(json.dumps(config))
        # Gemma's converter counts its words.
        words = config.get("text_config", config)["vocab_size"]
        tokenizer = dict(model=dict(vocab={f"t{i}": i for i in range(words)}), added_tokens=[])
        (copy / "tokenizer.json").write_text(json.dumps(tokenizer))
        # Of Nemotron-H, this transformers would say that it has experts.
        settings = config if text["model_type"] == "nemotron_h" else conversion.ModelBase.load_hparams(copy, False)
        found = conversion.get_model_class(conversion.get_model_architecture(settings, conversion.ModelType.TEXT))
        own = dict(set_vocab=vocabulary, model_arch=found.model_arch, no_mtp=found.supports_mtp_export)
        with torch.inference_mode():
            kind = type(found.__name__, (found,), own)
            options = dict(hparams=settings) if settings is config else {}
            kind(copy, gguf.LlamaFileType.ALL_F32, path, model_name=folder.name, **options).write()


def convert_tokenizer(conversion, gguf, path):
    """Writes the vocabulary of Gemma 4 that a tokenizer.json at `path` holds beside it, without weights."""
    with tempfile.TemporaryDirectory() as target:
        copy = Path(target)
        (copy / "tokenizer.json").write_text(path.read_text())
        names = dict(bos_token="<s>", eos_token="</s>", unk_token="<unk>", tokenizer_class="PreTrainedTokenizerFast")
        (copy / "tokenizer_config.json").write_text(json.dumps(names))
        (copy / "config.json").write_text(json.dumps(dict(architectures=["Gemma4ForCausalLM"], num_hidden_layers=1)))
        settings = dict(architectures=["Gemma4ForCausalLM"], num_hidden_layers=1, bos_token_id=1, eos_token_id=2)
        found = conversion.get_model_class("Gemma4ForCausalLM")
        nothing = dict(index_tensors=lambda self, remote_hf_model_id=None: {}, set_gguf_parameters=lambda self: None)
        kind = type("Vocabulary", (found,), nothing | dict(model_arch=found.model_arch))
        kind(copy, gguf.LlamaFileType.ALL_F32, path.with_suffix(".gguf"), hparams=settings, model_name=path.stem).write_vocab()


def main(source, out, folders, names):
    sys.path[:0] = [str(source), str(source / "gguf-py")]
    import conversion
    import gguf

    logging.disable(logging.WARNING)
    if out.suffix == ".json":
        convert_tokenizer(conversion, gguf, out)
    for folder in folders:
        for model in sorted(path for path in folder.iterdir() if (path.name in names if names else path.name not in NOT_HELD)):
            path = out / folder.name / f"{model.name}.gguf"
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                convert(conversion, gguf, model, path)
                print(f"{folder.name}/{model.name}: converted", flush=True)
            except (Exception, SystemExit) as error:  # whatever it is, the converter does not take the model
                path.unlink(missing_ok=True)
                print(f"{folder.name}/{model.name}: {type(error).__name__}: {str(error)[:120]}", flush=True)


if __name__ == "__main__":
    place = sys.argv.index("-only") if "-only" in sys.argv else len(sys.argv)
    arguments = [Path(argument) for argument in sys.argv[1:place]]
    main(arguments[0], arguments[1], arguments[2:], sys.argv[place + 1 :])

"""Small random models whose layers are quantised, one folder a case: quantised_layers.py FOLDER [CASE…]

Each gets config.json and model.safetensors as the tools that quantise write them: GPTQ and AWQ from the layout of their
kernels, compressed-tensors by the package of that name, 8-bit floats by torch. expected.json has `ids` [T], `logProbabilities` [T - 1] (of each id
after the first, given those before it, of `transformers` in float64 on the decoded weights), and `digests`: of the bytes of
each decoded weight in float32, 64-bit FNV-1a. Weights are decoded with scales in float32, as the package does or by

    weight = scale * (code - zero)

8-bit floats of `quant_method` fp8 are decoded by `transformers`, those of compressed-tensors by torch.
"""

import json
import re
import sys
import tempfile
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file

from dense import log_probabilities

LENGTH = 40
SIZES = dict(
    vocab_size=40, hidden_size=64, intermediate_size=96, num_hidden_layers=1, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=96, pad_token_id=None, bos_token_id=1, eos_token_id=2,
)  # fmt: skip


def gptq(bits, group, sym=True, model="llama", **settings):
    settings = dict(quant_method="gptq", bits=bits, group_size=group, sym=sym, desc_act=False, **settings)
    return model, settings


def awq(group, model="llama", **settings):
    return model, dict(quant_method="awq", bits=4, group_size=group, zero_point=True, version="gemm", **settings)


def compressed(*groups, model="llama", format="pack-quantized", ignore=("lm_head",)):
    own = {
        f"group_{i}": dict(targets=targets, weights=weights, input_activations=None, output_activations=None)
        for i, (targets, weights) in enumerate(groups)
    }
    settings = dict(quant_method="compressed-tensors", format=format, quantization_status="compressed",
                    config_groups=own, ignore=list(ignore), kv_cache_scheme=None)  # fmt: skip
    return model, settings


def integers(bits, strategy, symmetric=True, group=None, **more):
    return dict(num_bits=bits, type="int", symmetric=symmetric, strategy=strategy, group_size=group, dynamic=False, **more)


def fp8(tile, model="llama", **settings):
    return model, dict(quant_method="fp8", weight_block_size=tile, activation_scheme="dynamic", fmt="e4m3", **settings)


def floats(strategy, **more):
    return dict(num_bits=8, type="float", symmetric=True, strategy=strategy, dynamic=False, **more)


ALL = ["Linear"]
# By name: the model and its quantization_config.
CASES = {
    "gptq": gptq(4, 32),
    "gptq-asymmetric": gptq(4, 64, sym=False, model="qwen2"),
    "gptq-second": gptq(4, -1, sym=False, checkpoint_format="gptq_v2"),
    "gptq-ordered": gptq(4, 32, sym=False, model="qwen2"),
    "gptq-eight": gptq(8, 32, sym=False),
    "gptq-three": gptq(3, 32, sym=False, model="qwen2"),
    "gptq-two": gptq(2, 32, sym=False),
    "gptq-dynamic": gptq(4, 32, dynamic={"+:.*down_proj": {"bits": 8, "group_size": 32}, "-:.*o_proj": {}}),
    "gptq-ragged": gptq(4, 64, sym=False, model="phi3"),
    "gptq-narrow": gptq(4, 16, sym=False),
    "gptq-experts": gptq(4, 32, sym=False, model="qwen3_moe"),
    "awq": awq(32),
    "awq-biases": awq(64, model="qwen2", modules_to_not_convert=["down_proj"]),
    "packed-group": compressed((ALL, integers(4, "group", group=32)), model="qwen2"),
    "packed-asymmetric": compressed((ALL, integers(4, "group", False, 32))),
    "packed-channel": compressed((ALL, integers(4, "channel", False))),
    "packed-tensor": compressed((ALL, integers(8, "tensor"))),
    "packed-mixed": compressed((["re:.*(q|k|v)_proj"], integers(8, "channel")), (ALL, integers(4, "group", group=32)),
                               model="qwen2", ignore=("lm_head", "re:.*o_proj")),
    "bytes-channel": compressed((ALL, integers(8, "channel")), format="int-quantized", model="qwen2"),
    "bytes-asymmetric": compressed((ALL, integers(8, "channel", False)), format="int-quantized"),
    "bytes-group": compressed((ALL, integers(8, "group", False, 32)), format="int-quantized"),
    "fp8-wide": fp8([128, 128], model="llama-128"),
    "fp8-clipped": fp8([128, 128], model="qwen2"),
    "fp8-tiles": fp8([40, 32]),
    "fp8-narrow": fp8([24, 40]),
    "fp8-whole": fp8(None, modules_to_not_convert=["o_proj", "lm_head"]) ,
    "fp8-experts": fp8([32, 32], model="qwen3_moe"),
    "floats-channel": compressed((ALL, floats("channel")), format="float-quantized", model="qwen2"),
    "floats-tensor": compressed((ALL, floats("tensor")), format="float-quantized"),
    "floats-block": compressed((ALL, floats("block", block_structure=[24, 32])), format="float-quantized"),
}  # fmt: skip
# Cases whose groups are not neighbours.
ORDERED = {"gptq-ordered"}


def build(kind):
    settings = dict(SIZES)
    if kind == "llama-128":
        kind, settings = "llama", SIZES | dict(hidden_size=128, intermediate_size=256)
    if kind == "qwen2":
        settings.update(tie_word_embeddings=True, rope_theta=5000.0)
    if kind == "qwen3_moe":
        settings.update(num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32, head_dim=16,
                        intermediate_size=64)  # fmt: skip
    config = transformers.AutoConfig.for_model(kind, **settings)
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for path, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            values = 1 + 0.2 * values if "norm" in path else 0.2 * values
            parameter.copy_(values.to(torch.bfloat16).float())
    return model, torch.randint(0, SIZES["vocab_size"], (1, LENGTH), generator=generator)


def quantised(weight, bits, group, symmetric, least_zero, generator):
    """Codes [out, in], scales [out, groups] in float16 and zero points [out, groups]: scale * (code - zero) is near."""
    most = 2**bits - 1
    groups = torch.nn.functional.pad(weight, (0, -weight.shape[1] % group)).unflatten(1, (-1, group))
    low, high = groups.amin(2).clamp(max=0), groups.amax(2).clamp(min=0)
    if symmetric:
        scales, zeros = (2 * torch.maximum(-low, high) / most).half(), torch.full_like(low, 2 ** (bits - 1)).int()
    else:
        scales = ((high - low) / most).half()
        zeros = torch.round(-low / scales.float()).int().clamp(least_zero, most)
    codes = torch.round(groups / scales.float()[..., None]).int() + zeros[..., None]
    return codes.clamp(0, most).flatten(1)[:, : weight.shape[1]], scales, zeros


def words(codes, bits):
    """[…, count] numbers of a few bits, 32 of them in `bits` words, the first in the lowest bits."""
    parts = codes.long().unflatten(-1, (-1, 32))
    found = torch.zeros(*parts.shape[:-1], bits, dtype=torch.int64)
    for place in range(32):
        for bit in range(bits):
            word, shift = divmod(bits * place + bit, 32)
            found[..., word] |= (parts[..., place] >> bit & 1) << shift
    return torch.where(found >= 2**31, found - 2**32, found).to(torch.int32).flatten(-2)


def eights(codes):
    """[…, count] numbers of four bits, eight a word, in the order of AWQ's kernels."""
    parts = codes.long().unflatten(-1, (-1, 8))[..., [0, 2, 4, 6, 1, 3, 5, 7]]
    found = sum(parts[..., place] << (4 * place) for place in range(8))
    return torch.where(found >= 2**31, found - 2**32, found).to(torch.int32)


def decoded(codes, scales, zeros, group_of):
    return scales.float()[:, group_of] * (codes - zeros[:, group_of]).float()


def gptq_layer(name, weight, settings, generator, ordered):
    for pattern, own in settings.get("dynamic", {}).items():
        if pattern[2:].removeprefix(".*") in name:
            if pattern.startswith("-"):
                return None
            settings = settings | own
    bits, group, inputs = settings["bits"], settings["group_size"], weight.shape[1]
    group = inputs if group == -1 else group
    group_of = torch.arange(inputs) // group
    order = torch.randperm(inputs, generator=generator) if ordered else torch.arange(inputs)
    added = 0 if settings.get("checkpoint_format") == "gptq_v2" else 1
    codes, scales, zeros = quantised(weight[:, order], bits, group, settings["sym"], added, generator)
    place = torch.argsort(order)
    codes, group_of = codes[:, place], group_of[place]
    parts = dict(
        qweight=words(codes, bits).T.contiguous(),
        qzeros=words((zeros - added).T.contiguous(), bits), scales=scales.T.contiguous(), g_idx=group_of.int(),
    )  # fmt: skip
    return parts, decoded(codes, scales, zeros, group_of)


def awq_layer(name, weight, settings, generator):
    if any(part in name for part in settings.get("modules_to_not_convert", [])):
        return None
    group = settings["group_size"]
    if weight.shape[1] % group:
        return None
    codes, scales, zeros = quantised(weight, 4, group, False, 0, generator)
    parts = dict(qweight=eights(codes.T), qzeros=eights(zeros.T.contiguous()), scales=scales.T.contiguous())
    return parts, decoded(codes, scales, zeros, torch.arange(weight.shape[1]) // group)


def compressed_layer(name, weight, settings):
    from compressed_tensors.compressors import BaseCompressor
    from compressed_tensors.quantization import QuantizationScheme
    from compressed_tensors.quantization.utils import calculate_qparams

    def named(pattern):
        return re.match(pattern[3:], name) if pattern.startswith("re:") else pattern in (name, "Linear")

    if any(named(pattern) for pattern in settings["ignore"]):
        return None
    own = next(group for group in settings["config_groups"].values() if any(map(named, group["targets"])))
    scheme = QuantizationScheme(targets=own["targets"], weights=own["weights"])
    args = scheme.weights
    parts = weight.unflatten(1, (-1, args.group_size)) if args.strategy == "group" else weight[:, None]
    least, most = parts.amin(2), parts.amax(2)
    if args.strategy == "tensor":
        least, most = least.min().reshape(1), most.max().reshape(1)
    scale, zero = calculate_qparams(least, most, args)
    scale, zero = scale.to(torch.bfloat16), zero.to(torch.int8)
    compressor = BaseCompressor.get_value_from_registry(settings["format"])
    state = dict(weight=weight, weight_scale=scale, weight_zero_point=zero)
    stored = compressor.compress(dict(state), scheme)
    plain = compressor.decompress(dict(stored) | dict(weight_scale=scale.float()), scheme)["weight"]
    return {part: tensor.contiguous() for part, tensor in stored.items()}, plain.float()


def float_layer(name, weight, settings):
    """Bytes and scales of tiles, of rows or of the whole, and what they stand for."""
    from transformers.integrations.finegrained_fp8 import _dequantize_fp8_weight

    if any(part in name for part in settings.get("modules_to_not_convert", settings.get("ignore", []))):
        return None
    own = settings["config_groups"]["group_0"]["weights"] if "config_groups" in settings else {}
    rows, columns = weight.shape
    if own.get("strategy") == "channel":
        tile = [1, columns]
    else:
        tile = settings.get("weight_block_size") or own.get("block_structure") or [rows, columns]
    padded = torch.nn.functional.pad(weight, (0, -columns % tile[1], 0, -rows % tile[0]))
    most = padded.unflatten(1, (-1, tile[1])).unflatten(0, (-1, tile[0])).abs().amax((1, 3))
    scales = most / 448
    if own:
        scales = scales.to(torch.bfloat16).float()
    spread = scales.repeat_interleave(tile[0], 0)[:rows].repeat_interleave(tile[1], 1)[:, :columns]
    codes = (weight / spread).clamp(-448, 448).to(torch.float8_e4m3fn)
    if own:
        scale = scales.to(torch.bfloat16) if own["strategy"] != "tensor" else scales.to(torch.bfloat16).reshape(1)
        return dict(weight=codes, weight_scale=scale), codes.float() * spread
    if settings["weight_block_size"] is None:
        scales = scales.reshape(())
        more = dict(activation_scale=torch.tensor(0.7))
    else:
        more = {}
    plain = _dequantize_fp8_weight(codes, scales, settings["weight_block_size"], torch.float32)
    return dict(weight=codes, weight_scale_inv=scales, **more), plain


def digest(tensor):
    value = 0xCBF29CE484222325
    for byte in tensor.contiguous().numpy().tobytes():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def write(name, folder):
    kind, settings = CASES[name]
    folder.mkdir(parents=True, exist_ok=True)
    model, ids = build(kind)
    model.to(torch.bfloat16).save_pretrained(folder)
    state, digests = {}, {}
    plain = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
    generator = torch.Generator().manual_seed(5)
    for key, tensor in sorted(plain.items()):
        layer = key.removesuffix(".weight")
        is_layer = key.endswith("_proj.weight") and tensor.dim() == 2
        made = None
        if is_layer and settings["quant_method"] == "gptq":
            made = gptq_layer(layer, tensor, settings, generator, name in ORDERED)
        elif is_layer and settings["quant_method"] == "awq":
            made = awq_layer(layer, tensor, settings, generator)
        elif is_layer and (settings["quant_method"] == "fp8" or settings["format"] == "float-quantized"):
            made = float_layer(layer, tensor, settings)
        elif is_layer:
            made = compressed_layer(layer, tensor, settings)
        if made is None:
            state[key] = tensor.to(torch.bfloat16)
            continue
        parts, plain[key] = made
        digests[key] = digest(plain[key])
        state |= {f"{layer}.{part}": value.contiguous() for part, value in parts.items()}
        if name == "gptq":  # as AutoGPTQ writes biases of layers that have none
            state[f"{layer}.bias"] = torch.zeros(tensor.shape[0], dtype=torch.float16)
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((folder / "config.json").read_text())
    config["quantization_config"] = settings
    (folder / "config.json").write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")
    (folder / "generation_config.json").unlink(missing_ok=True)
    expected = log_probabilities(reference(folder, model, plain), ids)
    (folder / "expected.json").write_text(
        json.dumps(dict(ids=ids[0].tolist(), logProbabilities=expected.tolist(), digests=digests)) + "\n")


def reference(folder, model, plain):
    """`model` with the decoded weights, in float32."""
    with tempfile.TemporaryDirectory() as other:
        model.float().save_pretrained(other)
        save_file({name: tensor.contiguous() for name, tensor in plain.items()}, f"{other}/model.safetensors", metadata={"format": "pt"})
        return transformers.AutoModelForCausalLM.from_pretrained(other, dtype=torch.float32, attn_implementation="eager", experts_implementation="eager").eval()


if __name__ == "__main__":
    for case in sys.argv[2:] or CASES:
        write(case, Path(sys.argv[1]) / case)
        print(case)

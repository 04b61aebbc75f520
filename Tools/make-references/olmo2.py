"""A small random OLMo 2 for the consumer of Models: olmo2.py FOLDER

FOLDER gets config.json, model.safetensors, olmo2.gguf (the names and metadata of llama.cpp's conversion) and
expected.json with `ids` [T] and `logProbabilities` [T - 1]: of each id after the first, given those before it, of
`transformers` in float64 on the weights as the files hold them, in bfloat16.
"""

import json
import sys
from pathlib import Path

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import save_file

# Another name than that of the OLMo 2 which Models has.
NAME = "olmo2_abroad"

SETTINGS = dict(
    vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=96, rms_norm_eps=1e-6, tie_word_embeddings=False,
    pad_token_id=None, bos_token_id=1, eos_token_id=2,
    rope_parameters=dict(rope_type="default", rope_theta=5000.0),
)  # fmt: skip


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    config = transformers.Olmo2Config(**SETTINGS)
    config._attn_implementation = "eager"
    generator = torch.Generator().manual_seed(2)
    model = transformers.Olmo2ForCausalLM(config).eval()
    with torch.no_grad():
        for path, parameter in model.named_parameters():
            values = torch.randn(parameter.shape, generator=generator)
            values = 1 + 0.2 * values if "norm" in path else 0.35 * values
            parameter.copy_(values.to(torch.bfloat16).float())
    ids = torch.randint(0, SETTINGS["vocab_size"], (1, 70), generator=generator)
    save_file({k: v.to(torch.bfloat16) for k, v in model.state_dict().items()}, folder / "model.safetensors")
    settings = json.loads(config.to_json_string(use_diff=False))
    settings.pop("_attn_implementation", None)
    settings["architectures"] = ["Olmo2ForCausalLM"]
    settings["model_type"] = NAME
    (folder / "config.json").write_text(json.dumps(settings, indent=1) + "\n")
    write_gguf(config, model, folder / "olmo2.gguf")
    with torch.no_grad():
        logits = model.double()(ids).logits[0]
    of_each = logits.log_softmax(-1)[:-1].gather(-1, ids[0, 1:, None])[:, 0]
    expected = dict(ids=ids[0].tolist(), logProbabilities=of_each.tolist())
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")


def write_gguf(config, model, path):
    writer = gguf.GGUFWriter(path, NAME)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_token_list([f"t{i}" for i in range(config.vocab_size)])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.OLMO2, config.num_hidden_layers)
    for key, tensor in model.state_dict().items():
        stem, ending = key.rsplit(".", 1)
        name = f"{names.get_name(stem)}.{ending}"
        if tensor.ndim == 1:
            writer.add_tensor(name, tensor.numpy())
            continue
        packed = tensor.to(torch.bfloat16).view(torch.uint16).numpy()
        writer.add_tensor(name, packed.view(np.uint8), raw_dtype=gguf.GGMLQuantizationType.BF16)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

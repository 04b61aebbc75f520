"""What transformers says of SmolLM2-135M as `Tools/fetch-model` gets it: smollm2.py MODEL.gguf TOKENIZER.json OUT

The GGUF file is dequantised by the package `gguf`, put into transformers' Llama under its names, and run in float32.
OUT (safetensors): `ids` [T], `positions` [P], `vocabulary` [V'], `logits` [P, V'] at those ids, `sums` [P], the
log-sum-exp over the whole vocabulary, and `digest` of every 16384th dequantised weight of each tensor.
"""

import sys

import gguf
import numpy as np
import torch
import transformers
from safetensors.numpy import save_file
from tokenizers import Tokenizer

TEXT = "The quick brown fox jumps over the lazy dog. def main(): return 42\nIn 1905 Einstein published four papers. " * 4


def main(path, tokenizer, out):
    reader = gguf.GGUFReader(path)
    value = lambda key: reader.fields[f"llama.{key}"].contents()
    config = transformers.LlamaConfig(
        vocab_size=value("vocab_size"), hidden_size=value("embedding_length"), num_hidden_layers=value("block_count"),
        intermediate_size=value("feed_forward_length"), num_attention_heads=value("attention.head_count"),
        num_key_value_heads=value("attention.head_count_kv"), max_position_embeddings=value("context_length"),
        rms_norm_eps=1e-5, tie_word_embeddings=True,
        rope_parameters=dict(rope_type="default", rope_theta=value("rope.freq_base")),
    )
    model = transformers.LlamaForCausalLM(config).float().eval()
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    weights = {t.name: gguf.quants.dequantize(t.data, t.tensor_type) for t in reader.tensors}
    samples = {f"weights/{k}": np.ascontiguousarray(v.reshape(-1)[::16384]) for k, v in weights.items() if v.ndim == 2}
    for key, parameter in model.named_parameters():
        stem, ending = key.rsplit(".", 1)
        values = weights[f"{names.get_name(stem)}.{ending}"]
        if stem.endswith(("q_proj", "k_proj")):  # llama.cpp interleaves the rows that turn together
            heads = config.num_attention_heads if stem.endswith("q_proj") else config.num_key_value_heads
            values = values.reshape(heads, -1, 2, values.shape[1]).swapaxes(1, 2).reshape(values.shape)
        parameter.data = torch.from_numpy(np.array(values, dtype=np.float32))
    ids = Tokenizer.from_file(tokenizer).encode(TEXT, add_special_tokens=False).ids[:96]
    positions = [0, 1, 7, 31, 63, 64, 80, 95]
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0, positions]
    vocabulary = np.arange(0, config.vocab_size, 193, dtype=np.int32)
    save_file(
        dict(
            ids=np.array(ids, dtype=np.int32), positions=np.array(positions, dtype=np.int32), vocabulary=vocabulary,
            logits=logits[:, vocabulary.tolist()].numpy().copy(), sums=torch.logsumexp(logits.double(), -1).numpy(),
        )
        | samples,
        out,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

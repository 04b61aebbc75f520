"""What transformers says of two real models.

    python real_models.py smollm2 MODEL.gguf TOKENIZER.json OUT
    python real_models.py stories260k FOLDER OUT
    python real_models.py folder MODEL.gguf TOKENIZER_FOLDER OUT_FOLDER

`smollm2`: SmolLM2-135M as `Tools/fetch-model` gets it. The GGUF file is dequantised by the package `gguf`, put into
transformers' Llama under its names, and run in float32. `stories260k`: a folder of the Hub, as it is. Each OUT
(safetensors) has `ids` [T], `positions` [P], `vocabulary` [V'], `logits` [P, V'] at those ids, `sums` [P], the log-sum-exp
over the whole vocabulary, and for SmolLM2 every 16384th dequantised weight of each matrix.

`folder` writes the GGUF file's model as a folder of the Hub, in bfloat16: 270 MB, to see how soon such a one is ready.
"""

import pathlib
import shutil
import sys

import gguf
import numpy as np
import torch
import transformers
from safetensors.numpy import save_file
from tokenizers import Tokenizer

TEXT = "The quick brown fox jumps over the lazy dog. def main(): return 42\nIn 1905 Einstein published four papers. " * 4
POSITIONS = [0, 1, 7, 31, 63, 64, 80, 95]


def widened(path):
    """The weights of a GGUF file by its names."""
    return {t.name: gguf.quants.dequantize(t.data, t.tensor_type) for t in gguf.GGUFReader(path).tensors}


def llama(path, weights):
    """transformers' model of a GGUF file."""
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
    for key, parameter in model.named_parameters():
        stem, ending = key.rsplit(".", 1)
        values = weights[f"{names.get_name(stem)}.{ending}"]
        if stem.endswith(("q_proj", "k_proj")):  # llama.cpp interleaves the rows that turn together
            heads = config.num_attention_heads if stem.endswith("q_proj") else config.num_key_value_heads
            values = values.reshape(heads, -1, 2, values.shape[1]).swapaxes(1, 2).reshape(values.shape)
        parameter.data = torch.from_numpy(np.array(values, dtype=np.float32))
    return model


def expected(model, ids, vocabulary):
    """What a model says of some ids, as OUT has it."""
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0, POSITIONS]
    return dict(
        ids=np.array(ids, dtype=np.int32), positions=np.array(POSITIONS, dtype=np.int32), vocabulary=vocabulary,
        logits=logits[:, vocabulary.tolist()].numpy().copy(), sums=torch.logsumexp(logits.double(), -1).numpy(),
    )


def smollm2(path, tokenizer, out):
    weights = widened(path)
    samples = {f"weights/{k}": np.ascontiguousarray(v.reshape(-1)[::16384]) for k, v in weights.items() if v.ndim == 2}
    model = llama(path, weights)
    ids = Tokenizer.from_file(tokenizer).encode(TEXT, add_special_tokens=False).ids[:96]
    vocabulary = np.arange(0, model.config.vocab_size, 193, dtype=np.int32)
    save_file(expected(model, ids, vocabulary) | samples, out)


def stories260k(folder, out):
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    text = "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. " * 4
    ids = Tokenizer.from_file(f"{folder}/tokenizer.json").encode(text).ids[:96]
    save_file(expected(model, ids, np.arange(0, model.config.vocab_size, 3, dtype=np.int32)), out)


def folder(path, tokenizer, out):
    llama(path, widened(path)).bfloat16().save_pretrained(out)
    for file in pathlib.Path(tokenizer).iterdir():
        shutil.copy(file, out)


if __name__ == "__main__":
    {"smollm2": smollm2, "stories260k": stories260k, "folder": folder}[sys.argv[1]](*sys.argv[2:])

"""What a float64 GPT says of a text, token by token: the reference of Tests/EndToEnd/CheckpointTests.swift.

    python3 Tools/make-references/eval_model.py Tests/Fixtures/eval_model > Tests/Fixtures/eval_model_page.json

Needs numpy, h5py and PyYAML. The text is scored whole in windows of the model's block, each token once, beginning
with the end-of-text token, as lm-evaluation-harness does with loglikelihood_rolling.
"""

import json
import re
import sys

import h5py
import numpy as np
import yaml

TEXT = (
    "the red cat sees the old dog. 3+4=7; say fox: fox fox. "
    "the blue bird likes the new fish. 2+2=4;\n"
)
END_OF_TEXT = 257


def norm(x, weight, bias, epsilon):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(-1, keepdims=True) + epsilon) * weight + bias


def rotated(x):
    """Rotary positions on [tokens, heads, width], element j paired with j + width / 2."""
    tokens, _, width = x.shape
    frequency = 10000.0 ** (-2 * np.arange(width // 2) / width)
    angle = (np.arange(tokens)[:, None] * frequency)[:, None, :]
    first, second = x[..., : width // 2], x[..., width // 2 :]
    return np.concatenate(
        [first * np.cos(angle) - second * np.sin(angle), second * np.cos(angle) + first * np.sin(angle)], -1
    )


def log_probabilities(ids, parameters, settings):
    """[tokens - 1]: of each id after the first, given all before it."""

    def linear(x, path):
        return x @ parameters[path + "/kernel"] + parameters[path + "/bias"]

    def layer_norm(x, path):
        return norm(x, parameters[path + "/weight"], parameters[path + "/bias"], settings["layer_norm_eps"])

    x = parameters["wte"][ids[:-1]]
    tokens, width = x.shape
    heads = settings["n_head"]
    future = np.triu(np.full((tokens, tokens), -np.inf), 1)
    for layer in range(settings["n_layers"]):
        path = f"blocks_{layer}"
        q, k, v = np.split(linear(layer_norm(x, path + "/ln_1"), path + "/attn/c_attn"), 3, -1)
        q, k, v = (part.reshape(tokens, heads, -1) for part in (q, k, v))
        q, k = rotated(q), rotated(k)
        scores = np.einsum("thd,shd->hts", q, k) / np.sqrt(width // heads) + future
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        attended = np.einsum("hts,shd->thd", weights, v).reshape(tokens, width)
        x = x + linear(attended, path + "/attn/c_proj")
        hidden = linear(layer_norm(x, path + "/ln_2"), path + "/mlp/c_fc")
        hidden = 0.5 * hidden * (1 + np.tanh(np.sqrt(2 / np.pi) * (hidden + 0.044715 * hidden**3)))
        x = x + linear(hidden, path + "/mlp/c_proj")
    logits = layer_norm(x, "ln_f") @ parameters["wte"].T
    logits -= logits.max(-1, keepdims=True)
    logits -= np.log(np.exp(logits).sum(-1, keepdims=True))
    return logits[np.arange(tokens), ids[1:]]


def main(folder):
    with open(f"{folder}/config.yaml") as file:
        settings = yaml.safe_load(file)["architecture"]
    parameters = {}
    with h5py.File(f"{folder}/checkpoint.h5") as file:
        file["params"].visititems(
            lambda name, item: parameters.update({name: item[...].astype(np.float64)})
            if isinstance(item, h5py.Dataset)
            else None
        )
    ids = np.array([END_OF_TEXT] + [byte + 1 for byte in TEXT.encode("latin-1")])
    block = settings["block_size"]
    loss = 0.0
    for first in range(1, len(ids), block):
        end = min(first + block, len(ids))
        begin = max(end - block - 1, 0)
        loss -= log_probabilities(ids[begin:end], parameters, settings)[first - begin - 1 :].sum()
    size = len(TEXT.encode())
    words = len(re.split(r"\s+", TEXT))
    json.dump(
        {
            "byte_perplexity": np.exp(loss / size),
            "bits_per_byte": loss / size / np.log(2),
            "word_perplexity": np.exp(loss / words),
            "perplexity": np.exp(loss / (len(ids) - 1)),
        },
        sys.stdout,
        indent=2,
    )
    print()


if __name__ == "__main__":
    main(sys.argv[1])

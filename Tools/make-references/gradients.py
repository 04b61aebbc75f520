"""Gradients of the models that backbones.py made, in float64: gradients.py FOLDER [NAME ...]

Writes FOLDER/NAME/gradients.safetensors: `targets` [T] (-1 at a few places), `loss` [1], the mean cross-entropy, and
its gradient by every tensor of the model's file, under the file's names, rounded once to float32.

transformers computes norms, softmax and rotary positions in float32 whatever the weights are. Here float32 is another
name for float64 while the model is made and run, so that the reference is float64 throughout.
"""

import sys
from pathlib import Path

import torch
import transformers
from safetensors.numpy import save_file
from safetensors.torch import load_file

NAMES = [
    "llama-biases-llama3",
    "mistral-window",
    "qwen2",
    "qwen3",
    "gemma3",
    "gpt2",
    "neox",
    "neox-sequential-tied",
]


def double_everything():
    torch.float32 = torch.float = torch.float64
    torch.Tensor.float = torch.Tensor.double
    torch.set_default_dtype(torch.float64)


def make(folder, weights, expected):
    config = transformers.AutoConfig.from_pretrained(folder)
    config._attn_implementation = "eager"
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float64, attn_implementation="eager").eval()
    renamed = {"lm_head.weight" if key == "embed_out.weight" else key: key for key in weights}
    loaded = model.load_state_dict({key: weights[name] for key, name in renamed.items()}, strict=False)
    assert not loaded.unexpected_keys and set(loaded.missing_keys) <= {"lm_head.weight"}, loaded
    model.tie_weights()

    ids = expected["ids"].long()
    generator = torch.Generator().manual_seed(len(folder.name))
    targets = torch.randint(0, config.vocab_size, ids.shape, generator=generator)
    targets[::9] = -1
    logits = model(ids[None]).logits[0]
    difference = (logits[expected["positions"].long()] - expected["logits"]).abs().max().item()
    assert difference < 1e-4, f"{folder.name}: logits are off by {difference}"
    loss = torch.nn.functional.cross_entropy(logits, targets, ignore_index=-1)
    loss.backward()
    assert loss.dtype == torch.float64
    gradients = {renamed[key]: value.grad for key, value in model.named_parameters()}
    assert gradients.keys() == weights.keys(), gradients.keys() ^ weights.keys()

    rounded = {key: value.numpy().astype("float32") for key, value in gradients.items()}
    rounded["loss"] = loss.detach().numpy().reshape(1)
    rounded["targets"] = targets.numpy().astype("int32")
    save_file(rounded, folder / "gradients.safetensors")
    print(f"{folder.name}: loss {loss.item():.4f}, largest gradient {max(v.abs().max() for v in gradients.values()):.3f}")

folders = [Path(sys.argv[1]) / name for name in sys.argv[2:] or NAMES]
weights = [{k: v.double() for k, v in load_file(folder / "model.safetensors").items()} for folder in folders]
expected = [load_file(folder / "expected.safetensors") for folder in folders]
double_everything()
for case in zip(folders, weights, expected):
    make(*case)

"""A GPT in PyTorch as nanoGPT writes it: pre-norm blocks, learned positions, GELU (tanh), a head tied to the embedding,
scaled_dot_product_attention; its parameters also by the names, and in the layout, of our checkpoints."""

import json
import math

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        width, bias = sizes.width, sizes.bias
        self.heads = sizes.heads
        self.ln_1, self.ln_2 = nn.LayerNorm(width, bias=bias), nn.LayerNorm(width, bias=bias)
        self.c_attn, self.attn_proj = nn.Linear(width, 3 * width, bias=bias), nn.Linear(width, width, bias=bias)
        self.c_fc, self.mlp_proj = nn.Linear(width, 4 * width, bias=bias), nn.Linear(4 * width, width, bias=bias)

    def forward(self, x):
        batch, length, width = x.shape
        parts = self.c_attn(self.ln_1(x)).split(width, dim=2)
        q, k, v = (p.view(batch, length, self.heads, width // self.heads).transpose(1, 2) for p in parts)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attn_proj(mixed.transpose(1, 2).reshape(batch, length, width))
        return x + self.mlp_proj(functional.gelu(self.c_fc(self.ln_2(x)), approximate="tanh"))


class GPT(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(sizes.vocabulary, sizes.width), nn.Embedding(sizes.block, sizes.width)
        self.blocks = nn.ModuleList(Block(sizes) for _ in range(sizes.layers))
        self.ln_f = nn.LayerNorm(sizes.width, bias=sizes.bias)
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                deep = 0.02 / math.sqrt(2 * sizes.layers)
                nn.init.normal_(parameter, std=deep if name.endswith("proj.weight") else 0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def forward(self, ids, targets):
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        logits = functional.linear(self.ln_f(x), self.wte.weight)
        return functional.cross_entropy(logits.view(-1, logits.shape[-1]), targets.view(-1))

    def ours(self):
        """Pairs of a name and a tensor, kernels as [inputs, outputs]."""
        folders = {"c_attn": "attn/c_attn", "attn_proj": "attn/c_proj", "c_fc": "mlp/c_fc", "mlp_proj": "mlp/c_proj"}
        for name, parameter in self.named_parameters():
            words, value = name.split("."), parameter.detach()
            if words[0] in ("wte", "wpe"):
                yield words[0], value
            elif words[-2] in folders:
                path = f"blocks_{words[1]}/{folders[words[-2]]}"
                yield (f"{path}/kernel", value.t()) if words[-1] == "weight" else (f"{path}/bias", value)
            else:
                yield "/".join(["blocks_" + words[1], *words[2:]] if words[0] == "blocks" else words), value


def write(model, path):
    """The parameters as a safetensors file."""
    header, parts, offset = {}, [], 0
    for name, value in model.ours():
        parts.append(value.contiguous().numpy().tobytes())
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + len(parts[-1])]}
        offset += len(parts[-1])
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.writelines(parts)

"""The GPT of the evaluation system in PyTorch, to compare with: pre-norm blocks, rotary positions, tanh GELU, a tied head.

Parameters carry the checkpoint's names and shapes: kernels are [inputs, outputs], c_attn holds queries, keys
and values side by side, `wte` is both embedding and head.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Architecture:
    n_layers: int = 5
    n_embd: int = 128
    n_head: int = 4
    block_size: int = 128
    vocab_size: int = 259
    layer_norm_eps: float = 1e-5


class Linear(nn.Module):
    def __init__(self, inputs: int, outputs: int, deviation: float):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(inputs, outputs) * deviation)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.kernel.t(), self.bias)


class LayerNorm(nn.Module):
    def __init__(self, width: int, epsilon: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.bias = nn.Parameter(torch.zeros(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self.weight, self.bias, self.epsilon)


def rotary_table(positions: int, width: int) -> tuple[Tensor, Tensor]:
    """Cosines and sines `[positions, width / 2]` of the angles position · 10000^(-2j / width).

    Column j turns the pair of channels (j, j + width / 2) of a head.
    """
    frequencies = 10000.0 ** (-torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.arange(positions, dtype=torch.float64)[:, None] * frequencies
    return angles.cos().float(), angles.sin().float()


def rotate(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cosines - second * sines, second * cosines + first * sines), dim=-1)


class Attention(nn.Module):
    def __init__(self, a: Architecture):
        super().__init__()
        self.heads = a.n_head
        self.c_attn = Linear(a.n_embd, 3 * a.n_embd, 0.02)
        self.c_proj = Linear(a.n_embd, a.n_embd, 0.02 / math.sqrt(2 * a.n_layers))

    def forward(self, x: Tensor, mask: Tensor | None, table: tuple[Tensor, Tensor]) -> Tensor:
        batch, length, width = x.shape
        q, k, v = (
            part.view(batch, length, self.heads, -1).transpose(1, 2)
            for part in self.c_attn(x).split(width, dim=-1))
        q, k = rotate(q, *table), rotate(k, *table)
        y = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None)
        return self.c_proj(y.transpose(1, 2).reshape(batch, length, width))


class MLP(nn.Module):
    def __init__(self, a: Architecture):
        super().__init__()
        self.c_fc = Linear(a.n_embd, 4 * a.n_embd, 0.02)
        self.c_proj = Linear(4 * a.n_embd, a.n_embd, 0.02 / math.sqrt(2 * a.n_layers))

    def forward(self, x: Tensor) -> Tensor:
        return self.c_proj(F.gelu(self.c_fc(x), approximate="tanh"))


class Block(nn.Module):
    def __init__(self, a: Architecture):
        super().__init__()
        self.ln_1 = LayerNorm(a.n_embd, a.layer_norm_eps)
        self.attn = Attention(a)
        self.ln_2 = LayerNorm(a.n_embd, a.layer_norm_eps)
        self.mlp = MLP(a)

    def forward(self, x: Tensor, mask: Tensor | None, table: tuple[Tensor, Tensor]) -> Tensor:
        x = x + self.attn(self.ln_1(x), mask, table)
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    def __init__(self, a: Architecture = Architecture()):
        super().__init__()
        self.architecture = a
        self.wte = nn.Parameter(torch.randn(a.vocab_size, a.n_embd) * 0.02)
        for index in range(a.n_layers):
            self.add_module(f"blocks_{index}", Block(a))
        self.ln_f = LayerNorm(a.n_embd, a.layer_norm_eps)
        self.table = rotary_table(a.block_size, a.n_embd // a.n_head)

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Logits `[batch, length, vocabulary]` of ids `[batch, length]`.

        Attention is causal, or follows a mask `[batch, 1, query, key]` that is true where a query sees a key.
        """
        length = ids.shape[1]
        table = tuple(part[:length] for part in self.table)
        x = F.embedding(ids, self.wte)
        for index in range(self.architecture.n_layers):
            x = self.get_submodule(f"blocks_{index}")(x, mask, table)
        return self.ln_f(x) @ self.wte.t()

    def arrays(self) -> dict:
        """Every parameter as a NumPy array under its path in a checkpoint."""
        return {name.replace(".", "/"): value.detach().numpy() for name, value in self.named_parameters()}

    def load(self, arrays) -> "GPT":
        with torch.no_grad():
            for name, value in self.named_parameters():
                value.copy_(torch.as_tensor(arrays[name.replace(".", "/")], dtype=value.dtype))
        return self

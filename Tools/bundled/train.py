"""Trains the bundled GPT on fresh documents, on one thread; writes its weights as a float32 .npz.

    OMP_NUM_THREADS=1 python3 Tools/bundled/train.py --output weights.npz

Documents are packed whole into rows of the block, and attention stays inside each document, so a row means
the same as one padded row a document, and costs less. Half of the documents start with an end-of-text id,
so that the model can be read both ways; all of them end with one. Hidden kernels are trained by Muon,
everything else by AdamW. Prints one line of JSON every 50 steps.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time

import numpy
import torch
from torch.nn import functional as F

from language import BLOCK_SIZE, END_OF_TEXT, draw_documents, encode
from model import GPT

HELD_OUT_SEED = 10_000_019


def rows(seed: int):
    """Endless rows of the block: (ids, targets with -1 where nothing is scored, number of the document)."""
    source = random.Random(seed)
    documents = draw_documents(source)
    ids, targets, owners = [], [], []
    owner = 0
    while True:
        text = encode(next(documents))
        full = ([END_OF_TEXT] if source.random() < 0.5 else []) + text + [END_OF_TEXT]
        if len(ids) + len(full) - 1 > BLOCK_SIZE:
            missing = BLOCK_SIZE - len(ids)
            yield ids + [0] * missing, targets + [-1] * missing, owners + [-1] * missing
            ids, targets, owners, owner = [], [], [], 0
        ids += full[:-1]
        targets += full[1:]
        owners += [owner] * (len(full) - 1)
        owner += 1


def batches(seed: int, size: int):
    source = rows(seed)
    causal = torch.ones(BLOCK_SIZE, BLOCK_SIZE, dtype=torch.bool).tril()
    while True:
        ids, targets, owners = (torch.tensor(part) for part in zip(*(next(source) for _ in range(size))))
        mask = (owners[:, :, None] == owners[:, None, :]) & causal
        yield ids, targets, mask[:, None]


def loss_of(model: GPT, batch) -> torch.Tensor:
    ids, targets, mask = batch
    return F.cross_entropy(model(ids, mask).flatten(0, 1), targets.flatten(), ignore_index=-1)


def rate(progress: float, warmup: float = 0.02) -> float:
    """Share of the peak learning rate: a linear warm-up, then half a cosine down to nearly nothing."""
    if progress < warmup:
        return max(progress / warmup, 0.01)
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min((progress - warmup) / (1 - warmup), 1)))


def optimizers(model: GPT, muon_rate: float, adam_rate: float):
    kernels = [value for name, value in model.named_parameters() if name.endswith("kernel")]
    others = [value for name, value in model.named_parameters() if not name.endswith("kernel")]
    muon = torch.optim.Muon(
        kernels, lr=muon_rate, weight_decay=0.01, momentum=0.95, adjust_lr_fn="match_rms_adamw")
    adam = torch.optim.AdamW(others, lr=adam_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    return muon, adam


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--output", default="weights.npz")
    options.add_argument("--steps", type=int, default=4000)
    options.add_argument("--batch", type=int, default=24, help="rows of the block a step")
    options.add_argument("--muon-rate", type=float, default=4e-3)
    options.add_argument("--adam-rate", type=float, default=4e-3)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()

    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    model = GPT()
    trained = optimizers(model, given.muon_rate, given.adam_rate)
    training = batches(given.seed, given.batch)
    held_out = next(batches(HELD_OUT_SEED, 64))
    print(f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)

    began, recent = time.monotonic(), []
    for step in range(1, given.steps + 1):
        for optimizer in trained:
            optimizer.zero_grad()
            for group in optimizer.param_groups:
                group["lr"] = group.setdefault("peak", group["lr"]) * rate((step - 1) / given.steps)
        loss = loss_of(model, next(training))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in trained:
            optimizer.step()
        recent.append(loss.item())
        if step % 50 == 0:
            with torch.no_grad():
                value = loss_of(model, held_out).item()
            minutes = (time.monotonic() - began) / 60
            print(json.dumps({"step": step, "minutes": round(minutes, 2), "held_out": round(value, 4),
                              "loss": round(sum(recent) / len(recent), 4)}), flush=True)
            recent = []
        if step % 500 == 0:
            numpy.savez(given.output, **model.arrays())
    numpy.savez(given.output, **model.arrays())


if __name__ == "__main__":
    main()

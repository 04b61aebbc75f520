"""PyTorch's side of Tools/bench-train: worker.py write|eager|compiled WEIGHTS NAME=VALUE …

`write` makes the weights; the others read them, and make as many steps as each line of standard input says.
"""

import json
import sys
import time
import types

import torch

from model import GPT, write


def peak():
    """The most bytes that were resident."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmHWM"))


def batch(sizes, step):
    """Ids [batch, block] and the targets after them: a rule with some chance in it. Ours are the same."""
    rows, state = [], step + 1
    for row in range(sizes.batch):
        ids = [(step * sizes.batch + row) % sizes.vocabulary]
        for _ in range(sizes.block):
            state = (state * 1103515245 + 12345) % 2**31
            ids.append((ids[-1] * 5 + 17 + (state >> 16) % 4) % sizes.vocabulary)
        rows.append(ids)
    ids = torch.tensor(rows)
    return ids[:, :-1].contiguous(), ids[:, 1:].contiguous()


def main():
    kind, weights = sys.argv[1:3]
    values = dict(word.split("=") for word in sys.argv[3:])
    sizes = types.SimpleNamespace(**{k: v == "true" if k == "bias" else int(v) for k, v in values.items()})
    torch.manual_seed(1)
    model = GPT(sizes)  # the same numbers in every process
    if kind == "write":
        write(model, weights)
        return
    torch.set_num_threads(sizes.threads)
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}],
        lr=1e-3, betas=(0.9, 0.95), eps=1e-8, fused=True)
    forward = torch.compile(model) if kind == "compiled" else model
    step = 0
    for line in sys.stdin:
        batches = [batch(sizes, step + index) for index in range(int(line))]
        step += len(batches)
        began, worked = time.perf_counter(), time.process_time()
        for ids, targets in batches:
            loss = forward(ids, targets)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        answer = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - worked}
        print(json.dumps(answer | {"loss": loss.item(), "peak": peak()}), flush=True)


main()

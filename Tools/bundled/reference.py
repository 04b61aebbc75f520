"""The four bundled evaluations in PyTorch, one text at a time: numbers to compare the evaluation system with.

    python3 Tools/bundled/reference.py \\
        Packages/Jobs/Sources/CBundled/data Tests/Fixtures/bundled/reference.json

Weights are those of the folder's checkpoint.h5 (or of `--weights`, another checkpoint.h5, rounded to bfloat16). Logits are
float32, log-softmax and sums float64; `--float64` leaves only the rotary table in float32. What is scored:

grammar_ppl    ids of the text, all but the first (`after_first`); all, after an end-of-text id (`prefixed`)
agreement      the continuation's ids and nothing else, given the prefix; mean and sum of -log p
copying        the argmax at every position but the last; right when it ends with the copied part
sums           four ids by argmax after the prompt; right when the digits they start with are the answer

A margin is the distance between the two greatest logits: where it is tiny, another order of additions may choose
the other id.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import torch

from language import END_OF_TEXT, decode, encode
from model import GPT

NEW_TOKENS = 4


def load(folder: Path, weights: Path | None) -> GPT:
    import h5py

    arrays = {}
    with h5py.File(weights or folder / "checkpoint.h5") as file:
        file["params"].visititems(
            lambda name, node: arrays.__setitem__(name, node[()]) if hasattr(node, "shape") else None)
    if weights:
        arrays = {name: torch.tensor(value).bfloat16().float().numpy() for name, value in arrays.items()}
    return GPT().load(arrays).eval()


def read(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


class Scorer:
    def __init__(self, model: GPT):
        self.model = model

    def logits(self, ids: list[int]) -> torch.Tensor:
        with torch.inference_mode():
            return self.model(torch.tensor([ids]))[0]

    def losses(self, ids: list[int]) -> list[float]:
        """-log p of every id but the first, given those before it."""
        table = self.logits(ids[:-1]).double().log_softmax(-1)
        return [-table[position, target].item() for position, target in enumerate(ids[1:])]

    def perplexity(self, item: dict) -> dict:
        ids = encode(item["text"])
        return {"after_first": math.fsum(self.losses(ids)),
                "prefixed": math.fsum(self.losses([END_OF_TEXT] + ids)), "ids": len(ids)}

    def agreement(self, item: dict) -> dict:
        prefix = encode(item["prefix"])
        endings = [encode(text) for text in item["continuations"]]
        sums = [math.fsum(self.losses(prefix + ending)[-len(ending):]) for ending in endings]
        means = [value / len(ending) for value, ending in zip(sums, endings)]
        return {"sum": sums, "mean": means, "score": int(means.index(min(means)) == item["answer"])}

    def copying(self, item: dict) -> dict:
        table = self.logits(encode(item["text"])[:-1])
        best = table.topk(2, dim=-1)
        predicted = best.indices[:, 0].tolist()
        margins = best.values[:, 0] - best.values[:, 1]
        copied = item["copied"]
        return {"argmax": predicted, "least_margin": margins.min().item(),
                "least_margin_copied": margins[-len(copied):].min().item(),
                "score": int(decode(predicted[-len(copied):]) == copied)}

    def sums(self, item: dict) -> dict:
        ids, margins = encode(item["prompt"]), []
        for _ in range(NEW_TOKENS):
            best = self.logits(ids)[-1].topk(2)
            margins.append((best.values[0] - best.values[1]).item())
            ids.append(best.indices[0].item())
        generated = decode(ids[-NEW_TOKENS:])
        digits = generated[:next((i for i, letter in enumerate(generated) if not letter.isdigit()), None)]
        return {"ids": ids[-NEW_TOKENS:], "text": generated, "least_margin": min(margins),
                "score": int(digits == item["answer"])}


def summary(name: str, samples: list[dict]) -> dict[str, float]:
    if name != "grammar_ppl":
        return {"accuracy": sum(sample["score"] for sample in samples) / len(samples)}
    scored = sum(sample["ids"] for sample in samples)
    return {"after_first": math.exp(math.fsum(s["after_first"] for s in samples) / (scored - len(samples))),
            "prefixed": math.exp(math.fsum(s["prefixed"] for s in samples) / scored)}


def rounded(value):
    match value:
        case float():
            return float(f"{value:.9g}")
        case list():
            return [rounded(item) for item in value]
        case dict():
            return {key: rounded(item) for key, item in value.items()}
    return value


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path, help="where the suite and the checkpoint are")
    options.add_argument("output", type=Path, nargs="?", help="the JSON file to write")
    options.add_argument("--weights", type=Path, help="a checkpoint.h5 in float32, rounded before it is asked")
    options.add_argument("--float64", action="store_true", help="compute in float64 throughout")
    given = options.parse_args()

    torch.set_num_threads(1)
    model = load(given.folder, given.weights)
    scorer = Scorer(model.double() if given.float64 else model)
    kinds = {"grammar_ppl": scorer.perplexity, "agreement": scorer.agreement,
             "copying": scorer.copying, "sums": scorer.sums}
    parts = []
    for name, score in kinds.items():
        samples = [rounded(score(item)) for item in read(given.folder, name)]
        result = rounded(summary(name, samples))
        print(name, json.dumps(result), flush=True)
        lines = ",\n".join("  " + json.dumps(sample, separators=(",", ":")) for sample in samples)
        parts.append(f'"{name}": {{"summary": {json.dumps(result)}, "samples": [\n{lines}\n]}}')
    if given.output:
        given.output.parent.mkdir(parents=True, exist_ok=True)
        given.output.write_text("{\n" + ",\n".join(parts) + "\n}\n")


if __name__ == "__main__":
    main()

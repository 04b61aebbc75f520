"""Writes the bundled suite: one JSONL file an evaluation, and floors.json, what no model can beat.

    python3 Tools/bundled/suite.py Packages/Jobs/Sources/CBundled/data
"""

from __future__ import annotations

import json
import math
import random
import sys
from pathlib import Path
from typing import Iterator

from language import (
    NOUNS, NUMBERS, addition, copying, document, document_log_probability, draw_documents,
    first_byte_log_probability, floors, predicate, subject)

SEED = 2357  # training draws from other seeds
PERPLEXITY_DOCUMENTS = 400
AGREEMENT_PAIRS = 300
COPYING_DOCUMENTS = 300
SUMS = 300


def distinct(strings: Iterator[str], count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[next(strings)] = None
    return list(found)


def perplexity_items(random) -> list[dict]:
    """Independent documents, repetitions kept: a sample of the language, with exact probabilities."""
    source = draw_documents(random)
    return [{"text": text,
             "log_probability": round(document_log_probability(text), 9),
             "first_byte_log_probability": round(first_byte_log_probability(text), 9)}
            for text in (next(source) for _ in range(PERPLEXITY_DOCUMENTS))]


def attractors(phrase: str, number: str) -> int:
    """How many nouns after the first one differ from the subject in number."""
    found = [word for word in phrase.split() if word in NOUNS or word.removesuffix("s") in NOUNS]
    return sum(word.endswith("s") != (number == "plural") for word in found[1:])


def other_number(ending: str, number: str) -> str:
    """A predicate with its verb put into the other number."""
    verb, separator, rest = ending.partition(" ") if " " in ending else (ending[:-1], ".", "")
    return (verb.removesuffix("s") if number == "singular" else verb + "s") + separator + rest


def agreement_items(random) -> list[dict]:
    """Minimal pairs: four of five have a noun of the other number between the subject and its verb."""
    items: dict[str, dict] = {}
    while len(items) < AGREEMENT_PAIRS:
        number = NUMBERS[random.random() < 0.5]
        prefix = subject(number).draw(random)
        ending = predicate(number).draw(random) + "."
        misleading = attractors(prefix, number)
        if prefix in items or (misleading > 0) != (len(items) % 5 > 0):
            continue
        answer = int(random.random() < 0.5)
        pair = [" " + ending, " " + other_number(ending, number)]
        items[prefix] = {"prefix": prefix, "continuations": pair[::-1] if answer else pair,
                         "answer": answer, "attractors": misleading}
    return list(items.values())


def copying_items(random) -> list[dict]:
    """Whole copying documents; `copied` is the end of the text, from the first copied letter to the stop."""
    texts = distinct(iter(lambda: copying.draw(random), None), COPYING_DOCUMENTS)
    return [{"text": text, "copied": text.partition(" > ")[2]} for text in texts]


def sums_items(random) -> list[dict]:
    texts = distinct(iter(lambda: addition.draw(random), None), SUMS)
    parts = (text.partition("=") for text in texts)
    return [{"prompt": prompt + "=", "answer": answer} for prompt, _, answer in parts]


def suite() -> dict[str, list[dict]]:
    """The items of every evaluation; each has its own random source, so one can grow while others stay."""
    makers = {"grammar_ppl": perplexity_items, "agreement": agreement_items,
              "copying": copying_items, "sums": sums_items}
    return {name: make(random.Random(SEED + index)) for index, (name, make) in enumerate(makers.items())}


def suite_floors(items: list[dict]) -> dict[str, float]:
    """The language's own cross-entropy on these documents, in nats a scored token (see `language.floors`)."""
    total = math.fsum(item["log_probability"] for item in items)
    first = math.fsum(item["first_byte_log_probability"] for item in items)
    length = sum(len(item["text"]) for item in items)
    return {"after_first": -(total - first) / (length - len(items)), "prefixed": -total / length,
            "with_end": -total / (length + len(items))}


def described(values: dict[str, float]) -> dict[str, dict[str, float]]:
    return {reading: {"nats_per_token": round(nats, 9), "perplexity": round(math.exp(nats), 9)}
            for reading, nats in values.items()}


def as_lines(items: list[dict]) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    items = suite()
    for name in items:
        (folder / f"{name}.jsonl").write_text(as_lines(items[name]))
    summary = {
        "language": {
            "entropy": round(document.entropy, 9),
            "expected_length": round(document.expected_length, 9),
            "floors": described(floors()),
        },
        "grammar_ppl": {"floors": described(suite_floors(items["grammar_ppl"]))},
    }
    (folder / "floors.json").write_text(json.dumps(summary, indent=1) + "\n")
    print(json.dumps(summary, indent=1))


if __name__ == "__main__":
    main()

"""Prints documents of the language, one JSON object a line: {"text": …}.

    python3 Tools/bundled/generate.py --documents 100000 --seed 1 > documents.jsonl
"""

from __future__ import annotations

import argparse
import itertools
import json
import random

from language import draw_documents


def main() -> None:
    options = argparse.ArgumentParser(description="Prints documents of the bundled language as JSONL.")
    options.add_argument("--documents", type=int, default=1000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    for text in itertools.islice(draw_documents(random.Random(given.seed)), given.documents):
        print(json.dumps({"text": text}))


if __name__ == "__main__":
    main()

"""Writes what transformers leaves of random distributions before it draws an id, for EvaluationsTests.

usage: python Tools/make-references/samplers.py Packages/Jobs/Tests/EvaluationsTests/Fixtures/samplers.json

Needs PyTorch and transformers 5.24. The processors are put in the order of `GenerationMixin._get_logits_processor`; the
two penalties of OpenAI's API, which transformers has not, are subtracted behind the repetition penalty, as its reference
describes them. All is computed in float64.
"""

import json
import random
import sys

import torch
from transformers.generation.logits_process import (
    LogitsProcessorList, MinPLogitsWarper, RepetitionPenaltyLogitsProcessor, TemperatureLogitsWarper, TopKLogitsWarper,
    TopPLogitsWarper,
)

VOCABULARY = 40
RULES = [
    {}, {"top_k": 1}, {"top_k": 7}, {"top_k": 1000}, {"min_p": 0.05}, {"min_p": 1.0}, {"repetition_penalty": 1.3},
    {"repetition_penalty": 0.7}, {"presence_penalty": 0.8}, {"frequency_penalty": -0.5},
    {"top_k": 12, "min_p": 0.02}, {"repetition_penalty": 1.1, "presence_penalty": -0.4, "frequency_penalty": 0.3},
    {"top_k": 9, "min_p": 0.1, "repetition_penalty": 1.2, "presence_penalty": 0.5, "frequency_penalty": 0.25},
]


def distribution(logits, prompt, written, temperature, top_p, rules):
    scores = torch.tensor([logits], dtype=torch.float64)
    ids = torch.tensor([prompt + written])
    if "repetition_penalty" in rules:
        scores = RepetitionPenaltyLogitsProcessor(rules["repetition_penalty"])(ids, scores)
    for token in set(written):
        count = written.count(token)
        scores[0, token] -= count * rules.get("frequency_penalty", 0) + rules.get("presence_penalty", 0)
    warpers = LogitsProcessorList([TemperatureLogitsWarper(temperature)])
    if "top_k" in rules:
        warpers.append(TopKLogitsWarper(rules["top_k"]))
    if top_p < 1:
        warpers.append(TopPLogitsWarper(top_p))
    if "min_p" in rules:
        warpers.append(MinPLogitsWarper(rules["min_p"]))
    probabilities = warpers(ids, scores).softmax(-1)[0]
    return [[index, value] for index, value in enumerate(probabilities.tolist()) if value > 0]


def main():
    source, cases = random.Random(5), []
    for index, rules in enumerate(RULES * 2):
        temperature, top_p = source.choice([0.6, 1.0, 1.7]), [1.0, 0.9, 0.35][index % 3]
        logits = [round(source.gauss(0, 2.5), 4) for _ in range(VOCABULARY)]
        prompt, written = ([source.randrange(VOCABULARY) for _ in range(count)] for count in (6, 8))
        cases.append(
            {
                "logits": logits, "prompt": prompt, "written": written, "temperature": temperature, "top_p": top_p,
                "rules": rules, "expected": distribution(logits, prompt, written, temperature, top_p, rules),
            })
    with open(sys.argv[1], "w") as file:
        file.write("[\n" + ",\n".join(map(json.dumps, cases)) + "\n]\n")


main()

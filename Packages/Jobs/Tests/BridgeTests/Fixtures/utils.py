"""Functions as task files have them, sound and unsound."""

import os
import random
import signal
import time


def process_docs(dataset):
    def changed(row):
        row["choices"] = tuple(row["choices"])
        row["twice"] = 2 * row["n"]
        return row

    return dataset.map(changed).filter(lambda row: row["n"] != 1).select(range(1, len(dataset) - 1))


def doc_to_text(doc):
    print("this is no answer")
    return f"{doc['q']} é {random.random() >= 0}"


def is_right(doc):
    return doc["n"] == 1


def missing(doc):
    return doc["absent"]


def results(doc, results):
    likelihood, greedy = results[0]
    return {"acc": float(greedy), "pair": (doc["n"], likelihood)}


def spread(items):
    first, second = zip(*items)
    assert all(isinstance(item, tuple) for item in items)
    return max(second) - min(first)


def same(references, predictions, **_):
    return references == predictions


class Upper:
    def __init__(self, ending=""):
        self.ending = ending

    def apply(self, answers, docs):
        return [[text.upper() + self.ending for text in texts] for texts in answers]


def samples():
    return [{"q": "a"}, {"q": "b"}]


def endless(doc):
    time.sleep(1000)


def enormous(doc):
    return "x" * (2 << 20)


def killed(doc):
    os.kill(os.getpid(), signal.SIGKILL)

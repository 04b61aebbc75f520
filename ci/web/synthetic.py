"""Makes many samples of a few real ones: a folder of results like a given one, with so many samples of one evaluation."""

import json
import pathlib
import shutil

FILLING = "a text about as long as questions of well-known tasks are, so that a search has as much to read as it has there. " * 3


def multiply(folder, target, evaluation, count):
    """Repeats the samples of an evaluation under new document numbers, and drops the other evaluations."""
    folder, target = pathlib.Path(folder), pathlib.Path(target)
    target.mkdir(parents=True)
    results = json.loads((folder / "results.json").read_text())
    for key in ["results", "tasks", "counts"]:
        results[key] = {evaluation: results[key][evaluation]}
    results["metrics"] = [one for one in results["metrics"] if one.get("evaluation") == evaluation]
    results["groups"], results["metrics"][0]["samples"] = {}, count
    results["tasks"][evaluation]["samples"] = count
    results["run"].pop("id", None)
    (target / "results.json").write_text(json.dumps(results))
    shutil.copy(folder / "config.yaml", target / "config.yaml")
    name = f"samples_{evaluation}.jsonl"
    lines = (folder / name).read_text().splitlines()
    with open(target / name, "w") as file:
        for number in range(count):
            sample = json.loads(lines[number % len(lines)])
            sample["doc_id"] = number
            sample["doc"] = (sample.get("doc") or {}) | {"copy": f"copy number {number}: {FILLING}"}
            file.write(json.dumps(sample) + "\n")

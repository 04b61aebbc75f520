"""Assay from Python: runs `evaluate`, which this package brings, and reads back what it wrote.

    import assay

    run = assay.run(backbone="model.gguf", tasks=["hellaswag"], limit=100, data="eval")
    run["results"]["hellaswag"]
    assay.samples(run["folder"], "hellaswag")[0]["arguments"]
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tempfile
from typing import Any, Iterable, Mapping, Union

__all__ = ["EvaluateError", "evaluate", "load", "program", "run", "samples"]

Path = Union[str, "os.PathLike[str]"]


class EvaluateError(RuntimeError):
    """A run that failed: `code` is its exit code (64 usage, 65 bad data, 66 missing input, 70 our fault, 75 try again)."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def program() -> str:
    """The path of the program `evaluate` that this package brings, or the one that ASSAY_EVALUATE names."""
    return os.environ.get("ASSAY_EVALUATE") or str(pathlib.Path(__file__).parent / "bin" / "evaluate")


def evaluate(*arguments: str) -> str:
    """Runs one command of `evaluate`; its progress goes to this process's standard error.

    Returns its standard output, and raises `EvaluateError` where it fails.
    """
    last = ""
    # A file holds what is printed, so that the program never waits for a pipe that nobody reads.
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen([program(), *arguments], stdout=output, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        # A bar that draws over itself passes through as it comes.
        while character := process.stderr.read(1):
            sys.stderr.write(character)
            sys.stderr.flush()
            last = (last + character)[-4000:]
        if code := process.wait():
            lines = [line for line in last.splitlines() if line.strip()]
            raise EvaluateError(code, lines[-1] if lines else f"evaluate ended with {code}")
        output.seek(0)
        return output.read()


def run(
    *,
    backbone: str | None = None,
    restore: str | None = None,
    tasks: Iterable[str] = (),
    tasks_dir: Iterable[Path] = (),
    data: Path | None = None,
    limit: int | None = None,
    num_fewshot: int | None = None,
    apply_chat_template: bool = False,
    root: Path = "assay",
    name: str | None = None,
    settings: Mapping[str, Any] | None = None,
    options: Iterable[str] = (),
) -> dict[str, Any]:
    """Runs evaluations and returns what `results.json` holds, with `folder` beside it, the folder of results.

    `settings` are those that `evaluate configure` lists, by their keys with dots; `options` are further words of
    `evaluate run`.
    """
    words = ["run", "--json", "--root", os.fspath(root)]
    texts = {"--backbone": backbone, "--restore": restore, "--data": data, "--limit": limit, "--num-fewshot": num_fewshot}
    for option, value in {**texts, "--name": name}.items():
        if value is not None:
            words += [option, os.fspath(value) if isinstance(value, os.PathLike) else str(value)]
    if chosen := ",".join(tasks):
        words += ["--tasks", chosen]
    for folder in tasks_dir:
        words += ["--tasks-dir", os.fspath(folder)]
    if apply_chat_template:
        words.append("--apply-chat-template")
    words += [*options, *(f"{key}={json.dumps(value)}" for key, value in (settings or {}).items())]
    result = json.loads(evaluate(*words))
    place = [result.get("project") or "general", result.get("group") or "default", result["job"]]
    return {**result, "folder": os.path.join(os.fspath(root), "results", *place)}


def load(folder: Path) -> dict[str, Any]:
    """What a run left in its folder of results."""
    with open(os.path.join(folder, "results.json"), encoding="utf-8") as file:
        return json.load(file)


def samples(folder: Path, evaluation: str) -> list[dict[str, Any]]:
    """The samples of one evaluation of a run, from its folder of results."""
    with open(os.path.join(folder, f"samples_{evaluation}.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]

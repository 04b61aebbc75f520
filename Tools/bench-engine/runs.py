"""Programs that are timed: evaluate, lm-evaluation-harness and llama.cpp, on the same model and documents."""

import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SHARED = pathlib.Path(os.environ.get("ASSAY_SHARED", REPOSITORY.parent / "shared"))
DATA, TASKS = SHARED / "eval", SHARED / "eval" / "tasks"
EVALUATE = os.environ.get("ASSAY_EVALUATE", REPOSITORY / ".build" / "release" / "evaluate")
WORK = pathlib.Path(os.environ.get("ASSAY_BENCH", REPOSITORY / ".build" / "bench-engine"))


@functools.cache
def model():
    tool = REPOSITORY / "Tools" / "fetch-model"
    return subprocess.check_output([tool, "smollm2-135m"], text=True).strip()


def shell(command, log):
    """Seconds of a command, whose output goes to the file `log` of the work folder."""
    began = time.time()
    with open(WORK / log, "w") as file:
        done = subprocess.run([str(word) for word in command], stdout=file, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(f"bench-engine: '{command[0]}' failed; see {WORK / log}")
    return time.time() - began


def evaluate(name, tasks, options, mode, data=DATA, tasks_dir=TASKS, limit=100):
    """One run without a journal: seconds of the process, what `results.json` has of the run, the samples of each task."""
    root = WORK / "assay" / name
    shutil.rmtree(root, ignore_errors=True)
    seconds = shell(
        [EVALUATE, "run", "--backbone", model(), "--data", data, "--tasks-dir", tasks_dir, "--tasks", ",".join(tasks),
         "--limit", limit, "--root", root, "--name", name, *options, f"architecture.dtype.activation={mode}"],
        f"{name}.log",
    )
    results = root / "results" / "general" / "default" / name
    run = json.loads((results / "results.json").read_text())["run"]
    lines = {t: (results / f"samples_{t}.jsonl").read_text().splitlines() for t in tasks}
    return seconds, run, {t: [json.loads(line) for line in lines[t]] for t in tasks}


def hugging_face():
    """The model as a folder of Hugging Face's, its weights widened."""
    folder = WORK / "model"
    if not (folder / "config.json").exists():
        tool = REPOSITORY / "Tools" / "make-references" / "hugging_face.py"
        shell([sys.executable, tool, model(), SHARED / "tokenizers" / "smollm2", folder], "model.log")
    return folder


@functools.cache
def has_lm_eval():
    return subprocess.run([sys.executable, "-c", "import lm_eval, torch"], capture_output=True).returncode == 0


def lm_eval(name, tasks, options, dtype):
    """Seconds of the process and of evaluating, and the documents of each task."""
    tool = REPOSITORY / "Tools" / "make-references" / "lm_eval_wheel.py"
    out = WORK / f"lm-eval-{name}"
    seconds = shell(
        [sys.executable, tool, hugging_face(), DATA, TASKS, out, "--tasks", ",".join(tasks), "--limit", "100",
         "--dtype", dtype, "--batch-size", "16", *options],
        f"lm-eval-{name}.log",
    )
    documents = {t: [json.loads(line) for line in open(out / f"{t}.jsonl")] for t in tasks}
    return seconds, json.loads((out / "summary.json").read_text())["seconds"]["evaluating"], documents


def llama_cpp(program, *words, log):
    """Seconds of a program of llama.cpp."""
    return shell([pathlib.Path(os.environ["ASSAY_LLAMA_CPP"]) / program, *words], log)


def quantized(kind):
    """The model requantised by llama.cpp, from the weights that the file has."""
    path = WORK / f"{kind}.gguf"
    if not path.exists():
        llama_cpp("llama-quantize", "--allow-requantize", model(), path, kind, log=f"quantize-{kind}.log")
    return path


def widened(kind):
    """The same weights in float32."""
    path = WORK / f"{kind}-F32.gguf"
    if not path.exists():
        llama_cpp("llama-quantize", "--allow-requantize", quantized(kind), path, "F32", log=f"widen-{kind}.log")
    return path

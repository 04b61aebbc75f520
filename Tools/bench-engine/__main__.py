"""The engine beside its peers, in one run: ci/bench engine [evaluate|rates|lm-eval|llama.cpp|closeness …]

SmolLM2-135M in bfloat16 on the first 100 documents of each task. Peers that are not there are said to be missing:
lm-evaluation-harness where this Python has `lm_eval`, llama.cpp where ASSAY_LLAMA_CPP names the folder of its programs.
`rates` are those of `evaluate bench`, beside `llama-bench` of ASSAY_LLAMA_CPP and of ASSAY_IK_LLAMA_CPP, on the same file.
ASSAY_PEAK, the machine's bfloat16 peak in GFLOP/s on all cores (`ci/bench` measures it), gives shares of it.
"""

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

FOUR = ["hellaswag", "arc_easy", "lambada_openai", "blimp_wh_island"]
#           tasks, options of both, how many times faster is wanted
SUITES = {
    "four tasks": (FOUR, [], 3.5),
    "mmlu, five shots": (["mmlu_abstract_algebra"], ["--num-fewshot", "5"], 12),
}
# Per token in the body, per scored position in the vocabulary: twice the weights. Per position that a token attends to:
# four times the width of nine heads in thirty layers.
ATTENTION = 4 * 30 * 9 * 64
BODY, HEAD = 2 * 30 * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536), 2 * 576 * 49152


def shell(command, log):
    """Seconds of a command, whose output goes to the file `log` of the work folder."""
    began = time.time()
    with open(WORK / log, "w") as file:
        done = subprocess.run([str(word) for word in command], stdout=file, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(f"bench-engine: '{command[0]}' failed; see {WORK / log}")
    return time.time() - began


def evaluate(name, tasks, options, mode="bfloat16", data=DATA, tasks_dir=TASKS, limit=100):
    """One run without a journal: seconds of the process and of the job, and the samples of each task."""
    root = WORK / "assay" / name
    shutil.rmtree(root, ignore_errors=True)
    seconds = shell(
        [EVALUATE, "run", "--backbone", MODEL, "--data", data, "--tasks-dir", tasks_dir, "--tasks", ",".join(tasks),
         "--limit", limit, "--root", root, "--name", name, *options, f"architecture.dtype.activation={mode}"],
        f"{name}.log",
    )
    results = root / "results" / "general" / "default" / name
    run = json.loads((results / "results.json").read_text())["run"]
    lines = {t: (results / f"samples_{t}.jsonl").read_text().splitlines() for t in tasks}
    return seconds, run, {t: [json.loads(line) for line in lines[t]] for t in tasks}


def work(samples):
    """What must be computed for score requests in one prefix trie: tokens, positions, floating point operations."""
    prefixes, scored, attended = set(), set(), 0
    for sample in (s for task in samples.values() for s in task):
        for request in sample["requests"]:
            ids, key = request["ids"], 0
            for position, token in enumerate(ids[:-1], 1):
                key = hash((key, token))
                attended += 0 if key in prefixes else position
                prefixes.add(key)
                if position >= request["from"]:
                    scored.add(key)
    operations = len(prefixes) * BODY + len(scored) * HEAD + attended * ATTENTION
    return len(prefixes), len(scored), operations


def share(operations, seconds):
    rate = operations / seconds / 1e9
    peak = os.environ.get("ASSAY_PEAK")
    return f"{rate:.0f} GFLOP/s" + (f", {rate / float(peak):.0%} of the peak" if peak else "")


def hugging_face():
    folder = WORK / "model"
    if not (folder / "config.json").exists():
        tool = REPOSITORY / "Tools" / "make-references" / "hugging_face.py"
        shell([sys.executable, tool, MODEL, SHARED / "tokenizers" / "smollm2", folder], "model.log")
    return folder


def lm_eval(name, tasks, options, dtype="bfloat16"):
    tool = REPOSITORY / "Tools" / "make-references" / "lm_eval_wheel.py"
    out = WORK / f"lm-eval-{name}"
    seconds = shell(
        [sys.executable, tool, hugging_face(), DATA, TASKS, out, "--tasks", ",".join(tasks), "--limit", "100",
         "--dtype", dtype, "--batch-size", "16", *options],
        f"lm-eval-{name}.log",
    )
    documents = {t: [json.loads(line) for line in open(out / f"{t}.jsonl")] for t in tasks}
    return seconds, json.loads((out / "summary.json").read_text())["seconds"]["evaluating"], documents


def has_lm_eval():
    return subprocess.run([sys.executable, "-c", "import lm_eval, torch"], capture_output=True).returncode == 0


def scoring(peers):
    for name, (tasks, options, wanted) in SUITES.items():
        seconds, run, samples = evaluate(name.split()[0].strip(","), tasks, options)
        tokens, positions, operations = work(samples)
        print(f"{name}: {seconds:.2f} s, of which the job {run['seconds']:.2f} s; {tokens} tokens, {positions} scored, "
              f"{share(operations, run['seconds'])}; {run['peak_memory_bytes'] >> 20} MiB", flush=True)
        if "lm-eval" in peers:
            whole, evaluating, _ = lm_eval(name.split()[0].strip(","), tasks, options)
            print(f"  lm-eval: {whole:.1f} s, of which evaluating {evaluating:.1f} s: {whole / seconds:.1f} times, "
                  f"without its start {evaluating / seconds:.1f} times (wanted {wanted})", flush=True)


def hellaswag_file():
    """The first 100 documents in llama.cpp's form: context, gold, four endings."""
    _, _, samples = evaluate("hellaswag", ["hellaswag"], [])
    path = WORK / "hellaswag.txt"
    with open(path, "w") as file:
        for sample in samples["hellaswag"]:
            print(sample["arguments"][0][0], sample["target"], *(a[1].strip() for a in sample["arguments"]),
                  sep="\n", file=file)
    return path


def llama_cpp():
    programs = pathlib.Path(os.environ["ASSAY_LLAMA_CPP"])
    model, file = WORK / "bfloat16.gguf", hellaswag_file()
    if not model.exists():
        shell([programs / "llama-quantize", "--allow-requantize", MODEL, model, "BF16"], "quantize.log")
    ours, _, _ = evaluate("hellaswag", ["hellaswag"], [])
    theirs = shell(
        [programs / "llama-perplexity", "-m", model, "-f", file, "--hellaswag", "--hellaswag-tasks", "100",
         "-t", os.cpu_count()], "llama-hellaswag.log")
    print(f"hellaswag: {ours:.2f} s; llama.cpp {theirs:.2f} s: {theirs / ours:.1f} times (wanted 2.5)", flush=True)
    shell([programs / "llama-bench", "-m", model, "-t", os.cpu_count(), "-p", "0", "-n", "128", "-r", "3", "-o", "json"],
          "llama-bench.json")
    text = (WORK / "llama-bench.json").read_text()
    return json.loads(text[text.index("["):text.rindex("]") + 1])[0]["avg_ts"]


OPENINGS = """The river;A young fox;In the winter;My grandfather;The old ship;Every morning;Nobody knew;The teacher;Long ago;
A small town;The garden;At midnight;The machine;Her brother;Two friends;The mountain;A strange sound;The baker;On Sunday;
The king;When rain fell;The letter;Our dog;The library;A quiet man;Near the sea;The last train;His sister;The market;
Behind the door;A blue bird;The doctor""".replace("\n", "").split(";")
STORY = """task: story
dataset_path: story
test_split: test
output_type: generate_until
doc_to_text: "{{text}}"
doc_to_target: ""
generation_kwargs: {until: ["@@@@"], do_sample: false, max_gen_toks: 256}
metric_list: [{metric: exact_match, aggregation: mean, higher_is_better: true}]
"""


def decoding(peer):
    (WORK / "story").mkdir(exist_ok=True)
    (WORK / "story" / "test.jsonl").write_text("".join(json.dumps(dict(text=t)) + "\n" for t in OPENINGS))
    (WORK / "story.yaml").write_text(STORY)
    for count in [1, len(OPENINGS)]:
        _, run, samples = evaluate("story", ["story"], [], data=WORK, tasks_dir=WORK, limit=count)
        requests = [r for s in samples["story"] for r in s["requests"]]
        tokens = sum(len(r["ids"]) for r in requests)
        attended = sum(sum(range(len(r["prompt"]), len(r["prompt"]) + len(r["ids"]))) for r in requests)
        operations = tokens * (BODY + HEAD) + attended * ATTENTION
        rate = tokens / run["seconds"]
        beside = f"; llama.cpp {peer:.1f}" if peer and count == 1 else ""
        print(f"{count} sequences: {rate:.1f} tokens/s{beside}; {share(operations, run['seconds'])}", flush=True)


def llama_rates(programs):
    """Tokens a second of `llama-bench` reading 512 tokens and writing 128, and their spread."""
    command = [programs / "llama-bench", "-m", MODEL, "-t", os.cpu_count(), "-p", "512", "-n", "128", "-r", "5", "-o", "json"]
    text = subprocess.check_output([str(word) for word in command], text=True, stderr=subprocess.DEVNULL)
    tests = json.loads(text[text.index("["):text.rindex("]") + 1])
    return {"prompt" if t["n_prompt"] else "generate": (t["avg_ts"], t["stddev_ts"]) for t in tests}


def rates():
    text = subprocess.check_output([str(EVALUATE), "bench", "--backbone", MODEL, "--format", "json"], text=True)
    for m in json.loads(text)["measurements"]:
        print(f"{m['mode']}, {m['task']} {m['tokens']} × {m['sequences']}: {m['tokens_per_second']:.1f} ± "
              f"{m['standard_deviation']:.1f} tokens/s, {m['share_of_peak']:.0%} of the peak, "
              f"{m['share_of_bandwidth']:.0%} of the bandwidth", flush=True)
    for name, variable in [("llama.cpp", "ASSAY_LLAMA_CPP"), ("ik_llama.cpp", "ASSAY_IK_LLAMA_CPP")]:
        if variable in os.environ:
            for task, (rate, spread) in llama_rates(pathlib.Path(os.environ[variable])).items():
                print(f"  {name}, {task}: {rate:.1f} ± {spread:.1f} tokens/s", flush=True)


def closeness():
    """How far bfloat16 is from float32, ours and lm-eval's, and what rounding the weights alone does."""
    tasks = ["hellaswag", "blimp_wh_island", "lambada_openai"]

    def sums(samples):
        return {t: [sum(r["log_probabilities"]) for s in samples[t] for r in s["requests"]] for t in tasks}

    def nats(documents):
        return {t: [value for d in documents[t] for value in d["ll"]] for t in tasks}

    exact = sums(evaluate("exact", tasks, [], mode="float32")[2])
    rounded = sums(evaluate("rounded", tasks, ["architecture.dtype.param=bfloat16"], mode="float32")[2])
    ours = sums(evaluate("near", tasks, [])[2])
    theirs = nats(lm_eval("bfloat16", tasks, [])[2]) if has_lm_eval() else None
    mean = lambda found, task: sum(abs(a - b) for a, b in zip(found[task], exact[task])) / len(exact[task])
    for task in tasks:
        line = f"{task}: {mean(ours, task):.4f} nats from float32, rounded weights alone {mean(rounded, task):.4f}"
        if theirs:
            line += f"; lm-eval {mean(theirs, task):.4f}: {mean(theirs, task) / mean(ours, task):.1f} times (wanted 2)"
        print(line, flush=True)


if __name__ == "__main__":
    parts = sys.argv[1:] or ["evaluate", "rates", "lm-eval", "llama.cpp", "closeness"]
    for path, hint in [(DATA, "ASSAY_SHARED names the folder"), (pathlib.Path(EVALUATE), "swift build -c release")]:
        if not path.exists():
            sys.exit(f"bench-engine: there is no '{path}'; {hint}")
    WORK.mkdir(parents=True, exist_ok=True)
    MODEL = subprocess.check_output([REPOSITORY / "Tools" / "fetch-model", "smollm2-135m"], text=True).strip()
    if "lm-eval" in parts and not has_lm_eval():
        print("lm-eval: not there; ASSAY_PYTHON names a Python with `pip install 'lm-eval[hf]' gguf`")
        parts.remove("lm-eval")
    if "llama.cpp" in parts and "ASSAY_LLAMA_CPP" not in os.environ:
        print("llama.cpp: not there; ASSAY_LLAMA_CPP names the folder of its programs")
        parts.remove("llama.cpp")
    if "evaluate" in parts:
        scoring(parts)
    if "rates" in parts:
        rates()
    peer = llama_cpp() if "llama.cpp" in parts else None
    if "evaluate" in parts:
        decoding(peer)
    if "closeness" in parts:
        closeness()

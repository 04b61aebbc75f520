"""The engine beside its peers, in one run: ci/bench engine [scoring|hellaswag|rates|decoding|closeness|divergence …]

SmolLM2-135M, quantised to Q4_1, in each mode of ASSAY_MODES (`float32 bfloat16 int16 int8`) on the first 100 documents of each
task. Peers that are not there are left out, and named: lm-evaluation-harness where this Python has `lm_eval`, llama.cpp where
ASSAY_LLAMA_CPP names the folder of its programs. `rates` are those of `evaluate bench`, beside `llama-bench` of ASSAY_LLAMA_CPP
and of ASSAY_IK_LLAMA_CPP, on the same file. ASSAY_PEAK, the machine's bfloat16 peak in GFLOP/s on all cores (`ci/bench`
measures it), gives shares of it.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

from runs import DATA, EVALUATE, WORK, evaluate, has_lm_eval, llama_cpp, lm_eval, model, quantized, shell, widened

MODES = os.environ.get("ASSAY_MODES", "float32 bfloat16 int16 int8").split()
FOUR = ["hellaswag", "arc_easy", "lambada_openai", "blimp_wh_island"]
#           tasks, options of both, how many times faster than lm-eval is wanted by mode
SUITES = {
    "four tasks": (FOUR, [], {"float32": 3.2, "int16": 4.3, "int8": 6}),
    "mmlu, five shots": (["mmlu_abstract_algebra"], ["--num-fewshot", "5"], {"int16": 11, "int8": 15}),
}
# How many times the speed of float32, and of llama.cpp on HellaSwag, is wanted.
OF_FLOAT32 = {"bfloat16": 1, "int16": 1.35, "int8": 1.9}
OF_LLAMA_CPP = {"float32": 2.2, "int16": 3, "int8": 4}
# Per token in the body, per scored position in the vocabulary: twice the weights. Per position that a token attends to:
# four times the width of nine heads in thirty layers.
ATTENTION = 4 * 30 * 9 * 64
BODY, HEAD = 2 * 30 * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536), 2 * 576 * 49152


def show(*words):
    print(*words, flush=True)


def times(ratio, wanted):
    return f"{ratio:.2f} times" + (f" (wanted {wanted})" if wanted else "")


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


def scoring():
    """Suites in each mode, beside lm-eval in the faster of its modes."""
    for name, (tasks, options, wanted) in SUITES.items():
        label = name.split()[0].strip(",")
        theirs = None
        if has_lm_eval():
            found = {dtype: lm_eval(label, tasks, options, dtype)[:2] for dtype in ["float32", "bfloat16"]}
            for dtype, (whole, evaluating) in found.items():
                show(f"{name}, lm-eval in {dtype}: {whole:.1f} s, of which evaluating {evaluating:.1f} s")
            theirs = min(found.values())[0]
        exact = None
        for mode in MODES:
            seconds, run, samples = evaluate(label, tasks, options, mode)
            tokens, positions, operations = work(samples)
            show(f"{name}, {mode}: {seconds:.2f} s, of which the job {run['seconds']:.2f} s; {tokens} tokens, {positions} "
                 f"scored, {share(operations, run['seconds'])}; {run['peak_memory_bytes'] >> 20} MiB")
            exact = run["seconds"] if mode == "float32" else exact
            if exact and mode != "float32":
                show(f"  of float32: {times(exact / run['seconds'], OF_FLOAT32[mode])}")
            if theirs:
                show(f"  of lm-eval: {times(theirs / seconds, wanted.get(mode))}")


def hellaswag():
    """HellaSwag in each mode, beside llama.cpp on the fastest of its files."""
    ours = {mode: evaluate("hellaswag", ["hellaswag"], [], mode) for mode in MODES}
    path = WORK / "hellaswag.txt"
    with open(path, "w") as file:
        for sample in ours[MODES[0]][2]["hellaswag"]:
            print(sample["arguments"][0][0], sample["target"], *(a[1].strip() for a in sample["arguments"]),
                  sep="\n", file=file)
    theirs = {}
    for kind in ["F32", "BF16", "Q4_0", "Q8_0"]:
        theirs[kind] = llama_cpp(
            "llama-perplexity", "-m", quantized(kind), "-f", path, "--hellaswag", "--hellaswag-tasks", "100", "-t",
            os.cpu_count(), log="llama-hellaswag.log")
        show(f"hellaswag, llama.cpp on {kind}: {theirs[kind]:.2f} s")
    for mode, (seconds, _, _) in ours.items():
        ratio = min(theirs.values()) / seconds
        show(f"hellaswag, {mode}: {seconds:.2f} s, of llama.cpp's fastest: {times(ratio, OF_LLAMA_CPP.get(mode))}")


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


def decoding():
    (WORK / "story").mkdir(exist_ok=True)
    (WORK / "story" / "test.jsonl").write_text("".join(json.dumps(dict(text=t)) + "\n" for t in OPENINGS))
    (WORK / "story.yaml").write_text(STORY)
    for mode in MODES:
        for count in [1, len(OPENINGS)]:
            _, run, samples = evaluate("story", ["story"], [], mode, data=WORK, tasks_dir=WORK, limit=count)
            requests = [r for s in samples["story"] for r in s["requests"]]
            tokens = sum(len(r["ids"]) for r in requests)
            attended = sum(sum(range(len(r["prompt"]), len(r["prompt"]) + len(r["ids"]))) for r in requests)
            operations = tokens * (BODY + HEAD) + attended * ATTENTION
            rate = tokens / run["seconds"]
            show(f"{count} sequences, {mode}: {rate:.1f} tokens/s; {share(operations, run['seconds'])}")


def llama_rates(programs):
    """Tokens a second of `llama-bench` reading 512 tokens and writing 128, and their spread."""
    command = [programs / "llama-bench", "-m", model(), "-t", os.cpu_count(), "-p", "512", "-n", "128", "-r", "5", "-o", "json"]
    text = subprocess.check_output([str(word) for word in command], text=True, stderr=subprocess.DEVNULL)
    tests = json.loads(text[text.index("["):text.rindex("]") + 1])
    return {"prompt" if t["n_prompt"] else "generate": (t["avg_ts"], t["stddev_ts"]) for t in tests}


def rates():
    text = subprocess.check_output([str(EVALUATE), "bench", "--backbone", model(), "--format", "json"], text=True)
    for m in json.loads(text)["measurements"]:
        show(f"{m['mode']}, {m['task']} {m['tokens']} × {m['sequences']}: {m['tokens_per_second']:.1f} ± "
             f"{m['standard_deviation']:.1f} tokens/s, {m['share_of_peak']:.0%} of the peak, "
             f"{m['share_of_bandwidth']:.0%} of the bandwidth")
    for name, variable in [("llama.cpp", "ASSAY_LLAMA_CPP"), ("ik_llama.cpp", "ASSAY_IK_LLAMA_CPP")]:
        if variable in os.environ:
            for task, (rate, spread) in llama_rates(pathlib.Path(os.environ[variable])).items():
                show(f"  {name}, {task}: {rate:.1f} ± {spread:.1f} tokens/s")


def closeness():
    """How far each mode is from float32, and lm-eval in bfloat16."""
    tasks = ["hellaswag", "blimp_wh_island", "lambada_openai"]

    def sums(samples):
        return {t: [sum(r["log_probabilities"]) for s in samples[t] for r in s["requests"]] for t in tasks}

    exact = sums(evaluate("exact", tasks, [], "float32")[2])
    found = {mode: sums(evaluate("near", tasks, [], mode)[2]) for mode in MODES if mode != "float32"}
    rounded = evaluate("near", tasks, ["architecture.dtype.param=bfloat16"], "float32")[2]
    found["float32, weights in bfloat16"] = sums(rounded)
    if has_lm_eval():
        documents = lm_eval("bfloat16", tasks, [], "bfloat16")[2]
        found["lm-eval, bfloat16"] = {t: [value for d in documents[t] for value in d["ll"]] for t in tasks}
    for name, values in found.items():
        means = (sum(abs(a - b) for a, b in zip(values[t], exact[t])) / len(exact[t]) for t in tasks)
        show(f"{name}: " + ", ".join(f"{t} {mean:.4f}" for t, mean in zip(tasks, means)) + " nats from float32")


# Of a window that `diff`, `run` and llama.cpp's tool read.
CONTEXT = 512


def divergence():
    """`diff` beside scoring its models one after another; its numbers beside those of llama.cpp's tool."""
    kinds = ["Q4_0", "Q8_0", "Q4_K_M"]
    text, log = WORK / "pages.txt", WORK / "diff.json"
    pages = DATA / "wikitext_document_level" / "wikitext-2-raw-v1" / "test.jsonl"
    text.write_text("\n".join(json.loads(line)["page"] for line in open(pages))[:24000])

    def diff(windows, *candidates, mode="auto"):
        models = [quantized("F32"), *candidates]
        words = ["--text", text, "--windows", windows, "--context", CONTEXT, "--json"]
        key = "architecture.dtype.activation"
        return shell([EVALUATE, "diff", *models, *words, f"{key}={mode}", "--reference", f"{key}=float32"], log.name)

    def score(kind):
        root = WORK / "assay" / "pages"
        shutil.rmtree(root, ignore_errors=True)
        words = ["--tasks", text, "--root", root, f"architecture.block_size={CONTEXT}"]
        return shell([EVALUATE, "run", "--backbone", quantized(kind), *words], "pages.log")

    reference, alone = score("F32"), {}
    for kind in kinds:
        alone[kind] = diff("rolling", quantized(kind))
        both = reference + score(kind)
        show(f"diff, {kind}: {alone[kind]:.1f} s, scoring both {both:.1f} s: {times(alone[kind] / both, '1.25 at most')}")
    together, apart = diff("rolling", *map(quantized, kinds)), sum(alone.values())
    show(f"diff of three: {together:.1f} s, one by one {apart:.1f} s: {times(together / apart, '0.8 at most')}")
    # What llama.cpp computes in float32, its weights those of a quantised file.
    candidates = {kind: quantized(kind) for kind in kinds} | {f"{kind} as F32": widened(kind) for kind in kinds}
    for mode, names in [("float32", list(candidates)), ("int16", kinds), ("int8", kinds)]:
        diff("llama-perplexity", *(candidates[name] for name in names), mode=mode)
        printed = log.read_text()
        report = json.loads(printed[printed.index("{\n") : printed.rindex("}") + 1])
        for name, found in zip(names, report["candidates"]):
            numbers, ratio = found["divergence"], found["perplexity_ratio"]
            show(f"{name}, {found['mode']}: mean KL {numbers['mean']['value']:.6f} ± {numbers['mean']['stderr']:.6f}, "
                 f"maximum {numbers['maximum']:.4f}, same top {found['same_top']['value']:.4%}, "
                 f"ratio of perplexities {ratio['value']:.6f} ± {ratio['stderr']:.6f}")
    base = WORK / "base.kld"
    common = ["--kl-divergence-base", base, "-t", os.cpu_count()]
    llama_cpp("llama-perplexity", "-m", quantized("F32"), "-f", text, *common, log="llama-base.log")
    show(f"llama.cpp keeps {base.stat().st_size >> 20} MiB of logits")
    for kind, path in candidates.items():
        seconds = llama_cpp("llama-perplexity", "-m", path, *common, "--kl-divergence", log="llama-diff.log")
        lines = (WORK / "llama-diff.log").read_text().splitlines()
        wanted = ("Mean    KLD", "Maximum KLD", "Same top p", "Mean PPL(Q)/PPL(base)")
        show(f"llama.cpp, {kind}: {seconds:.1f} s; " + "; ".join(l.strip() for l in lines if l.startswith(wanted)))
    base.unlink()


if __name__ == "__main__":
    every = {part.__name__: part for part in [scoring, hellaswag, rates, decoding, closeness, divergence]}
    parts = sys.argv[1:] or list(every)
    for part in parts:
        if part not in every:
            sys.exit(f"bench-engine: there is no part '{part}'; there are {', '.join(every)}")
    for path, hint in [(DATA, "ASSAY_SHARED names the folder"), (pathlib.Path(EVALUATE), "swift build -c release")]:
        if not path.exists():
            sys.exit(f"bench-engine: there is no '{path}'; {hint}")
    WORK.mkdir(parents=True, exist_ok=True)
    if not has_lm_eval():
        show("lm-eval: not there; ASSAY_PYTHON names a Python with `pip install 'lm-eval[hf]' gguf`")
    if "ASSAY_LLAMA_CPP" not in os.environ:
        show("llama.cpp: not there; ASSAY_LLAMA_CPP names the folder of its programs")
        parts = [part for part in parts if part not in ("hellaswag", "divergence")]
    for part in parts:
        every[part]()

"""A training step beside PyTorch's, in one run: ci/bench train [--batch 12] [--rounds 7] …

A GPT of nanoGPT's small settings from the same weights, on the same tokens: forward, backward, clipping to a norm of 1
and AdamW, in float32 on as many threads. Each side is a process of its own that waits while another works; they take
turns, and the table has medians. PyTorch is measured eagerly and, where there is a C++ compiler, compiled; the losses of
all must agree. ASSAY_BENCHMARKS names the program with our side.
"""

import argparse
import importlib.util
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def settings():
    parser = argparse.ArgumentParser(prog="ci/bench train", description=__doc__, allow_abbrev=False)
    whole = {"layers": 6, "width": 384, "heads": 6, "block": 256, "vocabulary": 8192, "batch": 12, "threads": 2,
             "rounds": 7, "steps": 3}
    for name, value in whole.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--bias", action="store_true", help="biases in products and norms; nanoGPT has none")
    parser.add_argument("--only", choices=["assay", "eager", "compiled"], help="one side alone, to profile it")
    return parser.parse_args()


class Side:
    """A process that makes training steps when it is told to."""

    def __init__(self, name, command, environment):
        self.name, self.rates, self.losses, self.peak = name, [], [], 0
        self.cpu = []
        self.process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | environment)

    def train(self, steps):
        """Seconds of some more steps; notes the loss before the last one, and the peak of memory in bytes."""
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"bench-train: {self.name} ended with {self.process.wait()}")
        answer = json.loads(line)
        self.losses.append(answer["loss"])
        self.cpu.append(answer["cpu"] / steps)
        self.peak = answer["peak"]
        return answer["seconds"]


def sides(options, folder):
    words = [f"{n}={getattr(options, n)}" for n in ("layers", "width", "heads", "block", "vocabulary", "batch")]
    words.append(f"bias={str(options.bias).lower()}")
    threads = str(options.threads)
    worker = [sys.executable, HERE / "worker.py"]
    if importlib.util.find_spec("torch") is None:
        sys.exit(f"bench-train: '{sys.executable}' has no torch; ASSAY_PYTHON names a Python that has it")
    subprocess.run([*worker, "write", folder / "weights.safetensors", *words], check=True)
    ours = os.environ.get("ASSAY_BENCHMARKS")
    if not ours:
        sys.exit("bench-train: ASSAY_BENCHMARKS names no program; run it as ci/bench train")
    made = {"assay": ("Assay", [ours, "train", folder / "weights.safetensors", *words], {"ASSAY_THREADS": threads})}
    for kind in ("eager", "compiled"):
        made[kind] = (f"PyTorch, {kind}", [*worker, kind, folder / "weights.safetensors", *words, f"threads={threads}"],
                      {"OMP_NUM_THREADS": threads})
    if not any(shutil.which(compiler) for compiler in (os.environ.get("CXX", "g++"), "g++", "clang++")):
        print("no C++ compiler: PyTorch is measured eagerly only", flush=True)
        del made["compiled"]
    return [Side(*made[key]) for key in made if options.only in (None, key)]


def check(sides):
    """All sides see the same weights and tokens, so their losses differ by rounding alone, which steps enlarge."""
    for losses in zip(*(side.losses for side in sides)):
        if max(losses) - min(losses) > 2e-3 * max(losses):
            sys.exit(f"bench-train: losses differ: {dict(zip((s.name for s in sides), losses))}")


def main():
    options = settings()
    tokens = options.batch * options.block
    with tempfile.TemporaryDirectory() as folder:
        parties = sides(options, pathlib.Path(folder))
        for side in parties:
            side.train(2)  # compiles, and fills caches
        for turn in range(options.rounds):
            for side in parties[turn % len(parties):] + parties[:turn % len(parties)]:
                side.rates.append(options.steps * tokens / side.train(options.steps))
        check(parties)
        for side in parties:
            side.process.stdin.close()
    bias = "with" if options.bias else "no"
    print(f"{options.layers} layers, {options.width} wide, {options.heads} heads, block {options.block}, vocabulary "
          f"{options.vocabulary}, {bias} biases, float32; {options.batch} × {options.block} tokens a step, "
          f"{options.threads} threads; medians of {options.rounds} turns of {options.steps} steps\n")
    print("| | tokens/s | ms a step | of the processor | peak memory | last loss |\n|---|---|---|---|---|---|")
    for side in parties:
        rate = statistics.median(side.rates)
        print(f"| {side.name} | {rate:.0f} | {1000 * tokens / rate:.0f} | {1000 * statistics.median(side.cpu[1:]):.0f} | "
              f"{side.peak >> 20} MiB | {side.losses[-1]:.4f} |")
    for peer in parties[1:]:
        ratios = [ours / theirs for ours, theirs in zip(parties[0].rates, peer.rates)]
        print(f"\nAssay to {peer.name}: {statistics.median(ratios):.2f} times the tokens/s "
              f"({min(ratios):.2f} to {max(ratios):.2f}), {parties[0].peak / peer.peak:.2f} of the memory")


main()

"""Compares tasks that need functions with lm-evaluation-harness, document by document.

    python3 Tools/compare-tasks --evaluate PROGRAM --model FOLDER [--shots N] [--chat] [--python PATH] [--metrics FOLDER]
        [--documents N] [--keep FOLDER] [TASK …]

Data of the right schema are made from a seed. The program answers; lm-evaluation-harness makes its own prompts of the same
data, which must be the same texts, and filters and judges the program's answers, which must give the same metrics. --chat asks
in turns of a chat template; --python lets functions without a native one run in that Python, and adds tasks that have such. A task that
lm-evaluation-harness itself cannot ask so is counted apart. Needs a Python with lm_eval 0.4.13, transformers and datasets;
nothing is downloaded.
"""

import argparse
import collections
import csv
import glob
import gzip
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import datasets
import evaluate
import lm_eval
import transformers
from lm_eval.api.task import ConfigurableTask
from lm_eval.tasks import TaskManager
from lm_eval.tasks._yaml_loader import load_yaml

import bridged
import documents

FOLDER = os.path.join(os.path.dirname(lm_eval.__file__), "tasks")
SPLITS = ("train", "validation", "test", "dev")


def rows(make, split, count):
    maker = documents.Maker(f"{make.__name__} {split}")
    return [make(maker) for _ in range(count)]


def write_data(config, make, root, count=24):
    """Writes all splits that a task names, and gives them as lm-evaluation-harness would load them."""
    folder = os.path.join(root, config["dataset_path"])
    if config.get("dataset_name"):
        folder = os.path.join(folder, config["dataset_name"])
    os.makedirs(folder, exist_ok=True)
    names = {config.get(key) for key in ("training_split", "validation_split", "test_split", "fewshot_split")}
    names.add((config.get("fewshot_config") or {}).get("split"))
    files = (config.get("dataset_kwargs") or {}).get("data_files") or {}
    splits = {}
    for split in sorted(name for name in names if name):
        made = rows(make, split, count)
        path = os.path.join(root, f"{split}.jsonl")
        write_lines(made, path)
        named = files.get(split)
        # Files by name lie under the root of all data.
        place = os.path.join(root, named[0] if isinstance(named, list) else named) if named else None
        write_as(made, place or os.path.join(folder, f"{split}.jsonl"))
        splits[split] = path
    return splits


def write_lines(made, path, opener=open):
    with opener(path, "wt", encoding="utf-8") as file:
        for row in made:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_as(made, path):
    """Writes rows in the format that a file's name asks for; a table has no line of names."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if path.endswith(".csv"):
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(row.values() for row in made)
    else:
        write_lines(made, path, gzip.open if path.endswith(".gz") else open)


def load(config, splits, cache):
    """The task, as lm-evaluation-harness makes it after it has seeded its generators."""
    original = datasets.load_dataset

    def patched(*_, **__):
        return original("json", data_files=dict(splits), cache_dir=cache)

    datasets.load_dataset = patched
    random.seed(0)
    try:
        return config["class"]() if "class" in config else ConfigurableTask(config=dict(config))
    finally:
        datasets.load_dataset = original


def samples(root, task):
    paths = glob.glob(os.path.join(root, "**", f"samples_{task}_*.jsonl"), recursive=True)
    if not paths:
        raise FileNotFoundError(f"no samples of {task}")
    found = collections.defaultdict(dict)
    for line in open(max(paths, key=os.path.getmtime), encoding="utf-8"):
        sample = json.loads(line)
        found[sample["doc_id"]][sample["filter"]] = sample
    return found


def results(root):
    path = max(glob.glob(os.path.join(root, "**", "results_*.json"), recursive=True), key=os.path.getmtime)
    return json.load(open(path, encoding="utf-8"))["results"]


class CannotAsk(Exception):
    """Why lm-evaluation-harness cannot ask a task with these shots."""


def build(task, shots, chat):
    """The requests of lm-evaluation-harness; `chat` writes turns, where there is a template."""
    own = shots if task.config.num_fewshot != 0 else 0
    if own and type(task) is not ConfigurableTask:
        raise CannotAsk("the class takes no shots")
    task.set_config(key="num_fewshot", value=own)
    task.set_fewshot_seed(seed=1234)
    turns = {"apply_chat_template": True, "fewshot_as_multiturn": True, "chat_template": chat} if chat else {}
    try:
        task.build_all_requests(rank=0, world_size=1, **turns)
    except AssertionError as error:
        raise CannotAsk(error) from None


def differences(task, own, metrics):
    """What differs: prompts, filtered answers, metrics of documents, metrics of the whole."""
    by_document = collections.defaultdict(list)
    for instance in task.instances:
        by_document[instance.doc_id].append(instance)
    found = []
    for document, instances in by_document.items():
        instances.sort(key=lambda instance: instance.idx)
        sample = next(iter(own[document].values()))
        theirs = [instance.args for instance in instances]
        ours = [tuple(argument.values()) for argument in sample["arguments"].values()]
        for index, (one, other) in enumerate(zip(theirs, ours)):
            texts = [text for text in one if isinstance(text, str)]
            if texts != list(other)[: len(texts)]:
                found.append(f"document {document}, request {index}: {one!r} != {other!r}")
        if len(theirs) != len(ours):
            found.append(f"document {document}: {len(theirs)} requests != {len(ours)}")
        for instance, answer in zip(instances, sample["resps"]):
            value = answer[0]
            instance.resps = [(float(value[0]), value[1] == "True") if isinstance(value, list) else value]
            if task.OUTPUT_TYPE == "loglikelihood_rolling":
                instance.resps = [float(value)]
    if found:
        return found
    task.apply_filters()
    for filter_name in task.instances[0].filtered_resps:
        whole = collections.defaultdict(list)
        for document, instances in by_document.items():
            values = task.process_results(
                instances[0].doc, [instance.filtered_resps[filter_name] for instance in instances]
            )
            sample = own[document].get(filter_name)
            for name, value in values.items():
                whole[name].append(value)
                ours = sample.get(name) if sample else None
                if isinstance(value, (int, float)) and not same(value, ours):
                    found.append(f"document {document}, {name}: {value!r} != {ours!r}")
        for name, values in whole.items():
            theirs = task.aggregation()[name](values)
            ours = metrics.get(f"{name},{filter_name}")
            if not same(theirs, ours):
                found.append(f"{name},{filter_name}: {theirs!r} != {ours!r}")
    return found


def same(one, other):
    if other is None:  # what is not a number, in JSON
        return isinstance(one, (int, float)) and math.isnan(one)
    if not isinstance(other, (int, float)):
        return False
    one, other = float(one), float(other)
    return (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", nargs="*")
    parser.add_argument("--evaluate", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--shots", type=int, default=0)
    parser.add_argument("--documents", type=int, default=24, help="how many each split has")
    parser.add_argument("--chat", action="store_true")
    parser.add_argument("--python", help="runs functions without a native one")
    parser.add_argument("--metrics", help="the folder 'metrics' of Hugging Face's evaluate, for tasks that load one of them")
    parser.add_argument("--keep", help="a folder to work in and keep")
    arguments = parser.parse_args()
    work = arguments.keep or tempfile.mkdtemp()
    if arguments.metrics:
        original = evaluate.load
        evaluate.load = lambda name, *rest, **keys: original(os.path.join(arguments.metrics, name), *rest, **keys)
    manager = TaskManager()
    families = [*documents.FAMILIES.items(), *(bridged.FAMILIES.items() if arguments.python else [])]
    makers = {name: make for make, names in families for name in names}
    failed = compared = unasked = 0
    chat = None
    if arguments.chat:
        chat = with_template(arguments, work)
    for name in arguments.tasks or makers:
        try:
            found = compare(name, makers[name], manager, work, arguments, chat)
        except CannotAsk as error:
            unasked += 1
            print(f"{'unasked':8}{name}: {error}", flush=True)
            continue
        except Exception as error:  # noqa: BLE001: one task that cannot be compared does not end the others
            found = [f"{type(error).__name__}: {str(error)[-600:]}"]
        compared += 1
        failed += bool(found)
        print(f"{'DIFFERS' if found else 'equal':8}{name}", *found[:3], sep="\n    ", flush=True)
    print(
        f"{compared - failed} of {compared} tasks are equal with {arguments.shots} shots{' in a chat' if chat else ''};"
        f" {unasked} that lm-evaluation-harness cannot ask so"
    )
    if not arguments.keep:
        shutil.rmtree(work)
    return failed > 0


TEMPLATE = (
    "{% for message in messages %}<{{ message['role'] }}>{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def with_template(arguments, work):
    """Gives a copy of the model a chat template, and what writes turns with it as lm-evaluation-harness does."""
    folder = os.path.join(work, "model")
    shutil.copytree(arguments.model, folder, dirs_exist_ok=True)
    path = os.path.join(folder, "tokenizer_config.json")
    os.chmod(path, 0o644)
    settings = json.load(open(path, encoding="utf-8"))
    json.dump({**settings, "chat_template": TEMPLATE}, open(path, "w", encoding="utf-8"))
    arguments.model = folder
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)

    def write(turns, add_generation_prompt=True):
        return tokenizer.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=add_generation_prompt,
            continue_final_message=not add_generation_prompt,
        )

    return write


def compare(name, make, manager, work, arguments, chat):
    config = configuration(manager, name)
    root = os.path.join(work, name)
    shutil.rmtree(root, ignore_errors=True)
    splits = write_data(config, make, os.path.join(root, "data"), arguments.documents)
    command = [
        arguments.evaluate, "run", "--backbone", arguments.model, "--tasks", name, "--tasks-dir", FOLDER,
        "--data", os.path.join(root, "data"), "--root", root, *shots(config, arguments.shots),
        "--output-format", "lm-eval", "architecture.dtype.activation=float32",
        *(["--apply-chat-template"] if chat and takes_prompts(config) else []),
    ]
    if config.get("output_type", "generate_until") == "generate_until":
        command.append("eval.max_new_tokens=24")
    task = load(config, splits, os.path.join(root, "cache"))
    # An option that a task does not use is an error; the variable is not.
    environment = {**os.environ, **({"ASSAY_TASK_PYTHON": arguments.python} if arguments.python else {})}
    run = subprocess.run(command, capture_output=True, text=True, env=environment)
    if run.returncode:
        return [run.stderr.strip()[-600:]]
    build(task, arguments.shots, chat)
    return differences(task, samples(root, name), results(root)[name])


def shots(config, count):
    """The option, unless the task is one that takes no shots."""
    takes = config.get("num_fewshot") != 0 and "class" not in config and takes_prompts(config)
    return ["--num-fewshot", str(count)] if takes else []


def takes_prompts(config):
    return config.get("output_type") != "loglikelihood_rolling"


def configuration(manager, name):
    """The keys of a task with what it includes."""
    config = load_yaml(manager.task_index[name].yaml_path, resolve_func=True)
    config.pop("include", None)
    if "class" in config:
        config |= {"dataset_path": config["class"].DATASET_PATH, "dataset_name": config["class"].DATASET_NAME,
                   "training_split": "train", "validation_split": "validation"}
    return config


if __name__ == "__main__":
    sys.exit(main())

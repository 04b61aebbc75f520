"""What lm-evaluation-harness says of a model on local data: lm_eval_wheel.py MODEL_FOLDER DATA TASKS_DIR OUT [options]

MODEL_FOLDER is of the Hub's form (`hugging_face.py` makes one of a GGUF file), DATA a data root, TASKS_DIR a folder of
task files. OUT gets `<task>.jsonl`, a line a document: `arguments` as the model got them, `ll` and `greedy`, or the
`text` that it wrote, `answers` by filter, and `metrics`; and `summary.json`: the metrics of each task with standard errors, and `seconds`,
of loading and of evaluating.
"""

import argparse
import hashlib
import json
import pathlib
import shutil
import time

MODULES = {"hellaswag": "utils.py", "wikitext": "preprocess_wikitext.py"}


def local_tasks(tasks_dir, data, names, out):
    """The task files of `names` in the folder `out`, reading their documents from `data`; the wheel's functions beside."""
    import lm_eval.tasks

    out.mkdir(parents=True, exist_ok=True)
    wheel = pathlib.Path(lm_eval.tasks.__file__).parent
    for name in names:
        text = (tasks_dir / f"{name}.yaml").read_text()
        fields = dict(line.split(": ", 1) for line in text.splitlines() if line.startswith("dataset_"))
        folder = data / fields["dataset_path"].strip().split("/")[-1] / fields.get("dataset_name", "").strip()
        files = {path.stem: str(path.resolve()) for path in folder.glob("*.jsonl")}
        lines = [line for line in text.splitlines() if not line.startswith("dataset_")]
        lines += ["dataset_path: json", f"dataset_kwargs: {json.dumps({'data_files': files})}", ""]
        (out / f"{name}.yaml").write_text("\n".join(lines))
        if name in MODULES:
            shutil.copy(wheel / name / MODULES[name], out)


def document(samples, digests):
    """One line of what there is a sample of for each filter."""
    sample = samples[0]
    arguments = [[value for value in values if isinstance(value, str)] for values in sample["arguments"]]
    line = dict(doc=sample["doc_id"], arguments=arguments)
    if digests:
        line["arguments"] = [[hashlib.sha256(v.encode()).hexdigest() for v in values] for values in arguments]
    answers = [r[0] for r in sample["resps"]]
    if isinstance(answers[0], str):
        line["text"] = answers[0]
        line["answers"] = {s["filter"]: s["filtered_resps"][0] for s in samples}
    elif isinstance(answers[0], (tuple, list)):
        line["ll"], line["greedy"] = [float(a[0]) for a in answers], [str(a[1]) == "True" for a in answers]
    else:
        line["ll"] = [float(a) for a in answers]
    line["metrics"] = {f"{m},{s['filter']}": s[m] for s in samples for m in s["metrics"]}
    return line


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ["model", "data", "tasks_dir", "out"]:
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--tasks", required=True)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--num-fewshot", type=int)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--chat", action="store_true", help="apply the chat template")
    parser.add_argument("--one-turn", action="store_true", help="all shots of a chat in one turn of the user's")
    parser.add_argument("--system", help="the system's turn of a chat")
    parser.add_argument("--digests", action="store_true", help="SHA-256 of the arguments instead of their text")
    options = parser.parse_args()

    began = time.time()
    import torch
    from lm_eval import simple_evaluate
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks import TaskManager

    if options.threads:
        torch.set_num_threads(options.threads)
    names = options.tasks.split(",")
    options.out.mkdir(parents=True, exist_ok=True)
    local_tasks(options.tasks_dir, options.data, names, options.out / "tasks")
    model = HFLM(str(options.model), dtype=options.dtype, batch_size=options.batch_size, device="cpu")
    manager = TaskManager(include_path=str(options.out / "tasks"), include_defaults=False)
    loaded = time.time()
    results = simple_evaluate(
        model, tasks=names, task_manager=manager, limit=options.limit, num_fewshot=options.num_fewshot,
        log_samples=True, apply_chat_template=options.chat, system_instruction=options.system,
        fewshot_as_multiturn=options.chat and not options.one_turn,
    )
    done = time.time()
    for name in names:
        samples = {}
        for sample in results["samples"][name]:
            samples.setdefault(sample["doc_id"], []).append(sample)
        with open(options.out / f"{name}.jsonl", "w") as file:
            for _, group in sorted(samples.items()):
                print(json.dumps(document(group, options.digests)), file=file)
    seconds = dict(loading=loaded - began, evaluating=done - loaded)
    with open(options.out / "summary.json", "w") as file:
        json.dump(dict(results["results"], seconds=seconds), file, indent=1, default=str)


if __name__ == "__main__":
    main()

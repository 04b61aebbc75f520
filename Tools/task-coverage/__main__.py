"""Counts how many tasks of a folder load, and why the others do not.

    python3 Tools/task-coverage FOLDER [--evaluate PROGRAM] [--names FILE] [--list KIND]
        [--python PATH] [--allow-code]

FOLDER is one of task files, such as lm_eval/tasks of an installed lm-evaluation-harness. --names is a file whose lines
begin with names of tasks, groups or tags, up to a '|'; a name loads where all of its tasks do. --list prints the tasks
that are refused for one kind of reason. --python and --allow-code are handed to the program: a task whose functions the Python
cannot load is refused by what it lacks.
"""

import argparse
import collections
import json
import re
import subprocess
import sys
import time

KINDS = [
    ("Python: what the Python lacks", r"failed in .*(ModuleNotFound|Import|FileNotFound|Runtime)Error|SystemExit"),
    ("Python: process_docs", r"'process_docs' names the Python function"),
    ("Python: doc_to_text, doc_to_target, doc_to_choice", r"'doc_to_\w+' names the Python function"),
    ("Python: few-shot samples", r"'samples' names the Python function"),
    ("Python: process_results", r"'process_results' names the Python function"),
    ("Python: metric", r"'metric' names the Python function"),
    ("Python: aggregation", r"'aggregation' names the Python function"),
    ("Python: filter", r"'filter' names the Python function"),
    ("Python: other", r"names the Python function"),
    ("pictures and sound", r"'doc_to_(image|audio)' is not supported"),
    ("programs that the model writes", r"allow it with --allow-code"),
    ("programs run by functions of Python", r"'unsafe_code' with functions of Python"),
    ("custom data set or class", r"'custom_dataset' is not supported|names the Python class"),
    ("library 'evaluate'", r"Python library 'evaluate'"),
    ("metric or aggregation", r"unknown (metric|aggregation)"),
    ("unknown key", r"unknown key"),
    ("no YAML", r"no YAML|stands twice"),
]


def kind(message):
    for name, pattern in KINDS:
        if re.search(pattern, message):
            return name
    return re.sub(r"'[^']*'", "'…'", message)[:90]


def listing(arguments, *patterns):
    command = [arguments.evaluate, "list", "tasks", "--json", "--tasks-dir", arguments.folder, *patterns]
    command += ["--python", arguments.python] if arguments.python else []
    command += ["--allow-code"] if arguments.allow_code else []
    lines = subprocess.run(command, capture_output=True, text=True).stdout
    return [json.loads(line) for line in lines.splitlines()]


def own(tasks, folder):
    return {task["name"]: task for task in tasks if (task["file"] or "").startswith(folder)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--evaluate", default="evaluate")
    parser.add_argument("--names")
    parser.add_argument("--list", dest="listed")
    parser.add_argument("--python")
    parser.add_argument("--allow-code", action="store_true")
    arguments = parser.parse_args()
    start = time.time()
    tasks = own(listing(arguments), arguments.folder)
    seconds = time.time() - start
    single = [task for task in tasks.values() if task["kind"] == "task"]
    loads = [task for task in single if not task["needs"]]
    print(f"{len(loads)} of {len(single)} tasks load, {100 * len(loads) / max(len(single), 1):.1f} % ({seconds:.1f} s)")
    reasons, alone = collections.Counter(), collections.Counter()
    for task in single:
        kinds = {kind(message) for message in task["needs"]}
        reasons.update(kinds)
        if len(kinds) == 1:
            alone.update(kinds)
        if arguments.listed in kinds:
            print(task["name"], task["file"], *task["needs"], sep="\n  ")
    print(f"{'tasks':>6} {'alone':>6}  refused for")
    for reason, count in reasons.most_common():
        print(f"{count:6} {alone[reason]:6}  {reason}")
    if arguments.names:
        count_names(arguments)


def count_names(arguments):
    """Says of each name whether its tasks load, as 'lint' of a group does."""
    state = collections.Counter()
    for line in open(arguments.names, encoding="utf-8"):
        name = line.split("|")[0].strip()
        if not name:
            continue
        members = listing(arguments, "--members", name)
        good = sum(not member["needs"] for member in members)
        word = "runs" if members and good == len(members) else "part" if good else "no"
        state[word] += 1
        print(f"{name:36} {word:5} {good}/{len(members)}")
    print(dict(state))


if __name__ == "__main__":
    sys.exit(main())

"""Calls the Python functions of task files for Assay: one JSON object a line comes in, one goes out.

What a function prints goes to standard error, so that it cannot be taken for an answer.
"""

import contextlib
import ctypes
import importlib
import importlib.util
import json
import os
import pathlib
import random
import sys
import traceback
import types

answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)
sys.path[:] = [place for place in sys.path if place]  # the folder of the run is none of ours
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(1, 9)  # ends with the program, also one that is killed


class Dataset:
    """What process_docs needs of `datasets.Dataset`, where that is not installed."""

    def __init__(self, rows):
        self.rows = rows

    @classmethod
    def from_list(cls, rows):
        return cls([dict(row) for row in rows])

    @classmethod
    def from_dict(cls, columns):
        names = list(columns)
        return cls([dict(zip(names, values)) for values in zip(*columns.values())])

    @property
    def column_names(self):
        return list(dict.fromkeys(name for row in self.rows for name in row))

    @property
    def features(self):
        return dict.fromkeys(self.column_names)

    def __len__(self):
        return len(self.rows)

    def __iter__(self):
        return iter(self.rows)

    def __getitem__(self, key):
        if isinstance(key, str):
            return [row.get(key) for row in self.rows]
        if isinstance(key, slice):
            return {name: [row.get(name) for row in self.rows[key]] for name in self.column_names}
        return self.rows[key]

    def map(self, function, with_indices=False, remove_columns=(), fn_kwargs=None, **_):
        removed = {remove_columns} if isinstance(remove_columns, str) else set(remove_columns or ())
        rows = []
        for index, row in enumerate(self.rows):
            made = function(dict(row), *([index] if with_indices else []), **(fn_kwargs or {}))
            kept = {name: value for name, value in row.items() if name not in removed}
            rows.append({**kept, **(made or {})})
        return Dataset(rows)

    def filter(self, function, with_indices=False, fn_kwargs=None, **_):
        chosen = lambda index, row: function(row, *([index] if with_indices else []), **(fn_kwargs or {}))
        return Dataset([row for index, row in enumerate(self.rows) if chosen(index, row)])

    def select(self, indices):
        return Dataset([self.rows[index] for index in indices])

    def remove_columns(self, names):
        names = [names] if isinstance(names, str) else names
        return Dataset([{name: row[name] for name in row if name not in names} for row in self.rows])

    def rename_column(self, old, new):
        return Dataset([{new if name == old else name: value for name, value in row.items()} for row in self.rows])

    def add_column(self, name, column):
        return Dataset([{**row, name: value} for row, value in zip(self.rows, column)])

    def sort(self, name, reverse=False):
        return Dataset(sorted(self.rows, key=lambda row: row[name], reverse=reverse))

    def to_list(self):
        return self.rows


def stand_in_for_datasets():
    module = types.ModuleType("datasets")
    module.Dataset = Dataset
    module.DatasetDict = dict
    sys.modules["datasets"] = module


if importlib.util.find_spec("datasets") is None:
    stand_in_for_datasets()


def data_class():
    """The library's own class where there is the library."""
    import datasets

    if hasattr(datasets, "disable_progress_bars"):
        datasets.disable_progress_bars()
    return datasets.Dataset


def module_name(path):
    """As lm-evaluation-harness names it, so that tasks of its folder can import each other."""
    place = str(path)
    mark = "/lm_eval/tasks/"
    if mark in place:
        return "lm_eval.tasks." + place[place.index(mark) + len(mark) :].removesuffix(".py").replace("/", ".")
    return str(path.with_suffix(""))


def load_module(path):
    name = module_name(path)
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) == str(path):
        return known
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module
    take_filters(module)
    return module


registered = {}


def take_filters(module):
    """Takes the filters that a module has registered with lm-evaluation-harness, so that another task's may have their names."""
    registry = sys.modules.get("lm_eval.api.registry")
    known = getattr(getattr(registry, "filter_registry", None), "_objs", {})
    own = {name: made for name, made in known.items() if getattr(made, "__module__", None) == module.__name__}
    registered[module.__name__] = own
    for name in own:
        del known[name]


@contextlib.contextmanager
def beside(folder):
    """Imports from a task's folder; what another task imports by the same name is its own."""
    known = set(sys.modules)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        place = os.path.realpath(folder) + os.sep
        for name in set(sys.modules) - known:
            file = getattr(sys.modules[name], "__file__", None) or ""
            if not os.path.isabs(name) and not name.startswith("lm_eval.") and os.path.realpath(file).startswith(place):
                del sys.modules[name]


def find(name, folder):
    """The function, class or list of that name, beside the task file or else importable; `module:name` is a registered filter."""
    module, separator, function = name.partition(":") if ":" in name else name.rpartition(".")
    path = (pathlib.Path(folder) / f"{module.replace('.', '/')}.py").resolve()
    owner = load_module(path) if path.exists() else importlib.import_module(module)
    if separator == ".":
        return getattr(owner, function)
    if function not in registered.get(owner.__name__, {}):
        raise LookupError(f"{module} registers no filter '{function}'")
    return registered[owner.__name__][function]


def plain(value, keeps_tuples=False):
    """A value that JSON can carry; a tuple that goes back to Python keeps that it is one."""
    if value is None or isinstance(value, (bool, str)) or type(value) in (int, float):
        return value
    inner = lambda element: plain(element, keeps_tuples)
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): inner(element) for key, element in value.items()}
    if isinstance(value, tuple):
        return {"()": [inner(element) for element in value]} if keeps_tuples else [inner(element) for element in value]
    if isinstance(value, (set, frozenset)):
        return [inner(element) for element in sorted(value, key=repr)]
    if hasattr(value, "tolist"):  # numpy and torch
        return inner(value.tolist())
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if hasattr(value, "__iter__") and not isinstance(value, (bytes, bytearray)):
        return [inner(element) for element in value]
    return str(value)


def with_tuples(value):
    if isinstance(value, list):
        return [with_tuples(element) for element in value]
    if isinstance(value, dict):
        if list(value) == ["()"]:
            return tuple(with_tuples(element) for element in value["()"])
        return {key: with_tuples(element) for key, element in value.items()}
    return value


def check(function, request):
    return "class" if isinstance(function, type) else "function" if callable(function) else "value"


def seed():
    """As lm-evaluation-harness seeds before it loads a task, so that its documents depend on no other task."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(1234)


def documents(function, request):
    seed()
    made = function(data_class().from_list(request["documents"]))
    return [plain(row) for row in made]


def value(function, request):
    made = function(request["document"])
    if isinstance(made, bool):  # an index into choices
        return int(made)
    return plain(made)


def samples(function, request):
    return [plain(row) for row in (function() if callable(function) else function)]


def results(function, request):
    kind = request["kind"]
    said = request["results"]
    if kind == "rolling":
        said = [likelihood for likelihood, _ in said]
    elif kind == "scores":
        said = [(likelihood, greedy) for likelihood, greedy in said]
    made = function(request["document"], said)
    return [[str(name), plain(worth, True)] for name, worth in made.items()]


def metric(function, request):
    """The values of a metric for an answer, by name: of several right answers, whether any gives one that is true."""
    name, settings = request["name"], request["settings"]
    gold, said = request["gold"], request["answer"]

    def worth(references, predictions):
        try:
            return function(references=references, predictions=predictions, **settings)
        except TypeError:
            return function([references[0], predictions[0]])

    if not request["any"]:
        made = worth([gold], [said])
        pairs = made.items() if isinstance(made, dict) else [(name, made)]
        return [[str(key), plain(value, True)] for key, value in pairs]
    if name == "exact_match":
        return [[name, float(worth(gold, [said] * len(gold))[name] > 0)]]
    each = [worth([option], [said]) for option in gold]
    return [[name, float(any(made[name] if isinstance(made, dict) else made for made in each))]]


def aggregation(function, request):
    made = plain(function([with_tuples(worth) for worth in request["values"]]))
    return made if made is None or isinstance(made, (bool, int, float)) else float(made)


def answer_filter(function, request):
    settings = request.get("settings", {})
    if isinstance(function, type):
        made = function(**settings).apply([request["answers"]], [request["document"]])
    else:
        made = function([request["answers"]], [request["document"]])
    made = list(made)[0]
    return [made] if isinstance(made, str) else plain(list(made))


def splits(function, request):
    seed()
    made = function(**request["settings"])
    return {str(name): [plain(row) for row in rows] for name, rows in made.items()}


CALLS = {call.__name__: call for call in (check, documents, value, samples, results, metric, aggregation, answer_filter, splits)}


def fault(error, folder):
    """What went wrong, in the last line that is the task's own."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(folder)]
    frame = (own or [frame for frame in frames if frame.filename != "<string>"] or [None])[-1]
    if isinstance(error, SyntaxError) and error.filename:
        frame = types.SimpleNamespace(filename=error.filename, lineno=error.lineno or 0)
    return {
        "type": type(error).__name__,
        "message": " ".join(str(error).split())[:1000],
        "file": frame.filename if frame else "",
        "line": frame.lineno if frame else 0,
    }


def answer(request):
    try:
        with beside(request["folder"]):
            function = find(request["function"], request["folder"])
            return {"value": CALLS[request["call"]](function, request)}
    except (Exception, SystemExit) as error:
        return {"error": fault(error, str(pathlib.Path(request["folder"]).resolve()))}


seed()
print(json.dumps({"value": sys.version.split()[0]}), file=answers, flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line)), ensure_ascii=True), file=answers, flush=True)

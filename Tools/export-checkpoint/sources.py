"""What can be turned into a checkpoint. Nothing that a file holds is ever executed."""

import dataclasses
import json
import math
import pathlib

import numpy

import gpt
import settings
from failure import Failure, needed


@dataclasses.dataclass
class Source:
    """Parameters by path, and what the source says of them."""

    parameters: dict
    config: dict = dataclasses.field(default_factory=dict)
    identity: dict = dataclasses.field(default_factory=dict)
    steps: int = 0
    score: float | None = None
    notes: list = dataclasses.field(default_factory=list)


def read(path, kind):
    """Reads a source; `kind` None to judge by the name."""
    path = pathlib.Path(path)
    if not path.exists():
        raise Failure(f"there is no '{path}'")
    if kind is None:
        kind = "orbax" if path.is_dir() else SUFFIXES.get(path.suffix)
    if kind is None:
        raise Failure(f"cannot tell what '{path}' is by its name; give --format {' | '.join(sorted(READERS))}")
    if path.is_dir() != (kind == "orbax"):
        raise Failure(f"'{path}' is {'a directory' if path.is_dir() else 'a file'}, which --format {kind} is not")
    source = READERS[kind](path)
    for name, array in source.parameters.items():
        if array.dtype.kind != "f" and array.dtype.name != "bfloat16":
            raise Failure(f"parameter '{name}' of '{path}' has elements of type {array.dtype}; expected floats")
    if not source.parameters:
        raise Failure(f"'{path}' holds no parameters")
    return source


def hdf5(path):
    """An HDF5 tree `params/...`, with settings in an attribute `config_json`, or `config` or `config_yaml`."""
    h5py = needed("h5py", "reading HDF5")
    try:
        file = h5py.File(path)
    except OSError as error:
        raise Failure(f"'{path}' is no HDF5 file: {error}") from None
    with file:
        if not isinstance(file.get("params"), h5py.Group):
            raise Failure(f"'{path}' has no group 'params'; found {gpt.quoted(file) or 'nothing'}")
        parameters = {}
        file["params"].visititems(
            lambda name, item: parameters.update({name: item[...]}) if isinstance(item, h5py.Dataset) else None
        )
        config = {}
        for name in ("config_json", "config", "config_yaml"):
            if name in file.attrs:
                text = file.attrs[name]
                config = settings.parse(text if isinstance(text, str) else bytes(text).decode(), f"{path}@{name}")
                break
    return Source(parameters, config)


def npz(path):
    """Arrays by path, such as `blocks_0/attn/c_attn/kernel`, with or without `params/` in front."""
    try:
        with numpy.load(path, allow_pickle=False) as archive:
            return Source({name.removeprefix("params/"): archive[name] for name in archive.files})
    except (OSError, ValueError) as error:
        raise Failure(f"cannot read '{path}': {error}") from None


def nanogpt(path):
    """A state dict of nanoGPT's naming, alone or in a nanoGPT checkpoint (`model`, `model_args`, `iter_num`)."""
    torch = needed("torch", "reading a PyTorch file")
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)  # data only, no pickled code
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Failure(f"cannot read '{path}' as data: {reason}") from None
    state = loaded.get("model", loaded) if isinstance(loaded, dict) else None
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise Failure(f"'{path}' holds no state dict: expected tensors by name")
    arrays = {}
    for name, tensor in state.items():
        arrays[name] = tensor.detach().float().numpy()  # exact from 16-bit floats, which numpy lacks
    source = Source(gpt.from_nanogpt(arrays))
    given = loaded.get("model_args", {}) if state is not loaded else {}
    for theirs, ours in {
        "n_layer": "n_layers", "n_head": "n_head", "n_embd": "n_embd", "block_size": "block_size",
        "vocab_size": "vocab_size", "bias": "bias", "dropout": "dropout",
    }.items():
        if given.get(theirs) is not None:
            settings.set_value(source.config, f"architecture/{ours}", given[theirs])
    settings.set_value(source.config, "architecture/rope", False)
    if state is not loaded:
        source.steps = int(loaded.get("iter_num", 0))
        loss = loaded.get("best_val_loss")
        source.score = None if loss is None else -float(loss)
    source.notes.append(
        "nanoGPT since January 2023 uses the exact GELU, Assay's GPT the tanh form of GPT-2: for weights "
        "trained with the former, log-probabilities differ in the third decimal"
    )
    return source


def orbax(path):
    """A checkpoint directory of the original system, or the Orbax tree inside it."""
    ocp = needed("orbax.checkpoint", "reading an Orbax directory")
    jax = needed("jax", "reading an Orbax directory")
    outer = path if (path / "checkpoint").is_dir() else path.parent
    tree = path / "checkpoint" if outer == path else path
    if not (tree / "_METADATA").exists():
        raise Failure(f"'{path}' is no Orbax directory: it has neither 'checkpoint/_METADATA' nor '_METADATA'")
    tree = tree.absolute()
    checkpointer = ocp.PyTreeCheckpointer()
    metadata = checkpointer.metadata(tree)
    metadata = getattr(metadata, "item_metadata", metadata)
    item = getattr(metadata, "tree", metadata)
    if "params" not in item:
        raise Failure(f"'{path}' has no 'params'; found {gpt.quoted(map(str, item))}")
    wanted = {"params": item["params"]}  # the optimizer's state stays where it is
    arguments = jax.tree.map(lambda _: ocp.RestoreArgs(restore_type=numpy.ndarray), wanted)
    restored = checkpointer.restore(
        tree, args=ocp.args.PyTreeRestore(item=wanted, restore_args=arguments, partial_restore=True)
    )
    source = Source(dict(leaves(restored["params"], [])))
    # Beside the tree: settings, steps and score, identity.
    if (outer / "config.yaml").exists():
        source.config = settings.read(outer / "config.yaml")
    progress = read_json(outer / "config.json")
    source.steps = int(progress.get("steps", 0))
    source.score = progress.get("score")
    source.identity = read_json(outer / "job.json")
    return source


def leaves(node, path):
    """Arrays by path; a partitioned parameter has one more component, `value`."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield from leaves(child, path + [str(key)])
    else:
        yield "/".join(path[:-1] if path[-1] == "value" else path), numpy.asarray(node)


def read_json(path):
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))  # Python's own dialect: -Infinity
    except ValueError as error:
        raise Failure(f"'{path}' is no JSON: {error}") from None
    if not isinstance(content, dict):
        raise Failure(f"'{path}' holds no object")
    return content


def finite(score):
    return score if score is not None and math.isfinite(score) else None


READERS = {"hdf5": hdf5, "npz": npz, "nanogpt": nanogpt, "orbax": orbax}
SUFFIXES = {".h5": "hdf5", ".hdf5": "hdf5", ".npz": "npz", ".pt": "nanogpt", ".pth": "nanogpt"}

"""The GPT of Assay: names, shapes and axes of its parameters, and nanoGPT's names for them."""

import re

import numpy

import settings
from failure import Failure

AXES = [
    (r"wte", ["vocab", "n_embd"]),
    (r"wpe", ["block_size", "n_embd"]),
    (r"blocks_\d+/attn/c_attn/kernel", ["n_embd", "n_attn"]),
    (r"blocks_\d+/attn/c_attn/bias", ["n_attn"]),
    (r"blocks_\d+/attn/c_proj/kernel", ["n_embd_out", "n_embd"]),
    (r"blocks_\d+/mlp/c_fc/kernel", ["n_embd", "n_embd_ff"]),
    (r"blocks_\d+/mlp/c_fc/bias", ["n_embd_ff"]),
    (r"blocks_\d+/mlp/c_proj/kernel", ["n_embd_ff", "n_embd"]),
    (r"(blocks_\d+/)?(attn/|mlp/)?(c_proj|ln_1|ln_2|ln_f)/(bias|weight)", ["n_embd"]),
]


def axes(path):
    """Logical names of the axes of a parameter, or None."""
    return next((names for pattern, names in AXES if re.fullmatch(pattern, path)), None)


def complete(config, parameters):
    """Adds the settings that the weights show, where the source gives none."""
    table = parameters.get("wte")
    if table is None or table.ndim != 2:
        raise Failure(f"a GPT has an embedding 'wte' of two axes; found {some(parameters)}")
    blocks = [int(match[1]) for path in parameters if (match := re.match(r"blocks_(\d+)/", path))]
    hidden = parameters.get("blocks_0/mlp/c_fc/kernel")
    found = {
        "n_layers": max(blocks) + 1 if blocks else 0,
        "n_embd": table.shape[1],
        "vocab_size": table.shape[0],
        "bias": "ln_f/bias" in parameters,
        "rope": "wpe" not in parameters,
        "block_size": parameters["wpe"].shape[0] if "wpe" in parameters else None,
        "intermediate_size": hidden.shape[1] if hidden is not None else None,
    }
    for key, value in found.items():
        if value is not None and settings.value(config, f"architecture/{key}") is None:
            settings.set_value(config, f"architecture/{key}", value)
    for key, option in {"n_head": "--heads", "block_size": "--block-size"}.items():
        if settings.value(config, f"architecture/{key}") is None:
            raise Failure(f"the weights do not show 'architecture/{key}': give {option} or --config")


def check(config, parameters):
    """Compares the parameters with what the settings ask for, and names every difference."""
    expected = shapes(config)
    missing = [path for path in expected if path not in parameters]
    extra = [path for path in parameters if path not in expected]
    misshapen = [
        f"'{path}' expected {list(shape)}, found {list(parameters[path].shape)}"
        for path, shape in expected.items()
        if path in parameters and tuple(parameters[path].shape) != shape
    ]
    faults = [f"missing: {quoted(missing)}"] if missing else []
    faults += [f"not expected: {quoted(extra)}"] if extra else []
    faults += [f"wrong shape: {', '.join(misshapen)}"] if misshapen else []
    if faults:
        raise Failure(f"the weights do not fit the settings: {'; '.join(faults)}")


def shapes(config):
    """Paths and shapes of all parameters."""
    def number(key):
        value = settings.value(config, f"architecture/{key}")
        if isinstance(value, bool) or not isinstance(value, int):
            raise Failure(f"setting 'architecture/{key}' is {value!r}; expected a whole number")
        return value

    width, vocabulary, layers = number("n_embd"), number("vocab_size"), number("n_layers")
    if number("n_head") <= 0 or width % number("n_head"):
        raise Failure(f"setting 'architecture/n_head' is {number('n_head')}, which does not divide {width}")
    hidden = settings.value(config, "architecture/intermediate_size", -1)
    hidden = 4 * width if hidden <= 0 else hidden
    bias = settings.value(config, "architecture/bias", True)
    result = {"wte": (vocabulary, width)}
    if not settings.value(config, "architecture/rope", True):
        result["wpe"] = (number("block_size"), width)

    def norm(path):
        result[f"{path}/weight"] = (width,)
        if bias:
            result[f"{path}/bias"] = (width,)

    def linear(path, inputs, outputs):
        result[f"{path}/kernel"] = (inputs, outputs)
        if bias:
            result[f"{path}/bias"] = (outputs,)

    for layer in range(layers):
        block = f"blocks_{layer}"
        norm(f"{block}/ln_1")
        linear(f"{block}/attn/c_attn", width, 3 * width)
        linear(f"{block}/attn/c_proj", width, width)
        norm(f"{block}/ln_2")
        linear(f"{block}/mlp/c_fc", width, hidden)
        linear(f"{block}/mlp/c_proj", hidden, width)
    norm("ln_f")
    return result


def from_nanogpt(state):
    """Parameters under our names from a nanoGPT state dict of arrays: kernels are turned to (in, out)."""
    result, unknown, head = {}, [], None
    for name, array in state.items():
        name = name.removeprefix("_orig_mod.")  # left by torch.compile
        if name == "lm_head.weight":
            head = array
        elif re.fullmatch(r"transformer\.h\.\d+\.attn\.(bias|masked_bias)", name):
            pass  # the causal mask
        elif match := re.fullmatch(r"transformer\.(wte|wpe)\.weight", name):
            result[match[1]] = array
        elif match := re.fullmatch(r"transformer\.ln_f\.(weight|bias)", name):
            result[f"ln_f/{match[1]}"] = array
        elif match := re.fullmatch(r"transformer\.h\.(\d+)\.(ln_1|ln_2)\.(weight|bias)", name):
            result[f"blocks_{match[1]}/{match[2]}/{match[3]}"] = array
        elif match := re.fullmatch(r"transformer\.h\.(\d+)\.(attn|mlp)\.(c_attn|c_proj|c_fc)\.(weight|bias)", name):
            path = f"blocks_{match[1]}/{match[2]}/{match[3]}"
            is_kernel = match[4] == "weight"
            result[f"{path}/{'kernel' if is_kernel else 'bias'}"] = array.T if is_kernel else array
        else:
            unknown.append(name)
    if unknown:
        raise Failure(f"a nanoGPT state dict has no {quoted(unknown)}")
    if head is not None and "wte" in result and not numpy.array_equal(head, result["wte"]):
        raise Failure("'lm_head.weight' differs from 'transformer.wte.weight'; expected one tied table")
    return result


def quoted(names):
    return ", ".join(f"'{name}'" for name in sorted(names))


def some(parameters):
    names = sorted(parameters)
    return f"{quoted(names[:5])}{' and more' if len(names) > 5 else ''}" if names else "no parameters"

"""Settings: nested dictionaries, read from YAML or JSON, written as YAML without a library."""

import json
import math
import pathlib
import re

from failure import Failure, needed


def read(path):
    """The settings in a file."""
    try:
        text = pathlib.Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(f"cannot read settings '{path}': {getattr(error, 'strerror', None) or error}") from None
    return parse(text, path)


def parse(text, name):
    """YAML, or JSON, which needs no library."""
    try:
        config = json.loads(text)
    except ValueError:
        yaml = needed("yaml", f"settings in YAML ('{name}')")
        try:
            config = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise Failure(f"'{name}' is no YAML: {error}") from None
    if not isinstance(config, dict):
        raise Failure(f"'{name}' holds no settings: expected keys and values")
    return config


def merged(base, top):
    """Both, `top` winning, lists as a whole."""
    result = dict(base)
    for key, value in top.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def value(config, key, default=None):
    """The value at a slash key."""
    for part in key.split("/"):
        if not isinstance(config, dict) or part not in config:
            return default
        config = config[part]
    return config


def set_value(config, key, value):
    """Sets the value at a slash key."""
    *parents, last = key.split("/")
    for part in parents:
        config = config.setdefault(part, {})
        if not isinstance(config, dict):
            raise Failure(f"setting '{key}' cannot be set: '{part}' is a value in these settings")
    config[last] = value


PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*\Z")
RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def scalar(value):
    """One value, quoted as JSON where YAML would read it as something else."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
        text = repr(value)  # YAML 1.1 reads 1e-05 as text
        mantissa, exponent, power = text.partition("e")
        return text if "." in mantissa or not exponent else f"{mantissa}.0e{power}"
    if isinstance(value, str):
        return value if PLAIN.match(value) and value.lower() not in RESERVED else json.dumps(value)
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    raise Failure(f"settings cannot hold {value!r}")


def to_yaml(config):
    """Settings as YAML, in the order of their keys."""
    return "\n".join(lines(config, "")) + "\n"


def lines(node, indent):
    for key, value in node.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{scalar(str(key))}:"
            yield from lines(value, indent + "  ")
        elif isinstance(value, dict):
            yield f"{indent}{scalar(str(key))}: {{}}"
        elif isinstance(value, (list, tuple)):
            yield f"{indent}{scalar(str(key))}: {flow(value)}"
        else:
            yield f"{indent}{scalar(str(key))}: {scalar(value)}"


def flow(value):
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{scalar(str(key))}: {flow(item)}' for key, item in value.items())}}}"
    return scalar(value)

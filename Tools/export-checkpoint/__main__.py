"""Turns the weights of other tools into a checkpoint for Assay: python3 Tools/export-checkpoint SOURCE --name NAME

See README.md beside this file.
"""

import argparse
import sys

import checkpoint
import gpt
import settings
import sources
from failure import Failure


def arguments():
    parser = argparse.ArgumentParser(
        prog="export-checkpoint",
        description="Write a checkpoint for Assay from an HDF5 tree, an .npz file, a nanoGPT state dict or an Orbax "
        "directory.",
    )
    parser.add_argument("source", help="file or directory to read")
    parser.add_argument(
        "--format", choices=sorted(sources.READERS), help="what SOURCE is; by default judged by its name"
    )
    place = parser.add_argument_group("where the checkpoint goes: ROOT/checkpoints/PROJECT/GROUP/NAME/SUFFIX")
    place.add_argument("--root", default="./assay", help="default: ./assay")
    place.add_argument("--name", help="default: the name in an Orbax directory's job.json")
    place.add_argument("--project", help="default: general")
    place.add_argument("--group", help="default: default")
    place.add_argument("--suffix", default="final", help="such as best or ntoks/307200; default: final")
    place.add_argument("--replace", action="store_true", help="replace a checkpoint that is there")
    model = parser.add_argument_group("what the checkpoint says of the model")
    model.add_argument("--config", help="settings, YAML or JSON; they win over those of SOURCE")
    model.add_argument("--tokenizer", help="the setting tokenizer/backend, such as bytes")
    model.add_argument("--heads", type=int, help="the setting architecture/n_head, which weights do not show")
    model.add_argument("--block-size", type=int, help="the setting architecture/block_size")
    model.add_argument("--dtype", choices=["float32", "bfloat16"], help="of the parameters; default: as in SOURCE")
    model.add_argument("--steps", type=int, help="training steps so far; default: as in SOURCE, or 0")
    model.add_argument("--score", type=float, help="validation score; default: as in SOURCE, or none")
    return parser.parse_args()


def main():
    options = arguments()
    source = sources.read(options.source, options.format)
    config = settings.merged(source.config, settings.read(options.config) if options.config else {})
    for key, value in {
        "tokenizer/backend": options.tokenizer,
        "architecture/n_head": options.heads,
        "architecture/block_size": options.block_size,
        "architecture/dtype/param": options.dtype,
    }.items():
        if value is not None:
            settings.set_value(config, key, value)
    config.setdefault("job", "gpt/evaluate")
    if str(config["job"]).startswith("gpt/"):
        gpt.complete(config, source.parameters)
        gpt.check(config, source.parameters)
    identity = {
        "name": options.name or source.identity.get("name"),
        "id": source.identity.get("id"),
        "project": options.project or source.identity.get("project"),
        "group": options.group or source.identity.get("group"),
    }
    if not identity["name"]:
        raise Failure("give the checkpoint a --name")
    place = checkpoint.write(
        root=options.root,
        identity=identity,
        suffix=options.suffix,
        replace=options.replace,
        parameters=source.parameters,
        axes=gpt.axes,
        dtype=options.dtype,
        config=settings.to_yaml(config),
        steps=source.steps if options.steps is None else options.steps,
        score=source.score if options.score is None else options.score,
    )
    count = sum(array.size for array in source.parameters.values())
    print(f"{len(source.parameters)} tensors, {count} parameters: {place}")
    for note in source.notes:
        print(f"note: {note}", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"export-checkpoint: {failure}")

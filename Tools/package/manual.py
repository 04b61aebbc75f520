"""Writes manual pages from `evaluate --experimental-dump-help`: evaluate.1, and evaluate-COMMAND.1 of each command.

    evaluate --experimental-dump-help | python3 manual.py VERSION FOLDER
"""

import json
import pathlib
import sys


def escaped(text):
    """Text as roff prints it, with no line that begins with a control character."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in lines)


def names(argument):
    spelt = [("-" if name["kind"] == "short" else "--") + name["name"] for name in argument.get("names", [])]
    value = f" \\fI{escaped(argument['valueName'])}\\fR" if argument["kind"] == "option" else ""
    return ", ".join(f"\\fB{escaped(name)}\\fR" for name in spelt) + value


def entry(argument):
    term = names(argument) if argument["kind"] != "positional" else f"\\fI{escaped(argument['valueName'])}\\fR"
    text = argument.get("abstract", "")
    if argument.get("defaultValue"):
        text += f" (default: {argument['defaultValue']})"
    return f".TP\n{term}\n{escaped(text)}\n"


def page(command, version, parents):
    title = "-".join([*parents, command["commandName"]])
    shown = [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]
    positional = [argument for argument in shown if argument["kind"] == "positional"]
    options = [argument for argument in shown if argument["kind"] != "positional"]
    text = f'.TH "{title.upper()}" "1" "" "Assay {version}" "User Commands"\n'
    text += f".SH NAME\n{escaped(title)} \\- {escaped(command.get('abstract', '').rstrip('.'))}\n.SH SYNOPSIS\n"
    text += f".B {escaped(' '.join([*parents, command['commandName']]))}\n[\\fIoptions\\fR]"
    text += "".join(f" \\fI{escaped(argument['valueName'])}\\fR" for argument in positional) + "\n"
    if command.get("discussion"):
        text += f".SH DESCRIPTION\n{escaped(command['discussion'])}\n"
    if positional:
        text += ".SH ARGUMENTS\n" + "".join(entry(argument) for argument in positional)
    if options:
        text += ".SH OPTIONS\n" + "".join(entry(argument) for argument in options)
    children = [child for child in command.get("subcommands", []) if child.get("shouldDisplay", True)]
    if children:
        text += ".SH COMMANDS\n" + "".join(
            f".TP\n\\fB{escaped(title + '-' + child['commandName'])}\\fR(1)\n{escaped(child.get('abstract', ''))}\n"
            for child in children
        )
    return title, text, children


def write(command, version, folder, parents=()):
    title, text, children = page(command, version, list(parents))
    (folder / f"{title}.1").write_text(text, encoding="utf-8")
    for child in children:
        if child["commandName"] != "help":
            write(child, version, folder, [*parents, command["commandName"]])


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    write(json.load(sys.stdin)["command"], sys.argv[1], folder)

"""The examples of the READMEs and of the articles: their blocks, and the commands of a block."""

import pathlib
import re
import shlex

ROOT = pathlib.Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def pages():
    return [ROOT / "README.md", *sorted(ROOT.glob("Packages/*/README.md")), *sorted(ROOT.glob("Packages/*/*.docc/*.md"))]


def blocks(page):
    """Languages, texts and first lines of a page's blocks."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        yield match.group(1), match.group(2), text.count("\n", 0, match.start()) + 2


def commands(text):
    """The commands of a shell block as written, without comments, and the line of each, counted from 0."""
    line = 0
    for piece in re.split(r"(?<!\\)\n", text):
        if shlex.split(piece.replace("\\\n", " "), comments=True):
            yield piece.replace("\\\n", " "), line
        line += piece.count("\n") + 1

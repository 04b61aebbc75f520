"""Files of more than 400 lines, and functions of more than 60, in Swift and C.

A function is counted from the line of its name to the brace that closes it, comments in it included.

usage: ci/sizes.py FILE …
"""

import pathlib
import re
import sys

MOST_LINES = 400
MOST_FUNCTION_LINES = 60
SWIFT_FUNCTION = re.compile(r"\b(?:func\s+(\S+?)\s*[<(]|(init|deinit|subscript)\b[?!]?\s*[<({])")
C_FUNCTION = re.compile(r"^(?!\s*(?:typedef|struct|enum|union|#))[A-Za-z_][^;{}=\n]*?\b(\w+)\s*\(", re.MULTILINE)
NOT_CODE = re.compile(
    r'(?P<hashes>#*)""".*?"""(?P=hashes)'  # a text of several lines
    r"|//[^\n]*|/\*.*?\*/"
    r'|#+"[^\n]*?"#+|"(?:\\.|[^"\\\n])*"'
    r"|'.'|'\\.'"  # a character in C
    r"|(?<=[\s(:])/(?=[^\s/*])[^\n]*?/(?=[),.\s])",  # a regular expression in Swift
    re.DOTALL,
)


def code(text):
    """`text` with comments, texts and regular expressions blanked; lines keep their numbers."""
    return NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def body(text, place):
    """Where the block that the declaration at `place` has begins and ends, or None for one without a block."""
    depth = 0
    for index in range(place, len(text)):
        letter = text[index]
        if letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0 and letter == "{":
            return index
        elif depth == 0 and letter in "};":
            return None
        elif depth == 0 and letter == "\n" and re.match(r"\n\s*\n", text[index:]):
            return None  # a requirement of a protocol
    return None


def closing(text, opening):
    """Where the brace at `opening` is closed."""
    depth = 0
    for brace in re.compile(r"[{}]").finditer(text, opening):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return brace.start()
    return len(text)


def functions(text, pattern):
    """Line, name and length of each function of a file, from what `code` made of it."""
    for match in pattern.finditer(text):
        start = match.start(match.lastindex)
        opening = body(text, start)
        if opening is not None:
            first, last = text.count("\n", 0, start), text.count("\n", 0, closing(text, opening))
            yield first + 1, match.group(match.lastindex), last - first + 1


def faults(root, files):
    """A line for each file and function that is too long; `files` are paths below `root`."""
    for file in files:
        text = (root / file).read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > MOST_LINES:
            yield f"{file}: error: {lines} lines, at most {MOST_LINES} are allowed; split the file"
        pattern = SWIFT_FUNCTION if file.suffix == ".swift" else C_FUNCTION
        for line, name, length in functions(code(text), pattern):
            if length > MOST_FUNCTION_LINES:
                yield f"{file}:{line}: error: '{name}' has {length} lines, at most {MOST_FUNCTION_LINES} are allowed; split it"


if __name__ == "__main__":
    found = list(faults(pathlib.Path("."), map(pathlib.Path, sys.argv[1:])))
    print("\n".join(found), end="\n" if found else "")
    sys.exit(1 if found else 0)

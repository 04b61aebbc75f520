"""What READMEs say of the code: modules, links, and the picture of the path of one evaluation.

A line of the picture names a module, then what is called there, by names or as `Type.member`; `Type` must be declared in that
module, and `member` in a file of that module that declares or extends `Type`.
"""

import re

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
MODULE = re.compile(r'\.(?:target|executableTarget|systemLibrary)\(\s*name: "([\w-]+)"')
ROW = re.compile(r"^(\w+) +(\w[\w.]*(?:, \w[\w.]*)*)  +\S.*$")
PICTURE = re.compile(r"^```\n(EvaluateProgram .*?)^```$", re.DOTALL | re.MULTILINE)


def links(root, page):
    """Relative links that lead nowhere."""
    text = page.read_text(encoding="utf-8")
    for match in LINK.finditer(text):
        target = match.group(1)
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists():
            line = text.count("\n", 0, match.start()) + 1
            yield f"{page.relative_to(root)}:{line}: error: there is no '{target}'"


def modules(root, package):
    """Modules of a package that its README does not name."""
    page = package / "README.md"
    text = page.read_text(encoding="utf-8")
    for name in sorted(set(MODULE.findall((package / "Package.swift").read_text(encoding="utf-8")))):
        if f"`{name}`" not in text:
            yield f"{page.relative_to(root)}:1: error: it does not name the module '{name}'"


def sources(root, module):
    """The sources of a module of Packages, by name and text; none where there is no such module."""
    folders = [*root.glob(f"Packages/*/Sources/{module}"), *root.glob(f"Packages/*/Sources/*/{module}")]
    files = [file for folder in folders for file in folder.rglob("*.*") if file.suffix in (".swift", ".c")]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def lacks(files, name):
    """Whether a module has no file, type or member of a name."""
    if name in files:
        return False
    kind, _, member = name.partition(".")
    types = rf"\b(?:struct|class|enum|protocol|extension) {kind}\b"
    own = [text for text in files.values() if re.search(types, text)]
    return not any(re.search(rf"\b(?:func|var|let) {member}\b" if member else types, text) for text in own)


def picture(root, page):
    """Names of a page's picture that the code does not have."""
    text, name = page.read_text(encoding="utf-8"), page.relative_to(root)
    drawn = list(PICTURE.finditer(text))
    if len(drawn) != 1:
        yield f"{name}:1: error: expected one picture of the path of one evaluation, found {len(drawn)}"
    for match in drawn:
        first = text.count("\n", 0, match.start()) + 2
        for line, row in enumerate(match.group(1).splitlines(), first):
            parts = ROW.match(row)
            if not parts:
                yield f"{name}:{line}: error: expected a module, names and what they do, found '{row}'"
                continue
            files = sources(root, parts.group(1))
            for part in parts.group(2).split(", "):
                if lacks(files, part):
                    yield f"{name}:{line}: error: '{parts.group(1)}' has no '{part}'"


def pictures(root):
    """What is wrong with the pictures, of the root's README and of the article, which are the same."""
    pages = [root / "README.md", root / "Packages/Jobs/Jobs.docc/ThePathOfOneEvaluation.md"]
    for page in pages:
        yield from picture(root, page)
    if len({tuple(PICTURE.findall(page.read_text(encoding="utf-8"))) for page in pages}) > 1:
        yield f"{pages[1].relative_to(root)}:1: error: its picture is not the README's"


def faults(root):
    packages = sorted(path.parent for path in root.glob("Packages/*/Package.swift"))
    for page in [root / "README.md", root / "CONTRIBUTING.md", *(package / "README.md" for package in packages)]:
        yield from links(root, page)
    for package in packages:
        yield from modules(root, package)
    yield from pictures(root)

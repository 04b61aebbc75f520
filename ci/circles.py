"""Circles among the folders of a module and among modules, by the types that their files name.

A type belongs to the folder of the file that declares it, and the file of an extension to its own folder, with the static
members that it declares: `Type.name` uses that folder where no other member of the module has the name. Members of instances
are not followed, since their types are not known here. The files in a module's root are its interface: they stand above and
below its folders, and make no circle. A name says nothing where it is declared twice, private to a file, or what the file
that uses it declares itself, generic parameters included.
"""

import collections
import re

ROOT = "."
DECLARATION = re.compile(r"\b(?:struct|class|enum|protocol|actor|typealias)\s+([A-Z]\w*)")
PARAMETER = re.compile(r"(?:<|,\s*|\bassociatedtype\s+)([A-Z]\w*)\s*[:,>=\n]")
NAME = re.compile(r"(?:\b([A-Za-z_]\w*)\s*)?(\.\s*)?\b([A-Z]\w*)\b")


def code(text):
    """`text` with comments and strings blanked; what strings interpolate stays, and lines keep their numbers."""
    out, place = [], 0
    # What is open, innermost last: a comment, a string by its closing quote, or parentheses of an interpolation.
    open_ = []

    def skip(count, keep=False):
        nonlocal place
        piece = text[place : place + count]
        out.append(piece if keep else re.sub(r"[^\n]", " ", piece))
        place += count

    while place < len(text):
        inside = open_[-1] if open_ else None
        rest = text[place : place + 8]
        if inside == "/*":
            if rest.startswith(("/*", "*/")):
                open_.append("/*") if rest.startswith("/*") else open_.pop()
                skip(2)
            else:
                skip(1)
        elif isinstance(inside, str):
            escape = "\\" + "#" * inside.count("#")
            if rest.startswith(inside):
                open_.pop()
                skip(len(inside))
            elif rest.startswith(escape + "("):
                open_.append(1)
                skip(len(escape) + 1)
            elif rest.startswith(escape):
                skip(len(escape) + 1)
            else:
                if rest[0] == "\n" and '"""' not in inside:
                    open_.pop()  # no string, but a quote inside a regular expression
                skip(1)
        elif rest.startswith("//"):
            end = text.find("\n", place)
            skip((end if end >= 0 else len(text)) - place)
        elif rest.startswith("/*"):
            open_.append("/*")
            skip(2)
        elif quote := re.match(r'(#*)("""|")', text[place : place + 12]):
            open_.append(quote.group(2) + quote.group(1))
            skip(quote.end())
        else:
            if open_ and rest[0] in "()":
                open_[-1] += 1 if rest[0] == "(" else -1
                if open_[-1] == 0:
                    open_.pop()
            skip(1, keep=True)
    return "".join(out)


def declared(text):
    """The types that a file declares at its top level and shows to others, from what `code` made of it."""
    depth, line = 0, ""
    for piece in re.split(r"([{}\n])", text):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth -= 1
        elif depth == 0 and not re.search(r"\b(?:private|fileprivate)\b", piece):
            yield from DECLARATION.findall(piece)


def used(text):
    """Line numbers, qualifiers and names of the types that a file may use."""
    own = set(PARAMETER.findall(text)) | set(DECLARATION.findall(text))
    for match in NAME.finditer(text):
        qualifier, dot, name = match.groups()
        if name not in own:
            yield text.count("\n", 0, match.start(3)) + 1, (qualifier or "?") if dot else None, name


EXTENSION = re.compile(r"^extension\s+([A-Z]\w*)\b[^{]*\{", re.MULTILINE)
STATIC = re.compile(r"^  (?!.*\b(?:private|fileprivate)\b).*?\bstatic\s+(?:let|var|func)\s+`?(\w+)", re.MULTILINE)
ANY_STATIC = re.compile(r"\bstatic\s+(?:let|var|func)\s+`?(\w+)|\bcase\s+`?(\w+)")
MEMBER = re.compile(r"(?<![\w.])([A-Z]\w*)\s*\.\s*`?(\w+)")


def statics(text):
    """Types and static members that the extensions of a file give them, as `swift format` indents them."""
    for match in EXTENSION.finditer(text):
        end = text.find("\n}", match.end())
        for member in STATIC.finditer(text, match.end(), end if end >= 0 else len(text)):
            yield match.group(1), member.group(1)


def member_homes(texts, files, declared_in):
    """Where each static member of an extension is declared: `{module: {(type, name): file}}`.

    Only members of the module's own types count, and of those only names that no other static member or case of the module
    has: what `Type.name` means is then certain.
    """
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    names = collections.defaultdict(collections.Counter)
    for file, text in texts.items():
        module = files[file][0]
        names[module].update(one or other for one, other in ANY_STATIC.findall(text))
        for owner, name in statics(text):
            if owner in declared_in.get(module, {}):
                found[module][owner, name].add(file)
    return {
        module: {
            (owner, name): next(iter(where)) for (owner, name), where in members.items() if names[module][name] == 1
        }
        for module, members in found.items()
    }


IMPORT = re.compile(r"\bimport\s+(?:(?:struct|class|enum|protocol|typealias|func|var|let)\s+)?(\w+)")


def homes(texts, files):
    """Where each type is declared: `{module: {name: file}}`, without names that a module declares twice."""
    found = collections.defaultdict(lambda: collections.defaultdict(set))
    for file, text in texts.items():
        for name in declared(text):
            found[files[file][0]][name].add(file)
    return {
        module: {name: next(iter(where)) for name, where in names.items() if len(where) == 1}
        for module, names in found.items()
    }


def edges(texts, files):
    """What uses what: `{(user, used): (line of code, name)}`, among the folders of one module and among modules.

    `texts` are what `code` made of the files, `files` their modules and folders.
    """
    declared_in = homes(texts, files)
    members_in = member_homes(texts, files, declared_in)
    found = {}
    for file, text in sorted(texts.items()):
        module, folder = files[file]
        seen = [module] + [other for other in IMPORT.findall(text) if other in declared_in and other != module]
        for line, qualifier, name in used(text):
            if qualifier and qualifier not in seen:
                continue  # a type inside of another one
            owners = [other for other in ([qualifier] if qualifier else seen) if name in declared_in.get(other, {})]
            if len(owners) != 1 and module not in owners:
                continue
            other = module if module in owners else owners[0]
            place = files[declared_in[other][name]][1]
            here, there = (module, other) if module != other else (f"{module}/{folder}", f"{module}/{place}")
            if here != there and (module != other or ROOT not in (folder, place)):
                found.setdefault((here, there), (f"{file}:{line}", name))
        for match in MEMBER.finditer(text):
            home = members_in.get(module, {}).get(match.groups())
            place = files[home][1] if home else folder
            if folder != place and ROOT not in (folder, place):
                line = text.count("\n", 0, match.start()) + 1
                found.setdefault((f"{module}/{folder}", f"{module}/{place}"), (f"{file}:{line}", ".".join(match.groups())))
    return found


def circles(found):
    """The shortest circle through each folder or module that is on one, each once: lists of what uses the next."""
    after = collections.defaultdict(list)
    for here, there in sorted(found):
        after[here].append(there)
    reported = {}
    for start in sorted(after):
        paths, seen = collections.deque([[start]]), set()
        while paths:
            path = paths.popleft()
            if start in after[path[-1]]:
                reported.setdefault(frozenset(path), path)
                break
            fresh = [following for following in after[path[-1]] if following not in seen]
            seen.update(fresh)
            paths.extend(path + [following] for following in fresh)
    return list(reported.values())


def faults(root, modules):
    """A line for each circle with two lines that make it, and one for each module that has the name of a type in it.

    `modules` are the names and folders of the modules.
    """
    files = {
        file.relative_to(root): (name, (file.relative_to(folder).parent.parts or (ROOT,))[0])
        for name, folder in modules
        for file in sorted(folder.rglob("*.swift"))
    }
    texts = {file: code((root / file).read_text(encoding="utf-8")) for file in files}
    found = edges(texts, files)
    for circle in circles(found):
        steps = list(zip(circle, circle[1:] + circle[:1]))
        yield f"error: a circle: {' -> '.join(circle + circle[:1])}"
        for step in steps[:1] + steps[-1:]:
            yield f"  {found[step][0]}: note: {step[0]} uses '{found[step][1]}' of {step[1]}"
    for file, text in texts.items():
        if files[file][0] in declared(text):
            yield f"{file}:1: error: the module '{files[file][0]}' has the name of a type in it, which hides the module"

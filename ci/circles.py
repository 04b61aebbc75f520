"""Circles among the folders of a module, at any depth, and among modules, by the types and members that their files name.

A type belongs to the folder of the file that declares it, and what an extension declares to the folder of its own file. A use
of a member counts where the type that is extended has its file elsewhere: `.name` anywhere, `name(` where the type itself is
declared or extended, `Type(label:` for an initializer, `Type.name` for static members. Since types of values are not known
here, a member counts only where nothing else in the modules in sight has its name. The files in a module's root are its
interface: they stand above and below its folders, and make no circle. A name says nothing where it is declared twice,
private to a file, or what the file that uses it declares itself, generic parameters included.
"""

import collections
import re

ROOT = "."
DECLARATION = re.compile(r"\b(?:struct|class|enum|protocol|actor|typealias)\s+([A-Z]\w*)")
PARAMETER = re.compile(r"(?:<|,\s*|\bassociatedtype\s+)([A-Z]\w*)\s*[:,>=\n]")
NAME = re.compile(r"(\.\s*)?\b([A-Za-z_]\w*)")
INITIALIZER = re.compile(r"[A-Z]\w*\(\s*([a-z]\w*):")
EXTENSION = re.compile(r"^(?:\w+ )?extension\s+([\w.]+)", re.MULTILINE)
PLAIN = re.compile(r'[^"#/()]+')
IN_STRING = re.compile(r'[^"\\#\n]+')


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
            elif rest[0] == "\n" and '"""' not in inside:
                open_.pop()  # no string, but a quote inside a regular expression
                skip(1)
            else:
                run = IN_STRING.match(text, place)
                skip(run.end() - place if run else 1)
        elif rest.startswith("//"):
            end = text.find("\n", place)
            skip((end if end >= 0 else len(text)) - place)
        elif rest.startswith("/*"):
            open_.append("/*")
            skip(2)
        elif quote := re.match(r'(#*)("""|")', text[place : place + 12]):
            open_.append(quote.group(2) + quote.group(1))
            skip(quote.end())
        elif run := PLAIN.match(text, place):
            skip(run.end() - place, keep=True)
        else:
            if open_ and rest[0] in "()":
                open_[-1] += 1 if rest[0] == "(" else -1
                if open_[-1] == 0:
                    open_.pop()
            skip(1, keep=True)
    return "".join(out)


HEADER = re.compile(
    r"\b(extension|struct|class(?!\s+(?:func|var|let))|enum|protocol|actor|func|var|let|init|deinit|subscript)\b(?:\s+`?([\w.]+))?"
)
TYPES = ("extension", "struct", "class", "enum", "protocol", "actor")
MEMBER = re.compile(r"\b(?:var|let|func)\s+`?(\w+)|\b(init)\??(?:<[^>]*>)?\(\s*([a-z]\w*)")
CASE = re.compile(r"(?:\bcase|,)\s+`?(\w+)")
HIDDEN = re.compile(r"\b(?:private|fileprivate)\b")


def outside_functions(text):
    """The lines of a file outside of functions, from what `code` made of it, each with the types and extensions around it.

    Those are pairs of a keyword and a name, outermost first.
    """
    around, header = [], ""
    for piece in re.split(r"([{}\n])", text):
        if piece == "{":
            keyword, name = (HEADER.findall(header) or [("", "")])[-1]
            around.append((keyword, name) if keyword in TYPES and not HIDDEN.search(header) else None)
            header = ""
        elif piece == "}":
            around, header = around[:-1], ""
        elif piece == "\n":
            header += " "
        else:
            if all(around):
                yield piece, around
            header += piece


def declared(text):
    """The types that a file declares at its top level and shows to others."""
    for line, around in outside_functions(text):
        if not around and not HIDDEN.search(line):
            yield from DECLARATION.findall(line)


def members(text):
    """What the types and extensions of a file declare: owners, names, and whether in an extension for others to see.

    An initializer's name is `init(` and its first label.
    """
    for line, around in outside_functions(text):
        if not around:
            continue
        keyword, owner = around[-1]
        for name, init, label in MEMBER.findall(line):
            yield owner, name or f"{init}({label}", keyword == "extension" and not HIDDEN.search(line)
        for name in CASE.findall(line) if re.match(r"\s*(?:indirect\s+)?case\b", line) else ():
            yield owner, name, False


def names(text):
    """The names in a file: where they stand, what stands before the dot in front ("?" where that is no name), and the names."""
    end, previous = 0, "?"
    for match in NAME.finditer(text):
        dot, name = match.groups()
        yield match.start(2), (previous if match.start() == end else "?") if dot else None, name
        end, previous = match.end(), name


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


def member_homes(texts, files, types_in):
    """Where extensions declare members of types from elsewhere: `{module: {name: (owner, file)}}`.

    The names are those of `members` that nothing else has in the module and those it imports, and `Owner.name` where the
    owner alone has no other.
    """
    where = collections.defaultdict(lambda: collections.defaultdict(set))
    shown = collections.defaultdict(dict)
    imported = collections.defaultdict(set)
    for file, text in texts.items():
        module, folder = files[file]
        imported[module].update(IMPORT.findall(text))
        for owner, name, is_shown in members(text):
            where[module][name].add((owner, file))
            where[module][f"{owner}.{name}"].add((owner, file))
            home = types_in.get(module, {}).get(owner.split(".")[0])
            if is_shown and (home is None or files[home][1] != folder):
                shown[module][name] = shown[module][f"{owner}.{name}"] = (owner, file)
    return {
        module: {
            name: home
            for name, home in found.items()
            if len(where[module][name]) == 1 and not any(name in where[other] for other in imported[module] - {module})
        }
        for module, found in shown.items()
    }


def edges(texts, files):
    """What uses what: `{(user, used): (line of code, name)}`, among the folders of one module and among modules.

    `texts` are what `code` made of the files, `files` their modules and folders.
    """
    types_in = homes(texts, files)
    members_in = member_homes(texts, files, types_in)
    found = {}
    for file, text in sorted(texts.items()):
        module, folder = files[file]
        members = members_in.get(module, {})
        seen = [module] + [other for other in IMPORT.findall(text) if other in types_in and other != module]
        own = set(PARAMETER.findall(text)) | set(DECLARATION.findall(text))
        extended = own | set(EXTENSION.findall(text))

        def type_used(place, qualifier, name):
            """The module and file of the type that a name means, unless it is one inside of another type."""
            if name in own or qualifier and qualifier not in seen:
                return None
            owners = [other for other in ([qualifier] if qualifier else seen) if name in types_in.get(other, {})]
            if owners and (len(owners) == 1 or module in owners):
                other = module if module in owners else owners[0]
                return other, types_in[other][name], name

        def member_used(place, qualifier, name):
            """The module and file of the extension that declares the member that a name means."""
            label = INITIALIZER.match(text, place)
            exact = f"{name}.init({label.group(1)}" if label else f"{qualifier}.{name}"
            owner, home = members.get(exact) or members.get(name) or (None, None)
            called = owner in extended and text.startswith("(", place + len(name))
            if label or qualifier or called:
                return home and (module, home, exact if label else f"{owner}.{name}")

        for use in names(text):
            for other, home, name in filter(None, (type_used(*use), member_used(*use))):
                place = files[home][1]
                here, there = (module, other) if module != other else (f"{module}/{folder}", f"{module}/{place}")
                if here != there and (module != other or ROOT not in (folder, place)):
                    line = text.count("\n", 0, use[0]) + 1
                    found.setdefault((here, there), (f"{file}:{line}", name))
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


def places(root, modules, texts):
    """The module and folder of each file that lies in the folder of one."""
    return {
        file: (name, ((root / file).relative_to(folder).parent.parts or (ROOT,))[0])
        for name, folder in modules
        for file in texts
        if (root / file).is_relative_to(folder)
    }


def faults(root, modules):
    """A line for each circle with two lines that make it, and one for each module that has the name of a type in it.

    `modules` are the names and folders of the modules.
    """
    texts = {
        file.relative_to(root): code(file.read_text(encoding="utf-8"))
        for _, folder in modules
        for file in sorted(folder.rglob("*.swift"))
    }
    files = places(root, modules, texts)
    found = edges(texts, files)
    for name, folder in modules:
        for inner in sorted(path for path in folder.rglob("*") if path.is_dir()):
            inside = places(root, [(f"{name}/{inner.relative_to(folder)}", inner)], texts)
            found.update(edges({file: texts[file] for file in inside}, inside))
    for circle in circles(found):
        steps = list(zip(circle, circle[1:] + circle[:1]))
        yield f"error: a circle: {' -> '.join(circle + circle[:1])}"
        for step in steps[:1] + steps[-1:]:
            yield f"  {found[step][0]}: note: {step[0]} uses '{found[step][1]}' of {step[1]}"
    for file, text in texts.items():
        if files[file][0] in declared(text):
            yield f"{file}:1: error: the module '{files[file][0]}' has the name of a type in it, which hides the module"

"""What Python's Jinja2 makes of the templates in template_cases.py and chat_shapes.py.

    python Tools/make-references/templates.py SHARED "$(Tools/fetch-templates)"

writes Packages/Models/Tests/TemplatingTests/Fixtures/templates.json. It needs jinja2 3.1 only. The two environments are
set up as transformers' `apply_chat_template` and lm-evaluation-harness 0.4.13 set theirs up. Of templates in the
folder SHARED and of those that were fetched, which are not ours to keep, it writes only the length and FNV-1a digest of
the result.
"""

import json
import re
import sys
import traceback
from datetime import datetime
from pathlib import Path

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from chat_shapes import SHAPES
from template_cases import CONTEXTS, EXPRESSIONS, FAILURES, TEMPLATES

NOW = datetime(2024, 7, 5, 9, 3, 7)


class Generation(jinja2.ext.Extension):
    """The tag of transformers that marks the assistant's text; here it only renders its body."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_support"), [], [], body).set_lineno(line)

    def _support(self, caller):
        return caller()


def chat_environment():
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    environment.filters["tojson"] = tojson
    environment.globals["raise_exception"] = raise_exception
    environment.globals["strftime_now"] = NOW.strftime
    return environment


def task_environment():
    environment = jinja2.Environment(
        loader=jinja2.BaseLoader(), undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    environment.filters["regex_replace"] = lambda string, pattern, repl, count=0: re.sub(
        pattern, repl, string, count=count)
    return environment


ENVIRONMENTS = {"chat": chat_environment(), "task": task_environment()}


def kind(error):
    if isinstance(error, jinja2.TemplateSyntaxError):
        return "syntax"
    if isinstance(error, jinja2.UndefinedError):
        return "undefined"
    if isinstance(error, OverflowError) and "Range too big" in str(error):
        return "limit"
    return "raised" if type(error) is jinja2.exceptions.TemplateError else "operation"


def line(error):
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == "<template>"), 0)


def render(environment, source, context):
    try:
        return {"text": ENVIRONMENTS[environment].from_string(source).render(**CONTEXTS[context])}
    except SyntaxError:  # Python's own: jinja2 lets 'break' outside of a loop through to the compiler
        return {"error": "syntax"}
    except Exception as error:
        found = {"error": kind(error), "line": line(error)}
        if found["error"] == "raised":
            found["message"] = str(error)
        return found


def cases():
    for table, wrap in ((EXPRESSIONS, "{{{{ {} }}}}"), (FAILURES, "\n{{{{ {} }}}}")):
        for row in table.strip().splitlines():
            for expression in row.split(";;"):
                yield expression, "both", "values", wrap.format(expression)
    for name, (environment, context, source) in TEMPLATES.items():
        yield name, environment, context, source
    for name, source in SHAPES.items():
        for context in ("chat", "plain", "disorder", "parts", "tools"):
            yield f"{name}, {context}", "chat", context, source


def fnv1a(text):
    digest = 0xCBF29CE484222325
    for byte in text.encode():
        digest = (digest ^ byte) * 0x100000001B3 % 2**64
    return f"{digest:016x}"


def shared_cases(folder, pattern):
    for path in sorted(folder.glob(pattern)):
        for context in ("chat", "plain", "disorder", "parts", "tools"):
            found = render("chat", path.read_text(), context)
            if "text" in found:
                found = {"bytes": len(found["text"].encode()), "digest": fnv1a(found["text"])}
            yield {"path": str(path.relative_to(folder)), "context": context, **found}


def main():
    rendered = []
    for name, environment, context, source in cases():
        for chosen in ("chat", "task") if environment == "both" else (environment,):
            rendered.append({"name": name, "environment": chosen, "context": context, "template": source,
                             **render(chosen, source, context)})
    references = {"jinja2": jinja2.__version__, "contexts": CONTEXTS, "cases": rendered, "shared": [], "fetched": []}
    root = Path(__file__).resolve().parents[2]
    for name, folder, pattern in zip(
            ("shared", "fetched"), sys.argv[1:], ("tokenizers/*/chat_template.jinja", "*.jinja")):
        references[name] = list(shared_cases(Path(folder), pattern))
    path = root / "Packages/Models/Tests/TemplatingTests/Fixtures/templates.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = ",\n".join(json.dumps(case, ensure_ascii=False) for case in rendered)
    fetched = ",\n".join(json.dumps(case) for case in references["fetched"])
    references |= {"cases": "CASES", "fetched": "FETCHED"}
    whole = json.dumps(references, ensure_ascii=False, indent=1)
    for mark, lines in (("CASES", text), ("FETCHED", fetched)):
        whole = whole.replace(f'"{mark}"', "[\n" + lines + "\n]")
    path.write_text(whole + "\n")
    print(f"{len(rendered)} cases of our own: {path.relative_to(root)}")


if __name__ == "__main__":
    main()

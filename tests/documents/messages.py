"""Finds every sentence that the program can say, so that a test can ask for its translation.

Headings of workbooks are not among them: `planning.workbook.headings` has both languages itself.
"""

from __future__ import annotations

import ast
import io
import re
import string
from collections.abc import Iterator
from pathlib import Path

from jinja2.ext import babel_extract

import jejaring

PACKAGE = Path(jejaring.__file__).parent
SPEAKERS = {"text": 0, "plural": 0, "Sentence": 1, "Refusal": 1, "say_later": 0}
"""Calls whose literal argument at this position is a sentence; functions with a `text`, `wrong` or
`right` parameter are added where they are defined."""
NOTICES = {"success", "info", "warning", "error"}
"""Of django.contrib.messages: the sentence follows the request."""
TOLD = {"text", "wrong", "right", "msgid"}
SAID = re.compile(r"""\{%\s*say\s+(?:"([^"]+)"|'([^']+)')""")
COUNTED = re.compile(r"""\{%\s*say_count\s+"([^"]+)"\s+"([^"]+)\"""")
HOLE = re.compile(r"\{[a-z_]+\}")

Message = str | tuple[str, str]


def messages() -> dict[Message, str]:
    """Return every sentence (or pair of one and many) with a place where it is said."""
    found: dict[Message, str] = {}
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for folder in ("documents", "domain", "engines", "interfaces")
        for path in sorted((PACKAGE / folder).rglob("*.py"))
    }
    speakers = dict(SPEAKERS)
    for tree in trees.values():
        speakers.update(_helpers(tree))
    for path, tree in trees.items():
        for message in (*_said(tree, speakers), *_noticed(tree), *_labels(tree)):
            found.setdefault(message, str(path.relative_to(PACKAGE)))
    for path in sorted((PACKAGE / "documents").rglob("*.j2")):
        for message in _in_template(path):
            found.setdefault(message, str(path.relative_to(PACKAGE)))
    for path in sorted((PACKAGE / "interfaces").rglob("*.html")):
        for message in _in_page(path.read_text(encoding="utf-8")):
            found.setdefault(message, str(path.relative_to(PACKAGE)))
    return found


def _in_page(text: str) -> Iterator[Message]:
    for quoted in SAID.finditer(text):
        yield quoted[1] or quoted[2]
    for pair in COUNTED.finditer(text):
        yield pair[1], pair[2]


def holes(text: str) -> set[str]:
    """Return the names of the holes of a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _helpers(tree: ast.Module) -> dict[str, int]:
    """Return the project's own functions that take a sentence, with its position among the arguments."""
    helpers = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        names = [arg.arg for arg in node.args.posonlyargs + node.args.args]
        offset = 1 if names[:1] in (["self"], ["cls"]) else 0
        for position, name in enumerate(names):
            if name in TOLD and node.name not in SPEAKERS:
                helpers[node.name] = position - offset
                break
    return helpers


def _said(tree: ast.Module, speakers: dict[str, int]) -> Iterator[Message]:
    quiet = _docstrings(tree) | _format_parts(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in speakers:
                continue
            literals = [_literal(arg) for arg in node.args[speakers[name] :]]
            first = literals[0] if literals else ""
            if name == "plural" and len(literals) >= 2 and first and literals[1]:
                yield first, literals[1]
            elif " " in first.strip() or (first and _of_a_language(node.func)):
                yield first
            literal_nodes = {id(arg) for arg in node.args}
            quiet |= literal_nodes
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in quiet and isinstance(node.value, str):
            if HOLE.search(node.value) and " " in node.value.strip() and "<" not in node.value:
                yield node.value


def _noticed(tree: ast.Module) -> Iterator[Message]:
    """Yield what pages say after something was done: messages.success(request, "Saved.")."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 2:
            if ast.unparse(node.func.value) == "messages" and node.func.attr in NOTICES:
                if said := _literal(node.args[1]):
                    yield said


def _labels(tree: ast.Module) -> Iterator[Message]:
    """Yield the labels of choices: KDMP = "kdmp", "village Red-White co-op"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(
            ast.unparse(base).endswith("TextChoices") for base in node.bases
        ):
            for line in node.body:
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Tuple):
                    yield _literal(line.value.elts[1])


def _of_a_language(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id == "say_later"
    return isinstance(called, ast.Attribute) and ast.unparse(called.value).endswith(("language", "speaks()"))


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _docstrings(tree: ast.Module) -> set[int]:
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _format_parts(tree: ast.Module) -> set[int]:
    return {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}


def _in_template(path: Path) -> Iterator[Message]:
    with io.BytesIO(path.read_bytes()) as stream:
        for _, _, message, _ in babel_extract(stream, ("text", "plural", "rich"), (), {"trimmed": "true"}):
            if isinstance(message, tuple):
                literals = [part for part in message if isinstance(part, str)]
                yield (literals[0], literals[1]) if len(literals) >= 2 else literals[0]
            elif message:
                yield message

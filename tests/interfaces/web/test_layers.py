"""Pages and commands never write a row themselves: that is the actions' business."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import jejaring

INTERFACES = Path(jejaring.__file__).parent / "interfaces"
WRITES = {
    "save", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "asave", "adelete", "acreate",
}  # fmt: skip


def writes(text: str) -> list[int]:
    """Return the lines where rows are written: calls that only rows and their managers have."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of_rows = "objects" in ast.unparse(node.func.value) or ".filter(" in ast.unparse(node.func.value)
            if node.func.attr in WRITES or (node.func.attr == "update" and of_rows):
                found.append(node.lineno)
    return found


def test_no_interface_writes_a_row() -> None:
    found = {
        str(path.relative_to(INTERFACES)): lines
        for path in sorted(INTERFACES.rglob("*.py"))
        if (lines := writes(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line", ["user.save()", "Site.objects.create(name='x')", "Site.objects.filter(pk=1).update(name='x')"]
)
def test_the_rule_finds_a_write(line: str) -> None:
    assert writes(line) == [1]


def test_the_rule_leaves_dictionaries_alone() -> None:
    assert writes("facts.update(name='x')") == []

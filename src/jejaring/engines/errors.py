"""What a person is told when the rules say no.

A `Refusal` stops the work; a `Fault` is one thing wrong in somebody's input, with its place.
Both carry English sentences with named holes. `jejaring.documents.language` says them in the
reader's language; engines never do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Sentence:
    """One translatable sentence: `text` is English with named holes that `facts` fill.

    `code` names the rule, stays the same between versions, and is what programs compare.
    """

    code: str
    text: str
    # A factory only because dataclasses take a mapping for a mutable default.
    facts: Mapping[str, object] = field(default_factory=lambda: NOTHING)

    def __str__(self) -> str:
        return self.text.format_map({key: _shown(value) for key, value in self.facts.items()})


@dataclass(frozen=True)
class Place:
    """Where in an input something stands: a cell of a workbook or a path in a JSON file.

    `row` and `column` are as the reader sees them (rows from 1, columns as letters).
    Empty text and 0 mean: not a thing of this kind of file.
    """

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""
    path: str = ""

    @property
    def order(self) -> tuple[str, str, int, int, str, str]:
        """Sorts places as a reader meets them: column Z before column AA, supplies[9] before supplies[10]."""
        path = re.sub(r"\d+", lambda number: number[0].zfill(9), self.path)
        return (self.file, self.sheet, self.row, len(self.column), self.column, path)

    def __str__(self) -> str:
        cell = f"{self.column}{self.row}" if self.row else self.column
        parts = (self.file, self.sheet, cell, self.path)
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in an input: where, what is wrong, and what would be right."""

    place: Place
    wrong: Sentence
    right: Sentence | None = None

    def __str__(self) -> str:
        mend = f" {self.right}" if self.right else ""
        return f"{self.place}: {self.wrong}{mend}"


class Refusal(Exception):
    """The rules said no, in one sentence that a person understands."""

    def __init__(self, code: str, text: str, **facts: object) -> None:
        self.sentence = Sentence(code, text, facts)
        super().__init__(str(self.sentence))


@dataclass(eq=False)
class Faults(Refusal):
    """An input was refused; `faults` lists everything wrong with it, in reading order."""

    faults: tuple[Fault, ...] = field(default=())

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        assert faults
        # One cell of a workbook can stand in many rows: what is wrong with it is told once.
        once: dict[tuple[Place, str], Fault] = {}
        for fault in faults:
            once.setdefault((fault.place, str(fault.wrong)), fault)
        Refusal.__init__(
            self, "input.faults", "{count} thing(s) in this file must be mended first.", count=len(once)
        )
        self.faults = tuple(sorted(once.values(), key=lambda fault: fault.place.order))


def _shown(value: object) -> str:
    if isinstance(value, (tuple, list)):
        return ", ".join(_shown(part) for part in value)
    return str(value)

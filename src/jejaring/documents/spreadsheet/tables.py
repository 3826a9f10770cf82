"""What a sheet of the plan's spreadsheet is: columns, lines, formulas with their values.

A formula is kept beside the value that it gives, so that a program that doesn't calculate sees the
number too; a test has another program calculate and compares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

TOTAL_ROW, HEAD_ROW, FIRST_ROW = 3, 4, 5
"""Sums stand above the heads, where filtering and sorting leave them alone."""
MOST_LINES = 20_000
"""A sheet holds at most so many lines; plan.json has them all."""

Kind = Literal["text", "long", "kg", "idr", "price", "share"]


@dataclass(frozen=True)
class Formula:
    """A formula, with {row} for the row in which it stands, and the value it gives."""

    text: str
    value: float

    def at(self, row: int) -> str:
        """Return it as it is written in `row`."""
        return self.text.replace("{row}", str(row))


Value = str | int | float | Formula | None


@dataclass(frozen=True)
class Column:
    """One column: its head, what its values are, and whether they are added up above the head."""

    head: str
    kind: Kind
    added_up: bool = False


@dataclass(frozen=True)
class Table:
    """One sheet. `more` lines are left out at the end; `frozen` columns stay when scrolling."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    lines: tuple[tuple[Value, ...], ...]
    more: int = 0
    frozen: int = 1

    @classmethod
    def of(
        cls,
        name: str,
        meaning: str,
        columns: Sequence[Column],
        lines: Sequence[tuple[Value, ...]],
        frozen: int = 1,
    ) -> Table:
        """Return a sheet with as many lines as it holds."""
        kept = tuple(lines[:MOST_LINES])
        return cls(name, meaning, tuple(columns), kept, len(lines) - len(kept), frozen)


def number_of(value: Value) -> float:
    """Return what a cell counts as in a sum."""
    if isinstance(value, Formula):
        return value.value
    return float(value) if isinstance(value, (int, float)) else 0.0


def letter(at: int) -> str:
    """Return the letters of the column at position `at`, from 0: A, B … AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def sum_of(first: int, values: Sequence[Value]) -> Formula:
    """Return the sum along a line of `values` whose first stands in column `first`."""
    return Formula(
        f"SUM({letter(first)}{{row}}:{letter(first + len(values) - 1)}{{row}})", sum(map(number_of, values))
    )

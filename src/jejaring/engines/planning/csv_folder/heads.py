"""The head of a CSV file: which fields a file can have, what they may be called, and which are there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from jejaring.engines.errors import Sentence
from jejaring.engines.planning import tables
from jejaring.engines.planning.columns import nearest
from jejaring.engines.planning.tables import Field
from jejaring.engines.planning.workbook import headings
from jejaring.engines.planning.workbook.cells import Unit, shown, unit_kg
from jejaring.engines.planning.workbook.headings import plain
from jejaring.engines.planning.workbook.stored import letters

NETWORK = "network"
LANE_RULE = "lane_rule"
UNIT = "weight_unit"
"""The column that may name the unit of a row's quantities; without it they are kilograms."""

_UNIT_FIELD = Field(UNIT, "text", "Unit", missing="empty")
_IN_UNITS = {"kg", "kilograms", "steps"}
_UNREAD = headings.UNREAD | {"source", "sumber"}
"""Remarks; a table whose own field is called so reads it."""

_UNIT_TAIL = re.compile(r"(.*?)\s*[(\[]([^()\[\]]*)[)\]]\s*", re.DOTALL)

TellCell = Callable[[int, int, str, Sentence, Sentence | None], None]
"""Notes what is wrong at a row and column (both from 1, 0 none) below a heading, and what would be right."""


@dataclass(frozen=True)
class Form:
    """The fields of one file, and what each may be called, as `plain` compares it."""

    name: str
    fields: tuple[Field, ...]
    names: dict[str, Field]

    @property
    def file(self) -> str:
        return file_of(self.name)


@dataclass(frozen=True)
class Column:
    """One column of a file: its field, its place from 0, its heading, and the unit that this names."""

    field: Field
    at: int
    heading: str
    unit: Unit | None = None


@dataclass
class Head:
    """The columns that are read, and those without a heading.

    A row may have `width` cells and must have `least`: headings that are empty at the end don't count.
    """

    row: int
    width: int
    least: int
    columns: list[Column] = field(default_factory=list)
    unheaded: list[int] = field(default_factory=list)
    unit: Column | None = None


def file_of(name: str) -> str:
    """Return the file in which a table stands."""
    return f"{name}.csv"


@cache
def forms() -> dict[str, Form]:
    """Return the form of every file by name: the network's name and note, all tables, the lane rule."""
    top = tuple(Field(name, "text", name, missing="empty") for name in ("format", *tables.TOP_TEXTS))
    made = {NETWORK: _form(NETWORK, top)}
    made |= {table.name: _form(table.name, table.fields) for table in tables.TABLES}
    return made | {LANE_RULE: _form(LANE_RULE, tables.LANE_RULE)}


def _form(name: str, fields: tuple[Field, ...]) -> Form:
    names = {plain(each.name): each for each in fields}
    if any(each.kind in _IN_UNITS for each in fields):
        names.setdefault(plain(UNIT), _UNIT_FIELD)
        for word in headings.UNIT.understood:
            names.setdefault(plain(word), _UNIT_FIELD)
    words = [(called(name, each), each) for each in fields]
    for known, each in words:
        for word in (known.indonesian, known.english):
            names.setdefault(plain(word), each)
    for known, each in words:
        for word in known.also:
            names.setdefault(plain(word), each)
    return Form(name, fields, names)


def called(name: str, field: Field) -> headings.Words:
    """Return what a workbook calls a field; what it spreads over columns or rows is called like those."""
    english = headings.Words(field.heading, field.heading)
    if name in {NETWORK, LANE_RULE}:
        return headings.GENERAL.get(field.name, english)
    if field.name in _SPREAD:
        words = _SPREAD[field.name]
        return headings.Words(words.indonesian, words.english, (field.heading,))
    return headings.of_field(name, field)


_SPREAD = {"outputs": headings.OUTPUT, "opening_kg": headings.STOCK, "steps": headings.SHEETS["steps"]}


def meaning(form: Form, text: str) -> tuple[Field, str] | None:
    """Return the field that a heading means and the unit it names in parentheses, None for no field."""
    found = form.names.get(plain(text))
    if found:
        return found, ""
    tail = _UNIT_TAIL.fullmatch(text)
    found = form.names.get(plain(tail[1])) if tail else None
    return (found, tail[2].strip()) if tail and found else None


def read_head(form: Form, row: int, cells: list[str], periods: tuple[str, ...], tell: TellCell) -> Head:
    """Return what the columns below a row of headings mean; what is wrong with them is told."""
    head = Head(row, len(cells), max(at for at, cell in enumerate(cells, start=1) if cell.strip()))
    seen: dict[str, int] = {}
    for at, cell in enumerate(cells):
        text = cell.strip()
        meant = meaning(form, text)
        if not text:
            head.unheaded.append(at)
        elif meant is None:
            if plain(text) not in _UNREAD:
                tell(row, at + 1, text, *_unknown(form, text, periods))
        elif meant[0].name in seen:
            tell(row, at + 1, text, *_twice(text, seen[meant[0].name], at))
        else:
            seen[meant[0].name] = at
            _keep(head, meant[0], at, text, meant[1], tell)
    for each in form.fields:
        if each.missing == "fault" and each.name not in seen:
            tell(
                row,
                0,
                "",
                Sentence("heading.missing", "The column “{heading}” is missing.", {"heading": each.name}),
                Sentence("csv.heading.missing.right", "Add it, headed “{heading}”.", {"heading": each.name}),
            )
    return head


def _keep(head: Head, meant: Field, at: int, text: str, unit: str, tell: TellCell) -> None:
    if meant.name == UNIT:
        head.unit = Column(meant, at, shown(text))
        return
    kg = unit_kg(unit) if unit and meant.kind in _IN_UNITS else None
    if unit and not kg and meant.unit and not headings.unit_is(meant.unit, unit):
        tell(
            head.row,
            at + 1,
            text,
            Sentence(
                "heading.unit",
                "“{heading}” names a unit that this column can't be in.",
                {"heading": shown(text)},
            ),
            Sentence(
                "heading.unit.right",
                "Write “{heading}”, and the numbers below in that unit.",
                {"heading": f"{meant.name} ({meant.unit})"},
            ),
        )
    head.columns.append(Column(meant, at, shown(text), Unit(unit, kg, written=True) if kg else None))


def _twice(text: str, first: int, second: int) -> tuple[Sentence, Sentence]:
    return (
        Sentence(
            "heading.twice",
            "“{heading}” stands above two columns: {first} and {second}.",
            {"heading": shown(text), "first": letters(first + 1), "second": letters(second + 1)},
        ),
        Sentence("heading.twice.right", "Keep one of the two columns, or correct a heading."),
    )


def _unknown(form: Form, text: str, periods: tuple[str, ...]) -> tuple[Sentence, Sentence]:
    wrong = Sentence(
        "csv.heading.unknown",
        "{file} has no column “{heading}”.",
        {"file": form.file, "heading": shown(text)},
    )
    if text in periods:
        return wrong, Sentence(
            "csv.heading.period",
            "Write one row for each period, with the period in a column “{heading}”.",
            {"heading": "period"},
        )
    near = nearest(text, (each.name for each in form.fields)) or nearest(plain(text), form.names)
    if near:
        name = form.names[plain(near)].name
        return wrong, Sentence("heading.unknown.nearest", "Did you mean “{nearest}”?", {"nearest": name})
    return wrong, Sentence(
        "heading.unknown.right",
        "Take the column away, or write “{remark}” above a column of your own.",
        {"remark": "note"},
    )

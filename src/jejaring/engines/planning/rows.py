"""Rows as a reader hands them over: typed values with the place each came from.

`interchange` and `workbook` read files into `Rows`; `assembly` checks them against each other and
makes a `Problem`. Nothing here knows a file format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from jejaring.engines.errors import Fault, Place

Value = Decimal | str | None | tuple[str, ...] | Mapping[str, Decimal] | tuple[tuple[Decimal, Decimal], ...]
"""A typed value: number, text, nothing, codes, kilograms or yields by product, or price steps."""


@dataclass(frozen=True)
class Row:
    """One row of a table. `values` has every field of the table, missing ones filled in by their rule.

    A field that could not be read is left out: its fault is in `Rows.faults`, and assembly doesn't
    judge it again. A row stays in its table whatever is wrong with it, so that others may name it.
    `place_of(field)` tells where a field stands, for a fault; `place_of("")` where the row stands;
    `place_of("outputs.beras")`, `place_of("steps.0")` where a part of a field stands.
    """

    values: Mapping[str, Value]
    place_of: Callable[[str], Place]


@dataclass
class Rows:
    """All rows of one input, by table name, with the faults found while reading."""

    file: str
    name: str = ""
    note: str = ""
    sha256: str = ""
    tables: dict[str, list[Row]] = field(default_factory=dict)
    lane_rule: Row | None = None
    faults: list[Fault] = field(default_factory=list)
    table_places: dict[str, Place] = field(default_factory=dict)

    def place_of_table(self, name: str) -> Place:
        """Return where a table stands, for a fault about the table as a whole."""
        return self.table_places.get(name) or Place(file=self.file, path=name)

"""The tables of a network: one description that every way in and out follows.

The JSON reader, the workbook, the CSV folder, the template, the published schema and the documentation
are all made from `TABLES`; what a field means is written in docs/planning.md and docs/network-format.md.
A heading is English here; workbooks show it in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from jejaring.engines.planning.tables.form import Field, Kind, Missing, Table
from jejaring.engines.planning.tables.network import NETWORK
from jejaring.engines.planning.tables.outlook import OUTLOOK, REFERENCES

__all__ = [
    "EVERY_PERIOD",
    "FORMAT",
    "FORMATS",
    "LANE_RULE",
    "STEP_FIELDS",
    "TABLES",
    "TOP_TEXTS",
    "Field",
    "Kind",
    "Missing",
    "Table",
    "format_of",
    "table",
]

FORMATS = ("jejaring-network/1", "jejaring-network/2", "jejaring-network/3")
"""Versions that are read, oldest first; each adds to the one before and changes nothing in it."""
FORMAT = FORMATS[-1]
EVERY_PERIOD = "*"

TABLES: tuple[Table, ...] = (*NETWORK, *OUTLOOK, REFERENCES)

LANE_RULE: tuple[Field, ...] = (
    Field("detour", "rate", "Detour factor", help="Road kilometres for each kilometre of great circle."),
    Field("farthest_km", "km", "Farthest", missing="none", unit="km"),
    Field("idr_per_kg", "price", "Cost", missing="zero", unit="Rp/kg"),
    Field("idr_per_kg_km", "price", "Cost per kilometre", missing="zero", unit="Rp/kg/km"),
    Field("detours", "factors", "Detour factors by terrain", missing="empty", since=2),
    Field(
        "nearest",
        "count",
        "Nearest",
        missing="none",
        help="Joins each site only with so many nearest ones.",
        since=2,
    ),
    Field("fixed_cost_idr", "rupiah", "Fixed cost in each period used", missing="zero", unit="Rp", since=2),
    Field("vehicle", "code", "Vehicle", missing="none", refers_to="vehicles", since=2),
)
"""Makes a lane for every product between any two sites with positions, both ways, where none is given."""

STEP_FIELDS: tuple[Field, ...] = (
    Field("from_kg", "kg", "From", unit="kg"),
    Field("price_idr_per_kg", "price", "Price", unit="Rp/kg"),
)

TOP_TEXTS: tuple[str, ...] = ("name", "note")
"""Texts that stand beside the tables at the top of a network."""


class _Row(Protocol):
    """A row of a table as it was read."""

    @property
    def values(self) -> Mapping[str, object]: ...


def format_of(filled: Mapping[str, Sequence[_Row]]) -> str:
    """Return the version from the second on that suffices for tables with these rows."""
    needed = 2
    for each in TABLES:
        rows = filled.get(each.name, ())
        later = [field for field in each.fields if field.since > needed]
        used = [field.since for field in later if any(row.values.get(field.name) is not None for row in rows)]
        needed = max([needed, *used, each.since if rows else 0])
    return FORMATS[needed - 1]


def table(name: str) -> Table:
    """Return the table called `name`; a KeyError where there is none."""
    for each in TABLES:
        if each.name == name:
            return each
    raise KeyError(name)

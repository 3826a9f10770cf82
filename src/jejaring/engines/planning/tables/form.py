"""What a field and a table are, and the fields that several tables share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "code",  # text without blanks at its ends, that names a row
    "text",  # free text
    "kg",  # kilograms, 0 or more
    "price",  # rupiah per kilogram, 0 or more
    "rupiah",  # rupiah, 0 or more
    "share",  # 0 to 1
    "rate",  # 0 or more, without unit (a detour, a yield)
    "km",  # kilometres, 0 or more
    "count",  # a whole number, 0 or more
    "latitude",
    "longitude",
    "codes",  # several codes
    "yields",  # product code -> kg out per kg in
    "kilograms",  # product code -> kg
    "factors",  # word -> factor
    "steps",  # price steps: from_kg, price_idr_per_kg
]

Missing = Literal["fault", "none", "zero", "empty"]
"""What a missing value means: a fault, no limit (or not possible), 0, or an empty text or list."""


@dataclass(frozen=True)
class Field:
    """One field of a table.

    `refers_to` names the table in which a code must stand; `unit` is for headings; `since` is the
    version of the format that brought it.
    """

    name: str
    kind: Kind
    heading: str
    missing: Missing = "fault"
    refers_to: str = ""
    unit: str = ""
    help: str = ""
    since: int = 1


@dataclass(frozen=True)
class Table:
    """One table of a network. `key` are the fields that may not repeat together.

    Where "period" stands in `key`, a row for "*" counts for every period that has no row of its
    own. `may_be_empty` says whether a network without any row of it makes sense.
    """

    name: str
    heading: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    may_be_empty: bool = True
    help: str = ""
    since: int = 1

    def field(self, name: str) -> Field:
        """Return the field called `name`; a KeyError where there is none."""
        for each in self.fields:
            if each.name == name:
                return each
        raise KeyError(name)


def party(name: str, heading: str) -> Field:
    return Field(name, "code", heading, refers_to="parties")


SITE = Field("site", "code", "Site", refers_to="sites")
PRODUCT = Field("product", "code", "Product", refers_to="products")
PERIOD = Field("period", "code", "Period", refers_to="periods", help="* means every period.")
NAME = Field("name", "text", "Name", missing="empty")
SOURCE = Field(
    "source", "text", "Source", missing="empty", help="Where the figure comes from, and the year or the rule."
)
STEPS = Field(
    "steps",
    "steps",
    "Price steps",
    missing="empty",
    help="The price for the whole quantity of a period once it reaches a quantity.",
)

EVIDENCE = Field(
    "evidence",
    "text",
    "Evidence",
    missing="empty",
    help="How it is known: said, document, weighed or measured; with the date, as “weighed 2026-03-12”.",
    since=2,
)
BUILD_COST = Field(
    "build_cost_idr",
    "rupiah",
    "Cost of building",
    missing="zero",
    unit="Rp",
    help="For a facility that isn't there yet: what it costs to build.",
    since=2,
)
BUILD_SHARE = Field(
    "build_share",
    "share",
    "Share of building cost borne",
    missing="none",
    unit="0–1",
    help="The part of it that these periods must earn: 12 of 120 months are 0.1. Empty = all.",
    since=2,
)

SELECTORS: tuple[Field, ...] = (
    Field(
        "table",
        "text",
        "Table",
        help="supplies, outlets, sources, needs, processes, storages, lanes, local_trade or vehicles.",
    ),
    Field("field", "text", "Field", help="The field that changes, as price_idr_per_kg; outputs for yields."),
    Field("row", "text", "Row", missing="empty", help="The code of a row. Empty = all."),
    Field("party", "code", "Party", missing="none", refers_to="parties", help="Empty = all."),
    Field("site", "code", "Site", missing="none", refers_to="sites", help="Empty = all."),
    Field("product", "code", "Product", missing="none", refers_to="products", help="Empty = all."),
    Field("period", "code", "Period", missing="none", refers_to="periods", help="Empty = all."),
)
"""Which numbers a scenario or range is about."""

"""The tables of a network: one description that every way in and out follows.

The JSON reader, the workbook, the template, the published schema and the documentation are all
made from `TABLES`; what a field means is written in docs/planning.md and network-format/1.
A heading is English here; workbooks show it in the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FORMAT = "jejaring-network/1"
EVERY_PERIOD = "*"

Kind = Literal[
    "code",  # text without blanks at its ends, that names a row
    "text",  # free text
    "kg",  # kilograms, 0 or more
    "price",  # rupiah per kilogram, 0 or more
    "rupiah",  # rupiah, 0 or more
    "share",  # 0 to 1
    "rate",  # 0 or more, without unit (a detour, a yield)
    "km",  # kilometres, 0 or more
    "latitude",
    "longitude",
    "codes",  # several codes
    "yields",  # product code -> kg out per kg in
    "kilograms",  # product code -> kg
    "steps",  # price steps: from_kg, price_idr_per_kg
]

Missing = Literal["fault", "none", "zero", "empty"]
"""What a missing value means: a fault, no limit (or not possible), 0, or an empty text or list."""


@dataclass(frozen=True)
class Field:
    """One field of a table.

    `refers_to` names the table in which a code must stand; `unit` is for headings.
    """

    name: str
    kind: Kind
    heading: str
    missing: Missing = "fault"
    refers_to: str = ""
    unit: str = ""
    help: str = ""


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

    def field(self, name: str) -> Field:
        """Return the field called `name`; a KeyError where there is none."""
        for each in self.fields:
            if each.name == name:
                return each
        raise KeyError(name)


def _party(name: str, heading: str) -> Field:
    return Field(name, "code", heading, refers_to="parties")


_SITE = Field("site", "code", "Site", refers_to="sites")
_PRODUCT = Field("product", "code", "Product", refers_to="products")
_PERIOD = Field("period", "code", "Period", refers_to="periods", help="* means every period.")
_NAME = Field("name", "text", "Name", missing="empty")
_SOURCE = Field(
    "source", "text", "Source", missing="empty", help="Where the figure comes from, and the year or the rule."
)
_STEPS = Field(
    "steps",
    "steps",
    "Price steps",
    missing="empty",
    help="The price for the whole quantity of a period once it reaches a quantity.",
)

TABLES: tuple[Table, ...] = (
    Table(
        "periods",
        "Periods",
        (Field("code", "code", "Code"), _NAME),
        ("code",),
        may_be_empty=False,
        help="Weeks or months, in order. A month is written 2026-03, a week 2026-W07.",
    ),
    Table(
        "products",
        "Products",
        (Field("code", "code", "Code"), _NAME),
        ("code",),
        may_be_empty=False,
        help="Everything that moves: paddy, rice, bran, fertiliser.",
    ),
    Table(
        "parties",
        "Parties",
        (
            Field("code", "code", "Code"),
            Field("name", "text", "Name", missing="empty"),
            Field("kind", "text", "Kind", missing="empty", help="KDMP, KKMP, existing, secondary …"),
            Field(
                "role", "text", "Role", missing="empty", help="hub for the party that the MoUs are made with."
            ),
            Field(
                "village", "text", "Village code", missing="empty", help="Official code, as 32.03.01.1006."
            ),
            _SOURCE,
        ),
        ("code",),
        may_be_empty=False,
        help="The co-ops that plan together, the hub among them.",
    ),
    Table(
        "sites",
        "Sites",
        (
            Field("code", "code", "Code"),
            Field(
                "party",
                "code",
                "Party",
                missing="none",
                refers_to="parties",
                help="Empty for a buyer's, a supplier's or a public place.",
            ),
            Field("lat", "latitude", "Latitude", missing="none", unit="°"),
            Field("lon", "longitude", "Longitude", missing="none", unit="°"),
            _NAME,
            Field(
                "village", "text", "Village code", missing="empty", help="Official code, as 32.03.01.1006."
            ),
            _SOURCE,
        ),
        ("code",),
        may_be_empty=False,
        help="Places where goods are: a co-op's store, a mill, a market.",
    ),
    Table(
        "supplies",
        "Supplies",
        (
            _SITE,
            _PRODUCT,
            _PERIOD,
            Field("available_kg", "kg", "Available", missing="none", unit="kg"),
            Field("cost_idr_per_kg", "price", "Members must be paid at least", missing="zero", unit="Rp/kg"),
            _SOURCE,
        ),
        ("site", "product", "period"),
        help="What members can deliver in a period, and what they must be paid at least.",
    ),
    Table(
        "outlets",
        "Outlets",
        (
            Field("code", "code", "Code"),
            _party("owner", "Channel owned by"),
            _SITE,
            _PRODUCT,
            _PERIOD,
            Field("most_kg", "kg", "At most", missing="none", unit="kg"),
            Field("least_kg", "kg", "At least, if anything", missing="zero", unit="kg"),
            Field("price_idr_per_kg", "price", "Price", unit="Rp/kg"),
            _STEPS,
            Field("buyer", "text", "Buyer", missing="empty"),
            _SOURCE,
        ),
        ("code", "period"),
        help="Who buys, where, how much in a period, at what price, and whose channel it is.",
    ),
    Table(
        "sources",
        "Purchases",
        (
            Field("code", "code", "Code"),
            _party("owner", "Channel owned by"),
            _SITE,
            _PRODUCT,
            _PERIOD,
            Field("most_kg", "kg", "At most", missing="none", unit="kg"),
            Field("price_idr_per_kg", "price", "Price", unit="Rp/kg"),
            _STEPS,
            Field("supplier", "text", "Supplier", missing="empty"),
            _SOURCE,
        ),
        ("code", "period"),
        help="Who sells to the network: fertiliser, seed, packaging.",
    ),
    Table(
        "needs",
        "Needs",
        (
            _SITE,
            _PRODUCT,
            _PERIOD,
            Field("kg", "kg", "Needed", unit="kg"),
            Field(
                "worth_idr_per_kg",
                "price",
                "Worth",
                missing="none",
                unit="Rp/kg",
                help="What a kilogram met is worth; empty where the need must be met in full.",
            ),
            _SOURCE,
        ),
        ("site", "product", "period"),
        help="What a co-op needs for its members.",
    ),
    Table(
        "processes",
        "Processes",
        (
            Field("code", "code", "Code"),
            _party("owner", "Owner"),
            _SITE,
            Field("input", "code", "Input", refers_to="products"),
            Field("outputs", "yields", "Outputs", unit="kg per kg"),
            _PERIOD,
            Field("capacity_kg", "kg", "Capacity (input)", missing="none", unit="kg"),
            Field("cost_idr_per_kg", "price", "Cost (input)", missing="zero", unit="Rp/kg"),
            Field(
                "opening_cost_idr", "rupiah", "Opening cost in each period used", missing="zero", unit="Rp"
            ),
            _NAME,
            _SOURCE,
        ),
        ("code", "period"),
        help="Dryers, mills, graders: what goes in, what comes out.",
    ),
    Table(
        "storages",
        "Stores",
        (
            Field("code", "code", "Code"),
            _party("owner", "Owner"),
            _SITE,
            Field("products", "codes", "Products", refers_to="products"),
            Field("capacity_kg", "kg", "Capacity", missing="none", unit="kg"),
            Field("cost_idr_per_kg", "price", "Cost per period", missing="zero", unit="Rp/kg"),
            Field("loss", "share", "Loss per period", missing="zero", unit="0–1"),
            Field("opening_kg", "kilograms", "Opening stock", missing="empty", unit="kg"),
            _NAME,
            _SOURCE,
        ),
        ("code",),
        help="Warehouses: what they hold at a period's end.",
    ),
    Table(
        "lanes",
        "Lanes",
        (
            Field("from", "code", "From", refers_to="sites"),
            Field("to", "code", "To", refers_to="sites"),
            Field("products", "codes", "Products", refers_to="products"),
            Field("cost_idr_per_kg", "price", "Cost", missing="zero", unit="Rp/kg"),
            Field("capacity_kg", "kg", "Capacity", missing="none", unit="kg"),
            Field("fixed_cost_idr", "rupiah", "Fixed cost in each period used", missing="zero", unit="Rp"),
            _SOURCE,
        ),
        ("from", "to", "products"),
        help="Which goods can be hauled from where to where, one direction a row.",
    ),
    Table(
        "local_trade",
        "Local trade",
        (
            _SITE,
            _PRODUCT,
            _PERIOD,
            Field("sell_idr_per_kg", "price", "Sells at", missing="none", unit="Rp/kg"),
            Field("buy_idr_per_kg", "price", "Buys at", missing="none", unit="Rp/kg"),
            Field("most_sell_kg", "kg", "Sells at most", missing="none", unit="kg"),
            Field("most_buy_kg", "kg", "Buys at most", missing="none", unit="kg"),
            _SOURCE,
        ),
        ("site", "product", "period"),
        help="What a co-op can do alone: sell to or buy from the local trader.",
    ),
    Table(
        "references",
        "Reference figures",
        (
            Field("code", "code", "Code"),
            Field("item", "text", "Item"),
            Field("value", "text", "Value"),
            Field("unit", "text", "Unit", missing="empty"),
            Field("valid_from", "text", "Valid from", missing="empty"),
            Field("source", "text", "Source"),
            Field("confidence", "text", "Confidence", missing="empty"),
        ),
        ("code", "valid_from"),
        help="Prices, yields and tariffs that the rows were made from, each with its date and source.",
    ),
)

LANE_RULE: tuple[Field, ...] = (
    Field("detour", "rate", "Detour factor", help="Road kilometres for each kilometre of great circle."),
    Field("farthest_km", "km", "Farthest", missing="none", unit="km"),
    Field("idr_per_kg", "price", "Cost", missing="zero", unit="Rp/kg"),
    Field("idr_per_kg_km", "price", "Cost per kilometre", missing="zero", unit="Rp/kg/km"),
)
"""Makes a lane for every product between any two sites with positions, both ways, where none is given."""

STEP_FIELDS: tuple[Field, ...] = (
    Field("from_kg", "kg", "From", unit="kg"),
    Field("price_idr_per_kg", "price", "Price", unit="Rp/kg"),
)

TOP_TEXTS: tuple[str, ...] = ("name", "note")
"""Texts that stand beside the tables at the top of a network."""


def table(name: str) -> Table:
    """Return the table called `name`; a KeyError where there is none."""
    for each in TABLES:
        if each.name == name:
            return each
    raise KeyError(name)

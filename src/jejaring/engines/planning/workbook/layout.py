"""The columns of each sheet: which field stands where, made from `tables.TABLES`.

Supplies and needs are wide, a column for each period. Yields and opening stocks are pairs of
columns (Hasil 1, Rendemen 1, Hasil 2 …). Price steps have a sheet of their own. Every sheet with
quantities has one column that names their unit.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache

from jejaring.engines.planning import tables
from jejaring.engines.planning.tables import Field
from jejaring.engines.planning.workbook import headings
from jejaring.engines.planning.workbook.headings import Language, Words, plain

WIDE = {"supplies": "available_kg", "needs": "kg"}
"""Tables that are wide, and the field that stands below the periods."""

UNIT = "weight_unit"
"""The column that names the unit of a row's quantities."""

PAIRS: dict[str, tuple[Words, Words]] = {
    "outputs": (headings.OUTPUT, headings.YIELD),
    "opening_kg": (headings.STOCK_PRODUCT, headings.STOCK),
}
PAIRS_SHOWN = {"outputs": 4, "opening_kg": 2}
"""How many pairs of columns a template has; a workbook may have any number."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet. `part` tells the two columns of a pair apart: product and amount."""

    name: str
    words: Words
    field: Field
    compulsory: bool = False
    part: str = ""

    @property
    def numbered(self) -> bool:
        return bool(self.part)

    def heading(self, language: Language, number: int = 0) -> str:
        """Return the heading without unit."""
        return f"{self.words.name(language)} {number}" if number else self.words.name(language)

    def written_heading(self, language: Language, number: int = 0) -> str:
        """Return the heading as it is written, its unit on a second line."""
        unit = headings.unit_shown(self.field.unit, language)
        heading = self.heading(language, number)
        return f"{heading}\n({unit})" if unit else heading


@dataclass(frozen=True)
class Layout:
    """The columns of one sheet in the order in which they are written."""

    sheet: str
    columns: tuple[Column, ...]
    period_from: int = -1
    """Where the columns of periods stand among the others, or -1 where the sheet isn't wide."""

    @property
    def wide(self) -> bool:
        return self.period_from >= 0

    def column(self, name: str) -> Column:
        """Return the column called `name`, of a pair the one of products."""
        return next(column for column in self.columns if column.name == name)


_ORDER: dict[str, tuple[str, ...]] = {
    "sites": ("code", "name", "party", "lat", "lon", "village", "terrain", "part_of", "source"),
    "supplies": ("site", "product", "cost_idr_per_kg", UNIT, "*", "evidence", "source"),
    "needs": ("site", "product", "worth_idr_per_kg", UNIT, "*", "evidence", "source"),
    "outlets": ("code", "buyer", "owner", "site", "product", "period", UNIT, "most_kg", "least_kg",
                "price_idr_per_kg", "pays_after_days", "evidence", "source"),
    "sources": ("code", "supplier", "owner", "site", "product", "period", UNIT, "most_kg",
                "price_idr_per_kg", "due_after_days", "evidence", "source"),
    "processes": ("code", "name", "owner", "site", "period", "input", "outputs", UNIT, "capacity_kg",
                  "cost_idr_per_kg", "opening_cost_idr", "build_cost_idr", "build_share", "evidence",
                  "source"),
    "storages": ("code", "name", "owner", "site", "products", UNIT, "capacity_kg", "cost_idr_per_kg", "loss",
                 "opening_kg", "build_cost_idr", "build_share", "evidence", "source"),
    "lanes": ("from", "to", "products", "cost_idr_per_kg", UNIT, "capacity_kg", "fixed_cost_idr", "loss",
              "km", "vehicle", "source"),
    "local_trade": ("site", "product", "period", "sell_idr_per_kg", "buy_idr_per_kg", UNIT, "most_sell_kg",
                    "most_buy_kg", "evidence", "source"),
    "vehicles": ("code", "name", "owner", UNIT, "capacity_kg", "idr_per_km", "idr_per_trip", "most_trips",
                 "source"),
    "today": ("site", "product", "period", UNIT, "sells_kg", "sells_idr_per_kg", "cost_idr_per_kg", "buys_kg",
              "buys_idr_per_kg", "partner", "evidence", "source"),
    "growers": ("site", "product", "area_ha", "kg_per_ha", "fulfilment", UNIT, "least_kg", "most_kg",
                "evidence", "source"),
    "terms": ("from", "to", "product", "period", UNIT, "least_kg", "most_kg", "source"),
}  # fmt: skip
_UNIT_FIELD = Field(UNIT, "text", "Unit", missing="empty")

STEP_CODE = Field("code", "code", "Channel code")
STEP_CHANNEL = Field("channel", "text", "Channel")
_STEP_PERIOD = Field("period", "code", "Period", refers_to="periods")


@cache
def layout(sheet: str) -> Layout:
    """Return the columns of a sheet that holds a table, or of the sheet of price steps."""
    if sheet == "steps":
        return _steps()
    table = tables.table(sheet)
    names = _ORDER.get(sheet) or tuple(field.name for field in table.fields)
    columns: list[Column] = []
    period_from = -1
    for name in names:
        if name == "*":
            period_from = len(columns)
        elif name == UNIT:
            columns.append(Column(UNIT, headings.UNIT, _UNIT_FIELD))
        else:
            columns.extend(_columns_of(table, table.field(name)))
    return Layout(sheet, tuple(columns), period_from)


def _columns_of(table: tables.Table, field: Field) -> tuple[Column, ...]:
    if field.name in PAIRS:
        product, amount = PAIRS[field.name]
        unit = "" if field.unit == "kg per kg" else field.unit
        amounts = Field(field.name, "rate" if field.kind == "yields" else "kg", field.heading, unit=unit)
        products = Field(field.name, "code", field.heading, refers_to="products")
        compulsory = field.missing == "fault"
        return (
            Column(field.name, product, products, compulsory, "product"),
            Column(field.name, amount, amounts, compulsory, "amount"),
        )
    words = headings.of_field(table.name, field)
    return (Column(field.name, words, field, field.missing == "fault"),)


def _steps() -> Layout:
    from_kg, price = tables.STEP_FIELDS
    return Layout(
        "steps",
        (
            Column("channel", headings.CHANNEL, STEP_CHANNEL, compulsory=True),
            Column("code", headings.CHANNEL_CODE, STEP_CODE, compulsory=True),
            Column("period", headings.STEP_PERIOD, _STEP_PERIOD, compulsory=True),
            Column(UNIT, headings.UNIT, _UNIT_FIELD),
            Column("from_kg", headings.FROM_KG, from_kg, compulsory=True),
            Column("price_idr_per_kg", headings.STEP_PRICE, price, compulsory=True),
        ),
    )


@dataclass(frozen=True)
class Heading:
    """What a heading in a file means: a column, its number where it is numbered, the unit it names.

    `unit` is what stands in parentheses and isn't the column's own unit.
    """

    column: Column
    number: int = 0
    unit: str = ""


_UNIT_TAIL = re.compile(r"(.*?)\s*[(\[]([^()\[\]]*)[)\]]\s*", re.DOTALL)
_NUMBER_TAIL = re.compile(r"(.*?)([0-9]{1,3})")


def understood(sheet: str, text: str) -> Heading | None:
    """Return what a heading means on `sheet`, or None where it means nothing known."""
    found = _numbered(sheet, text)
    if found:
        return found
    tail = _UNIT_TAIL.fullmatch(text)
    found = _numbered(sheet, tail[1]) if tail else None
    if not tail or not found:
        return None
    unit = tail[2].strip()
    return (
        found
        if headings.unit_is(found.column.field.unit, unit)
        else Heading(found.column, found.number, unit)
    )


def _numbered(sheet: str, text: str) -> Heading | None:
    known = _by_plain_heading(sheet)
    key = plain(text)
    column = known.get(key)
    if column:
        return Heading(column, 1 if column.numbered else 0)
    tail = _NUMBER_TAIL.fullmatch(key)
    column = known.get(tail[1]) if tail else None
    if tail and column and column.numbered:
        return Heading(column, int(tail[2]))
    return None


@cache
def _by_plain_heading(sheet: str) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for also in (False, True):
        for column in layout(sheet).columns:
            words = column.words
            for name in words.also if also else (words.indonesian, words.english):
                found.setdefault(plain(name), column)
    return found


def nearest_heading(sheet: str, text: str, others: tuple[str, ...], language: Language) -> str:
    """Return the heading of `sheet` (or one of `others`) that looks most like `text`, or nothing."""
    names = {plain(name): column for name, column in _by_plain_heading(sheet).items()}
    choices = [*names, *(plain(each) for each in others)]
    tail = _UNIT_TAIL.fullmatch(text)
    found = difflib.get_close_matches(plain(tail[1] if tail else text)[:60], choices, n=1, cutoff=0.6)
    if not found:
        return ""
    if found[0] in names:
        column = names[found[0]]
        return column.heading(language, 1 if column.numbered else 0)
    return next(each for each in others if plain(each) == found[0])

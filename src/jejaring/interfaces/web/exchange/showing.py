"""Differences as a page shows them: what each is about, each figure before and after, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from jejaring.domain.mapping.exchange.comparing import UNSAID
from jejaring.domain.mapping.exchange.kept import Catalogue
from jejaring.domain.mapping.exchange.rows import (
    BY_MONTH,
    CHANNEL,
    FACILITY,
    LOCAL,
    NEED,
    POSITION,
    POTENTIAL,
    TABLES,
    TODAY,
    VEHICLE,
    Difference,
)
from jejaring.domain.parties.models import Cooperative
from jejaring.interfaces.web import speaking
from jejaring.interfaces.web.speaking import say_later, speaks

_TITLES = {
    POTENTIAL: say_later("Harvest"),
    NEED: say_later("Needs"),
    FACILITY: say_later("Machines and stores"),
    VEHICLE: say_later("Lorries and pickups"),
    CHANNEL: say_later("Buyers and suppliers"),
    LOCAL: say_later("Local trader"),
    TODAY: say_later("Traded now"),
    POSITION: say_later("Position"),
}
_LABELS = {
    "kg": say_later("Quantity"),
    "cost_idr_per_kg": say_later("Cost"),
    "worth_idr_per_kg": say_later("Highest price"),
    "least_lot_kg": say_later("Least lot"),
    "is_must": say_later("Must have"),
    "evidence": say_later("How it is known"),
    "source": say_later("Source"),
    "kind": say_later("Kind"),
    "name": say_later("Name"),
    "product": say_later("Product"),
    "grade": say_later("Grade"),
    "site": say_later("Place"),
    "outputs": say_later("What comes out"),
    "stored": say_later("What is stored"),
    "capacity_kg": say_later("Capacity"),
    "opening_cost_idr": say_later("Opening cost"),
    "loss": say_later("Loss"),
    "build_cost_idr": say_later("Cost of building"),
    "idr_per_km": say_later("Cost per kilometre"),
    "idr_per_trip": say_later("Cost per trip"),
    "most_trips": say_later("Trips a month"),
    "direction": say_later("Sell or buy"),
    "partner": say_later("Partner"),
    "most_kg": say_later("At most in a month"),
    "least_kg": say_later("At least in a month"),
    "idr_per_kg": say_later("Price"),
    "days_to_pay": say_later("Days to pay"),
    "sell_idr_per_kg": say_later("Selling price"),
    "buy_idr_per_kg": say_later("Buying price"),
    "most_sell_kg": say_later("Sells at most"),
    "most_buy_kg": say_later("Buys at most"),
    "sells_kg": say_later("Sells"),
    "sells_idr_per_kg": say_later("Selling price"),
    "buys_kg": say_later("Buys"),
    "buys_idr_per_kg": say_later("Buying price"),
    "lat": say_later("Latitude"),
    "lon": say_later("Longitude"),
}
_LOWEST_PRICE = say_later("Lowest price")
_IN_TITLE = {VEHICLE: {"name"}, FACILITY: {"name"}, CHANNEL: {"partner", "product"}}
"""What a new row, or one that goes, needn't say a second time."""
_WORDS = {
    "said": say_later("spoken"),
    "document": say_later("document"),
    "weighed": say_later("weighed"),
    "measured": say_later("measured"),
    "sell": say_later("selling"),
    "buy": say_later("buying"),
    "process": say_later("makes one product into others"),
    "storage": say_later("keeps goods"),
}
_KINDS = {
    "new": (say_later("new"), ""),
    "changed": (say_later("changed"), "warn"),
    "gone": (say_later("taken away"), "bad"),
}
_YES = {True: say_later("Yes"), False: say_later("No")}


@dataclass(frozen=True)
class Change:
    """One figure before and after."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class Shown:
    """One row of a comparison."""

    id: str
    title: str
    month: str
    kind: Any
    is_new: bool
    is_gone: bool
    colour: str
    where: str
    """Sheet and cell."""
    changes: tuple[Change, ...]
    doubts: Sequence[Any]
    ticked: bool
    """Doubtful rows aren't ticked: ticking one says that it is right."""


def groups(found: Iterable[Difference], cooperative: Cooperative) -> list[tuple[Any, list[Shown]]]:
    """Return the differences under the title of their table, in the order of the workbook."""
    catalogue = Catalogue(cooperative)
    ordered = sorted(found, key=lambda each: (TABLES.index(each.said.table), each.said.key))
    return [
        (_TITLES[table], [_shown(each, catalogue) for each in rows])
        for table, rows in groupby(ordered, key=lambda each: each.said.table)
    ]


def _shown(each: Difference, catalogue: Catalogue) -> Shown:
    kind, colour = _KINDS[each.kind]
    place = each.said.place
    where = f"{place.sheet} {place.column}{place.row}".strip() if place.row else ""
    month = each.said.key[3] if each.said.table in BY_MONTH else ""
    return Shown(
        id=each.id,
        title=_title(each, catalogue),
        month=speaks().period(month) if month else "",
        kind=kind,
        is_new=each.kind == "new",
        is_gone=each.kind == "gone",
        colour=colour,
        where=where,
        changes=tuple(_changes(each, catalogue)),
        doubts=each.doubts,
        ticked=not each.doubts,
    )


def _changes(each: Difference, catalogue: Catalogue) -> Iterator[Change]:
    table = each.said.table
    unsaid = UNSAID.get(table, {}) if each.before is None else {}
    told = _IN_TITLE.get(table, set()) if each.kind != "changed" else set()
    for name, before, after in each.changes:
        if name in told or (each.before is None and unsaid.get(name) == after):
            continue
        was, becomes = _written(name, before, catalogue), _written(name, after, catalogue)
        if was != becomes:
            label = _LOWEST_PRICE if (table, name) == (POTENTIAL, "cost_idr_per_kg") else _LABELS[name]
            yield Change(label, was, becomes)


def _title(each: Difference, catalogue: Catalogue) -> str:
    values = each.after or each.before or {}
    if each.said.table in BY_MONTH:
        product, grade, site, _ = each.said.key
        parts = [_product(product, catalogue), _grade(product, grade, catalogue), _site(site, catalogue)]
        return " · ".join(filter(None, parts))
    if each.said.table == CHANNEL:
        return " · ".join(filter(None, [values["partner"], _product(values["product"], catalogue)]))
    return str(values.get("name", ""))


def _written(name: str, value: Any, catalogue: Catalogue) -> str:
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return str(_YES[value])
    if name in _WRITTEN:
        return _WRITTEN[name](value, catalogue)
    return speaks().shown(name, Decimal(value))


def _plain(value: Any, _: Catalogue) -> str:
    return str(value)


def _word(value: str, _: Catalogue) -> str:
    return str(_WORDS[value])


def _rupiah(value: Any, _: Catalogue) -> str:
    return speaks().rupiah(Decimal(value))


def _per_cent(value: str, _: Catalogue) -> str:
    return speaks().percent(Decimal(value))


def _products(codes: Sequence[str], catalogue: Catalogue) -> str:
    return ", ".join(_product(code, catalogue) for code in codes)


def _outputs(outputs: Sequence[Sequence[str]], catalogue: Catalogue) -> str:
    return ", ".join(f"{_product(code, catalogue)} {_per_cent(part, catalogue)}" for code, part in outputs)


def _product(code: str, catalogue: Catalogue) -> str:
    row = catalogue.products.get(code)
    if row is None:
        return code
    return row.name_en if speaking.code() == "en" and row.name_en else row.name_id


def _grade(product: str, grade: str, catalogue: Catalogue) -> str:
    row = catalogue.grades.get((product, grade))
    return row.name_id if row else grade


def _site(site: str, catalogue: Catalogue) -> str:
    row = catalogue.sites.get(site)
    return row.name if row else ""


_WRITTEN: dict[str, Callable[[Any, Catalogue], str]] = {
    **dict.fromkeys(("source", "name", "partner", "grade", "lat", "lon"), _plain),
    **dict.fromkeys(("evidence", "direction", "kind"), _word),
    **dict.fromkeys(("opening_cost_idr", "build_cost_idr", "idr_per_km", "idr_per_trip"), _rupiah),
    "loss": _per_cent,
    "product": _product,
    "stored": _products,
    "outputs": _outputs,
    "site": _site,
}

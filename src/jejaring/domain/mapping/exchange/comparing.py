"""Rows of a file beside what is kept: new, changed, the same or taken away, and what may be a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from jejaring.domain.mapping import plausible
from jejaring.domain.mapping.actions.answers import known_prices
from jejaring.domain.mapping.exchange.kept import Catalogue, Kept, kept_of
from jejaring.domain.mapping.exchange.rows import (
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
    Key,
    Kind,
    Said,
    Values,
    decimal,
    month_code,
    month_of,
)
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Sentence

_KNOWN = {"evidence": "said", "source": ""}
UNSAID: Mapping[str, Values] = {
    POTENTIAL: {"kg": None, "cost_idr_per_kg": None, "least_lot_kg": None, **_KNOWN},
    NEED: {"kg": None, "worth_idr_per_kg": None, "is_must": False, **_KNOWN},
    LOCAL: {
        "sell_idr_per_kg": None,
        "buy_idr_per_kg": None,
        "most_sell_kg": None,
        "most_buy_kg": None,
        **_KNOWN,
    },
    TODAY: {
        "sells_kg": 0,
        "sells_idr_per_kg": "0",
        "buys_kg": 0,
        "buys_idr_per_kg": "0",
        "cost_idr_per_kg": None,
        "partner": "",
        **_KNOWN,
    },
    FACILITY: {
        "kind": "",
        "name": "",
        "product": "",
        "outputs": [],
        "stored": [],
        "capacity_kg": None,
        "cost_idr_per_kg": "0",
        "opening_cost_idr": 0,
        "loss": "0",
        "build_cost_idr": 0,
        **_KNOWN,
    },
    VEHICLE: {"name": "", "capacity_kg": 0, "idr_per_km": "0", "idr_per_trip": 0, "most_trips": None},
    CHANNEL: {
        "direction": "",
        "product": "",
        "grade": "",
        "site": "",
        "partner": "",
        "most_kg": None,
        "least_kg": 0,
        "idr_per_kg": None,
        "days_to_pay": 0,
        **_KNOWN,
    },
}
"""What holds of a new row where the file is silent."""

_NOTHING: Mapping[str, tuple[str, ...]] = {
    POTENTIAL: ("kg",),
    NEED: ("kg",),
    LOCAL: ("sell_idr_per_kg", "buy_idr_per_kg"),
    TODAY: ("sells_kg", "buys_kg"),
}


def differences(cooperative: Cooperative, rows: Iterable[Said], *, on: date) -> tuple[Difference, ...]:
    """Return each row of a file beside what is kept of the co-op now, in the order of the tables.

    Of two rows about the same thing the later holds; the reader tells such pairs.
    """
    last: dict[tuple[str, Any], Said] = {}
    for said in rows:
        last[said.table, said.id] = said
    ordered = sorted(last.values(), key=lambda said: TABLES.index(said.table))
    return compare(ordered, kept_of(cooperative), on)


def compare(rows: Sequence[Said], kept: Kept, on: date) -> tuple[Difference, ...]:
    """Return each row beside what `kept` holds of it."""
    doubter = _Doubter(kept, on)
    return tuple(_difference(said, kept.key_of(said), kept.before(said), doubter) for said in rows)


def beside(
    rows: Sequence[tuple[Said, Values | None]], cooperative: Cooperative, on: date
) -> Sequence[Difference]:
    """Return rows of a draft beside what was kept when they were compared."""
    kept = kept_of(cooperative)
    doubter = _Doubter(kept, on)
    return [_difference(said, kept.key_of(said), before, doubter) for said, before in rows]


def _difference(said: Said, key: Key, before: Values | None, doubter: _Doubter) -> Difference:
    unsaid: Values = UNSAID.get(said.table, {})
    after: Values | None = {**(unsaid if before is None else before), **said.values}
    if said.removed or _says_nothing(said.table, after):
        after = None
    kind: Kind = "changed"
    if after == before or (said.table == POSITION and _is_near(before, after)):
        kind = "same"
    elif after is None:
        kind = "gone"
    elif before is None:
        kind = "new"
    difference = Difference(said, key, kind, before, after, said.doubts)
    if kind not in ("new", "changed"):
        return difference
    doubts = {str(doubt): doubt for doubt in (*said.doubts, *doubter.doubts(difference))}
    return Difference(said, key, kind, before, after, tuple(doubts.values()))


def _is_near(before: Values | None, after: Values | None) -> bool:
    """Return whether two positions are one: phones measure to a hundred metres at worst."""
    if before is None or after is None:
        return False
    return all(
        abs(Decimal(before[name]) - Decimal(after[name])) < Decimal("0.001") for name in ("lat", "lon")
    )


def _says_nothing(table: str, values: Values | None) -> bool:
    asked = _NOTHING.get(table, ())
    return bool(asked) and values is not None and all(_empty(table, values[name]) for name in asked)


def _empty(table: str, value: Any) -> bool:
    return value is None or (table == TODAY and not value)


class _Doubter:
    """Says what may be a slip, from the prices that are known and from last year's answers."""

    def __init__(self, kept: Kept, on: date) -> None:
        self._kept = kept
        self._products = Catalogue().products
        prices = known_prices(self._products.values(), on)
        self._prices = {row.code: prices[row.pk] for row in self._products.values() if row.pk in prices}

    def doubts(self, difference: Difference) -> Iterator[Sentence]:
        """Yield what should be asked about the columns that change."""
        said = difference.said
        after = difference.after or {}
        code = after.get("product") or (said.key[0] if said.table in _NOTHING else "")
        product = self._products.get(code)
        if product is None:
            return
        for name, _, value in difference.changes:
            if said.table == FACILITY and name == "outputs":
                yield from plausible.yield_doubts(Decimal(factor) for _, factor in value)
            elif said.table != FACILITY and name.endswith("idr_per_kg"):
                yield from plausible.price_doubts(product.name_id, decimal(value), self._prices.get(code))
            elif name == "kg":
                yield from self._amount_doubts(said, product.name_id, value)

    def _amount_doubts(self, said: Said, name: str, kg: int | None) -> Iterator[Sentence]:
        month = month_of(said.key[3])
        assert month is not None
        earlier = (*said.key[:3], month_code(month.replace(year=month.year - 1)))
        last_year = self._kept.rows.get((said.table, earlier), {})
        yield from plausible.amount_doubts(name, month, kg, last_year.get("kg"))

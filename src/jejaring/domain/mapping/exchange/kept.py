"""What is kept of a co-op, in the form of a file's rows; and the words that files use for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jejaring.domain.mapping.exchange.rows import (
    CHANNEL,
    FACILITY,
    LOCAL,
    NEED,
    POSITION,
    POTENTIAL,
    TODAY,
    VEHICLE,
    Key,
    Said,
    Values,
    exact,
    month_code,
    natural_key,
)
from jejaring.domain.mapping.models import (
    Channel,
    Facility,
    Grade,
    LocalTrade,
    Need,
    Potential,
    Product,
    Site,
    Today,
    Vehicle,
)
from jejaring.domain.parties.models import Cooperative


@dataclass(frozen=True)
class Kept:
    """All that is kept of a co-op, by table and key."""

    rows: dict[tuple[str, Key], Values]

    @cached_property
    def _by_name(self) -> dict[tuple[str, Key], Key]:
        found: dict[tuple[str, Key], Key] = {}
        for (table, key), values in self.rows.items():
            if table in (FACILITY, CHANNEL):
                found.setdefault((table, natural_key(table, values)), key)
        return found

    def key_of(self, said: Said) -> Key:
        """Return the key under which a row of a file is kept, or would be."""
        if (said.table, said.key) in self.rows or said.table not in (FACILITY, CHANNEL):
            return said.key
        return self._by_name.get((said.table, natural_key(said.table, said.values)), ("",))

    def before(self, said: Said) -> Values | None:
        """Return what is kept of what a file's row is about; None: nothing."""
        return self.rows.get((said.table, self.key_of(said)))


def kept_of(cooperative: Cooperative) -> Kept:
    """Return all that is kept of a co-op, in ten queries."""
    return Kept(dict(_all(cooperative)))


def _all(cooperative: Cooperative) -> Iterator[tuple[tuple[str, Key], Values]]:
    mine: Any = {"cooperative": cooperative}
    for potential in Potential.objects.filter(**mine).select_related("product", "grade"):
        yield (POTENTIAL, _month_key(potential)), _potential(potential)
    for need in Need.objects.filter(**mine).select_related("product", "grade"):
        yield (NEED, _month_key(need)), _need(need)
    for trade in LocalTrade.objects.filter(**mine).select_related("product", "grade"):
        yield (LOCAL, _month_key(trade)), _local(trade)
    for now in Today.objects.filter(**mine).select_related("product", "grade"):
        yield (TODAY, _month_key(now)), _today(now)
    for facility in facilities_of(cooperative):
        yield (FACILITY, (str(facility.pk),)), _facility(facility)
    for vehicle in Vehicle.objects.filter(**mine):
        yield (VEHICLE, (vehicle.name,)), _vehicle(vehicle)
    for channel in Channel.objects.filter(**mine).select_related("product", "grade"):
        yield (CHANNEL, (str(channel.pk),)), _channel(channel)
    if cooperative.lat is not None and cooperative.lon is not None:
        yield (POSITION, ()), {"lat": f"{cooperative.lat:.6f}", "lon": f"{cooperative.lon:.6f}"}


def facilities_of(cooperative: Cooperative) -> Any:
    """Return a co-op's facilities with all that belongs to them."""
    rows = Facility.objects.filter(cooperative=cooperative).select_related("product")
    return rows.prefetch_related("outputs__product", "stored", "opening__product", "months")


def _month_key(row: Any) -> Key:
    return (
        row.product.code,
        row.grade.code if row.grade else "",
        str(row.site_id or ""),
        month_code(row.month),
    )


def _known(row: Any) -> dict[str, Any]:
    return {"evidence": row.evidence, "source": row.source}


def _potential(row: Potential) -> Values:
    return {
        "kg": row.kg,
        "cost_idr_per_kg": exact(row.cost_idr_per_kg),
        "least_lot_kg": row.least_lot_kg,
        **_known(row),
    }


def _need(row: Need) -> Values:
    return {
        "kg": row.kg,
        "worth_idr_per_kg": exact(row.worth_idr_per_kg),
        "is_must": row.is_must,
        **_known(row),
    }


def _local(row: LocalTrade) -> Values:
    return {
        "sell_idr_per_kg": exact(row.sell_idr_per_kg),
        "buy_idr_per_kg": exact(row.buy_idr_per_kg),
        "most_sell_kg": row.most_sell_kg,
        "most_buy_kg": row.most_buy_kg,
        **_known(row),
    }


def _today(row: Today) -> Values:
    return {
        "sells_kg": row.sells_kg,
        "sells_idr_per_kg": exact(row.sells_idr_per_kg),
        "buys_kg": row.buys_kg,
        "buys_idr_per_kg": exact(row.buys_idr_per_kg),
        "cost_idr_per_kg": exact(row.cost_idr_per_kg),
        "partner": row.partner,
        **_known(row),
    }


def _facility(row: Facility) -> Values:
    return {
        "kind": row.kind,
        "name": row.name,
        "product": row.product.code if row.product else "",
        "outputs": [[output.product.code, exact(output.factor)] for output in row.outputs.all()],
        "stored": sorted(product.code for product in row.stored.all()),
        "capacity_kg": row.capacity_kg,
        "cost_idr_per_kg": exact(row.cost_idr_per_kg),
        "opening_cost_idr": row.opening_cost_idr,
        "loss": exact(row.loss),
        "build_cost_idr": row.build_cost_idr,
        **_known(row),
    }


def _vehicle(row: Vehicle) -> Values:
    return {
        "name": row.name,
        "capacity_kg": row.capacity_kg,
        "idr_per_km": exact(row.idr_per_km),
        "idr_per_trip": row.idr_per_trip,
        "most_trips": row.most_trips,
    }


def _channel(row: Channel) -> Values:
    return {
        "direction": row.direction,
        "product": row.product.code,
        "grade": row.grade.code if row.grade else "",
        "site": str(row.site_id or ""),
        "partner": row.partner,
        "most_kg": row.most_kg,
        "least_kg": row.least_kg,
        "idr_per_kg": exact(row.idr_per_kg),
        "days_to_pay": row.days_to_pay,
        **_known(row),
    }


# --- products, grades, places -----------------------------------------------------------------------


class Catalogue:
    """Products with their grades, and a co-op's places: what files name, found by code or name."""

    def __init__(self, cooperative: Cooperative | None = None) -> None:
        self.products = {row.code: row for row in Product.objects.select_related("commodity")}
        self.grades = {(row.product.code, row.code): row for row in Grade.objects.select_related("product")}
        sites = Site.objects.filter(cooperative=cooperative) if cooperative else ()
        self.sites = {str(row.pk): row for row in sites}
        self._product_words = _words((row, row.code) for row in self.products.values())

    def product(self, written: str) -> Product | None:
        """Return the product that is called so, by its code or a name; None where none is."""
        code = self._product_words.get(_bare(written))
        return self.products[code] if code else None

    def grade(self, product: str, written: str) -> Grade | None:
        """Return the grade of a product (by code) that is called so; None where none is."""
        words = _words((row, code) for (of, code), row in self.grades.items() if of == product)
        code = words.get(_bare(written))
        return self.grades[product, code] if code else None

    def site(self, written: str) -> str:
        """Return the key of the co-op's place that is called so; "" where none is."""
        for key, row in self.sites.items():
            if _bare(written) in {_bare(row.name), _bare(row.file_code)}:
                return key
        return ""


def _words(rows: Iterator[tuple[Product | Grade, str]] | Any) -> dict[str, str]:
    """Return codes by each word for them; a code counts before a name that another one has too."""
    pairs = list(rows)
    words: dict[str, str] = {}
    for name in ("code", "name_id", "name_en"):
        for row, code in pairs:
            word = _bare(getattr(row, name))
            if word:
                words.setdefault(word, code)
    return words


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())

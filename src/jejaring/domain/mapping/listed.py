"""What a co-op said, row by row, and the reference data: as programs read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from jejaring.domain.mapping.models import (
    Channel,
    Commodity,
    Conversion,
    Facility,
    LocalTrade,
    Need,
    Potential,
    PriceRule,
    Product,
    Today,
    Vehicle,
)
from jejaring.domain.parties.access import NotThere
from jejaring.domain.parties.models import Cooperative
from jejaring.engines.errors import Refusal

Monthly = TypeVar("Monthly", Potential, Need, Today, LocalTrade)
_MOST_ROWS = 20_000


@dataclass(frozen=True)
class Months:
    """From which month to which, both included; None: no end on that side."""

    first: date | None = None
    last: date | None = None


def rows_in(cooperative: Cooperative, table: type[Monthly], months: Months) -> list[Monthly]:
    """Return what a co-op said in these months, and what it said of every month; one query."""
    asked = Q()
    if months.first is not None:
        asked &= Q(month__gte=months.first)
    if months.last is not None:
        asked &= Q(month__lte=months.last)
    if table is LocalTrade:
        asked |= Q(month=None)
    found = table._default_manager.filter(asked, cooperative=cooperative)  # noqa: SLF001
    return list(found.select_related("product", "grade").order_by("product_id", "month", "pk")[:_MOST_ROWS])


def facilities_of(cooperative: Cooperative) -> list[Facility]:
    """Return a co-op's facilities with all around them, in five queries for any number."""
    return list(_facilities().filter(cooperative=cooperative))


def facility_of(cooperative: Cooperative, pk: int) -> Facility:
    """Return a facility of this co-op. Raises NotThere."""
    found = _facilities().filter(cooperative=cooperative, pk=pk).first()
    if found is None:
        raise NotThere
    return found


def channels_of(cooperative: Cooperative) -> list[Channel]:
    """Return a co-op's buyers and suppliers with their months and steps, in three queries."""
    return list(_channels().filter(cooperative=cooperative))


def channel_of(cooperative: Cooperative, pk: int) -> Channel:
    """Return a buyer or supplier of this co-op. Raises NotThere."""
    found = _channels().filter(cooperative=cooperative, pk=pk).first()
    if found is None:
        raise NotThere
    return found


def vehicles_of(cooperative: Cooperative) -> list[Vehicle]:
    """Return a co-op's lorries."""
    return list(Vehicle.objects.filter(cooperative=cooperative))


def vehicle_of(cooperative: Cooperative, pk: int) -> Vehicle:
    """Return a lorry of this co-op. Raises NotThere."""
    found = Vehicle.objects.select_related("cooperative").filter(cooperative=cooperative, pk=pk).first()
    if found is None:
        raise NotThere
    return found


def commodities() -> list[Commodity]:
    """Return what networks form around."""
    return list(Commodity.objects.all())


def products() -> list[Product]:
    """Return all products with their commodity and grades, in two queries."""
    return list(Product.objects.select_related("commodity").prefetch_related("grades"))


def product_called(code: str) -> Product:
    """Return the product with this code. Raises Refusal."""
    found = Product.objects.filter(code=code).first()
    if found is None:
        raise Refusal("code.product", "There is no product with the code “{written}”.", written=code)
    return found


def conversions(on: date | None) -> list[Conversion]:
    """Return what becomes of what, as it holds on a day; None: of all days."""
    return list(Conversion.objects.filter(_holds(on)).select_related("from_product", "to_product"))


def price_rules(on: date | None) -> list[PriceRule]:
    """Return the prices that somebody sets, as they hold on a day; None: of all days."""
    return list(PriceRule.objects.filter(_holds(on)).select_related("product", "grade"))


def _facilities() -> QuerySet[Facility]:
    return Facility.objects.select_related("cooperative", "product").prefetch_related(
        "outputs__product", "stored", "opening__product", "months"
    )


def _channels() -> QuerySet[Channel]:
    return Channel.objects.select_related("cooperative", "product", "grade").prefetch_related(
        "months", "steps"
    )


def _holds(on: date | None) -> Q:
    if on is None:
        return Q()
    return Q(valid_from__lte=on) & (Q(valid_until=None) | Q(valid_until__gte=on))

"""What a set of co-ops has, needs and can sell together, by product and month: the sums that pages show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from django.utils import timezone
from ninja import Query

from jejaring.domain.mapping import overview, sums
from jejaring.domain.mapping.actions.sums import catch_up
from jejaring.domain.mapping.balance import FEWEST, Cell, ProductBalance
from jejaring.domain.mapping.listed import product_called
from jejaring.domain.mapping.overview import Group
from jejaring.domain.parties.access import Ability
from jejaring.domain.parties.models import Network
from jejaring.interfaces.api import gates
from jejaring.interfaces.api.figures import Code, FirstMonth, LastMonth, Month, RowNumber, Shown
from jejaring.interfaces.api.gates import Request, Subject

subject = Subject("balances")
Chosen = Annotated[tuple[RowNumber, ...], Query(max_length=500)]


class SumShown(Shown):
    """Kilograms; null: fewer co-ops than `fewest` add to it, and it is hidden from this reader."""

    potential_kg: int | None
    need_kg: int | None
    room_kg: int | None
    """What buyers would take, as far as they said how much."""
    is_boundless: bool
    """Some buyers take any quantity."""
    difference_kg: int | None
    """What is left over of the potential after the need; below 0: lacking."""


class MonthSumShown(SumShown):
    """The sums of one month."""

    month: Month


class TotalShown(SumShown):
    """The sums over the months; `leaves_out`: without those in which something is hidden."""

    leaves_out: bool


class ProductBalanceShown(Shown):
    """One product: its months, and their sum."""

    product: str
    months: list[MonthSumShown]
    total: TotalShown


class BalanceShown(Shown):
    """`hides`: small sums are hidden from this reader; `waiting`: regencies whose newest answers lack yet."""

    cooperatives: int
    products: list[ProductBalanceShown]
    hides: bool
    fewest: int
    waiting: int


@subject.opens(
    "GET", "/networks/{int:network_id}/balance", gates.of_network(Ability.SEE_NETWORK),
    summary="What a network has and needs", answer=BalanceShown,
)  # fmt: skip
def network_balance(
    request: Request,
    network: Network,
    first: FirstMonth = None,
    last: LastMonth = None,
    product: Code = "",
    cooperative: Chosen = (),
) -> BalanceShown:
    """From this month for a year, or in `from` to `until`. `cooperative`, once or more: only of these, as
    far as I may see them.
    """
    group = overview.network_group(network, request.user, cooperative)
    return _balance(group, first, last, product, waiting=0)


@subject.opens(
    "GET", "/regions/{str:region_code}/balance", gates.of_region(Ability.SEE_REGION),
    summary="What a region has and needs", answer=BalanceShown,
)  # fmt: skip
def region_balance(
    request: Request,
    region: str,
    first: FirstMonth = None,
    last: LastMonth = None,
    product: Code = "",
) -> BalanceShown:
    """The same of a regency (32.03), a province (32) or the country (ID)."""
    waiting = catch_up() if overview.is_large(region) else 0
    return _balance(overview.region_group(region, request.user), first, last, product, waiting=waiting)


def _balance(
    group: Group, first: date | None, last: date | None, product_code: str, *, waiting: int
) -> BalanceShown:
    months = overview.months_asked(first, last, today=timezone.localdate())
    found = sums.balance_of(group, months, product_called(product_code) if product_code else None)
    return BalanceShown(
        cooperatives=group.cooperatives.count(),
        products=[_product(each, each.cells) for each in found.products],
        hides=found.hides,
        fewest=FEWEST,
        waiting=waiting,
    )


def _product(balance: ProductBalance, cells: Sequence[Cell]) -> ProductBalanceShown:
    total = balance.total
    return ProductBalanceShown(
        product=balance.product.code,
        months=[MonthSumShown(month=cell.month, **_sums(cell).model_dump()) for cell in cells if cell.month],
        total=TotalShown(leaves_out=total.leaves_out, **_sums(total).model_dump()),
    )


def _sums(cell: Cell) -> SumShown:
    return SumShown(
        potential_kg=cell.potential_kg,
        need_kg=cell.need_kg,
        room_kg=cell.room_kg,
        is_boundless=cell.is_boundless,
        difference_kg=cell.difference_kg,
    )

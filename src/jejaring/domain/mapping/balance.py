"""The balance of a set of co-ops: what they have, need and can sell of each product in each month.

All weights are whole kilograms. A figure to which fewer than three co-ops add is not shown to readers who
may not see the co-ops themselves: it would tell what one neighbour said. Sums over months then leave it
out too, so that it can't be had by subtraction.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from jejaring.domain.mapping.models import Channel, ChannelMonth, Conversion, Need, Potential, Product
from jejaring.domain.parties.models import Cooperative

FEWEST = 3
"""Of fewer co-ops no sum is shown to those who may not see the co-ops."""


class Measure(StrEnum):
    """What is added up."""

    POTENTIAL = "potential"
    NEED = "need"
    ROOM = "room"


@dataclass(frozen=True)
class Tally:
    """A sum before anybody sees it: kilograms, how many co-ops add to it, how many set no limit."""

    kg: int = 0
    cooperatives: int = 0
    boundless: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.kg + other.kg, self.cooperatives + other.cooperatives, self.boundless + other.boundless
        )


Key = tuple[int, date | None, Measure]
"""Number of the product, first day of the month, measure."""


@dataclass(frozen=True)
class Cell:
    """One product in one month, or over all of them. None: too few co-ops, hidden.

    `room_kg` is what buyers would take, as far as they said how much; `is_boundless`: some take any
    quantity.
    """

    month: date | None
    """None: the sum over months."""
    potential_kg: int | None
    need_kg: int | None
    room_kg: int | None
    is_boundless: bool = False
    leaves_out: bool = False
    """A sum over months that lacks the hidden ones."""

    @property
    def difference_kg(self) -> int | None:
        """What is left over; below 0: lacking."""
        if self.potential_kg is None or self.need_kg is None:
            return None
        return self.potential_kg - self.need_kg

    @property
    def surplus_kg(self) -> int | None:
        """What is left over, none or 0 where nothing is."""
        return None if self.difference_kg is None else max(self.difference_kg, 0)

    @property
    def deficit_kg(self) -> int | None:
        """What is lacking."""
        return None if self.difference_kg is None else max(-self.difference_kg, 0)


@dataclass(frozen=True)
class ProductBalance:
    """The balance of one product: a cell for each month, and their sum."""

    product: Product
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class Applied:
    """A conversion that a balance was reckoned with; several steps are multiplied."""

    product: Product
    factor: Decimal
    steps: tuple[Conversion, ...]


@dataclass(frozen=True)
class Balance:
    """A set's balance; `hides`: small groups are left out for this reader, `hidden` ones were there."""

    months: tuple[date, ...]
    products: tuple[ProductBalance, ...]
    hides: bool
    hidden: bool


def tallies(
    cooperatives: QuerySet[Cooperative], months: Sequence[date] = (), product: Product | None = None
) -> dict[Key, Tally]:
    """Return the sums of these co-ops, read from what each of them said. Four queries.

    Without months: of every month that was named, and under None the room in all others.
    """
    ids = cooperatives.order_by().values("pk")
    only: dict[str, Any] = {"product": product} if product else {}
    within: dict[str, Any] = {"month__range": (months[0], months[-1])} if months else {}
    found: dict[Key, Tally] = {}
    for table, measure in ((Potential, Measure.POTENTIAL), (Need, Measure.NEED)):
        rows = (
            table.objects.filter(cooperative__in=ids, kg__gt=0, **within, **only)
            .order_by()
            .values_list("product", "month")
            .annotate(total=Sum("kg"), who=Count("cooperative", distinct=True))
        )
        for code, month, kg, who in rows:
            found[code, month, measure] = Tally(kg, who)
    channels = Channel.objects.filter(cooperative__in=ids, direction=Channel.Direction.SELL, **only)
    return found | _room(channels, months)


def _room(channels: QuerySet[Channel], months: Sequence[date]) -> dict[Key, Tally]:
    """Return what the buyers of these channels would take: a month's own limit before the usual one."""
    own: dict[int, dict[date | None, int | None]] = defaultdict(dict)
    limits = ChannelMonth.objects.filter(channel__in=channels.order_by().values("pk"))
    if months:
        limits = limits.filter(month__range=(months[0], months[-1]))
    for channel, month, most_kg in limits.order_by().values_list("channel", "month", "most_kg"):
        own[channel][month] = most_kg
    every: Sequence[date | None] = months or (None, *{month for each in own.values() for month in each})
    kg: dict[tuple[int, date | None], int] = defaultdict(int)
    who: dict[tuple[int, date | None], set[int]] = defaultdict(set)
    boundless: dict[tuple[int, date | None], int] = defaultdict(int)
    said = channels.order_by().values_list("pk", "cooperative", "product", "every_month", "most_kg")
    for pk, cooperative, product, every_month, usual_kg in said:
        for at in every if every_month else own[pk]:
            most_kg = own[pk].get(at, usual_kg)
            kg[product, at] += most_kg or 0
            if most_kg == 0:
                continue
            who[product, at].add(cooperative)
            boundless[product, at] += most_kg is None
    return {(*key, Measure.ROOM): Tally(kg[key], len(who[key]), boundless[key]) for key in kg}


def shown(found: Mapping[Key, Tally], months: Sequence[date], whole: bool) -> Balance:
    """Return what a reader may see of these sums; `whole`: all of it."""
    ids = {product for product, _, _ in found}
    products = Product.objects.filter(pk__in=ids).order_by("-is_harvest", "is_input", "commodity", "id")
    balances, hidden = [], False
    for product in products:
        cells = tuple(_cell(found, product.pk, month, whole) for month in months)
        if not any(_says_something(cell) for cell in cells):
            continue
        total = _total(cells)
        hidden = hidden or total.leaves_out
        balances.append(ProductBalance(product, cells, total))
    return Balance(tuple(months), tuple(balances), hides=not whole, hidden=hidden)


def _cell(found: Mapping[Key, Tally], product: int, month: date, whole: bool) -> Cell:
    every = [found.get((product, month, measure), Tally()) for measure in Measure]
    shows = [whole or not 0 < tally.cooperatives < FEWEST for tally in every]
    potential, need, taken = (tally.kg if show else None for tally, show in zip(every, shows, strict=True))
    return Cell(month, potential, need, taken, shows[2] and every[2].boundless > 0)


def _says_something(cell: Cell) -> bool:
    """Return whether a month has any kilogram, or a figure that this reader may not see."""
    figures = (cell.potential_kg, cell.need_kg, cell.room_kg)
    return cell.is_boundless or any(kg is None or kg > 0 for kg in figures)


def _total(cells: Sequence[Cell]) -> Cell:
    """Return the sum over months. A month is left out wholly where any of its figures is hidden."""
    open_cells = [cell for cell in cells if None not in {cell.potential_kg, cell.need_kg, cell.room_kg}]
    leaves_out = len(open_cells) < len(cells)
    if not open_cells:
        return Cell(None, None, None, None, leaves_out=leaves_out)
    return Cell(
        None,
        sum(cell.potential_kg or 0 for cell in open_cells),
        sum(cell.need_kg or 0 for cell in open_cells),
        sum(cell.room_kg or 0 for cell in open_cells),
        any(cell.is_boundless for cell in open_cells),
        leaves_out,
    )


def targets(on: date) -> list[Product]:
    """Return the products into which others can be reckoned on a day."""
    ids = {conversion.to_product_id for conversion in _valid(on)}
    return list(Product.objects.filter(pk__in=ids).order_by("commodity", "id"))


def reckoned_in(
    balance: Balance, target: Product, on: date
) -> tuple[ProductBalance | None, tuple[Applied, ...]]:
    """Return a balance in kilograms of `target`, and the dated conversions behind it.

    Products without a conversion to it on that day are left out; none where nothing is left. A month is
    hidden where any part of it is. Each part is rounded to the kilogram, halves to even.
    """
    ways = _ways_to(target, _valid(on))
    parts = [part for part in balance.products if part.product == target or part.product.pk in ways]
    if not parts:
        return None, ()
    applied = tuple(Applied(p.product, *ways[p.product.pk]) for p in parts if p.product != target)
    factors = {each.product.pk: each.factor for each in applied}
    cells = tuple(
        _joined([(part.cells[at], factors.get(part.product.pk, Decimal(1))) for part in parts])
        for at in range(len(balance.months))
    )
    return ProductBalance(target, cells, _total(cells)), applied


def _joined(parts: Iterable[tuple[Cell, Decimal]]) -> Cell:
    every = list(parts)

    def added(kilograms: Iterable[tuple[int | None, Decimal]]) -> int | None:
        total = 0
        for kg, factor in kilograms:
            if kg is None:
                return None
            total += int((kg * factor).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
        return total

    return Cell(
        every[0][0].month,
        added((cell.potential_kg, factor) for cell, factor in every),
        added((cell.need_kg, factor) for cell, factor in every),
        added((cell.room_kg, factor) for cell, factor in every),
        any(cell.is_boundless for cell, _ in every),
    )


def _valid(on: date) -> list[Conversion]:
    """Return the conversions that hold on a day, of each pair the newest."""
    rows = Conversion.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on), valid_from__lte=on
    ).select_related("from_product", "to_product")
    newest: dict[tuple[int, int], Conversion] = {}
    for row in rows.order_by("valid_from"):
        newest[row.from_product_id, row.to_product_id] = row
    return list(newest.values())


def _ways_to(
    target: Product, conversions: Iterable[Conversion]
) -> dict[int, tuple[Decimal, tuple[Conversion, ...]]]:
    """Return for each product that becomes `target` its factor and steps, by the fewest steps."""
    into: dict[int, list[Conversion]] = defaultdict(list)
    for conversion in conversions:
        into[conversion.to_product_id].append(conversion)
    found: dict[int, tuple[Decimal, tuple[Conversion, ...]]] = {target.pk: (Decimal(1), ())}
    waiting = deque([target.pk])
    while waiting:
        at = waiting.popleft()
        factor, steps = found[at]
        for conversion in into[at]:
            if conversion.from_product_id not in found:
                found[conversion.from_product_id] = (conversion.factor * factor, (conversion, *steps))
                waiting.append(conversion.from_product_id)
    del found[target.pk]
    return found

"""Partnerships: who works with whom, at what, when and for how much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from jejaring.documents.editions import FACILITATOR, View
from jejaring.documents.language import Language
from jejaring.documents.names import Names, hubs
from jejaring.engines.planning.plan import Partnership, PartnershipKind, Plan
from jejaring.engines.planning.problem import Problem

MOST_DEALS = 200
"""With more, the page would be too large for a phone; plan.json has them all."""


@dataclass(frozen=True)
class Goods:
    """One product of a partnership: (short period, kg) where there is any, all kg, and prices.

    `price` is the average, `price_range` is empty where all periods have the same.
    """

    product: str
    kg: int
    price: str
    price_range: str
    months: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Deal:
    """One partnership as the page shows it; `price_idr_per_kg` is the average over all goods."""

    giver: int
    taker: int
    kind: PartnershipKind
    kind_name: str
    with_hub: bool
    goods: tuple[Goods, ...]
    kg: int
    value_idr: int
    price_idr_per_kg: float
    reason: str


@dataclass(frozen=True)
class KindTotal:
    """All partnerships of one kind."""

    name: str
    meaning: str
    count: int
    kg: int
    value_idr: int


@dataclass(frozen=True)
class PriceRow:
    """What is paid for a product when it is sold between co-ops, by period; None where it isn't."""

    product: str
    idr_per_kg: tuple[int | None, ...]


@dataclass(frozen=True)
class Deals:
    """All partnerships, those with a hub first, then by value; `more` of least value are not shown."""

    deals: tuple[Deal, ...]
    shown: tuple[Deal, ...]
    more: int
    kinds: tuple[KindTotal, ...]
    prices: tuple[PriceRow, ...]


def deals(
    problem: Problem, plan: Plan, names: Names, language: Language, *, view: View = FACILITATOR
) -> Deals:
    """Return the plan's partnerships, as far as `view` takes part in them."""
    middle = set(hubs(problem))
    mine = [each for each in plan.partnerships if view.takes_part(each)]
    found = [_deal(each, middle, names, language, view) for each in mine]
    found.sort(key=lambda deal: (not deal.with_hub, -deal.value_idr, deal.giver, deal.taker, deal.kind))
    shown = found[:MOST_DEALS]
    return Deals(
        tuple(found), tuple(shown), len(found) - len(shown), _kinds(found, language), _prices(mine, names)
    )


def kind_name(kind: PartnershipKind, language: Language) -> str:
    """Return what a kind of partnership is called."""
    return {
        "sale": language.text("Sale"),
        "toll": language.text("Processing for a fee"),
        "storage": language.text("Storing for a fee"),
        "marketing": language.text("Selling for another"),
        "pooled_buying": language.text("Buying together"),
    }[kind]


def _meaning(kind: PartnershipKind, language: Language) -> str:
    return {
        "sale": language.text("The goods change owner at the price of the place."),
        "toll": language.text(
            "The goods stay the giver's; the taker works on them for a fee, with the haul back."
        ),
        "storage": language.text(
            "The goods stay the giver's; the taker keeps them or lets them pass for a fee, with the haul "
            "back."
        ),
        "marketing": language.text("The taker sells the giver's goods to its own buyer for a fee."),
        "pooled_buying": language.text("The giver buys in bulk what the taker needs."),
    }[kind]


def _deal(each: Partnership, middle: set[int], names: Names, language: Language, view: View) -> Deal:
    products = sorted({handed.product for handed in each.hand_overs})
    goods = tuple(_goods(each, product, names, language) for product in products)
    average = each.value_idr / each.kg if each.kg else 0.0
    reason = view.why(each)
    return Deal(
        giver=each.giver,
        taker=each.taker,
        kind=each.kind,
        kind_name=kind_name(each.kind, language),
        with_hub=bool(middle & {each.giver, each.taker}),
        goods=goods,
        kg=each.kg,
        value_idr=round(each.value_idr),
        price_idr_per_kg=round(average, 2),
        reason=names.said(reason, language) if reason else "",
    )


def _goods(each: Partnership, product: int, names: Names, language: Language) -> Goods:
    months: dict[int, int] = defaultdict(int)
    handed = [one for one in each.hand_overs if one.product == product and one.kg]
    for one in handed:
        months[one.period] += one.kg
    kg, value = sum(one.kg for one in handed), sum(one.value_idr for one in handed)
    low = min((one.price_idr_per_kg for one in handed), default=0.0)
    high = max((one.price_idr_per_kg for one in handed), default=0.0)
    average = language.price(value / kg if kg else 0.0)
    return Goods(
        names.products[product],
        kg,
        language.text("{price} on average over the whole plan", price=average)
        if high - low >= 1
        else average,
        f"{language.rupiah(low)} – {language.rupiah(high)}" if high - low >= 1 else "",
        tuple((names.short_periods[period], kg) for period, kg in sorted(months.items())),
    )


def _kinds(found: list[Deal], language: Language) -> tuple[KindTotal, ...]:
    kinds = sorted(
        {deal.kind for deal in found}, key=lambda kind: (-sum(d.kind == kind for d in found), kind)
    )
    totals = []
    for kind in kinds:
        mine = [deal for deal in found if deal.kind == kind]
        kg, value = sum(deal.kg for deal in mine), sum(deal.value_idr for deal in mine)
        totals.append(KindTotal(kind_name(kind, language), _meaning(kind, language), len(mine), kg, value))
    return tuple(totals)


def _prices(partnerships: Sequence[Partnership], names: Names) -> tuple[PriceRow, ...]:
    """Return the average price by product and period of what co-ops sell each other."""
    kg: dict[tuple[int, int], int] = defaultdict(int)
    idr: dict[tuple[int, int], float] = defaultdict(float)
    for each in partnerships:
        if each.kind in {"sale", "pooled_buying"}:
            for handed in each.hand_overs:
                kg[handed.product, handed.period] += handed.kg
                idr[handed.product, handed.period] += handed.value_idr
    rows = []
    for product in sorted({product for product, _ in kg}):
        column = tuple(
            round(idr[product, period] / kg[product, period]) if kg.get((product, period)) else None
            for period in range(len(names.periods))
        )
        rows.append(PriceRow(names.products[product], column))
    return tuple(rows)

"""What people are asked again before it is kept, and what is refused because it can't be.

A doubt is never a prohibition: the same answer given once more with `sure=True` is kept. Pure functions of
what was said and of what is already known; the actions look up what is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import overload

from jejaring.domain.fields import MOST
from jejaring.engines.errors import Refusal, Sentence

FARTHEST_MONTHS = 36
"""Months before and after the day of saying that an answer may be about."""

TIMES_LAST_YEAR = 10
YIELD_SUM_MOST = Decimal("1.05")
PRICE_LEAST = Decimal(100)
"""Rupiah for a kilogram below which somebody may have left out the thousands."""
PRICE_MOST = Decimal(1_000_000)
TIMES_KNOWN_PRICE = 4


class Doubtful(Refusal):
    """What was said may be a slip. Said again with `sure=True` it is kept."""

    def __init__(self, doubts: tuple[Sentence, ...]) -> None:
        assert doubts
        super().__init__(doubts[0].code, doubts[0].text, **doubts[0].facts)
        self.doubts = doubts


def unless_sure(doubts: Iterable[Sentence], *, sure: bool) -> None:
    """Raise Doubtful where there are doubts and nobody has confirmed."""
    found = () if sure else tuple({str(doubt): doubt for doubt in doubts}.values())
    if found:
        raise Doubtful(found)


def first_of_month(month: date, today: date, *, farthest_months: int = FARTHEST_MONTHS) -> date:
    """Return the first day of a month. Raises Refusal for a month years away from `today`."""
    apart = (month.year - today.year) * 12 + month.month - today.month
    if abs(apart) > farthest_months:
        raise Refusal(
            "mapping.month_far",
            "{said_period} is too far away. Choose a month at most {years} years from now.",
            said_period=f"{month:%Y-%m}",
            years=farthest_months // 12,
        )
    return month.replace(day=1)


@overload
def kilograms(kg: int) -> int: ...
@overload
def kilograms(kg: None) -> None: ...
def kilograms(kg: int | None) -> int | None:
    """Return a weight as it may be kept. Raises Refusal for a negative or impossibly large one."""
    if kg is not None and not 0 <= kg <= MOST:
        raise Refusal(
            "mapping.weight_impossible",
            "{written} kg can't be: a weight is 0 or more, and not larger than a harvest.",
            written=kg,
        )
    return kg


@overload
def rupiah_per_kg(price: Decimal | int) -> Decimal: ...
@overload
def rupiah_per_kg(price: None) -> None: ...
def rupiah_per_kg(price: Decimal | int | None) -> Decimal | None:
    """Return a price as it may be kept. Raises Refusal for a negative or impossibly large one."""
    if price is None:
        return None
    exact = Decimal(price)
    if not exact.is_finite() or not 0 <= exact < Decimal(10) ** 12:
        raise Refusal(
            "mapping.price_impossible",
            "A price of {written} rupiah can't be: it is 0 or more.",
            written=str(price),
        )
    return exact.quantize(Decimal("0.001"))


def rupiah(amount: int) -> int:
    """Return whole rupiah as they may be kept. Raises Refusal for a negative or impossibly large amount."""
    if not 0 <= amount <= MOST:
        raise Refusal(
            "mapping.amount_impossible", "{written} rupiah can't be: it is 0 or more.", written=amount
        )
    return amount


def share(value: Decimal, *, most: Decimal = Decimal(1)) -> Decimal:
    """Return a yield or share as it may be kept, to six decimals. Raises Refusal outside 0 to `most`."""
    if not value.is_finite() or not 0 <= value <= most:
        raise Refusal(
            "mapping.share_impossible",
            "A share of {written} can't be: for one kilogram it is from 0 to {most}.",
            written=str(value),
            most=most,
        )
    return value.quantize(Decimal("0.000001"))


def price_doubts(name: str, price: Decimal | None, known: Decimal | None = None) -> list[Sentence]:
    """Return why a price of a product called `name` may be a slip; `known` is one that is about right.

    Zero is no slip: it means "for nothing".
    """
    if not price:
        return []
    if known and not known / TIMES_KNOWN_PRICE <= price <= known * TIMES_KNOWN_PRICE:
        return [
            Sentence(
                "mapping.price_unlike",
                "{name}: {said_idr_per_kg} – is that right? The price we know is {known_idr_per_kg}.",
                {"name": name, "said_idr_per_kg": price, "known_idr_per_kg": known},
            )
        ]
    if not known and not PRICE_LEAST <= price <= PRICE_MOST:
        return [
            Sentence(
                "mapping.price_odd",
                "{name}: {said_idr_per_kg} – is that right for one kilogram?",
                {"name": name, "said_idr_per_kg": price},
            )
        ]
    return []


def amount_doubts(name: str, month: date, kg: int | None, last_year_kg: int | None) -> list[Sentence]:
    """Return why an amount may be a slip: it is ten times last year's or more."""
    if not kg or not last_year_kg or kg < TIMES_LAST_YEAR * last_year_kg:
        return []
    return [
        Sentence(
            "mapping.amount_unlike",
            "{name}, {said_period}: {said_kg} – is that right? Last year it was {earlier_kg}.",
            {"name": name, "said_period": f"{month:%Y-%m}", "said_kg": kg, "earlier_kg": last_year_kg},
        )
    ]


def yield_doubts(factors: Iterable[Decimal]) -> list[Sentence]:
    """Return why yields may be a slip: more comes out than went in."""
    total = sum(factors, Decimal(0))
    if total <= YIELD_SUM_MOST:
        return []
    return [
        Sentence(
            "mapping.yield_large",
            "From 100 kg come {out_kg} in all: more than goes in. Is that right?",
            {"out_kg": total * 100},
        )
    ]

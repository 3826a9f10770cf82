"""A price that moves with a published one, and what it comes to: exact, in whole rupiah per kilogram."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Literal

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Rupiah

Follows = Literal["hpp", "het", "market"]
"""The state's floor price (HPP), its retail ceiling (HET), or a market price that somebody publishes."""
ReadOn = Literal["", "handover", "order", "period"]
"""The day whose reference counts: of the hand-over, of the order, or the first of the delivery period."""

_LEAST_PERCENT = Decimal(-100)
_MOST_PERCENT = Decimal(100)


@dataclass(frozen=True)
class PriceFormula:
    """A reference, plus or minus rupiah or per cent, kept between a lowest and a highest price.

    `item` is the good and place to which the reference applies ("GKP di penggilingan"), `source` the
    decision or the publisher's list. `example_idr` is what the reference was when this was worded: it
    only explains. None, and an empty text, is what hasn't been agreed yet. Raises Refusal where it is no
    formula.
    """

    follows: Follows
    item: str = ""
    source: str = ""
    plus_idr: int = 0
    plus_percent: Decimal = Decimal(0)
    lowest_idr: Rupiah | None = None
    highest_idr: Rupiah | None = None
    read_on: ReadOn = ""
    example_idr: Rupiah | None = None

    def __post_init__(self) -> None:
        if self.plus_idr and self.plus_percent:
            raise Refusal("formula.both", "A price formula adds either rupiah or per cent, not both.")
        if not _LEAST_PERCENT <= self.plus_percent <= _MOST_PERCENT:
            raise Refusal("formula.percent", "A price formula adds or takes off at most 100 per cent.")
        amounts = (self.lowest_idr, self.highest_idr, self.example_idr)
        if any(amount is not None and amount < 0 for amount in amounts):
            raise Refusal("formula.below_nought", "A price isn't below nought.")
        lowest, highest = self.lowest_idr, self.highest_idr
        if lowest is not None and highest is not None and lowest > highest:
            raise Refusal("formula.bounds", "The lowest price is above the highest. Change one of the two.")


def price_by(formula: PriceFormula, reference_idr: int | Decimal) -> Rupiah:
    """Return the rupiah per kilogram that `formula` gives at a reference of so many rupiah.

    First the change, then rounding to whole rupiah (half a rupiah goes up), then the lowest and the
    highest price. It is never below nought.
    """
    reference = Fraction(reference_idr)
    if reference < 0:
        raise Refusal("formula.below_nought", "A price isn't below nought.")
    exact = reference + formula.plus_idr + reference * Fraction(formula.plus_percent) / 100
    price = max(floor(exact + Fraction(1, 2)), formula.lowest_idr or 0)
    return Rupiah(price if formula.highest_idr is None else min(price, formula.highest_idr))

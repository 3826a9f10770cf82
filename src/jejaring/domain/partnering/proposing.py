"""A plan and one way to divide it -> what is proposed to each pair of co-ops, and what it means for each.

Values only; `actions.keeping` writes them. Parties are positions of the problem.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from jejaring.documents.agreements.content import CHAIN, GOODS
from jejaring.documents.language import Language
from jejaring.documents.names import Names, hubs, names
from jejaring.engines.errors import Sentence
from jejaring.engines.measures import whole_parts
from jejaring.engines.planning.plan import Partnership, PartnershipKind, Plan, Share
from jejaring.engines.planning.problem import Problem

_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class Line:
    """What passes between two co-ops in one month, at one place; `first_gives`: handed over by the first."""

    kind: PartnershipKind
    first_gives: bool
    good: str
    good_name: str
    place: str
    place_name: str
    month: date
    kg: int
    price_idr_per_kg: Decimal
    value_idr: int

    @property
    def key(self) -> tuple[str, bool, str, str, date]:
        """What a line is about: two plans' lines with one key are compared."""
        return self.kind, self.first_gives, self.good, self.place, self.month


@dataclass(frozen=True)
class Pair:
    """All that a plan has between two parties. `settlement_idr` is what `second` gets from `first` beside
    the prices, None where it stands in the pair with another hub.
    """

    first: int
    second: int
    lines: tuple[Line, ...]
    settlement_idr: int | None
    why: Sentence | None

    @property
    def kg(self) -> int:
        """Return all kilograms that pass."""
        return sum(line.kg for line in self.lines)

    @property
    def value_idr(self) -> int:
        """Return what all lines are worth, rupiah."""
        return sum(line.value_idr for line in self.lines)

    @property
    def second_gets_idr(self) -> int:
        """Return what `second` is paid by the lines, less what it pays, rupiah."""
        return sum(
            line.value_idr if second_is_paid(line.kind, first_gives=line.first_gives) else -line.value_idr
            for line in self.lines
        )


def second_is_paid(kind: str, *, first_gives: bool) -> bool:
    """Return who is paid: of a sale and of pooled buying who hands over, else who works for a fee."""
    return first_gives != (kind in GOODS)


def pairs(problem: Problem, plan: Plan, share: Share, language: Language) -> tuple[Pair, ...]:
    """Return what is proposed, the pairs with a hub first, in the order of parties.

    A partnership's value is rounded to whole rupiah and its hand-overs share that by largest remainder, as
    in `documents.agreements.drafts`. Prices are shown to a thousandth of a rupiah.
    """
    called = names(problem, language)
    leading = hubs(problem)
    together: dict[tuple[int, int], list[Partnership]] = {}
    for each in plan.partnerships:
        if each.kg:
            ends = sorted((each.giver, each.taker), key=lambda party: (party not in leading, party))
            together.setdefault((ends[0], ends[1]), []).append(each)
    homes = _homes(together, leading)
    return tuple(
        Pair(
            first=first,
            second=second,
            lines=_lines(problem, called, made, first),
            settlement_idr=share.settlement_idr[second] if homes.get(second) == first else None,
            why=max(made, key=lambda each: abs(each.value_idr)).reason,
        )
        for (first, second), made in sorted(
            together.items(), key=lambda item: (item[0][0] not in leading, item[0])
        )
    )


def _homes(
    together: Mapping[tuple[int, int], Sequence[Partnership]], leading: Sequence[int]
) -> dict[int, int]:
    """Return for each party that isn't a hub the hub that it does most with: there it is settled."""
    best: dict[int, tuple[float, int]] = {}
    for (first, second), made in together.items():
        if first in leading and second not in leading:
            worth = sum(abs(each.value_idr) for each in made)
            best[second] = min(best.get(second, (-worth, first)), (-worth, first))
    return {party: hub for party, (_, hub) in best.items()}


def _lines(problem: Problem, called: Names, made: Sequence[Partnership], first: int) -> tuple[Line, ...]:
    sums: dict[tuple[int, bool, int, int, int], tuple[int, Fraction, int]] = {}
    for each in made:
        exact = [Fraction(one.value_idr) for one in each.hand_overs]
        whole = whole_parts(exact, round(each.value_idr))
        for one, value, value_idr in zip(each.hand_overs, exact, whole, strict=True):
            key = (CHAIN.index(each.kind), each.giver == first, one.product, one.site, one.period)
            kg, worth, rounded = sums.get(key, (0, Fraction(0), 0))
            sums[key] = (kg + one.kg, worth + value, rounded + value_idr)
    return tuple(
        Line(
            kind=CHAIN[kind],
            first_gives=first_gives,
            good=problem.products[product],
            good_name=called.products[product],
            place=problem.sites.codes[site],
            place_name=place_called(problem, called, site),
            month=date.fromisoformat(f"{problem.periods[period]}-01"),
            kg=kg,
            price_idr_per_kg=_price(worth / kg),
            value_idr=max(0, rounded),
        )
        for (kind, first_gives, product, site, period), (kg, worth, rounded) in sorted(sums.items())
        if kg
    )


def place_called(problem: Problem, called: Names, site: int) -> str:
    """Return what a place is called: as its co-op calls it, where no other place here is called so."""
    name = problem.sites.names[site]
    return name if name and problem.sites.names.count(name) == 1 else called.sites[site]


def _price(exact: Fraction) -> Decimal:
    thousandths = round(max(exact, Fraction(0)) * 1000)
    return (Decimal(thousandths) / 1000).quantize(_THOUSANDTH)

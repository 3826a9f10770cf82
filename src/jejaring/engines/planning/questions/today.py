"""What each party makes today, as it told: the figure that people compare a plan with.

See docs/network-format.md (today). Changes no plan.
"""

from __future__ import annotations

from fractions import Fraction

from jejaring.engines.measures import Decimals, Indices
from jejaring.engines.planning.problem import Problem

Spot = tuple[int, int, int]
"""A site, a product and a period."""


def today_idr(problem: Problem) -> tuple[Fraction | None, ...]:
    """Return by party what it makes today, in rupiah, exactly.

    None where a party told nothing, where it sells what nobody says the cost of, or where it buys
    what it has no need for (then what a kilogram is worth isn't known).
    """
    today = problem.today
    costs = _by_spot(
        problem.supplies.site,
        problem.supplies.product,
        problem.supplies.period,
        problem.supplies.cost_idr_per_kg,
    )
    worths = _by_spot(
        problem.needs.site, problem.needs.product, problem.needs.period, problem.needs.worth_idr_per_kg
    )
    sums: list[Fraction | None] = [None] * len(problem.parties)
    unknown: set[int] = set()
    for row, spot in enumerate(_spots(today.site, today.product, today.period)):
        party = int(problem.sites.party[spot[0]])
        stated = None if today.cost_idr_per_kg.none[row] else today.cost_idr_per_kg.fraction(row)
        cost = costs.get(spot) if stated is None else stated
        sells_kg, buys_kg = today.sells_kg.fraction(row), today.buys_kg.fraction(row)
        made = Fraction(0)
        if sells_kg:
            if cost is None:
                unknown.add(party)
                continue
            made += sells_kg * (today.sells_idr_per_kg.fraction(row) - cost)
        if buys_kg:
            if spot not in worths:
                unknown.add(party)
                continue
            # A need that must be met has no worth of its own.
            made += buys_kg * ((worths[spot] or Fraction(0)) - today.buys_idr_per_kg.fraction(row))
        sums[party] = (sums[party] or Fraction(0)) + made
    return tuple(None if party in unknown else total for party, total in enumerate(sums))


def _by_spot(site: Indices, product: Indices, period: Indices, idr: Decimals) -> dict[Spot, Fraction | None]:
    return dict(zip(_spots(site, product, period), idr.fractions(), strict=True))


def _spots(site: Indices, product: Indices, period: Indices) -> list[Spot]:
    return list(zip(site.tolist(), product.tolist(), period.tolist(), strict=True))

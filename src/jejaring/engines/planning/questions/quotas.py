"""Planting quotas: who plants how much of what in which week, so that what the plan takes is there.

What the plan takes of a crop in a period, and what is lost in sorting and kept as safety on top of it,
is divided among those who grow it: in proportion to verified area × yield × fulfilment so far, nobody
below its floor (the small too have a part) or above its cap (not everything hangs on one). Why it is
done so: docs/decisions/0012-quotas.md. Exact; whole kilograms.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import numpy as np

from jejaring.engines.measures import whole_parts
from jejaring.engines.planning.calendar import Calendar, first_day
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Crop, Growers, Problem


@dataclass(frozen=True)
class Demand:
    """What is to be harvested of a crop in a period, over all its growers.

    `planned_kg` is what the plan takes from members, `harvest_kg` that with sorting loss and safety,
    `given_kg` what the quotas add up to: less where all are at their caps. `floors_kept` is False where
    the floors together are above what is needed; then it is divided in proportion to them.
    """

    product: int
    period: int
    planned_kg: int
    harvest_kg: int
    given_kg: int
    floors_kept: bool


@dataclass(frozen=True)
class Quota:
    """What one grower plants for the harvest of one period.

    `planned_kg` is what the plan itself takes there. `plants_on` is None where no code of a period
    tells a date.
    """

    site: int
    product: int
    period: int
    harvest_kg: int
    area_ha: Fraction
    planned_kg: int
    plants_on: date | None


@dataclass(frozen=True)
class Field:
    """A grower's land for one crop: what is verified, and the most that its quotas take up at one time."""

    site: int
    product: int
    area_ha: Fraction
    needed_ha: Fraction


@dataclass(frozen=True)
class Quotas:
    """All quotas above zero, in the order of the growers and of the periods."""

    demands: tuple[Demand, ...]
    quotas: tuple[Quota, ...]
    fields: tuple[Field, ...]


def quotas(problem: Problem, plan: Plan) -> Quotas:
    """Return who plants what when for `plan`; nothing where the network tells no crops or growers."""
    crops = {crop.product: crop for crop in problem.crops}
    growers: dict[int, list[int]] = defaultdict(list)
    for row, product in enumerate(problem.growers.product.tolist()):
        if product in crops:
            growers[product].append(row)
    taken = _taken(problem, plan)
    middles = _middles(problem.periods)
    demands: list[Demand] = []
    found: dict[tuple[int, int], Quota] = {}
    for product, rows in growers.items():
        for period in range(len(problem.periods)):
            planned = sum(taken.get((product, period), {}).values())
            if not planned:
                continue
            crop, middle = crops[product], middles[period]
            demand, parts = _divided(crop, period, planned, rows, problem.growers)
            demands.append(demand)
            on = None if middle is None else middle - timedelta(days=crop.days_to_harvest)
            for row, kg in zip(rows, parts, strict=True):
                if kg:
                    site = int(problem.growers.site[row])
                    at = taken[product, period].get(site, 0)
                    area = kg / problem.growers.kg_per_ha.fraction(row)
                    found[row, period] = Quota(site, product, period, kg, area, at, on)
    every = tuple(found[key] for key in sorted(found))
    return Quotas(tuple(demands), every, tuple(_fields(problem, found, crops)))


def split(total: int, weights: Sequence[Fraction], least: Sequence[int], most: Sequence[int]) -> list[int]:
    """Return whole parts of `total` in proportion to `weights`, none below `least` or above `most`.

    Where `total` is above the sum of `most`, everybody gets `most`; where it is below the sum of
    `least`, it is divided in proportion to `least`.
    """
    assert all(0 <= low <= high for low, high in zip(least, most, strict=True))
    if total >= sum(most):
        return list(most)
    floors = sum(least)
    if total <= floors:
        return whole_parts([Fraction(total * low, max(floors, 1)) for low in least], total)
    level = _level(total, weights, least, most)
    amounts = [
        min(max(level * weight, Fraction(low)), Fraction(high))
        for weight, low, high in zip(weights, least, most, strict=True)
    ]
    return whole_parts(amounts, total)


def _level(total: int, weights: Sequence[Fraction], least: Sequence[int], most: Sequence[int]) -> Fraction:
    """Return the kilograms for one unit of weight at which the parts, within their limits, make `total`.

    The limits that bind are found as in filling glasses of different heights: those that the level
    breaks most are fixed, and the rest is divided anew.
    """
    free = {row for row, weight in enumerate(weights) if weight and least[row] < most[row]}
    rest = total - sum(low for row, low in enumerate(least) if row not in free)
    while True:
        assert free
        level = rest / sum((weights[row] for row in free), Fraction(0))
        low = [row for row in free if level * weights[row] < least[row]]
        high = [row for row in free if level * weights[row] > most[row]]
        short = sum((least[row] - level * weights[row] for row in low), Fraction(0))
        over = sum((level * weights[row] - most[row] for row in high), Fraction(0))
        if short == over:
            return level
        fixed, limit = (low, least) if short > over else (high, most)
        free -= set(fixed)
        rest -= sum(limit[row] for row in fixed)


def _divided(
    crop: Crop, period: int, planned_kg: int, rows: list[int], growers: Growers
) -> tuple[Demand, list[int]]:
    """Return what is to be harvested of a crop in a period, and the part of each of its growers."""
    kept = (1 - Fraction(crop.sorting_loss)) * (1 - Fraction(crop.safety))
    assert kept > 0
    harvest = math.ceil(planned_kg / kept)
    weights = [
        growers.area_ha.fraction(row) * growers.kg_per_ha.fraction(row) * growers.fulfilment.fraction(row)
        for row in rows
    ]
    most = [_cap(growers, row, weight, harvest) for row, weight in zip(rows, weights, strict=True)]
    least = [
        min(math.ceil(growers.least_kg.fraction(row)), high) for row, high in zip(rows, most, strict=True)
    ]
    parts = split(harvest, weights, least, most)
    return Demand(crop.product, period, planned_kg, harvest, sum(parts), sum(least) <= harvest), parts


def _cap(growers: Growers, row: int, weight: Fraction, harvest_kg: int) -> int:
    """Return the most that a grower may be given: its cap; its floor where nothing speaks for more."""
    if not growers.area_ha.fraction(row) or not growers.kg_per_ha.fraction(row):
        return 0
    cap = harvest_kg if growers.most_kg.none[row] else math.floor(growers.most_kg.fraction(row))
    if weight:
        return cap
    return min(cap, math.ceil(growers.least_kg.fraction(row)))


def _middles(periods: Sequence[str]) -> list[date | None]:
    """Return the day in the middle of each period, None before the first whose code tells a date."""
    calendar = Calendar.of(periods)
    known = [first_day(code) is not None for code in periods]
    return [
        date.fromordinal(calendar.middle(period)) if any(known[: period + 1]) else None
        for period in range(len(periods))
    ]


def _taken(problem: Problem, plan: Plan) -> dict[tuple[int, int], dict[int, int]]:
    """Return by product and period what the plan takes from members, by site, in kg."""
    supplies, flow = problem.supplies, plan.flows.supplies
    taken: dict[tuple[int, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row, period, kg in zip(flow.row.tolist(), flow.period.tolist(), flow.kg.tolist(), strict=True):
        taken[int(supplies.product[row]), period][int(supplies.site[row])] += kg
    return taken


def _fields(problem: Problem, found: dict[tuple[int, int], Quota], crops: dict[int, Crop]) -> Iterable[Field]:
    """Yield the land that each grower's quotas take up, from planting until harvest."""
    of: dict[int, list[Quota]] = defaultdict(list)
    for (row, _), quota in sorted(found.items()):
        of[row].append(quota)
    for row, own in of.items():
        days = crops[own[0].product].days_to_harvest
        area = problem.growers.area_ha.fraction(row)
        yield Field(own[0].site, own[0].product, area, _most_at_once(own, days))


def _most_at_once(own: list[Quota], days: int) -> Fraction:
    """Return the most land that stands planted on one day; all of it where days aren't known."""
    starts = [quota.plants_on for quota in own]
    if None in starts:
        return sum((quota.area_ha for quota in own), Fraction(0))
    begun = np.array([start.toordinal() for start in starts if start is not None])
    return max(
        sum((own[at].area_ha for at in np.flatnonzero((begun <= day) & (day <= begun + days))), Fraction(0))
        for day in begun.tolist()
    )

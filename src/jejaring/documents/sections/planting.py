"""What is planted in which week, by product: sums over all growers, without anybody's land."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.calendar import week_of
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.quotas import quotas


@dataclass(frozen=True)
class Planting:
    """Expected harvest in kg by week of planting (long name, short name, kg by product)."""

    products: tuple[str, ...]
    weeks: tuple[tuple[str, str, tuple[int, ...]], ...]


def planting(problem: Problem, plan: Plan, names: Names, language: Language) -> Planting | None:
    """Return what all growers together plant, or None where no quotas or no dates are known."""
    kg: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for quota in quotas(problem, plan).quotas:
        if quota.plants_on is not None:
            kg[week_of(quota.plants_on.toordinal())][quota.product] += quota.harvest_kg
    products = sorted({product for week in kg.values() for product in week})
    if not products:
        return None
    weeks = tuple(
        (
            language.period(week),
            language.period(week, short=True),
            tuple(kg[week].get(product, 0) for product in products),
        )
        for week in sorted(kg)
    )
    return Planting(tuple(names.products[product] for product in products), weeks)

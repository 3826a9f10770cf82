"""What people ask of a plan beside it, as keys of plan.json: today, quotas.

A key is there only where the network tells what it is worked out from.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from jejaring.engines.planning.calendar import week_of
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.questions.quotas import quotas
from jejaring.engines.planning.questions.today import today_idr

Json = dict[str, Any]
PLACES = 6


def documents(problem: Problem, plan: Plan) -> Json:
    """Return `today_idr` and `quotas`, as far as the network tells of them."""
    keys: Json = {}
    if len(problem.today.site):
        keys["today_idr"] = {
            code: None if idr is None else _plain(idr)
            for code, idr in zip(problem.parties.codes, today_idr(problem), strict=True)
        }
    if problem.crops and len(problem.growers.site):
        keys["quotas"] = _quotas(problem, plan)
    return keys


def _quotas(problem: Problem, plan: Plan) -> Json:
    found = quotas(problem, plan)
    sites, products, periods = problem.sites.codes, problem.products, problem.periods
    return {
        "demands": [
            {
                "product": products[each.product],
                "period": periods[each.period],
                "planned_kg": each.planned_kg,
                "harvest_kg": each.harvest_kg,
                "given_kg": each.given_kg,
                "floors_kept": each.floors_kept,
            }
            for each in found.demands
        ],
        "quotas": [
            {
                "site": sites[each.site],
                "product": products[each.product],
                "period": periods[each.period],
                "harvest_kg": each.harvest_kg,
                "area_ha": _plain(each.area_ha),
                "planned_kg": each.planned_kg,
                "plants_on": None if each.plants_on is None else each.plants_on.isoformat(),
                "plants_week": None if each.plants_on is None else week_of(each.plants_on.toordinal()),
            }
            for each in found.quotas
        ],
        "fields": [
            {
                "site": sites[each.site],
                "product": products[each.product],
                "area_ha": _plain(each.area_ha),
                "needed_ha": _plain(each.needed_ha),
            }
            for each in found.fields
        ],
    }


def _plain(number: Fraction) -> int | float:
    """Return `number` with at most `PLACES` decimals, a whole one as an int."""
    rounded = round(number, PLACES)
    return int(rounded) if rounded.denominator == 1 else float(rounded)

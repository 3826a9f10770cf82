"""What is sent from place to place and what buyers get, period by period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import Problem

MOST_ROWS = 15
"""So many of each list are shown by period, the rest is counted; plan.xlsx has them all."""

Row = tuple[str, str, str, int]
"""From, to, product, kg."""


@dataclass(frozen=True)
class Listed:
    """The largest rows of a list, and how many more there are with how many kilograms."""

    rows: tuple[Row, ...]
    more: int
    more_kg: int
    kg: int


@dataclass(frozen=True)
class Sent:
    """One period: what goes from place to place, and what is sold to buyers."""

    period: str
    words: str
    hauled: Listed
    sold: Listed


def deliveries(problem: Problem, plan: Plan, names: Names, language: Language) -> tuple[Sent, ...]:
    """Return what is sent and sold in each period in which there is anything."""
    hauled, sold = _hauled(problem, plan), _sold(problem, plan)
    found = []
    for period, called in enumerate(names.periods):
        ways = _listed(
            (names.sites[start], names.sites[end], names.products[product], kg)
            for (start, end, product), kg in hauled.get(period, {}).items()
        )
        sales = _listed(
            (names.sites[site], names.buyers[buyer], names.products[product], kg)
            for (site, buyer, product), kg in sold.get(period, {}).items()
        )
        if ways.rows or sales.rows:
            words = language.text(
                "{hauled} sent, {sold} to buyers",
                hauled=language.tonnes(ways.kg),
                sold=language.tonnes(sales.kg),
            )
            found.append(Sent(called, words, ways, sales))
    return tuple(found)


Amounts = dict[int, dict[tuple[int, int, int], int]]
"""Kilograms by period and (from, to, product)."""


def _hauled(problem: Problem, plan: Plan) -> Amounts:
    lanes, flow = problem.lanes, plan.flows.lanes
    lane, place = np.searchsorted(lanes.product_spans.start, flow.row, side="right") - 1, problem.sites.place
    start, end = place[lanes.start[lane]], place[lanes.end[lane]]
    # What passes between parts of one place isn't hauled.
    away = start != end
    return _summed(zip(
        flow.period[away].tolist(), start[away].tolist(), end[away].tolist(),
        lanes.product[flow.row[away]].tolist(), flow.kg[away].tolist(), strict=True,
    ))  # fmt: skip


def _sold(problem: Problem, plan: Plan) -> Amounts:
    outlets, flow, place = problem.outlets, plan.flows.outlets, problem.sites.place
    return _summed(zip(
        flow.period.tolist(), place[outlets.site[flow.row]].tolist(), outlets.code[flow.row].tolist(),
        outlets.product[flow.row].tolist(), flow.kg.tolist(), strict=True,
    ))  # fmt: skip


def _summed(rows: Iterable[tuple[int, int, int, int, int]]) -> Amounts:
    found: Amounts = defaultdict(lambda: defaultdict(int))
    for period, start, end, product, kg in rows:
        found[period][start, end, product] += kg
    return found


def _listed(rows: Iterable[Row]) -> Listed:
    """Return the largest rows first."""
    order = sorted(rows, key=lambda row: (-row[3], row))
    rest = order[MOST_ROWS:]
    return Listed(
        tuple(order[:MOST_ROWS]), len(rest), sum(row[3] for row in rest), sum(row[3] for row in order)
    )

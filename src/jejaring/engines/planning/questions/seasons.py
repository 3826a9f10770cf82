"""Sampled seasons: harvests, prices and yields drawn anew, and what the network makes in each.

A season is a list of changes like a scenario's, so that each can be written as a file and solved by itself.
What can be promised in spite of them is `commitments`' business. docs/planning.md, “What may come”.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from jejaring.engines.errors import Refusal
from jejaring.engines.measures import Floats
from jejaring.engines.planning import solver
from jejaring.engines.planning.plan import Plan
from jejaring.engines.planning.problem import NOBODY, Problem, Range, Selector
from jejaring.engines.planning.questions import rents, resolving
from jejaring.engines.planning.questions.ahead import Seasons, Spread
from jejaring.engines.planning.questions.changes import Change, changed, selected
from jejaring.engines.planning.sharing import coalitions
from jejaring.engines.planning.solve import Tell

PLACES = 4
"""Decimals of a drawn factor."""
COUNT = 40
MOST_PARTIES = 40
"""Up to so many parties seasons are sampled without being asked for."""
MOST_SEARCHED = 100
"""Up to so many yes/no choices are searched anew in each season; beyond, the plan's are kept."""
_CHECKED = 4
_POSITIONS = ("party", "site", "product", "period")


@dataclass(frozen=True)
class Season:
    """One drawn season: which numbers change, and the factor of each."""

    number: int
    changes: tuple[Change, ...]


def ranges_of(problem: Problem) -> tuple[tuple[Range, ...], bool]:
    """Return the network's ranges, or the standard ones and True where it has none."""
    return (problem.ranges, False) if problem.ranges else (standard_ranges(), True)


def standard_ranges() -> tuple[Range, ...]:
    """Return illustrative ranges for networks that say none: harvests swing by co-op and month, prices by
    product, yields by co-op, and hauling as a whole. The figures are ours and rest on no series.
    """

    def made(code: str, table: str, field: str, lowest: str, highest: str, *apart: str) -> Range:
        return Range(code, "", Selector(table, field), Decimal(lowest), Decimal(highest), apart)

    return (
        made("harvest", "supplies", "available_kg", "0.7", "1.15", "party", "period"),
        made("price", "outlets", "price_idr_per_kg", "0.9", "1.1", "product"),
        made("yield", "processes", "outputs", "0.97", "1.02", "party"),
        made("hauling", "lanes", "cost_idr_per_kg", "0.9", "1.2"),
    )


def drawn(problem: Problem, ranges: Sequence[Range], seed: int, number: int) -> Season:
    """Return season `number` of `seed`: the same for the same network, whatever other seasons are drawn.

    A factor is a whole number of ten-thousandths, each between the lowest and the highest equally likely:
    raw 64 bits of PCG64, seeded with seed and number, times how many there are, without the last 64 bits.
    """
    bits = np.random.PCG64([seed, number])
    changes: list[Change] = []
    for each in ranges:
        for selector in apart(problem, each):
            changes.append((selector, _factor(each, int(bits.random_raw()))))
    return Season(number, tuple(changes))


def apart(problem: Problem, each: Range) -> tuple[Selector, ...]:
    """Return the selectors that take a factor of their own, in the order of the network."""
    chosen = [name for name in _POSITIONS if name in each.apart]
    keys: set[tuple[int, ...]] = set()
    for row in np.flatnonzero(selected(problem, each.selector)).tolist():
        keys.update(itertools.product(*(_positions(problem, each.selector.table, row, n) for n in chosen)))
    return tuple(_narrowed(each.selector, dict(zip(chosen, key, strict=True))) for key in sorted(keys))


def season_problem(problem: Problem, season: Season) -> Problem:
    """Return the network as it is in `season`."""
    return changed(problem, season.changes)


def seasons(
    problem: Problem,
    plan: Plan,
    limits: solver.Limits,
    tell: Tell,
    count: int = COUNT,
) -> Seasons:
    """Return what `count` sampled seasons bring; the seed is that of `limits`."""
    tell("seasons")
    ranges, standard = ranges_of(problem)
    values, alone, market = [], [], []
    impossible = searched = checked = 0
    worst = 0.0
    for number in range(count):
        season = season_problem(problem, drawn(problem, ranges, limits.seed, number))
        made = resolving.ready(season, limits)
        few = int(made.program.choices.sum()) <= MOST_SEARCHED
        found = resolving.searched(made, limits) if few else resolving.resolved(made, plan, limits)
        if found is None:
            impossible += 1
            continue
        try:
            by_itself = coalitions.alone(made.program, limits).value_idr
        except Refusal as refused:
            if refused.sentence.code not in resolving.CANNOT:
                raise
            impossible += 1
            continue
        values.append(found.value_idr)
        alone.append(by_itself)
        market.append(rents.market_idr(made.program, found))
        searched += found.searched
        if not found.searched and checked < _CHECKED:
            full = resolving.searched(made, limits)
            assert full is not None
            checked += 1
            worst = max(worst, (full.value_idr - found.value_idr) / max(1.0, abs(full.value_idr)))
    each_alone = np.array(alone).reshape(len(values), len(problem.parties))
    each_market = np.array(market).reshape(len(values), len(problem.parties))
    values_idr = np.maximum(np.array(values), each_alone.sum(axis=1))
    gains_idr = values_idr - each_alone.sum(axis=1)
    return Seasons(
        seed=limits.seed,
        count=count,
        standard=standard,
        ranges=ranges,
        values_idr=_rounded(values_idr),
        gains_idr=_rounded(gains_idr),
        value=spread(values_idr),
        gain=spread(gains_idr),
        alone=tuple(spread(column) for column in each_alone.T),
        market=tuple(spread(column) for column in each_market.T),
        impossible=impossible,
        searched=searched,
        checked=checked,
        checked_share=round(worst, 6),
    )


def spread(amounts: Floats) -> Spread:
    """Return the 10, 50 and 90 per cent quantiles (between two neighbours: in proportion); 0 of nothing."""
    if not len(amounts):
        return Spread(0.0, 0.0, 0.0)
    return Spread(*(round(float(each), 2) for each in np.quantile(amounts, (0.1, 0.5, 0.9))))


def _rounded(amounts: Floats) -> tuple[float, ...]:
    return tuple(round(float(each), 2) for each in amounts)


def _factor(each: Range, raw: int) -> Decimal:
    scale = 10**PLACES
    low = int((each.lowest * scale).to_integral_value(ROUND_CEILING))
    high = int((each.highest * scale).to_integral_value(ROUND_FLOOR))
    if low > high:
        return each.lowest
    return Decimal(low + (raw * (high - low + 1) >> 64)).scaleb(-PLACES)


def _positions(problem: Problem, table: str, row: int, name: str) -> tuple[int, ...]:
    """Return the party, site, product or period of a row, as selectors mean them; lanes have two ends."""
    rows = getattr(problem, table)
    if name == "period":
        return (int(rows.period[row]),) if hasattr(rows, "period") else ()
    if name == "party" and hasattr(rows, "owner"):
        return _without_nobody(int(rows.owner[row]))
    if table == "vehicles":
        return ()
    if name == "product":
        if table == "processes":
            return (int(rows.input[row]),)
        if table in {"storages", "lanes"}:
            return tuple(int(rows.product[at]) for at in rows.product_spans.of(row))
        return (int(rows.product[row]),)
    sites = (int(rows.start[row]), int(rows.end[row])) if table == "lanes" else (int(rows.site[row]),)
    if name == "site":
        return sites
    return tuple(
        sorted({party for site in sites for party in _without_nobody(int(problem.sites.party[site]))})
    )


def _without_nobody(party: int) -> tuple[int, ...]:
    return () if party == NOBODY else (party,)


def _narrowed(selector: Selector, position: dict[str, int]) -> Selector:
    return Selector(
        table=selector.table,
        field=selector.field,
        row=selector.row,
        party=position.get("party", selector.party),
        site=position.get("site", selector.site),
        product=position.get("product", selector.product),
        period=position.get("period", selector.period),
    )

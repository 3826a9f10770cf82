"""What holds the plan back, and what one more tonne of it is worth: what to invest in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

import numpy as np

from jejaring.documents.editions import FACILITATOR, View
from jejaring.documents.language import Language
from jejaring.documents.names import Names
from jejaring.engines.planning.plan import Plan, Scarce
from jejaring.engines.planning.problem import Problem, Spans
from jejaring.engines.planning.terms import lanes_of

Group = Literal["capacity", "market", "harvest"]
MOST_ROWS = 15
_GROUPS: dict[str, Group] = {
    "processes": "capacity",
    "storages": "capacity",
    "lanes": "capacity",
    "vehicles": "capacity",
    "outlets": "market",
    "local_sales": "market",
    "supplies": "harvest",
    "sources": "harvest",
    "local_purchases": "harvest",
}
"""Needs are left out: that a need is met in full is no shortage."""
_AT_A_PLACE = frozenset({"supplies", "local_sales", "local_purchases"})
LIMITS = frozenset(_GROUPS)
"""Tables whose limits can be put into words."""


@dataclass(frozen=True)
class ScarceRow:
    """One limit over all periods: what a tonne more in a period is worth, 0 where it doesn't bind.

    `year_idr_per_t` adds up the periods: one tonne more in each of them. `shade` is 0 to 4,
    the darkest for the highest worth of its group.
    """

    words: str
    owner: int
    idr_per_t: tuple[int, ...]
    shade: tuple[int, ...]
    year_idr_per_t: int


@dataclass(frozen=True)
class ScarceGroup:
    """Limits of one sort, the most valuable first; `more` others are not shown."""

    group: Group
    title: str
    meaning: str
    rows: tuple[ScarceRow, ...]
    more: int


@dataclass(frozen=True)
class Scarcity:
    """All limits that bind, with the most valuable ones said in sentences."""

    groups: tuple[ScarceGroup, ...]
    sentences: tuple[str, ...]
    by_party: dict[int, tuple[str, ...]]


def scarcity(
    problem: Problem, plan: Plan, names: Names, language: Language, *, view: View = FACILITATOR
) -> Scarcity:
    """Return what is scarce in the plan, of what `view` may know the worth."""
    gathered: dict[tuple[Group, str, int], dict[int, float]] = defaultdict(dict)
    for each in filter(view.limit, limits_told(problem, plan)):
        if each.worth_idr_per_kg * 1000 >= 0.5:
            key = _GROUPS[each.table], limit_words(problem, each, names, language), each.owner
            worths = gathered[key]
            worths[each.period] = max(worths.get(each.period, 0.0), each.worth_idr_per_kg * 1000)
    most: dict[Group, float] = defaultdict(float)
    for key, worths in gathered.items():
        most[key[0]] = max(most[key[0]], *worths.values())
    rows = {
        key: _row(key[1], key[2], worths, len(names.periods), most[key[0]])
        for key, worths in gathered.items()
    }
    groups = tuple(_group(group, rows, language) for group in ("capacity", "market", "harvest"))
    shown = tuple(group for group in groups if group.rows)
    return Scarcity(shown, tuple(_sentences(rows, names, language)), _by_party(rows, names, language))


def limits_told(problem: Problem, plan: Plan) -> tuple[Scarce, ...]:
    """Return the limits whose worth means something to people. What is agreed of a way is no room that could
    be added to; and where goods come or go by such a way, prices don't tell what one more kilogram would
    bring.
    """
    terms, lanes = problem.terms, problem.lanes
    ways = set(zip(terms.listing.tolist(), terms.period.tolist(), strict=True))
    fixed = set()
    for entry, lane in enumerate(lanes_of(problem).tolist()):
        if terms.least_kg.fraction(entry) > 0:
            product, period = int(lanes.product[terms.listing[entry]]), int(terms.period[entry])
            fixed |= {(int(end), product, period) for end in (lanes.start[lane], lanes.end[lane])}
    return tuple(
        each
        for each in plan.scarce
        if each.table in LIMITS
        and not (each.table == "lanes" and (each.row, each.period) in ways)
        and not (each.table in _AT_A_PLACE and (each.site, each.product, each.period) in fixed)
    )


def _row(words: str, owner: int, worths: dict[int, float], periods: int, most: float) -> ScarceRow:
    if -1 in worths:
        everywhere = worths[-1]
        worths = dict.fromkeys(range(periods), everywhere)
    column = [worths.get(period, 0.0) for period in range(periods)]
    shade = tuple(0 if worth < 0.5 else min(1 + int(3.999 * worth / most), 4) for worth in column)
    return ScarceRow(words, owner, tuple(round(worth) for worth in column), shade, round(sum(column)))


def _group(group: Group, rows: dict[tuple[Group, str, int], ScarceRow], language: Language) -> ScarceGroup:
    mine = sorted(
        (row for key, row in rows.items() if key[0] == group),
        key=lambda row: (-row.year_idr_per_t, row.words),
    )
    title, meaning = {
        "capacity": (
            language.text("Machines, stores and lorries that are full"),
            language.text("Worth adding to, or hiring: the co-ops can decide this themselves."),
        ),
        "market": (
            language.text("Buyers who take no more"),
            language.text("Worth negotiating a larger quantity, or looking for one more buyer like this."),
        ),
        "harvest": (
            language.text("Goods of which all is used"),
            language.text("Worth producing more of, or bringing in more members' harvest."),
        ),
    }[group]
    return ScarceGroup(group, title, meaning, tuple(mine[:MOST_ROWS]), max(len(mine) - MOST_ROWS, 0))


def limit_words(problem: Problem, each: Scarce, names: Names, language: Language) -> str:
    """Return what the limit is of, in words that can stand in a sentence."""
    product = names.products[each.product] if each.product >= 0 else ""
    if each.table == "processes":
        return names.facilities[int(problem.processes.code[each.row])]
    if each.table == "storages":
        return names.stores[_row_of(problem.storages.product_spans, each.row)]
    if each.table == "lanes":
        lane = _row_of(problem.lanes.product_spans, each.row)
        start, end = names.sites[int(problem.lanes.start[lane])], names.sites[int(problem.lanes.end[lane])]
        return language.text("the way from {start} to {end}", start=start, end=end)
    if each.table == "vehicles":
        vehicles = problem.vehicles
        return language.text(
            "all trips of {vehicle}", vehicle=vehicles.names[each.row] or vehicles.codes[each.row]
        )
    if each.table == "outlets":
        buyer = names.buyers[int(problem.outlets.code[each.row])]
        return language.text("{product} to {buyer}", product=product, buyer=buyer)
    if each.table == "sources":
        supplier = names.suppliers[int(problem.sources.code[each.row])]
        return language.text("{product} from {supplier}", product=product, supplier=supplier)
    said = {
        "supplies": "{product} from {site}",
        "local_sales": "{product} to the local trader at {site}",
        "local_purchases": "{product} from the local trader at {site}",
    }[each.table]
    return language.text(said, product=product, site=names.sites[each.site])


def _row_of(spans: Spans, entry: int) -> int:
    """Return the store or lane to which an entry (store and product, lane and product) belongs."""
    return int(np.searchsorted(spans.start, entry, side="right")) - 1


def _sentences(rows: dict[tuple[Group, str, int], ScarceRow], names: Names, language: Language) -> list[str]:
    """Return the three most valuable limits of machines and stores in sentences, else of buyers and goods."""
    every: list[tuple[Group, ScarceRow]] = [(key[0], row) for key, row in rows.items()]
    best = [pair for pair in every if pair[0] == "capacity"] or every
    best.sort(key=lambda pair: (-pair[1].year_idr_per_t, pair[1].words))
    return [_sentence(group, row, names, language) for group, row in best[:3]]


def _sentence(group: Group, row: ScarceRow, names: Names, language: Language) -> str:
    """Return what one more tonne is worth in the best period, and in all in which it binds."""
    full = [period for period, worth in enumerate(row.idr_per_t) if worth]
    top = max(full, key=lambda period: row.idr_per_t[period])
    facts: dict[str, object] = {
        "what": row.words,
        "month": names.periods[top],
        "worth": _about(row.idr_per_t[top], language),
        "together": _about(row.year_idr_per_t, language),
        "count": len(full),
    }
    first, more = {
        "capacity": (
            "One more tonne of capacity of {what} in {month} is worth about {worth}.",
            (
                "It is full in {count} {months_or_weeks}; one more tonne in each is worth about "
                "{together} in all."
            ),
        ),
        "market": (
            "One more tonne of {what} in {month} is worth about {worth}.",
            (
                "No more room in {count} {months_or_weeks}; one more tonne in each is worth about "
                "{together} in all."
            ),
        ),
        "harvest": (
            "One more tonne of {what} in {month} is worth about {worth}.",
            (
                "All of it is used in {count} {months_or_weeks}; one more tonne in each is worth about "
                "{together} in all."
            ),
        ),
    }[group]
    said = language.text(first, **facts)
    return f"{said} {language.text(more, **facts)}" if len(full) > 1 else said


def _about(idr: int, language: Language) -> str:
    """Return rupiah in three digits: more would promise what a marginal price can't keep."""
    digits = max(len(str(idr)) - 3, 0)
    return language.rupiah_short(round(idr, -digits))


def _by_party(
    rows: dict[tuple[Group, str, int], ScarceRow], names: Names, language: Language
) -> dict[int, tuple[str, ...]]:
    mine: dict[int, list[tuple[Group, ScarceRow]]] = defaultdict(list)
    for key, row in rows.items():
        if row.owner >= 0:
            mine[row.owner].append((key[0], row))
    found = {}
    for party, pairs in mine.items():
        pairs.sort(key=lambda pair: (pair[0] != "capacity", -pair[1].year_idr_per_t, pair[1].words))
        found[party] = tuple(_sentence(group, row, names, language) for group, row in pairs[:2])
    return found

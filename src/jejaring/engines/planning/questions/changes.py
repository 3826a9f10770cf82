"""A Problem with some of its numbers changed: what scenarios, ranges and every "what if" are made of.

Numbers stay exact: a factor is a decimal, and a changed number is the product of two decimals.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np

from jejaring.engines.measures import NONE, Decimals, Flags, Indices
from jejaring.engines.planning import hauling
from jejaring.engines.planning.problem import NOBODY, Channels, Problem, Selector, Spans

_PLACES_OF_INT64 = 18
Change = tuple[Selector, Decimal]
"""Which numbers change, and the factor that each is multiplied by."""


def changed(problem: Problem, changes: Iterable[Change]) -> Problem:
    """Return `problem` with each selected number multiplied by its factor, one change after the other.

    What that means for prices with steps, shares, and numbers without limit stands in
    docs/network-format.md (scenarios). The `sha256` of the result is still that of the file.
    """
    for selector, factor in changes:
        problem = _changed(problem, selector, factor)
    return problem


def selected(problem: Problem, selector: Selector) -> Flags:
    """Return which entries of the selector's table it means (of storages and lanes: which rows)."""
    table = getattr(problem, selector.table)
    flags = np.ones(_entries(problem, selector.table), dtype=bool)
    if selector.row:
        flags &= _named(table, selector.row, len(flags))
    if selector.party != NOBODY:
        flags &= _of_party(problem, selector.table, selector.party)
    if selector.site != NOBODY:
        flags &= _at_site(problem, selector.table, selector.site, len(flags))
    if selector.product != NOBODY:
        flags &= _of_product(table, selector.table, selector.product, len(flags))
    if selector.period != NOBODY:
        flags &= table.period == selector.period if hasattr(table, "period") else False
    return flags


def multiplied(column: Decimals, flags: Flags, factor: Decimal) -> Decimals:
    """Return `column` with the numbers at `flags` multiplied, exactly. No number stays none, but times 0
    it is 0.
    """
    top, bottom = factor.as_integer_ratio()
    places = 0
    while 10**places % bottom:
        places += 1
    top *= 10**places // bottom
    most = max(top, 10**places) * int(abs(column.numerators).max(initial=0))
    # Hundreds of changes a season: Python's own numbers only where these can't hold them.
    fits = most < 2**62 and column.places + places <= _PLACES_OF_INT64
    numerators = column.numerators.astype(np.int64 if fits else object)
    none = column.none & (flags & (top == 0) == 0)
    scaled = np.where(flags, numerators * top, numerators * 10**places)
    scaled = np.where(column.none & flags & (top == 0), 0, scaled)
    scaled, places = _shortened(scaled, none, column.places + places)
    return hauling.narrowed(np.where(none, NONE, scaled), places)


def _shortened(numerators: Any, none: Flags, places: int) -> tuple[Any, int]:
    """Return the same numbers in as few decimals as they need: hundreds of changes, one after the other,
    would else make decimals by the thousand.
    """
    common = int(np.gcd.reduce(numerators[~none], initial=0))
    fewer = 0
    while fewer < places and common % 10 ** (fewer + 1) == 0:
        fewer += 1
    return np.where(none, NONE, numerators // 10**fewer), places - fewer


def _changed(problem: Problem, selector: Selector, factor: Decimal) -> Problem:
    flags = selected(problem, selector)
    table: Any = getattr(problem, selector.table)
    if selector.table == "vehicles":
        return _rehauled(problem, selector.field, flags, factor)
    if selector.field == "outputs":
        spans = np.repeat(flags, np.diff(table.output_spans.start))
        new = replace(table, output_yield=multiplied(table.output_yield, spans, factor))
    elif selector.field == "opening_kg":
        spans = np.repeat(flags, np.diff(table.product_spans.start))
        new = replace(table, opening_kg=multiplied(table.opening_kg, spans, factor))
    elif selector.field == "loss":
        new = replace(table, loss=_at_most_one(multiplied(table.loss, flags, factor)))
    elif isinstance(table, Channels) and selector.field == "price_idr_per_kg":
        spans = np.repeat(flags, np.diff(table.step_spans.start))
        new = replace(
            table,
            price_idr_per_kg=multiplied(table.price_idr_per_kg, flags, factor),
            step_price_idr_per_kg=multiplied(table.step_price_idr_per_kg, spans, factor),
        )
    elif selector.table == "needs" and selector.field == "kg":
        new = replace(
            table, kg=_whole_where_must(multiplied(table.kg, flags, factor), table.worth_idr_per_kg)
        )
    elif selector.table == "lanes" and selector.field == "cost_idr_per_kg":
        own = multiplied(table.own_cost_idr_per_kg, flags, factor)
        return _hauled(replace(problem, lanes=replace(table, own_cost_idr_per_kg=own)))
    else:
        column = multiplied(getattr(table, selector.field), flags, factor)
        if selector.field in {"worth_idr_per_kg", "sell_idr_per_kg", "buy_idr_per_kg"}:
            # None means "must be met" or "not possible" here, not "without limit".
            gone = getattr(table, selector.field).none
            column = Decimals(np.where(gone, NONE, column.numerators), column.places)
        new = replace(table, **{selector.field: column})
    return replace(problem, **{selector.table: new})


def _rehauled(problem: Problem, field: str, flags: Flags, factor: Decimal) -> Problem:
    """Return `problem` with other vehicles, and what lanes then cost. Who hires has no limit of trips."""
    vehicles: Any = problem.vehicles
    column = multiplied(getattr(vehicles, field), flags, factor)
    if field == "most_trips":
        column = Decimals(np.where(vehicles.owner == NOBODY, NONE, column.numerators), column.places)
    return _hauled(replace(problem, vehicles=replace(vehicles, **{field: column})))


def _hauled(problem: Problem) -> Problem:
    """Return `problem` with the costs of its lanes added up again: their own, and full trips."""
    lanes = problem.lanes
    trips = hauling.trip_cost_idr_per_kg(problem.vehicles, lanes.vehicle, lanes.km)
    cost = hauling.added(lanes.own_cost_idr_per_kg, trips)
    return replace(problem, lanes=replace(lanes, cost_idr_per_kg=cost))


def _entries(problem: Problem, table: str) -> int:
    if table == "lanes":
        return len(problem.lanes.start)
    if table == "storages":
        return len(problem.storages.owner)
    if table == "vehicles":
        return len(problem.vehicles)
    return len(getattr(problem, table).site)


def _named(table: Any, row: str, count: int) -> Flags:
    codes: tuple[str, ...] = getattr(table, "codes", ())
    if row not in codes:
        return np.zeros(count, dtype=bool)
    code: Indices = getattr(table, "code", np.arange(len(codes)))
    return np.asarray(code == codes.index(row), dtype=bool)


def _of_party(problem: Problem, table: str, party: int) -> Flags:
    rows = getattr(problem, table)
    if hasattr(rows, "owner"):
        return np.asarray(rows.owner == party, dtype=bool)
    of = problem.sites.party
    if table == "lanes":
        return np.asarray((of[rows.start] == party) | (of[rows.end] == party), dtype=bool)
    return np.asarray(of[rows.site] == party, dtype=bool)


def _at_site(problem: Problem, table: str, site: int, count: int) -> Flags:
    """Whether rows are at a site, or at a part of it."""
    rows, sites = getattr(problem, table), problem.sites
    here = (np.arange(len(sites)) == site) | (sites.part_of == site)
    if table == "lanes":
        return np.asarray(here[rows.start] | here[rows.end], dtype=bool)
    return np.asarray(here[rows.site], dtype=bool) if table != "vehicles" else np.zeros(count, dtype=bool)


def _of_product(rows: Any, table: str, product: int, count: int) -> Flags:
    if table == "processes":
        return np.asarray(rows.input == product, dtype=bool)
    if table in {"storages", "lanes"}:
        return _lists(rows.product_spans, rows.product, product, count)
    return (
        np.asarray(rows.product == product, dtype=bool)
        if table != "vehicles"
        else np.zeros(count, dtype=bool)
    )


def _lists(spans: Spans, listed: Indices, product: int, count: int) -> Flags:
    row = np.repeat(np.arange(count), np.diff(spans.start))
    flags = np.zeros(count, dtype=bool)
    flags[row[listed == product]] = True
    return flags


def _at_most_one(column: Decimals) -> Decimals:
    return Decimals(np.minimum(column.numerators, 10**column.places), column.places)


def _whole_where_must(kg: Decimals, worth: Decimals) -> Decimals:
    """Return kilograms, rounded up to whole ones where the need must be met."""
    scale = 10**kg.places
    return Decimals(np.where(worth.none, -(-kg.numerators // scale) * scale, kg.numerators), kg.places)

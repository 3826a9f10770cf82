"""A Problem with one of its numbers set anew: the single changes that "why not me" speaks of.

`changes` multiplies many numbers at once; here one entry is set. Numbers stay exact. The `sha256` of the
result is still that of the file.
"""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import numpy as np

from jejaring.engines.measures import NONE, Decimals, Indices
from jejaring.engines.planning import hauling
from jejaring.engines.planning.problem import Problem


def with_number(problem: Problem, table: str, field: str, entry: int, value: Decimal) -> Problem:
    """Return `problem` with the number `field` of one entry of `table` set; not below zero."""
    rows: Any = getattr(problem, table)
    column = set_at(getattr(rows, field), [entry], value)
    return replace(problem, **{table: replace(rows, **{field: column})})


def with_added(problem: Problem, table: str, field: str, entries: list[int], added: Decimal) -> Problem:
    """Return `problem` with `added` (of any sign) added to the numbers of some entries of `table`, never
    below zero.
    """
    rows: Any = getattr(problem, table)
    column = raised(getattr(rows, field), np.array(entries, dtype=np.int64), added)
    return replace(problem, **{table: replace(rows, **{field: column})})


def with_share(problem: Problem, table: str, field: str, entries: list[int], less_percent: int) -> Problem:
    """Return `problem` with the numbers of some entries of `table` smaller by so many per cent."""
    rows: Any = getattr(problem, table)
    column: Decimals = getattr(rows, field)
    for entry in entries:
        if not column.none[entry]:
            column = set_at(column, [entry], decimal(column, entry) * (100 - less_percent) / 100)
    return replace(problem, **{table: replace(rows, **{field: column})})


def with_channel_price(problem: Problem, table: str, entries: Indices, added: Decimal) -> Problem:
    """Return `problem` with the prices of some outlets or sources changed by `added`, steps too."""
    rows: Any = getattr(problem, table)
    spans = np.concatenate([np.array(rows.step_spans.of(int(each)), dtype=np.int64) for each in entries])
    new = replace(
        rows,
        price_idr_per_kg=raised(rows.price_idr_per_kg, entries, added),
        step_price_idr_per_kg=raised(rows.step_price_idr_per_kg, spans, added),
    )
    return replace(problem, **{table: new})


def with_lane_cost(problem: Problem, lane: int, less: Decimal) -> Problem:
    """Return `problem` with one lane cheaper by `less` for each kilogram, at most down to nothing."""
    lanes = problem.lanes
    where = np.array([lane])
    new = replace(
        lanes,
        cost_idr_per_kg=raised(lanes.cost_idr_per_kg, where, -less),
        own_cost_idr_per_kg=raised(lanes.own_cost_idr_per_kg, where, -less),
    )
    return replace(problem, lanes=new)


def with_supply_moved(problem: Problem, entry: int, period: int, kg: Decimal) -> Problem:
    """Return `problem` with `kg` of one supply in another period, at the same cost.

    They stand as a supply of their own, beside what there is in that period already.
    """
    supplies = problem.supplies
    there = set_at(supplies.available_kg, [entry], decimal(supplies.available_kg, entry) - kg)
    twice = np.append(np.arange(len(supplies.site)), entry)
    moved: dict[str, Any] = {}
    for each in fields(supplies):
        column = getattr(supplies, each.name)
        if isinstance(column, Decimals):
            moved[each.name] = column.take(twice)
        elif isinstance(column, tuple):
            moved[each.name] = (*column, column[entry])
        else:
            moved[each.name] = column[twice].copy()
    moved["available_kg"] = set_at(there.take(twice), [len(twice) - 1], kg)
    moved["period"][-1] = period
    return replace(problem, supplies=replace(supplies, **moved))


def set_at(column: Decimals, entries: list[int], value: Decimal) -> Decimals:
    """Return `column` with one value at `entries`; below zero it is zero."""
    top, bottom = max(value, Decimal(0)).as_integer_ratio()
    places = 0
    while 10**places % bottom:
        places += 1
    most = max(places, column.places)
    numbers = _scaled(column, most)
    numbers[entries] = top * 10**most // bottom
    return hauling.narrowed(numbers, most)


def raised(column: Decimals, entries: Indices, added: Decimal) -> Decimals:
    """Return `column` with `added` (of any sign) added at `entries`, never below zero; none stays none."""
    top, bottom = added.as_integer_ratio()
    places = 0
    while 10**places % bottom:
        places += 1
    most = max(places, column.places)
    numbers = _scaled(column, most)
    for entry in entries.tolist():
        if numbers[entry] != NONE:
            numbers[entry] = max(0, numbers[entry] + top * 10**most // bottom)
    return hauling.narrowed(numbers, most)


def decimal(column: Decimals, entry: int) -> Decimal:
    """Return one number of a column exactly. It must have one."""
    assert not column.none[entry]
    return Decimal(int(column.numerators[entry])).scaleb(-column.places)


def _scaled(column: Decimals, places: int) -> Any:
    numbers = column.numerators.astype(object)
    return np.where(column.none, NONE, numbers * 10 ** (places - column.places)).astype(object)

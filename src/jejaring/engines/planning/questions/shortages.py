"""Needs that aren't met in full, outlets that aren't filled: which limit or price is in the way."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from jejaring.engines.measures import Floats, Indices
from jejaring.engines.planning.certificate import owner_of_columns
from jejaring.engines.planning.program import (
    BUY,
    LANE,
    NEED,
    NO_NODE,
    OUTLET,
    PROCESS,
    SOURCE,
    STORE,
    SUPPLY,
    USE,
    Program,
)
from jejaring.engines.planning.questions.answers import Binding, Shortage
from jejaring.engines.planning.questions.resolving import Standing
from jejaring.engines.planning.questions.subjects import NOTICED_KG, RESIDUE_KG, entry_of_listing, used_kg

_NEAR_IDR_PER_KG = 0.5
_CLEAR_IDR_PER_KG = 0.005
_TABLES = {
    SUPPLY: "supplies",
    SOURCE: "sources",
    BUY: "local_purchases",
    PROCESS: "processes",
    STORE: "storages",
    LANE: "lanes",
}


def shortages(standing: Standing) -> tuple[Shortage, ...]:
    """Return every need and outlet that falls short, with the limit that binds it, the largest first."""
    problem, flows = standing.problem, standing.plan.flows
    found: list[Shortage] = []
    rents = _rents(standing)
    arriving = _arriving(standing.program)
    places: tuple[tuple[Literal["needs", "outlets"], Any, Any, Any, int, Indices], ...] = (
        ("needs", problem.needs, flows.needs, problem.needs.kg, NEED, _places(problem.needs)),
        ("outlets", problem.outlets, flows.outlets, problem.outlets.most_kg, OUTLET, problem.outlets.code),
    )
    for name, table, flow, limit, family, group in places:
        most = limit.floors()
        short = np.where(limit.none, 0, most.astype(object) - used_kg(flow, len(table.site)))
        for each in np.unique(group):
            rows = np.flatnonzero(
                (group == each) & (short > np.maximum(NOTICED_KG, most.astype(np.int64) // 100))
            )
            if not len(rows):
                continue
            row = int(max(rows, key=lambda row: (short[row], -row)))
            made = _shortage(standing, name, family, row, int(short[row]), len(rows), rents, arriving)
            found.append(replace(made, short_periods=tuple(sorted(set(table.period[rows].tolist())))))
    return tuple(sorted(found, key=lambda each: (-each.short_kg, each.table, each.row)))


def _places(needs: Any) -> Indices:
    """Return a number for each site and product."""
    return np.asarray(needs.site * (int(needs.product.max(initial=0)) + 1) + needs.product, dtype=np.int64)


def _shortage(
    standing: Standing,
    name: Literal["needs", "outlets"],
    family: int,
    row: int,
    short: int,
    periods: int,
    rents: Floats,
    arriving: dict[int, list[int]],
) -> Shortage:
    problem, program = standing.problem, standing.program
    table: Any = getattr(problem, name)
    columns = np.flatnonzero((program.columns.family == family) & (program.columns.row == row))
    node = int(program.columns.leaves[columns[0]]) if len(columns) else NO_NODE
    owner = problem.sites.party[table.site[row]] if name == "needs" else table.owner[row]
    return Shortage(
        table=name,
        row=row,
        owner=int(owner),
        site=int(table.site[row]),
        product=int(table.product[row]),
        period=int(table.period[row]),
        short_kg=short,
        periods=periods,
        brings_idr_per_kg=round(float(program.gains[columns].max(initial=0.0)), 6),
        costs_idr_per_kg=_next_kilogram(standing, node, rents, arriving),
        binding=_behind(standing, node, rents, arriving) if node != NO_NODE else None,
    )


def _next_kilogram(
    standing: Standing, node: int, rents: Floats, arriving: dict[int, list[int]]
) -> float | None:
    """Return what one more kilogram would cost at a balance, by the cheapest way that isn't full."""
    program, costs = standing.program, []
    for at, column in _ways_to(program, node, arriving):
        closed = standing.closed[column] or program.columns.upper[column] == 0
        if closed or rents[column] > _CLEAR_IDR_PER_KG:
            continue
        _, arrivals = program.arrivals_of(np.array([column]))
        here = arrivals[program.arrival_node[arrivals] == at]
        share = float(program.arrival_yield[here].astype(np.float64).sum()) / 10.0**program.yield_places
        leaves = int(program.columns.leaves[column])
        paid = float(standing.price_idr_per_kg[leaves]) if leaves != NO_NODE else 0.0
        if share > 0:
            worth = float(standing.worth_idr_per_kg[column])
            costs.append(float(standing.price_idr_per_kg[at]) + (paid - worth) / share)
    if not costs:
        return None
    return round(max(0.0, min(costs)), 6)


def _ways_to(program: Program, node: int, arriving: dict[int, list[int]]) -> list[tuple[int, int]]:
    """Return the ways by which goods come to a balance, with the balance at which they arrive: goods for use
    come as goods of some age.
    """
    found: list[tuple[int, int]] = []
    for column in arriving.get(node, ()):
        if program.columns.family[column] == USE:
            found += _ways_to(program, int(program.columns.leaves[column]), arriving)
        else:
            found.append((node, column))
    return found


def _rents(standing: Standing) -> Floats:
    """Return by column what one more kilogram of it would gain at the plan's prices, 0 for no gain."""
    program = standing.program
    leaves = program.columns.leaves
    paid = np.where(leaves == NO_NODE, 0.0, standing.price_idr_per_kg[np.maximum(leaves, 0)])
    rents = np.maximum(standing.worth_idr_per_kg - paid, 0.0)
    return np.asarray(np.where(program.choices | standing.closed, 0.0, rents), dtype=np.float64)


def _arriving(program: Program) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for column, node in zip(program.arrival_column.tolist(), program.arrival_node.tolist(), strict=True):
        found.setdefault(node, []).append(column)
    return found


def _behind(standing: Standing, node: int, rents: Floats, arriving: dict[int, list[int]]) -> Binding | None:
    """Return the most valuable full limit at the first place, on the way back, where one is full.

    The way back follows what carries goods in the plan, and the cheapest way beside it.
    """
    program = standing.program
    flows = standing.now.flows
    leaves = program.columns.leaves
    cost = np.where(leaves == NO_NODE, 0.0, standing.price_idr_per_kg[np.maximum(leaves, 0)])
    beyond = standing.worth_idr_per_kg - cost
    queue, seen = deque([node]), {node}
    while queue:
        at = queue.popleft()
        ways = [
            each
            for each in arriving.get(at, ())
            if program.columns.upper[each] != 0 and not standing.closed[each]
        ]
        full = [each for each in ways if rents[each] > _NEAR_IDR_PER_KG and _named(program, each)]
        if full:
            column = max(full, key=lambda each: (float(rents[each]), -each))
            table, row = _TABLES[int(program.columns.family[column])], int(program.columns.row[column])
            if table in {"storages", "lanes"}:
                row = entry_of_listing(standing.problem, table, row)
            return Binding(
                table=table,
                row=row,
                owner=int(owner_of_columns(program)[column]),
                period=int(program.columns.period[column]),
                worth_idr_per_kg=round(float(rents[column]), 6),
            )
        best = max((float(beyond[each]) for each in ways), default=0.0)
        for each in ways:
            before = int(leaves[each])
            fair = beyond[each] > best - _NEAR_IDR_PER_KG
            if before != NO_NODE and before not in seen and (fair or flows[each] > RESIDUE_KG):
                seen.add(before)
                queue.append(before)
    return None


def _named(program: Program, column: int) -> bool:
    return int(program.columns.family[column]) in _TABLES

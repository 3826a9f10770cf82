"""Which single changes could bring something in: of prices, yields, capacities, ways and periods.

Candidates come from the plan's prices: along the best use of the goods, step by step, up to whoever uses
them. Whether a candidate brings anything in, and how large it must be, is found in `thresholds`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from jejaring.engines.measures import NONE, Decimals, Floats, Indices
from jejaring.engines.planning.problem import Problem
from jejaring.engines.planning.program import (
    LANE,
    NO_NODE,
    OUTLET,
    PROCESS,
    SELL,
    STORE,
    USE,
    Program,
)
from jejaring.engines.planning.questions import edits
from jejaring.engines.planning.questions.answers import ChangeKind
from jejaring.engines.planning.questions.resolving import Standing, columns_of
from jejaring.engines.planning.questions.subjects import Subject, columns_asked, entry_of_listing
from jejaring.engines.planning.solver import Patch

_STEPS_ON_A_WAY = 20
_LIMITS_TRIED = 2
_WAYS_TRIED = 2
_LARGEST_YIELD = 50
"""No yield is asked to rise by more per cent than this."""
_LARGEST_CAPACITY = 10
"""No capacity is asked to be more than so many times what it is, or what is left over, more."""
_CLEAR_IDR_PER_KG = 0.005


@dataclass(frozen=True, eq=False)
class Candidate:
    """One number that could change, in steps: `step` of its unit each, at most `most` of them.

    `before` is the number now. `patch(k)` is the change by k steps as the linear program sees it (None: the
    choices would have to change with it), `edited(k)` the network with it. `idr(k, flows)`: what it costs,
    from the flows by column of the new plan.
    """

    kind: ChangeKind
    table: str
    field: str
    row: int
    before: Decimal
    step: Decimal
    most: int
    edited: Callable[[int], Problem]
    patch: Callable[[int], Patch] | None
    idr: Callable[[int, Program, Floats], float]

    def after(self, k: int) -> Decimal:
        """Return the number after k steps."""
        return self.before + self.step * k


def candidates(standing: Standing, subject: Subject) -> list[Candidate]:
    """Return the changes worth trying for `subject`."""
    if subject.kind in {"party", "supply"}:
        way = best_way(standing, subject)
        return [
            *_supply_price(standing, subject),
            *_lanes(standing, way),
            *_yields(standing, way),
            *_capacities(standing, subject, way),
        ]
    made = {
        "processes": _process_idle,
        "storages": _store_idle,
        "outlets": _channel_idle,
        "sources": _channel_idle,
    }
    return made[subject.kind](standing, subject)


def best_way(standing: Standing, subject: Subject) -> list[int]:
    """Return the columns along which the subject's goods would bring most, from its site to their use.

    For a party that trades with nobody, what it does by itself at its own site is left out.
    """
    program = standing.program
    columns = program.columns
    (first, *_) = columns_asked(standing, subject)
    node = program.arrives_at(first)
    way: list[int] = []
    seen: set[int] = set()
    while len(way) < _STEPS_ON_A_WAY and node not in seen:
        seen.add(node)
        leaving = _leaving(standing, node)
        if subject.kind == "party":
            ends = np.isin(columns.family[leaving], (SELL, OUTLET))
            own = (columns.parties[leaving] == subject.party).any(axis=1)
            leaving = leaving[~(ends & own)]
        if not len(leaving):
            break
        best = int(leaving[np.argmax(standing.worth_idr_per_kg[leaving])])
        way.append(best)
        onward = _onward(standing, best)
        if onward == NO_NODE:
            break
        node = onward
    return way


def _leaving(standing: Standing, node: int) -> Indices:
    """Return the ways out of a balance; goods that don't keep go out by what uses them as well."""
    program = standing.program
    columns = program.columns
    into_use = np.flatnonzero((columns.leaves == node) & (columns.family == USE))
    nodes = [node, *(program.arrives_at(int(each)) for each in into_use)]
    out = np.isin(columns.leaves, nodes) & (columns.upper != 0) & (columns.family != USE)
    return np.flatnonzero(out & ~standing.closed)


def _onward(standing: Standing, column: int) -> int:
    """Return the balance where most of the worth of a column's goods arrives."""
    program = standing.program
    _, arrivals = program.arrivals_of(np.array([column]))
    if not len(arrivals):
        return NO_NODE
    worth = program.arrival_yield[arrivals].astype(np.float64) * (
        standing.price_idr_per_kg[program.arrival_node[arrivals]] + 1e-9
    )
    return int(program.arrival_node[arrivals[int(np.argmax(worth))]])


# --- supplies


def _supply_price(standing: Standing, subject: Subject) -> list[Candidate]:
    problem, row = standing.problem, subject.row
    cost = edits.decimal(problem.supplies.cost_idr_per_kg, row)
    (column, *_) = columns_asked(standing, subject)
    gain = float(standing.program.gains[column])
    if cost < 1:
        return []

    def paid(k: int, program: Program, flows: Floats) -> float:
        return k * _carried(program, flows, program.columns.family[column], [row])

    return [
        Candidate(
            kind="price",
            table="supplies",
            field="cost_idr_per_kg",
            row=row,
            before=cost,
            step=Decimal(-1),
            most=int(cost),
            edited=lambda k: edits.with_number(problem, "supplies", "cost_idr_per_kg", row, cost - k),
            patch=lambda k: Patch(costs={column: gain + k}),
            idr=paid,
        )
    ]


def _lanes(standing: Standing, way: list[int]) -> list[Candidate]:
    program = standing.program
    rows = program.columns.row[[column for column in way if program.columns.family[column] == LANE]]
    lanes = dict.fromkeys(entry_of_listing(standing.problem, "lanes", int(row)) for row in rows)
    return [each for lane in list(lanes)[:_WAYS_TRIED] for each in _lane(standing, lane)]


def _lane(standing: Standing, lane: int) -> list[Candidate]:
    problem, program = standing.problem, standing.program
    cost = edits.decimal(problem.lanes.cost_idr_per_kg, lane)
    listings = list(problem.lanes.product_spans.of(lane))
    columns = columns_of(program, LANE, listings)
    gain = float(-cost)
    if cost < 1:
        return []

    def paid(k: int, other: Program, flows: Floats) -> float:
        return k * _carried(other, flows, LANE, listings)

    return [
        Candidate(
            kind="lane",
            table="lanes",
            field="cost_idr_per_kg",
            row=lane,
            before=cost,
            step=Decimal(-1),
            most=int(cost),
            edited=lambda k: edits.with_lane_cost(problem, lane, Decimal(k)),
            patch=lambda k: Patch(costs=dict.fromkeys(columns, gain + k)),
            idr=paid,
        )
    ]


def _yields(standing: Standing, way: list[int]) -> list[Candidate]:
    program = standing.program
    works = [column for column in way if program.columns.family[column] == PROCESS]
    return [each for column in works[:_WAYS_TRIED] for each in _yield(standing, column)]


def _yield(standing: Standing, column: int) -> list[Candidate]:
    """More of what is worth most of a process's outputs, in per cent of what there is."""
    problem, program = standing.problem, standing.program
    processes = problem.processes
    row = int(program.columns.row[column])
    spans = processes.output_spans.of(row)
    _, arrivals = program.arrivals_of(np.array([column]))
    if len(arrivals) != len(spans) or not len(arrivals):
        return []
    prices = standing.price_idr_per_kg[program.arrival_node[arrivals]]
    shares = np.array([float(processes.output_yield.fraction(each)) for each in spans])
    main = int(np.argmax(shares * (prices + 1e-9)))
    span, node = spans[main], int(program.arrival_node[arrivals[main]])
    before = edits.decimal(processes.output_yield, span)
    if before <= 0:
        return []
    step, price = before / 100, float(prices[main])
    back = float(1 if program.columns.leaves[column] == node else 0)

    def paid(k: int, other: Program, flows: Floats) -> float:
        return k * float(step) * price * _carried(other, flows, PROCESS, [row])

    return [
        Candidate(
            kind="yield",
            table="processes",
            field="outputs",
            row=span,
            before=before,
            step=step,
            most=_LARGEST_YIELD,
            edited=lambda k: edits.with_number(problem, "processes", "output_yield", span, before + step * k),
            patch=lambda k: Patch(entries={(node, column): back - float(before + step * k)}),
            idr=paid,
        )
    ]


# --- capacities


def _capacities(standing: Standing, subject: Subject, way: list[int]) -> list[Candidate]:
    """The full limits along the way: the most valuable one at each place where goods pass."""
    program = standing.program
    leaves = program.columns.leaves
    rent = standing.worth_idr_per_kg - np.where(
        leaves == NO_NODE, 0.0, standing.price_idr_per_kg[np.maximum(leaves, 0)]
    )
    found: list[Candidate] = []
    for column in way:
        full = np.flatnonzero((leaves == leaves[column]) & (rent > _CLEAR_IDR_PER_KG) & ~standing.closed)
        if subject.kind == "party":
            full = full[program.columns.family[full] != SELL]
        if len(full):
            tight = int(full[np.argmax(rent[full])])
            made = capacity(standing, tight, float(rent[tight]), max(subject.left_kg, 1))
            found += [each for each in made if not any(_same(each, other) for other in found)]
    return found[:_LIMITS_TRIED]


def _same(one: Candidate, other: Candidate) -> bool:
    return (one.table, one.field, one.row) == (other.table, other.field, other.row)


_LIMITS = {
    PROCESS: ("processes", "capacity_kg"),
    OUTLET: ("outlets", "most_kg"),
    SELL: ("local_trade", "most_sell_kg"),
    STORE: ("storages", "capacity_kg"),
    LANE: ("lanes", "capacity_kg"),
}


def capacity(standing: Standing, column: int, rent_idr_per_kg: float, left_kg: int) -> list[Candidate]:
    """Return more of the limit on a column, in steps of one per cent (of a kilogram where it is small)."""
    problem, program = standing.problem, standing.program
    family = int(program.columns.family[column])
    if family not in _LIMITS:
        return []
    table, field = _LIMITS[family]
    row = int(program.columns.row[column])
    if family in (STORE, LANE):
        row = entry_of_listing(problem, table, row)
    limits: Decimals = getattr(getattr(problem, table), field)
    if limits.none[row]:
        return []
    before = edits.decimal(limits, row)
    step = Decimal(max(1, int(before) // 100))
    patch = _raised_limit(standing, column, row, before, step)

    def paid(k: int, _: Program, __: Floats) -> float:
        return k * float(step) * rent_idr_per_kg

    return [
        Candidate(
            kind="capacity",
            table=table,
            field=field,
            row=row,
            before=before,
            step=step,
            most=int(_LARGEST_CAPACITY * max(before, Decimal(left_kg)) / step),
            edited=lambda k: edits.with_number(problem, table, field, row, before + step * k),
            patch=patch,
            idr=paid,
        )
    ]


def _raised_limit(
    standing: Standing, column: int, row: int, before: Decimal, step: Decimal
) -> Callable[[int], Patch] | None:
    """Return how the linear program sees more of a limit: of one column in one period, or of a store's or
    lane's in all. None where price steps hang on it: then the choices would change, too.
    """
    problem, program = standing.problem, standing.program
    columns, ties = program.columns, program.ties
    family = int(columns.family[column])
    rows: list[int] = []
    if family in (STORE, LANE):
        table = "storages" if family == STORE else "lanes"
        listings = list(getattr(problem, table).product_spans.of(row))
        tied = np.flatnonzero((ties.family == family) & (ties.entry == row))
        rows = [len(program.nodes) + int(each) for each in tied]
        flowing = columns_of(program, family, listings)
    else:
        flowing = [column]
        if family == OUTLET and len(problem.outlets.step_spans.of(row)):
            return None
        if program.choices[ties.column[np.isin(ties.row, ties.row[ties.column == column])]].any():
            if family != PROCESS:
                return None
    limited = [each for each in flowing if columns.upper[each] != NONE]

    def patch(k: int) -> Patch:
        kg = float(before + step * k)
        return Patch(uppers=dict.fromkeys(limited, kg), limits=dict.fromkeys(rows, kg))

    return patch


# --- facilities and channels that stand idle


def _process_idle(standing: Standing, subject: Subject) -> list[Candidate]:
    problem, rows = standing.problem, list(subject.rows)
    made = _cheaper(standing, subject, "processes", "cost_idr_per_kg")
    opening = problem.processes.opening_cost_idr
    if any(opening.numerators[row] for row in rows):
        made = [_without_patch(each) for each in made]
        before = max(edits.decimal(opening, row) for row in rows)

        def paid(k: int, program: Program, flows: Floats) -> float:
            used = {
                int(program.columns.row[each])
                for each in columns_of(program, PROCESS, rows)
                if flows[each] > 1e-6
            }
            return k * sum(float(edits.decimal(opening, row)) for row in used) / 100

        made.append(
            Candidate(
                kind="opening",
                table="processes",
                field="opening_cost_idr",
                row=rows[0],
                before=before,
                step=-before / 100,
                most=100,
                edited=lambda k: edits.with_share(problem, "processes", "opening_cost_idr", rows, k),
                patch=None,
                idr=paid,
            )
        )
    return made


def _store_idle(standing: Standing, subject: Subject) -> list[Candidate]:
    return _cheaper(standing, subject, "storages", "cost_idr_per_kg")


def _cheaper(standing: Standing, subject: Subject, table: str, field: str) -> list[Candidate]:
    """A lower cost per kilogram in all periods."""
    problem, program = standing.problem, standing.program
    column: Decimals = getattr(getattr(problem, table), field)
    rows = [subject.row] if table == "storages" else list(subject.rows)
    before = max(edits.decimal(column, row) for row in rows)
    columns = columns_asked(standing, subject)
    gains = {each: float(program.gains[each]) for each in columns}
    if before < 1:
        return []

    def paid(k: int, other: Program, flows: Floats) -> float:
        family = PROCESS if table == "processes" else STORE
        return k * _carried(other, flows, family, list(subject.rows))

    return [
        Candidate(
            kind="price",
            table=table,
            field=field,
            row=rows[0],
            before=before,
            step=Decimal(-1),
            most=int(before),
            edited=lambda k: edits.with_added(problem, table, field, rows, Decimal(-k)),
            patch=lambda k: Patch(costs={each: min(gain + k, 0.0) for each, gain in gains.items()}),
            idr=paid,
        )
    ]


def _channel_idle(standing: Standing, subject: Subject) -> list[Candidate]:
    """A better price of a channel: higher where one sells, lower where one buys; or a smaller least."""
    problem, program, table = standing.problem, standing.program, subject.kind
    channels: Any = getattr(problem, table)
    rows = np.array(subject.rows, dtype=np.int64)
    selling = table == "outlets"
    before = max(edits.decimal(channels.price_idr_per_kg, row) for row in subject.rows)
    columns = columns_asked(standing, subject)
    gains = {each: float(program.gains[each]) for each in columns}
    plain = all(not len(channels.step_spans.of(row)) for row in subject.rows)
    plain &= not channels.least_kg.numerators[rows].any()
    if before < 1 or not columns:
        return []

    def paid(k: int, other: Program, flows: Floats) -> float:
        return k * _carried(other, flows, int(program.columns.family[columns[0]]), list(subject.rows))

    made = [
        Candidate(
            kind="price",
            table=table,
            field="price_idr_per_kg",
            row=subject.rows[0],
            before=before,
            step=Decimal(1 if selling else -1),
            most=int(before),
            edited=lambda k: edits.with_channel_price(problem, table, rows, Decimal(k if selling else -k)),
            patch=(lambda k: Patch(costs={each: gain + k for each, gain in gains.items()}))
            if plain
            else None,
            idr=paid,
        )
    ]
    if channels.least_kg.numerators[rows].any():
        made.append(_smaller_least(problem, table, channels, rows))
    return made


def _smaller_least(problem: Problem, table: str, channels: Any, rows: Indices) -> Candidate:
    before = max(edits.decimal(channels.least_kg, row) for row in rows.tolist())
    return Candidate(
        kind="least",
        table=table,
        field="least_kg",
        row=int(rows[0]),
        before=before,
        step=-before / 100,
        most=100,
        edited=lambda k: edits.with_share(problem, table, "least_kg", rows.tolist(), k),
        patch=None,
        idr=lambda _, __, ___: 0.0,
    )


def _without_patch(each: Candidate) -> Candidate:
    return Candidate(**{**each.__dict__, "patch": None})


def _carried(program: Program, flows: Floats, family: int, rows: list[int]) -> float:
    """Return the kilograms of these entries in a plan."""
    return float(flows[columns_of(program, int(family), rows)].sum())

"""A program while it is being put together: columns, arrivals and ties, and the scales of its numbers.

`families` adds the columns; what a finished program is stands in `program`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from jejaring.engines.measures import NONE, Decimals, Floats, Indices
from jejaring.engines.planning.forms import Forms
from jejaring.engines.planning.problem import NOBODY, Problem
from jejaring.engines.planning.program import (
    CHOICE,
    FLEET,
    NO_NODE,
    Columns,
    Numbers,
    Program,
    Ties,
    joined,
    scaled,
)

MOST_KG = 1e15
"""Stands for "without end" in a limit that has to be a number."""


@dataclass
class Draft:
    """Columns, arrivals and ties while they are being put together."""

    problem: Problem
    forms: Forms
    gain_places: int
    kg_places: int
    yield_places: int
    most_goods: Floats
    stand_in_kg: float
    count: int = 0
    ties_count: int = 0
    columns: dict[str, list[Numbers]] = field(default_factory=dict)
    arrivals: list[tuple[Indices, Indices, Numbers]] = field(default_factory=list)
    ties: dict[str, list[Numbers]] = field(default_factory=dict)

    def node(self, site: Indices, product: Indices, period: Indices) -> Indices:
        """Return the number of the balance at which a product that is new comes in."""
        return self.forms.node(site, self.forms.first[product], period)

    def use_node(self, site: Indices, product: Indices, period: Indices) -> Indices:
        """Return the number of the balance from which a product of any age is used."""
        return self.forms.node(site, self.forms.for_use[product], period)

    def add(
        self,
        family: int,
        row: Indices,
        period: Indices,
        gain: Numbers,
        upper: Numbers,
        parties: tuple[Indices, ...],
        *,
        leaves: Indices | None = None,
        arrives: Indices | None = None,
        lower: Numbers | None = None,
        piece: Indices | None = None,
    ) -> Indices:
        """Add columns and return their numbers; goods arrive whole at `arrives` where it is given."""
        n = len(row)
        numbers = np.arange(self.count, self.count + n)
        self.count += n
        need = np.full((n, 3), NOBODY, dtype=np.int64)
        for k, party in enumerate(parties):
            need[:, k] = party
        block: dict[str, Numbers] = {
            "family": np.full(n, family, dtype=np.int64),
            "row": row,
            "period": period,
            "piece": np.zeros(n, dtype=np.int64) if piece is None else piece,
            "gain": gain,
            "lower": np.zeros(n, dtype=np.int64) if lower is None else lower,
            "upper": upper,
            "leaves": np.full(n, NO_NODE, dtype=np.int64) if leaves is None else leaves,
            "parties": need,
        }
        for name, part in block.items():
            self.columns.setdefault(name, []).append(part)
        if arrives is not None:
            self.arrivals.append((numbers, arrives, np.full(n, 10**self.yield_places, dtype=np.int64)))
        return numbers

    def tie(
        self,
        rows: Indices,
        columns: Indices,
        coefficients: Numbers,
        limits: Numbers,
        family: int,
        entry: Indices,
        period: Indices,
    ) -> None:
        """Add `len(limits)` ties; `rows` counts from 0 within them."""
        n = len(limits)
        parts: dict[str, Numbers] = {
            "row": rows + self.ties_count,
            "column": columns,
            "coefficient": coefficients,
            "limit": limits,
            "family": np.full(n, family, dtype=np.int64),
            "entry": entry,
            "period": period,
        }
        self.ties_count += n
        for name, part in parts.items():
            self.ties.setdefault(name, []).append(part)

    def minus(self, prices: Decimals) -> Numbers:
        """Return prices as costs (negative gains)."""
        return -scaled(prices, self.gain_places)

    def kg(self, column: Decimals) -> Numbers:
        """Return kilograms over 10**kg_places."""
        return scaled(column, self.kg_places)

    def most(self, product: int, *limits: int) -> int:
        """Return a limit (over 10**kg_places) that no best plan passes: the least of those given and
        of all the goods that there can be of `product`.
        """
        goods = int(np.ceil(min(self.most_goods[product], MOST_KG))) * 10**self.kg_places
        return int(min([goods, *(limit for limit in limits if limit != NONE)]))


def tie_choice(draft: Draft, rows: Indices, columns: Indices, choice: Indices, most: Numbers) -> None:
    """Add Σ x ≤ most·y for each entry of `choice`; `rows` says to which entry each column belongs."""
    n = len(choice)
    draft.tie(
        np.concatenate([rows, np.arange(n)]),
        np.concatenate([columns, choice]),
        joined([np.ones(len(columns), dtype=np.int64), -most]),
        np.zeros(n, dtype=np.int64),
        CHOICE,
        np.arange(n),
        np.zeros(n, dtype=np.int64),
    )


def tie_shared(draft: Draft, family: int, columns: Indices, group: Indices, capacity: Numbers) -> None:
    """Add the limit of each `group` (entry · periods + period) of columns, where it has one.

    A group of one column needs none: the column has the limit itself. But a vehicle's lane has its own.
    """
    periods = len(draft.problem.periods)
    _, inverse, count = np.unique(group, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(((count[inverse] > 1) | (family == FLEET)) & (capacity != NONE))
    if not len(rows):
        return
    groups, first, inverse = np.unique(group[rows], return_index=True, return_inverse=True)
    draft.tie(
        inverse,
        columns[rows],
        np.ones(len(rows), dtype=np.int64),
        capacity[rows][first],
        family,
        groups // periods,
        groups % periods,
    )


def most_behind(draft: Draft, rows: Indices, product: Indices, capacity: Numbers) -> Numbers:
    """Return the most that the columns of each entry of `capacity` can carry together: its capacity, or
    all the goods that there can be. `rows` says to which entry each column belongs, `product` what it
    carries; all ages together are no more than there is of the product.
    """
    goods = np.zeros(len(capacity), dtype=object)
    for row, each in zip(*np.unique(np.stack([rows, product]), axis=1).tolist(), strict=True):
        goods[row] += draft.most(each)
    most: Numbers = np.where(capacity == NONE, goods, np.minimum(goods, capacity.astype(object)))
    return most


def one_less(shares: Decimals, places: int) -> Numbers:
    """Return what is left of one after `shares` of it are lost, over 10**places."""
    left: Numbers = 10**places - scaled(shares, places)
    return left


def drafted(problem: Problem) -> Draft:
    """Return an empty draft with the scales that hold every number of `problem` exactly."""
    return Draft(
        problem,
        Forms.of(problem),
        gain_places=_places(_money(problem)),
        kg_places=_places(_weights(problem)),
        yield_places=_places([problem.processes.output_yield, problem.storages.loss, problem.lanes.loss]),
        most_goods=_most_goods(problem),
        stand_in_kg=_stand_in_kg(problem),
    )


def put_together(draft: Draft) -> Program:
    """Number the balances that any column touches, and return the whole program."""
    columns = {name: _stacked(parts) for name, parts in draft.columns.items()}
    arrival_column = np.concatenate([part[0] for part in draft.arrivals])
    arrival_node = np.concatenate([part[1] for part in draft.arrivals])
    in_order = np.argsort(arrival_column, kind="stable")
    used = np.unique(np.concatenate([columns["leaves"][columns["leaves"] != NO_NODE], arrival_node]))
    leaves = np.searchsorted(used, columns["leaves"])
    columns["leaves"] = np.where(columns["leaves"] == NO_NODE, NO_NODE, leaves)
    ties = {name: joined(parts) for name, parts in draft.ties.items()} if draft.ties else _no_ties()
    return Program(
        problem=draft.problem,
        forms=draft.forms,
        columns=Columns(**columns),
        nodes=used,
        arrival_column=arrival_column[in_order],
        arrival_node=np.searchsorted(used, arrival_node[in_order]),
        arrival_yield=joined([part[2] for part in draft.arrivals])[in_order],
        ties=Ties(**ties),
        gain_places=draft.gain_places,
        kg_places=draft.kg_places,
        yield_places=draft.yield_places,
        most_goods=draft.most_goods,
        stand_in_kg=draft.stand_in_kg,
    )


def _no_ties() -> dict[str, Numbers]:
    names = ("row", "column", "coefficient", "limit", "family", "entry", "period")
    return {name: np.zeros(0, dtype=np.int64) for name in names}


def _stacked(parts: list[Numbers]) -> Numbers:
    return np.concatenate(parts) if parts[0].ndim == 2 else joined(parts)


def _money(problem: Problem) -> list[Decimals]:
    return [
        problem.supplies.cost_idr_per_kg,
        problem.outlets.price_idr_per_kg,
        problem.outlets.step_price_idr_per_kg,
        problem.sources.price_idr_per_kg,
        problem.sources.step_price_idr_per_kg,
        problem.needs.worth_idr_per_kg,
        problem.processes.cost_idr_per_kg,
        problem.processes.opening_cost_idr,
        problem.storages.cost_idr_per_kg,
        problem.lanes.cost_idr_per_kg,
        problem.lanes.fixed_cost_idr,
        problem.processes.building_idr,
        problem.storages.building_idr,
        problem.local_trade.sell_idr_per_kg,
        problem.local_trade.buy_idr_per_kg,
    ]


def _weights(problem: Problem) -> list[Decimals]:
    return [
        problem.supplies.available_kg,
        problem.outlets.most_kg,
        problem.outlets.least_kg,
        problem.outlets.step_from_kg,
        problem.sources.most_kg,
        problem.sources.step_from_kg,
        problem.needs.kg,
        problem.processes.capacity_kg,
        problem.storages.capacity_kg,
        problem.storages.opening_kg,
        problem.lanes.capacity_kg,
        problem.vehicles.most_kg,
        problem.local_trade.most_sell_kg,
        problem.local_trade.most_buy_kg,
        problem.terms.least_kg,
        problem.terms.most_kg,
    ]


def _places(columns: list[Decimals]) -> int:
    return max(column.places for column in columns)


def _most_goods(problem: Problem) -> Floats:
    """Return for each product more kilograms than can come together of it in all periods; infinity
    where a way in has no limit, or where processes could go round in a circle that grows.
    """
    processes = problem.processes
    yields = processes.output_yield.floats(0.0)
    entry = np.repeat(np.arange(len(processes.code)), np.diff(processes.output_spans.start))
    inside = _totals(problem, (problem.supplies, "available_kg"), (problem.sources, "most_kg"))
    np.add.at(inside, problem.storages.product, problem.storages.opening_kg.floats(0.0))
    trade = problem.local_trade
    buys = ~trade.buy_idr_per_kg.none
    np.add.at(inside, trade.product[buys], trade.most_buy_kg.floats(np.inf)[buys])
    capacity = processes.capacity_kg.floats(np.inf)
    live = yields > 0
    goods = inside.copy()
    for _ in range(len(problem.products) + 1):
        into = np.minimum(capacity, goods[processes.input])[entry]
        made = inside.copy()
        np.add.at(made, processes.output_product[live], into[live] * yields[live])
        if np.array_equal(made, goods):
            return np.maximum(goods, 1.0)
        goods = made
    return np.full(len(goods), np.inf)


def _stand_in_kg(problem: Problem) -> float:
    """Return many kilograms: all finite limits together, as if carried on by the poorest yields."""
    yields = problem.processes.output_yield.floats(0.0)
    poorest = float(yields[yields > 0].min(initial=1.0)) ** min(3, len(problem.processes.codes))
    finite = sum(float(column.floats(0.0).sum()) for column in _weights(problem))
    return min(max(1.0, finite) / poorest, 1e12)


def _totals(problem: Problem, *parts: tuple[Any, str]) -> Floats:
    sums = np.zeros(len(problem.products))
    for rows, name in parts:
        np.add.at(sums, rows.product, getattr(rows, name).floats(np.inf))
    return sums

"""Follows goods from where they begin to where they end, over all periods together.

At a site goods of one product are alike, so what leaves it is made up as what came in. `flows.py`
draws what is found here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

import numpy as np

from jejaring.engines.measures import Floats, Indices
from jejaring.engines.planning.plan import FlowTable, Plan
from jejaring.engines.planning.problem import Problem

StopKind = Literal["supply", "source", "opening", "local_purchase", "process", "outlet", "local_sale", "need"]


@dataclass(frozen=True, order=True)
class Stop:
    """A beginning or an end of goods. `row`: the party of a supply, local purchase or sale and of a
    need; the code of a source, process or outlet; the store of opening stock.
    """

    kind: StopKind
    row: int


@dataclass(frozen=True)
class Stretch:
    """Kilograms of one product that go from stop to stop."""

    start: Stop
    end: Stop
    product: int
    kg: float


def stretches(problem: Problem, plan: Plan) -> tuple[Stretch, ...]:
    """Return how much goes from each beginning to each end, by product."""
    begins, ends = _beginnings(problem, plan), _ends(problem, plan)
    moves = _moves(problem, plan)
    found = []
    for product in sorted(begins):
        if product in ends:
            found += _traced(product, begins[product], ends[product], moves.get(product, {}))
    return tuple(found)


Amounts = dict[tuple[Stop, int], float]
"""Kilograms by stop and site."""


def _traced(
    product: int, begins: Amounts, ends: Amounts, moves: dict[tuple[int, int], float]
) -> list[Stretch]:
    """Mix at every site, follow the lanes, and read off what of each beginning reaches each end."""
    sites = sorted({site for _, site in (*begins, *ends)} | {site for pair in moves for site in pair})
    at = {site: index for index, site in enumerate(sites)}
    count = len(sites)
    out = np.zeros(count)
    sent = np.zeros((count, count))
    for (start, end), kg in moves.items():
        sent[at[start], at[end]] += kg
        out[at[start]] += kg
    for (_, site), kg in ends.items():
        out[at[site]] += kg
    came = sent.sum(axis=0)
    for (_, site), kg in begins.items():
        came[at[site]] += kg
    through = np.maximum(out, came)
    part = np.divide(sent, through[:, None], out=np.zeros_like(sent), where=through[:, None] > 0)
    starts = sorted({stop for stop, _ in begins})
    begun = np.zeros((count, len(starts)))
    for (stop, site), kg in begins.items():
        begun[at[site], starts.index(stop)] += kg
    arrived = _solved(np.eye(count) - part.T, begun)
    reached: dict[tuple[int, Stop], float] = defaultdict(float)
    for (stop, site), kg in ends.items():
        if through[at[site]] > 0:
            for start in np.flatnonzero(arrived[at[site]] > 0).tolist():
                reached[start, stop] += float(arrived[at[site], start]) * kg / through[at[site]]
    return [
        Stretch(starts[start], end, product, kg) for (start, end), kg in sorted(reached.items()) if kg >= 0.5
    ]


def _solved(matrix: Floats, right: Floats) -> Floats:
    """Solve it; goods that go round in a ring and never leave would make it singular: then the nearest."""
    try:
        return np.asarray(np.linalg.solve(matrix, right), np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(matrix, right, rcond=None)[0], np.float64)


def _beginnings(problem: Problem, plan: Plan) -> dict[int, Amounts]:
    flows, sites = plan.flows, problem.sites
    found: dict[int, Amounts] = defaultdict(lambda: defaultdict(float))
    supplies, sources, trade = problem.supplies, problem.sources, problem.local_trade
    _add(found, "supply", sites.party[supplies.site], supplies.site, supplies.product, flows.supplies)
    _add(found, "source", sources.code, sources.site, sources.product, flows.sources)
    _add(found, "local_purchase", sites.party[trade.site], trade.site, trade.product, flows.local_purchases)
    processes = problem.processes
    yields = processes.output_yield.floats(0.0)
    for row, kg in zip(flows.processes.row.tolist(), flows.processes.kg.tolist(), strict=True):
        stop, site = Stop("process", int(processes.code[row])), int(processes.site[row])
        for output in processes.output_spans.of(row):
            found[int(processes.output_product[output])][stop, site] += kg * float(yields[output])
    storages = problem.storages
    opening = storages.opening_kg.floats(0.0)
    for store in range(len(storages.codes)):
        for listed in storages.product_spans.of(store):
            if opening[listed] > 0:
                place = Stop("opening", store), int(storages.site[store])
                found[int(storages.product[listed])][place] += float(opening[listed])
    return found


def _ends(problem: Problem, plan: Plan) -> dict[int, Amounts]:
    flows, sites = plan.flows, problem.sites
    found: dict[int, Amounts] = defaultdict(lambda: defaultdict(float))
    outlets, needs, trade, processes = problem.outlets, problem.needs, problem.local_trade, problem.processes
    _add(found, "process", processes.code, processes.site, processes.input, flows.processes)
    _add(found, "outlet", outlets.code, outlets.site, outlets.product, flows.outlets)
    _add(found, "local_sale", sites.party[trade.site], trade.site, trade.product, flows.local_sales)
    _add(found, "need", sites.party[needs.site], needs.site, needs.product, flows.needs)
    return found


def _add(
    found: dict[int, Amounts],
    kind: StopKind,
    stops: Indices,
    sites: Indices,
    products: Indices,
    flow: FlowTable,
) -> None:
    columns = (
        stops[flow.row].tolist(),
        sites[flow.row].tolist(),
        products[flow.row].tolist(),
        flow.kg.tolist(),
    )
    for stop, site, product, kg in zip(*columns, strict=True):
        found[product][Stop(kind, stop), site] += kg


def _moves(problem: Problem, plan: Plan) -> dict[int, dict[tuple[int, int], float]]:
    lanes, flow = problem.lanes, plan.flows.lanes
    lane = np.searchsorted(lanes.product_spans.start, flow.row, side="right") - 1
    found: dict[int, dict[tuple[int, int], float]] = defaultdict(lambda: defaultdict(float))
    columns = (lanes.start[lane], lanes.end[lane], lanes.product[flow.row], flow.kg)
    for start, end, product, kg in zip(*(column.tolist() for column in columns), strict=True):
        found[product][start, end] += kg
    return found

"""What passes between a network and others for given flows: who pays or is paid, in which period, how many
days later. Money between parties is `questions.cash`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from jejaring.engines.measures import Indices
from jejaring.engines.planning.plan import Flows, FlowTable
from jejaring.engines.planning.problem import NOBODY, Channels, Problem


def outside_payments(problem: Problem, flows: Flows) -> Iterator[tuple[int, int, int, Fraction]]:
    """Yield party, period, days and rupiah of all that passes between the network and others."""
    sites = problem.sites.party
    yield from _channel_payments(problem.outlets, flows.outlets.row, flows.outlets.kg, 1)
    yield from _channel_payments(problem.sources, flows.sources.row, flows.sources.kg, -1)
    members = problem.parties.pays_members_after_days
    supplies, local = problem.supplies, problem.local_trade
    for row, kg in zip(flows.supplies.row.tolist(), flows.supplies.kg.tolist(), strict=True):
        party = int(sites[supplies.site[row]])
        cost = supplies.cost_idr_per_kg.fraction(row) * kg
        yield party, int(supplies.period[row]), int(members[party]), -cost
    for table, price, sign in (
        (flows.local_sales, local.sell_idr_per_kg, 1),
        (flows.local_purchases, local.buy_idr_per_kg, -1),
    ):
        for row, kg in zip(table.row.tolist(), table.kg.tolist(), strict=True):
            yield int(sites[local.site[row]]), int(local.period[row]), 0, sign * price.fraction(row) * kg
    processes = problem.processes
    for row, kg in zip(flows.processes.row.tolist(), flows.processes.kg.tolist(), strict=True):
        cost = processes.cost_idr_per_kg.fraction(row) * kg + processes.opening_cost_idr.fraction(row)
        yield int(processes.owner[row]), int(processes.period[row]), 0, -cost
    store = np.repeat(np.arange(len(problem.storages.owner)), np.diff(problem.storages.product_spans.start))
    held = zip(
        flows.storages.row.tolist(), flows.storages.period.tolist(), flows.storages.kg.tolist(), strict=True
    )
    for listing, period, kg in held:
        of = int(store[listing])
        yield int(problem.storages.owner[of]), period, 0, -problem.storages.cost_idr_per_kg.fraction(of) * kg
    yield from _lane_payments(problem, flows.lanes)
    yield from _building(problem, flows)


def _channel_payments(
    channels: Channels, rows: Indices, kilograms: Indices, sign: int
) -> Iterator[tuple[int, int, int, Fraction]]:
    for row, kg in zip(rows.tolist(), kilograms.tolist(), strict=True):
        amount = sign * price_reached(channels, row, kg) * kg
        yield int(channels.owner[row]), int(channels.period[row]), int(channels.days[row]), amount


def price_reached(channels: Channels, row: int, kg: int) -> Fraction:
    """Return the price that a quantity reaches, Rp/kg."""
    price = channels.price_idr_per_kg.fraction(row)
    for step in channels.step_spans.of(row):
        if kg >= channels.step_from_kg.fraction(step):
            price = channels.step_price_idr_per_kg.fraction(step)
    return price


def _lane_payments(problem: Problem, flows: FlowTable) -> Iterator[tuple[int, int, int, Fraction]]:
    lanes = problem.lanes
    lane_of = np.repeat(np.arange(len(lanes.start)), np.diff(lanes.product_spans.start))
    used: set[tuple[int, int]] = set()
    for listing, period, kg in zip(flows.row.tolist(), flows.period.tolist(), flows.kg.tolist(), strict=True):
        lane = int(lane_of[listing])
        amount = lanes.cost_idr_per_kg.fraction(lane) * kg
        if (lane, period) not in used:
            used.add((lane, period))
            amount += lanes.fixed_cost_idr.fraction(lane)
        yield lane_payer(problem, lane), period, 0, -amount


def lane_payer(problem: Problem, lane: int) -> int:
    """Return who pays the lorry: the sender; from nobody's site the receiver, between two of nobody's the
    hub.
    """
    party = problem.sites.party
    start, end = int(party[problem.lanes.start[lane]]), int(party[problem.lanes.end[lane]])
    if start != NOBODY:
        return start
    return end if end != NOBODY else _hub(problem)


def _building(problem: Problem, flows: Flows) -> Iterator[tuple[int, int, int, Fraction]]:
    """What these periods bear of what is built is paid when it is used first."""
    store = np.repeat(np.arange(len(problem.storages.owner)), np.diff(problem.storages.product_spans.start))
    for table, used, facility in (
        (problem.processes, flows.processes, problem.processes.code),
        (problem.storages, flows.storages, store),
    ):
        first: dict[int, tuple[int, int]] = {}
        for row, period in zip(used.row.tolist(), used.period.tolist(), strict=True):
            of = int(facility[row])
            entry = row if table is problem.processes else of
            first[of] = min(first.get(of, (period, entry)), (period, entry))
        for period, entry in first.values():
            cost = table.build_cost_idr.fraction(entry) * table.build_share.fraction(entry)
            yield int(table.owner[entry]), period, 0, -cost


def _hub(problem: Problem) -> int:
    roles = problem.parties.roles
    return roles.index("hub") if "hub" in roles else 0

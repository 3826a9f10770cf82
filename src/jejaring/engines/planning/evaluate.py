"""What given flows earn, line by line, and whether they keep every rule: in exact numbers.

Written from the network's tables, apart from the program that made the flows: a plan is only
handed out after it has passed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from jejaring.engines.measures import Decimals, Indices
from jejaring.engines.planning.plan import Flows, FlowTable, SurplusLines
from jejaring.engines.planning.problem import Channels, Problem

Exact = npt.NDArray[Any]
_LINES = tuple(SurplusLines.__dataclass_fields__)
_EARNED = ("outlet_sales_idr", "local_sales_idr", "needs_met_idr")


@dataclass(frozen=True)
class Earnings:
    """The surplus of given flows, exactly, and the lines that it is the sum of."""

    surplus_idr: Fraction
    lines: SurplusLines


def earnings(problem: Problem, flows: Flows) -> Earnings:
    """Return what `flows` earn. Costs are positive in the lines; the surplus is sales less costs."""
    lines = {
        "outlet_sales_idr": _channel_money(problem.outlets, flows.outlets),
        "local_sales_idr": _money(flows.local_sales, problem.local_trade.sell_idr_per_kg),
        "needs_met_idr": _money(flows.needs, problem.needs.worth_idr_per_kg),
        "supplies_idr": _money(flows.supplies, problem.supplies.cost_idr_per_kg),
        "sources_idr": _channel_money(problem.sources, flows.sources),
        "local_purchases_idr": _money(flows.local_purchases, problem.local_trade.buy_idr_per_kg),
        "processing_idr": _money(flows.processes, problem.processes.cost_idr_per_kg),
        "holding_idr": _money(flows.storages, problem.storages.cost_idr_per_kg, _stores(problem)),
        "lanes_idr": _money(flows.lanes, problem.lanes.cost_idr_per_kg, _lanes(problem)),
        "opening_idr": _total(problem.processes.opening_cost_idr, np.unique(flows.processes.row)),
        "lanes_fixed_idr": _fixed(problem, flows.lanes),
    }
    assert tuple(lines) == _LINES
    surplus = sum((amount if name in _EARNED else -amount for name, amount in lines.items()), Fraction(0))
    return Earnings(surplus, SurplusLines(**{name: float(amount) for name, amount in lines.items()}))


def broken_rules(problem: Problem, flows: Flows) -> tuple[str, ...]:
    """Return the names of the rules of network-format/1 that `flows` break; empty for a plan that holds."""
    broken = [
        name
        for name, kept in (
            ("supplies", _within(flows.supplies, problem.supplies.available_kg)),
            ("sources", _within(flows.sources, problem.sources.most_kg)),
            ("outlets", _within(flows.outlets, problem.outlets.most_kg)),
            ("outlets.least", _least_kept(problem.outlets, flows.outlets)),
            ("needs", _within(flows.needs, problem.needs.kg)),
            ("needs.must", _must_kept(problem, flows.needs)),
            (
                "local_sales",
                _trade_kept(
                    problem.local_trade.sell_idr_per_kg, problem.local_trade.most_sell_kg, flows.local_sales
                ),
            ),
            (
                "local_purchases",
                _trade_kept(
                    problem.local_trade.buy_idr_per_kg, problem.local_trade.most_buy_kg, flows.local_purchases
                ),
            ),
            ("processes", _within(flows.processes, problem.processes.capacity_kg)),
            (
                "storages",
                _shared_within(flows.storages, problem.storages.capacity_kg, _stores(problem), problem),
            ),
            ("lanes", _shared_within(flows.lanes, problem.lanes.capacity_kg, _lanes(problem), problem)),
            ("balance", _balanced(problem, flows)),
        )
        if not kept
    ]
    return tuple(broken)


def _stores(problem: Problem) -> Indices:
    """Return the store of each listing (store and product)."""
    return np.repeat(np.arange(len(problem.storages.owner)), np.diff(problem.storages.product_spans.start))


def _lanes(problem: Problem) -> Indices:
    """Return the lane of each listing (lane and product)."""
    return np.repeat(np.arange(len(problem.lanes.start)), np.diff(problem.lanes.product_spans.start))


def _money(flows: FlowTable, price: Decimals, of: Indices | None = None) -> Fraction:
    rows = flows.row if of is None else of[flows.row]
    numerators = np.where(price.none[rows], 0, price.numerators[rows])
    return Fraction(_dot(numerators, flows.kg), 10**price.places)


def _dot(left: Exact, right: Exact) -> int:
    return int((left.astype(object) * right.astype(object)).sum()) if len(left) else 0


def _total(amounts: Decimals, rows: Indices) -> Fraction:
    return sum((amounts.fraction(int(row)) for row in rows), Fraction(0))


def _fixed(problem: Problem, flows: FlowTable) -> Fraction:
    lanes = problem.lanes
    used = np.unique(_lanes(problem)[flows.row] * len(problem.periods) + flows.period)
    return _total(lanes.fixed_cost_idr, used // len(problem.periods))


def _channel_money(channels: Channels, flows: FlowTable) -> Fraction:
    """Price steps hold for the whole quantity of a period once it reaches them."""
    stepped = np.diff(channels.step_spans.start)[flows.row] > 0
    plain = FlowTable(flows.row[~stepped], flows.period[~stepped], flows.kg[~stepped])
    money = _money(plain, channels.price_idr_per_kg)
    for row, kg in zip(flows.row[stepped].tolist(), flows.kg[stepped].tolist(), strict=True):
        price = channels.price_idr_per_kg.fraction(row)
        for step in channels.step_spans.of(row):
            if kg >= channels.step_from_kg.fraction(step):
                price = channels.step_price_idr_per_kg.fraction(step)
        money += price * kg
    return money


def _within(flows: FlowTable, most: Decimals) -> bool:
    limit = most.floors()[flows.row]
    return bool(((flows.kg >= 0) & (most.none[flows.row] | (flows.kg <= limit))).all())


def _least_kept(channels: Channels, flows: FlowTable) -> bool:
    return bool(((flows.kg == 0) | (flows.kg >= channels.least_kg.ceilings()[flows.row])).all())


def _must_kept(problem: Problem, flows: FlowTable) -> bool:
    met = np.zeros(len(problem.needs.site), dtype=np.int64)
    np.add.at(met, flows.row, flows.kg)
    must = problem.needs.worth_idr_per_kg.none
    return bool((met[must] >= problem.needs.kg.ceilings()[must]).all())


def _trade_kept(price: Decimals, most: Decimals, flows: FlowTable) -> bool:
    return bool((~price.none[flows.row]).all()) and _within(flows, most)


def _shared_within(flows: FlowTable, capacity: Decimals, of: Indices, problem: Problem) -> bool:
    sums = np.zeros(len(capacity) * len(problem.periods), dtype=np.int64)
    np.add.at(sums, of[flows.row] * len(problem.periods) + flows.period, flows.kg)
    limit = np.repeat(capacity.floors(), len(problem.periods))
    free = np.repeat(capacity.none, len(problem.periods))
    return bool((flows.kg >= 0).all() and (free | (sums <= limit)).all())


def _balanced(problem: Problem, flows: Flows) -> bool:
    """What comes in is at least what goes out, at every site, product and period, exactly."""
    places = max(
        problem.processes.output_yield.places,
        problem.storages.loss.places,
        problem.storages.opening_kg.places,
    )
    one = 10**places
    products, periods = len(problem.products), len(problem.periods)
    balance: Exact = np.zeros(len(problem.sites) * products * periods, dtype=object)

    def moves(site: Indices, product: Indices, period: Indices, amounts: Exact) -> None:
        np.add.at(balance, (site * products + product) * periods + period, amounts.astype(object))

    for rows, table, sign in (
        (problem.supplies, flows.supplies, one),
        (problem.sources, flows.sources, one),
        (problem.local_trade, flows.local_purchases, one),
        (problem.outlets, flows.outlets, -one),
        (problem.needs, flows.needs, -one),
        (problem.local_trade, flows.local_sales, -one),
    ):
        at: Any = rows
        moves(at.site[table.row], at.product[table.row], table.period, table.kg.astype(object) * sign)
    _move_lanes(problem, flows.lanes, moves, one)
    _move_processes(problem, flows.processes, moves, places)
    _move_storages(problem, flows.storages, moves, places)
    return bool((balance >= 0).all())


def _move_lanes(problem: Problem, flows: FlowTable, moves: Any, one: int) -> None:
    lane = _lanes(problem)[flows.row]
    product = problem.lanes.product[flows.row]
    kg = flows.kg.astype(object) * one
    moves(problem.lanes.start[lane], product, flows.period, -kg)
    moves(problem.lanes.end[lane], product, flows.period, kg)


def _move_processes(problem: Problem, flows: FlowTable, moves: Any, places: int) -> None:
    processes = problem.processes
    moves(
        processes.site[flows.row],
        processes.input[flows.row],
        flows.period,
        -flows.kg.astype(object) * 10**places,
    )
    used = np.zeros(len(processes.code), dtype=np.int64)
    np.add.at(used, flows.row, flows.kg)
    entry = np.repeat(np.arange(len(processes.code)), np.diff(processes.output_spans.start))
    made = used[entry].astype(object) * processes.output_yield.numerators.astype(object)
    made = made * 10 ** (places - processes.output_yield.places)
    moves(processes.site[entry], processes.output_product, processes.period[entry], made)


def _move_storages(problem: Problem, flows: FlowTable, moves: Any, places: int) -> None:
    storages = problem.storages
    store = _stores(problem)
    opening = storages.opening_kg.numerators.astype(object) * 10 ** (places - storages.opening_kg.places)
    moves(storages.site[store], storages.product, np.zeros(len(store), dtype=np.int64), opening)
    of = store[flows.row]
    kg = flows.kg.astype(object)
    moves(storages.site[of], storages.product[flows.row], flows.period, -kg * 10**places)
    loss = storages.loss.numerators[of].astype(object) * 10 ** (places - storages.loss.places)
    later = flows.period + 1 < len(problem.periods)
    kept = kg * (10**places - loss)
    moves(storages.site[of][later], storages.product[flows.row][later], flows.period[later] + 1, kept[later])

"""What given flows earn, line by line, and whether they keep every rule: in exact numbers.

Written from the network's tables, apart from the program that made the flows: a plan is only
handed out after it has passed here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from jejaring.engines.measures import NONE, Decimals, Flags, Indices
from jejaring.engines.planning import financing
from jejaring.engines.planning.calendar import Calendar
from jejaring.engines.planning.payments import outside_payments, price_reached
from jejaring.engines.planning.plan import Flows, FlowTable, SurplusLines
from jejaring.engines.planning.problem import NOBODY, Channels, Problem

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
        "building_idr": _building(problem, flows),
    }
    assert tuple(lines) == _LINES
    surplus = sum((amount if name in _EARNED else -amount for name, amount in lines.items()), Fraction(0))
    return Earnings(surplus, SurplusLines(**{name: float(amount) for name, amount in lines.items()}))


def broken_rules(problem: Problem, flows: Flows) -> tuple[str, ...]:
    """Return the names of the rules of the network format that `flows` break; empty for a plan that holds."""
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
            ("vehicles", _trips_kept(problem, flows.lanes)),
            ("terms", _terms_kept(problem, flows.lanes)),
            ("shelf_life", _kept_no_longer(problem, flows)),
            ("cash", _cash_kept(problem, flows)),
            ("balance", _balanced(problem, flows)),
        )
        if not kept
    ]
    return tuple(broken)


def _cash_kept(problem: Problem, flows: Flows) -> bool:
    """Where all parties state their cash, no more is laid out by the end of any period than all of it."""
    limit = financing.limit_idr(problem, np.ones(len(problem.parties), dtype=bool))
    if limit is None:
        return True
    calendar = Calendar.of(problem.periods)
    received = [Fraction(0)] * (len(problem.periods) + 1)
    for _, period, days, amount in outside_payments(problem, flows):
        received[calendar.period_of(calendar.middle(period) + days)] += amount
    balance = Fraction(0)
    for amount in received[:-1]:
        balance += amount
        if -balance > limit:
            return False
    return True


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


def _building(problem: Problem, flows: Flows) -> Fraction:
    """What isn't there yet is paid once, whatever the number of periods in which it is used."""
    processes, storages = problem.processes, problem.storages
    _, first = np.unique(processes.code, return_index=True)
    used = first[np.unique(processes.code[flows.processes.row])]
    held = np.unique(_stores(problem)[flows.storages.row])
    parts = [(processes, row) for row in used.tolist()] + [(storages, row) for row in held.tolist()]
    return sum(
        (rows.build_cost_idr.fraction(row) * rows.build_share.fraction(row) for rows, row in parts),
        Fraction(0),
    )


def _channel_money(channels: Channels, flows: FlowTable) -> Fraction:
    """Price steps hold for the whole quantity of a period once it reaches them."""
    stepped = np.diff(channels.step_spans.start)[flows.row] > 0
    plain = FlowTable(flows.row[~stepped], flows.period[~stepped], flows.kg[~stepped])
    money = _money(plain, channels.price_idr_per_kg)
    for row, kg in zip(flows.row[stepped].tolist(), flows.kg[stepped].tolist(), strict=True):
        money += price_reached(channels, row, kg) * kg
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


def _trips_kept(problem: Problem, flows: FlowTable) -> bool:
    """What the lanes of a vehicle carry in a period keeps within its trips, full."""
    vehicles, vehicle = problem.vehicles, problem.lanes.vehicle[_lanes(problem)[flows.row]]
    hauled: dict[tuple[int, int], int] = defaultdict(int)
    for of, period, kg in zip(vehicle.tolist(), flows.period.tolist(), flows.kg.tolist(), strict=True):
        if of != NOBODY and not vehicles.most_trips.none[of]:
            hauled[of, period] += kg
    return all(
        kg <= vehicles.most_trips.fraction(of) * vehicles.capacity_kg.fraction(of)
        for (of, _), kg in hauled.items()
    )


def _terms_kept(problem: Problem, flows: FlowTable) -> bool:
    """What was agreed of a lane, product and period is sent there, goods of all ages together."""
    sent: dict[tuple[int, int], int] = defaultdict(int)
    for listing, period, kg in zip(flows.row.tolist(), flows.period.tolist(), flows.kg.tolist(), strict=True):
        sent[listing, period] += kg
    terms = problem.terms
    for entry, place in enumerate(zip(terms.listing.tolist(), terms.period.tolist(), strict=True)):
        kg = sent.get(place, 0)
        if kg < terms.least_kg.fraction(entry):
            return False
        if not terms.most_kg.none[entry] and kg > terms.most_kg.fraction(entry):
            return False
    return True


def _ages_matter(problem: Problem) -> Flags:
    """Return by product whether it could become too old in these periods."""
    life = problem.shelf_life_periods
    return np.asarray((life != NONE) & (life < len(problem.periods) - 1), dtype=bool)


def _kept_no_longer(problem: Problem, flows: Flows) -> bool:
    """Nothing is held once more than it keeps. That goods are no older than they are called is part of the
    balances: those of an age come from goods of that age.
    """
    matters, life = _ages_matter(problem), problem.shelf_life_periods
    held, moved = problem.storages.product[flows.storages.row], problem.lanes.product[flows.lanes.row]
    older, age = flows.storages.age + 1, flows.lanes.age
    return bool(
        (~matters[held] | (older <= life[held])).all()
        and (matters[held] | (older == 1)).all()
        and (np.where(matters, life, 0)[moved] >= age).all()
    )


class _Balances:
    """What is at every site, product, period and age, and what is used of it, over 10**places kilograms.

    Ages stand apart only where some product could become too old; what is used may be of any age.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem, self.older = problem, _ages_matter(problem).astype(np.int64)
        self.ages = 1 + int((problem.shelf_life_periods * self.older).max(initial=0))
        self.places = max(
            problem.processes.output_yield.places,
            problem.storages.loss.places,
            problem.storages.opening_kg.places,
            problem.lanes.loss.places,
        )
        size = len(problem.sites) * len(problem.products) * len(problem.periods)
        self.there: Exact = np.zeros(size * self.ages, dtype=object)
        self.used: Exact = np.zeros(size, dtype=object) if self.ages > 1 else self.there

    def move(self, site: Indices, product: Indices, period: Indices, amounts: Exact, age: Any = 0) -> None:
        """Add `amounts` of goods of an age."""
        at = self._at(site, product, period) * self.ages + np.minimum(age, self.ages - 1)
        np.add.at(self.there, at, amounts.astype(object))

    def use(self, site: Indices, product: Indices, period: Indices, kg: Exact) -> None:
        """Take kilograms of any age."""
        np.add.at(self.used, self._at(site, product, period), -kg.astype(object) * 10**self.places)

    def kept(self) -> bool:
        """Say whether nothing was sent, held or used that wasn't there."""
        if self.ages == 1:
            return bool((self.there >= 0).all())
        left = self.there.reshape(-1, self.ages).sum(axis=1)
        return bool((self.there >= 0).all() and (left + self.used >= 0).all())

    def _at(self, site: Indices, product: Indices, period: Indices) -> Indices:
        return (site * len(self.problem.products) + product) * len(self.problem.periods) + period


def _balanced(problem: Problem, flows: Flows) -> bool:
    """What comes in is at least what goes out, at every site, product and period, exactly."""
    balances = _Balances(problem)
    for rows, table, move in (
        (problem.supplies, flows.supplies, balances.move),
        (problem.sources, flows.sources, balances.move),
        (problem.local_trade, flows.local_purchases, balances.move),
        (problem.outlets, flows.outlets, balances.use),
        (problem.needs, flows.needs, balances.use),
        (problem.local_trade, flows.local_sales, balances.use),
    ):
        at: Any = rows
        one = 10**balances.places if move == balances.move else 1
        move(at.site[table.row], at.product[table.row], table.period, table.kg.astype(object) * one)
    _move_lanes(problem, flows.lanes, balances)
    _move_processes(problem, flows.processes, balances)
    _move_storages(problem, flows.storages, balances)
    return balances.kept()


def _move_lanes(problem: Problem, flows: FlowTable, balances: _Balances) -> None:
    """What is sent leaves whole and arrives less what is lost on the way."""
    lanes, one = problem.lanes, 10**balances.places
    lane, product, kg = _lanes(problem)[flows.row], lanes.product[flows.row], flows.kg.astype(object)
    lost = lanes.loss.numerators[flows.row].astype(object) * 10 ** (balances.places - lanes.loss.places)
    balances.move(lanes.start[lane], product, flows.period, -kg * one, flows.age)
    balances.move(lanes.end[lane], product, flows.period, kg * (one - lost), flows.age)


def _move_processes(problem: Problem, flows: FlowTable, balances: _Balances) -> None:
    processes, places = problem.processes, balances.places
    balances.use(processes.site[flows.row], processes.input[flows.row], flows.period, flows.kg)
    used = np.zeros(len(processes.code), dtype=np.int64)
    np.add.at(used, flows.row, flows.kg)
    entry = np.repeat(np.arange(len(processes.code)), np.diff(processes.output_spans.start))
    made = used[entry].astype(object) * processes.output_yield.numerators.astype(object)
    made = made * 10 ** (places - processes.output_yield.places)
    balances.move(processes.site[entry], processes.output_product, processes.period[entry], made)


def _move_storages(problem: Problem, flows: FlowTable, balances: _Balances) -> None:
    storages, places = problem.storages, balances.places
    store = _stores(problem)
    opening = storages.opening_kg.numerators.astype(object) * 10 ** (places - storages.opening_kg.places)
    balances.move(storages.site[store], storages.product, np.zeros(len(store), dtype=np.int64), opening)
    of = store[flows.row]
    kg = flows.kg.astype(object)
    product = storages.product[flows.row]
    balances.move(storages.site[of], product, flows.period, -kg * 10**places, flows.age)
    loss = storages.loss.numerators[of].astype(object) * 10 ** (places - storages.loss.places)
    later = flows.period + 1 < len(problem.periods)
    kept = kg * (10**places - loss)
    older = (flows.age + balances.older[product])[later]
    balances.move(storages.site[of][later], product[later], flows.period[later] + 1, kept[later], older)
